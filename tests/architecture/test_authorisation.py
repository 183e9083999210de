"""Every address x every method x everybody x every visibility and state, against the rules of the table."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from tests.architecture.tables import rows
from tests.architecture.urls_table import (
    ADMINISTRATOR,
    ANONYMOUS,
    IN_SCOPE,
    ON_API,
    ON_PAGES,
    PEOPLE,
    PUBLISHER,
    TABLE,
    TOKENS,
    VERSIONS,
    VISIBILITIES,
    Actor,
    Row,
    Spot,
    World,
    address,
    answered,
    routes,
)

pytestmark = pytest.mark.django_db
SAFE = ("GET", "HEAD", "OPTIONS")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
STRANGER_TO_IT = next(actor for actor in PEOPLE if actor.name == "unnamed administrator")
FEW = (ANONYMOUS, PUBLISHER, STRANGER_TO_IT, IN_SCOPE, *(actor for actor in TOKENS if actor.name == "token revoked"))


# Where every visibility meets every state; elsewhere each visibility is asked for what is listed, and each state for what is shared with all.
EVERYWHERE = {"release", "download", "yank", "unyank", "api_release", "api_artefact", "api_yank", "api_unyank"}


# Who is told apart by the state of a release: those who own it, are named, see what all see, review or audit it, and nobody.
TOLD_APART = {
    *("anonymous", "viewer", "publisher", "named publisher", "unnamed viewer", "steward", "auditor"),
    *("token in scope", "token read-only", "token of this module", "token of the named partner", "token of an unnamed partner"),
}


def asks(row: Row, actor: Actor, spot: Spot) -> bool:
    """Everybody of what is listed, and everywhere where every visibility meets every state; elsewhere of other states those they tell apart."""
    return row.name in EVERYWHERE or spot.version == "1.0.0" or actor.name in TOLD_APART


def askers(row: Row, method: str) -> tuple[Actor, ...]:
    """Everybody for what is read and done; a few for what nothing takes, which is refused before anybody asks who it is."""
    actors = ON_API if row.is_api else ON_PAGES
    return actors if method in ("GET", "HEAD", "POST") else tuple(actor for actor in actors if actor in FEW)


def spots(row: Row, method: str) -> list[Spot]:
    """Every visibility of the module an address names; every state of a release, where the method is one it takes."""
    if not row.of:
        return [Spot()]
    listed = [Spot(visibility, "1.0.0") for visibility in VISIBILITIES]
    if method not in (*SAFE, "POST") or method == "OPTIONS":
        return listed[-1:]  # nothing takes these: they are refused before anybody asks what the address is of
    if method == "HEAD":
        return listed[:1]  # Django answers it as it answers GET, which is asked everywhere
    if row.of != "release" or method not in ("GET", "POST"):
        return listed
    if row.name in EVERYWHERE:
        return [Spot(visibility, version) for visibility in VISIBILITIES for version in VERSIONS]
    return listed + [Spot("partnership", version) for version in VERSIONS if version != "1.0.0"]


def seen(world: World, row: Row, method: str, actor: Actor, spot: Spot) -> tuple[str, str]:
    """What the table says and what the product answers; whatever was permitted is undone."""
    expected = row.rule(method)(actor, spot).format(**world.keys)
    body = row.body(world, actor, spot) if method == "POST" else None
    with transaction.atomic():
        response = world.ask(actor, method, address(world, row, spot), body, is_json=row.is_json)
        transaction.set_rollback(expected[0] in "23")
    return described(expected) if method == "HEAD" else expected, answered(response)


def described(answer: str) -> str:
    """What a HEAD can say of an answer: it has no body for a problem's code."""
    return answer if answer.startswith("302") else answer[:3]


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    found = {(name, route) for name, route in routes()}
    assert {(row.name, row.route) for row in TABLE} == found


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name or row.route)
def test_the_table_holds(world: World, row: Row) -> None:
    """And whoever is refused has changed nothing."""
    before = rows()
    wrong: dict[str, list[str]] = {}
    for method in (*SAFE, *UNSAFE):
        for actor in askers(row, method):
            for spot in (spot for spot in spots(row, method) if asks(row, actor, spot)):
                expected, answer = seen(world, row, method, actor, spot)
                if answer != expected:
                    wrong.setdefault(f"{method} answers {answer}, not {expected}", []).append(
                        f"{actor.name} at {spot.visibility or row.name} {spot.state}"
                    )
    assert not wrong, "\n".join(f"{what}: {', '.join(dict.fromkeys(who))}" for what, who in wrong.items())
    after = rows()
    assert [table for table in after if after[table] != before[table]] == []


@pytest.mark.parametrize("row", [row for row in TABLE if not row.is_api], ids=lambda row: row.name or row.route)
def test_nothing_is_done_for_a_form_of_another_site(world: World, row: Row) -> None:
    """A POST without the form's secret does nothing, whoever's session the browser sends along."""
    client = world.client(ADMINISTRATOR, enforce_csrf_checks=True)
    with transaction.atomic():
        rule = row.rule("POST")(ADMINISTRATOR, Spot("partnership"))
        before = rows()
        response = client.post(address(world, row, Spot("partnership")), row.body(world, ADMINISTRATOR, Spot("partnership")))
        assert response.status_code == 403 or rule == "405" == str(response.status_code)
        assert rows() == before


def test_the_api_takes_no_session_and_the_pages_no_token(world: World) -> None:
    """Neither is led to mistake the one for the other when both are sent."""
    client: Client = world.client(PUBLISHER)
    dead = next(actor for actor in TOKENS if actor.name == "token revoked")
    for secret, status in ((world.secrets[dead.name], 401), (world.secrets[IN_SCOPE.name], 200)):
        assert client.get("/api/v1/modules", headers={"Authorization": f"Bearer {secret}"}).status_code == status
        assert client.get("/modules", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
