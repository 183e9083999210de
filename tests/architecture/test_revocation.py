"""A right that ends has ended for the very next request: sessions, tokens, caches, searches, downloads and replays alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.actions.change_role import change_role
from accounts.actions.end_membership import end_membership
from accounts.models import ApiToken, Membership, Organisation, Role, User
from accounts.tokens import issue_token, revoke_token
from accounts.viewer import viewer_of
from registry.actions.ask_widening import ask_widening
from registry.actions.decide_widening import decide_widening
from registry.actions.quarantine_release import quarantine_module
from registry.actions.transfer_module import agree_transfer, offer_transfer
from registry.actions.update_module import update_module
from registry.catalogue.models import Module
from registry.releases.gates import ReleaseForm
from registry.reviews.models import Review
from tests.architecture.urls_table import FILE, OWNER, PARTNER, PEOPLE, TOKENS, Actor, World, answered
from tests.make import bpmn, make_expired

pytestmark = pytest.mark.django_db
NAMED = {actor.name: actor for actor in (*PEOPLE, *TOKENS)}
Change = Callable[[World], object]


def ways(actor: Actor, slug: str) -> dict[str, str]:
    """Every way by which ``actor`` comes to a module, and what an answer holds only for whoever sees it."""
    module, name = f"{OWNER}/{slug}", f"{OWNER}/{slug}"
    if actor.is_token:
        paths = ("", "/releases", "/releases/1.0.0")
        ways = {f"/api/v1/modules/{module}{path}": f'"{name}"' for path in paths}
        return ways | {f"/api/v1/modules/{module}/releases/1.0.0/artefacts/{FILE}": "definitions", f"/api/v1/modules?q={slug}": f'"{name}"'}
    link = f"/modules/{name}"
    lists = (f"/modules?q={slug}", "/modules", "/", "/notices", f"/organisations/{OWNER}")
    return {
        f"/modules/{module}": link,
        f"/modules/{module}/1.0.0": link,
        f"/modules/{module}/1.0.0/files/{FILE}": "definitions",
    } | dict.fromkeys(lists, link)


def open_to(world: World, actor: Actor, slug: str) -> set[str]:
    """The ways that are open to ``actor`` now."""
    return {path for path, held in ways(actor, slug).items() if held in world.ask(actor, "GET", path).body.decode()}


# --- What ends the sight of a module --------------------------------------------------------------------------------------
def withdraw_share(world: World) -> None:
    module = Module.objects.get(publisher=OWNER, slug="named")
    update_module(module=module, form=ReleaseForm(visibility="named", share_with=("kent",)), by=world.by)


def narrow(slug: str) -> Change:
    def change(world: World) -> None:
        update_module(module=Module.objects.get(publisher=OWNER, slug=slug), form=ReleaseForm(visibility="own"), by=world.by)

    return change


def leave(name: str) -> Change:
    def change(world: World) -> None:
        user = world.users[name]
        by = viewer_of(user)
        if name.startswith(("unnamed", "steward", "auditor")):
            Membership.objects.filter(user=user).delete()
        else:
            end_membership(membership=Membership.objects.get(user=user), by=by)

    return change


def demote(name: str) -> Change:
    return lambda world: Membership.objects.filter(user=world.users[name]).update(role=Role.VIEWER)


def deactivate(name: str) -> Change:
    return lambda world: User.objects.filter(pk=world.users[name].pk).update(is_active=False)


def close(slug: str) -> Change:
    return lambda world: Organisation.objects.filter(slug=slug).update(is_active=False)


def token_of(world: World, name: str) -> ApiToken:
    return ApiToken.objects.select_related("organisation").get(hint=world.secrets[name][:9])


def revoke(name: str) -> Change:
    return lambda world: revoke_token(token=token_of(world, name), by=None)


def expire(name: str) -> Change:
    return lambda world: make_expired(token_of(world, name))


def bind(name: str) -> Change:
    return lambda world: ApiToken.objects.filter(pk=token_of(world, name).pk).update(modules=["another"])


def quarantine(slug: str) -> Change:
    return lambda world: quarantine_module(module=Module.objects.get(publisher=OWNER, slug=slug), reason="An inquiry.", by=world.by)


def pass_on(world: World) -> None:
    """The owner's own module passes to the unnamed partner."""
    offered = offer_transfer(module=Module.objects.get(publisher=OWNER, slug="own"), receiver="met", reason="They run it.", by=world.by)
    agree_transfer(transfer=offered, by=viewer_of(world.users["unnamed administrator"]))


@pytest.mark.parametrize(
    ("who", "slug", "change"),
    [
        ("named publisher", "named", quarantine("named")),
        ("token of the named partner", "named", quarantine("named")),
        ("unnamed viewer", "partnership", quarantine("partnership")),
        ("token of an unnamed partner", "partnership", quarantine("partnership")),
        ("steward", "partnership", quarantine("partnership")),
        ("publisher", "own", pass_on),
        ("token in scope", "own", pass_on),
        ("named publisher", "named", withdraw_share),
        ("named viewer", "named", narrow("named")),
        ("unnamed viewer", "partnership", narrow("partnership")),
        ("token of the named partner", "named", withdraw_share),
        ("token of an unnamed partner", "partnership", narrow("partnership")),
        ("steward", "named", narrow("named")),
        ("steward", "named", demote("steward")),
        ("steward", "named", leave("steward")),
        ("auditor", "own", demote("auditor")),
        ("auditor", "own", leave("auditor")),
        ("publisher", "own", leave("publisher")),
        ("named publisher", "named", leave("named publisher")),
        ("unnamed viewer", "partnership", leave("unnamed viewer")),
        ("viewer", "own", deactivate("viewer")),
        ("named viewer", "named", close(PARTNER)),
        ("token of the named partner", "named", close(PARTNER)),
        ("token in scope", "own", revoke("token in scope")),
        ("token in scope", "own", expire("token in scope")),
        ("token in scope", "own", bind("token in scope")),
        ("token read-only", "partnership", revoke("token read-only")),
        ("token of the named partner", "named", expire("token of the named partner")),
    ],
)
def test_the_next_request_sees_nothing_by_any_way(world: World, who: str, slug: str, change: Change) -> None:
    actor = NAMED[who]
    assert open_to(world, actor, slug) == set(ways(actor, slug))
    change(world)
    # Who still reviews a version of it is still told of that.
    reviews = Review.objects.still_open().filter(release__module__publisher=OWNER, release__module__slug=slug)
    left = {"/notices"} if who == "steward" and reviews.visible_to(viewer_of(world.users[who])).exists() else set()
    assert open_to(world, actor, slug) == left


def test_what_a_second_person_agrees_to_is_seen_at_once(world: World) -> None:
    other = NAMED["unnamed viewer"]
    assert open_to(world, other, "named") == set()
    named = Module.objects.get(publisher=OWNER, slug="named")
    wish = ask_widening(module=named, visibility="named", share_with=(PARTNER, "kent", "met"), reason="They ask for it.", by=world.by)
    assert open_to(world, other, "named") == set()
    decide_widening(widening=wish, agree=True, by=viewer_of(world.users["administrator"]))
    assert open_to(world, other, "named") == set(ways(other, "named"))


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-9"}], ids=["whole", "range"])
def test_having_had_it_is_no_right_to_hear_that_it_is_unchanged(world: World, headers: dict[str, str]) -> None:
    actor = NAMED["token of the named partner"]
    paths = [f"/api/v1/modules/{OWNER}/named{more}" for more in ("", "/releases", "/releases/1.0.0", f"/releases/1.0.0/artefacts/{FILE}")]
    etags = {path: world.ask(actor, "GET", path)["ETag"] for path in paths}
    asked = [world.ask(actor, "GET", path, **{"If-None-Match": etag}) for path, etag in etags.items()]
    assert {response.status_code for response in asked} == {304}
    withdraw_share(world)
    asked = [world.ask(actor, "GET", path, **{"If-None-Match": etag}, **headers) for path, etag in etags.items()]
    assert {answered(response) for response in asked} == {"404 not_found"}


# --- What ends the right to change something --------------------------------------------------------------------------------
WRITING: dict[str, dict[str, Any]] = {
    f"/modules/{OWNER}/own/edit": {},
    f"/modules/{OWNER}/own/1.0.0/yank": {"reason": "Wrong."},
    f"/modules/{OWNER}/own/deprecate": {"reason": "Wrong."},
    "/account/tokens/new": {"name": "Server", "scopes": ["read"], "days": 3},
    "/publish": {},
}


@pytest.mark.parametrize(
    ("change", "statuses"),
    [(demote("publisher"), {403}), (deactivate("publisher"), {302}), (close(OWNER), {302, 404})],
    ids=["demoted", "deactivated", "closed"],
)
def test_a_form_already_open_is_refused(world: World, change: Change, statuses: set[int]) -> None:
    publisher = NAMED["publisher"]
    assert {world.ask(publisher, "GET", path).status_code for path in WRITING} == {200}
    change(world)
    assert {world.ask(publisher, "POST", path, dict(body)).status_code for path, body in WRITING.items()} == statuses
    module = Module.objects.get(publisher=OWNER, slug="own")
    assert (module.deprecated_at, module.releases.get(version="1.0.0").yanked_at) == (None, None)


def made_by(world: World, name: str) -> Any:
    """Asks with a new token that the person ``name`` made."""
    user = world.users[name]
    _, secret = issue_token(
        organisation=Organisation.objects.get(slug=OWNER), name="test", scopes=("publish", "read"), days=3, by=viewer_of(user)
    )
    headers = {"Authorization": f"Bearer {secret}"}

    def ask(path: str, data: dict[str, Any] | None = None, **more: str) -> Any:
        client = Client(raise_request_exception=False)
        response = client.get(path, headers=headers) if data is None else client.post(path, data, headers=headers | more)
        response.body = response.content
        return response

    return ask


def demoted(world: World) -> None:
    administrator = viewer_of(world.users["administrator"])
    change_role(membership=Membership.objects.get(user=world.users["publisher"]), role=Role.REVIEWER, by=administrator)


def left(world: World) -> None:
    end_membership(membership=Membership.objects.get(user=world.users["publisher"]), by=world.by, revoke_tokens=False)


@pytest.mark.parametrize("change", [demoted, left, deactivate("publisher")], ids=["demoted", "left", "deactivated"])
def test_a_token_publishes_no_longer_than_its_maker_may(world: World, change: Change) -> None:
    """It still reads; and a publish sent once more with its idempotency key gets no answer from before."""
    ask = made_by(world, "publisher")
    form = {"version": "5.0.0", "artefact": SimpleUploadedFile(FILE, bpmn("Five"))}
    path = f"/api/v1/modules/{OWNER}/own/releases"
    assert ask(path, form, **{"Idempotency-Key": "five"}).status_code == 201
    change(world)
    form["artefact"] = SimpleUploadedFile(FILE, bpmn("Five"))
    assert answered(ask(path, form, **{"Idempotency-Key": "five"})) == "403 token_scope"
    assert answered(ask(f"{path}/5.0.0/yank", {"reason": "Wrong."})) == "403 token_scope"
    assert ask(path).status_code == 200


def test_a_member_who_leaves_takes_their_tokens_along(world: World) -> None:
    ask = made_by(world, "publisher")
    assert ask("/api/v1/modules").status_code == 200
    end_membership(membership=Membership.objects.get(user=world.users["publisher"]), by=world.by)
    assert answered(ask("/api/v1/modules")) == "401 token_invalid"
