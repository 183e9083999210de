"""Every state, act and role of a review: what is allowed leads where the policy says, everything else is refused and writes nothing (T5).

The policy is written out here once more, in its own words; nothing of it is taken from the product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Membership, Role, SignOffRole
from accounts.viewer import Viewer, viewer_of
from registry.actions.answer_finding import answer_finding
from registry.actions.ask_author import ask_author
from registry.actions.check_release import check_release
from registry.actions.claim_review import claim_review
from registry.actions.hold_release import hold_release
from registry.actions.list_release import list_release
from registry.actions.refuse_release import refuse_release
from registry.actions.reopen_review import reopen_review
from registry.actions.replace_artefacts import replace_artefacts
from registry.actions.resubmit_release import resubmit_release
from registry.actions.sign_off import sign_off
from registry.actions.submit_release import submit_release
from registry.actions.tick_item import tick_item
from registry.errors import RegistryError
from registry.releases.models import Finding, Release
from registry.releases.upload import spooled
from registry.reviews.models import ChecklistItem, Review
from registry.reviews.moving import begin
from tests.make import NO_PEOPLE, bpmn, make_member, make_organisation, make_release, make_user, sign
from tests.unchanged import everything

STATES = ("draft", "checking", "in_review", "awaiting_author", "held", "listed", "refused")
PUBLISHERS = ("author", "colleague")
JUDGES = ("reviewer_own", "reviewer_other", "steward")
OUTSIDE = ("auditor", "viewer", "outsider")
ROLES = PUBLISHERS + JUDGES + OUTSIDE
# What each act leads from and to.
LEADS = {
    "submit": {"draft": "checking"},
    "replace": {"draft": "draft", "awaiting_author": "checking", "held": "checking"},
    "resubmit": {"awaiting_author": "in_review"},
    "claim": {"in_review": "in_review", "awaiting_author": "awaiting_author", "held": "held"},
    "ask_author": {"in_review": "awaiting_author"},
    "answer": {"in_review": "in_review", "awaiting_author": "awaiting_author", "held": "held"},
    "tick": {"in_review": "in_review"},
    "sign": {"in_review": "in_review"},
    "hold": {"in_review": "held", "awaiting_author": "held"},
    "refuse": {"in_review": "refused", "awaiting_author": "refused", "held": "refused"},
    "reopen": {"held": "in_review"},
    "list": {"in_review": "listed"},
}
OF_PUBLISHERS = ("submit", "replace", "resubmit")
AS_TECHNICAL = ("tick", "sign")  # which must come from another organisation
CHECKED = {"checking": "in_review"}  # the thirteenth act is ours, and asks for nobody


def expected(state: str, act: str, role: str) -> str:
    """The state that follows, or the code of the refusal. Who may not at all learns nothing of the state."""
    if act in OF_PUBLISHERS:
        right = "" if role in PUBLISHERS else "not_a_publisher"
    elif act == "list" and role in PUBLISHERS:
        right = ""
    elif role == "author":
        right = "own_work"  # a reviewer elsewhere, with every role to sign
    elif role == "reviewer_own" and act in AS_TECHNICAL:
        right = "must_be_other_organisation"
    else:
        right = "" if role in JUDGES else "not_a_reviewer"
    return right or LEADS[act].get(state, "wrong_state")


@dataclass
class World:
    """A release in some state, with everybody around it."""

    release: Release
    finding: Finding
    item: ChecklistItem

    def review(self) -> Review:
        return Review.objects.select_related("release__module__organisation", "release__created_with").get(release=self.release)


@pytest.fixture
def people() -> dict[str, Viewer]:
    partnership = make_organisation("partnership", kind="partnership")
    author = make_member("hampshire", Role.PUBLISHER)
    make_member("met", Role.REVIEWER, user=author)
    found = {
        "author": author,
        "colleague": make_member("hampshire", Role.PUBLISHER),
        "reviewer_own": make_member("hampshire", Role.REVIEWER),
        "reviewer_other": make_member("met", Role.REVIEWER),
        "steward": make_member(partnership, Role.STEWARD),
        "auditor": make_member(partnership, Role.AUDITOR),
        "viewer": make_member("hampshire", Role.VIEWER),
        "outsider": make_member("wiltshire", Role.VIEWER, user=make_user("outsider@wiltshire.example")),
    }
    Membership.objects.update(signs=SignOffRole.values)  # which for most of them counts for nothing
    return {name: viewer_of(user) for name, user in found.items()}


def world_in(state: str, people: dict[str, Viewer]) -> World:
    """A release brought to ``state`` by the real acts."""
    draft = {"draft": True} if state == "draft" else {}
    release = make_release("hampshire/victim-update", by=people["author"], checked=False, **NO_PEOPLE, **draft)
    finding = Finding.objects.create(release=release, digest=release.digest, fingerprint="f" * 64, code="noted", severity="note", title="x")
    world = World(release, finding, ChecklistItem.objects.filter(role="technical", needs_evidence=False)[0])
    if state in ("draft", "checking"):
        return world
    check_release(release.pk)
    steward = people["steward"]
    if state == "awaiting_author":
        ask_author(review=world.review(), text="Why?", by=steward)
    elif state == "held":
        hold_release(review=world.review(), text="Wait.", by=steward)
    elif state == "refused":
        refuse_release(review=world.review(), text="No.", by=steward)
    elif state == "listed":
        sign_all(world)
        list_release(review=world.review(), by=steward)
    return world


def sign_all(world: World, *but: str) -> None:
    for role in SignOffRole.values:
        if role not in but:
            sign(world.review(), role)


def prepare(world: World, state: str, act: str) -> None:
    """What an act needs beside the state, so that nothing but state and role can stand against it."""
    if state in ("draft", "checking") and act not in ("submit", "replace"):
        begin(world.release, Release.State(state), by=None)  # no such review is ever made; were there one, nothing could be done with it
    if state == "in_review" and act == "list":
        sign_all(world)
    if state == "in_review" and act == "sign":
        sign_all(world, "business_owner", "information_assurance", "licence")  # ticks what is to be ticked
        review = world.review()
        review.sign_offs.update(voided_at=review.submitted_at, voided_reason="of this test")


def replace(world: World, by: Viewer) -> None:
    with spooled([bpmn("Mended")], "process.bpmn") as upload:
        replace_artefacts(release=Release.objects.select_related("module__organisation").get(pk=world.release.pk), uploads=[upload], by=by)


def acts(world: World) -> dict[str, Callable[[Viewer], object]]:
    review = partial(World.review, world)
    return {
        "submit": lambda by: submit_release(release=Release.objects.get(pk=world.release.pk), by=by),
        "replace": lambda by: replace(world, by),
        "resubmit": lambda by: resubmit_release(review=review(), text="So.", by=by),
        "claim": lambda by: claim_review(review=review(), assignee=by.user, by=by),
        "ask_author": lambda by: ask_author(review=review(), text="Why?", by=by),
        "answer": lambda by: answer_finding(review=review(), finding=world.finding, verdict="false", reason="It is not.", by=by),
        "tick": lambda by: tick_item(review=review(), item=world.item, by=by),
        "sign": lambda by: sign_off(review=review(), role="technical", digest=world.release.digest, by=by),
        "hold": lambda by: hold_release(review=review(), text="Wait.", by=by),
        "refuse": lambda by: refuse_release(review=review(), text="No.", by=by),
        "reopen": lambda by: reopen_review(review=review(), text="Go on.", by=by),
        "list": lambda by: list_release(review=review(), by=by),
    }


def outcome(work: Callable[[], object], release: Release, before: tuple[Any, ...]) -> tuple[str, bool]:
    """The state that ``work`` led to or the code it was refused with, and whether anything was written; undone afterwards."""
    mark = transaction.savepoint_create()
    try:
        work()
        found = Release.objects.values_list("state", flat=True).get(pk=release.pk)
    except RegistryError as error:
        found = error.code
    written = everything() != before
    transaction.savepoint_rollback(mark)
    return found, written


def cells(people: dict[str, Viewer]) -> Iterator[tuple[tuple[str, str, str], tuple[str, bool]]]:
    for state in STATES:
        outer = transaction.savepoint_create()
        world = world_in(state, people)
        for act in LEADS:
            inner = transaction.savepoint_create()
            prepare(world, state, act)
            work, before = acts(world)[act], everything()
            for role in ROLES:
                found, written = outcome(partial(work, people[role]), world.release, before)
                yield (state, act, role), (found, written)
                before = everything() if written else before  # bytes that were stored stay until they are swept
            transaction.savepoint_rollback(inner)
        yield (state, "check", "nobody"), outcome(partial(check_release, world.release.pk), world.release, everything())
        transaction.savepoint_rollback(outer)


@pytest.mark.django_db
def test_every_state_act_and_role(people: dict[str, Viewer], record_property: Callable[[str, object], None]) -> None:
    wrong, count = [], 0
    for (state, act, role), (found, written) in cells(people):
        count += 1
        if act == "check":
            wanted, writes = CHECKED.get(state, state), state in CHECKED
        else:
            wanted = expected(state, act, role)
            writes = wanted in STATES
        if (found, written) != (wanted, writes):
            wrong.append(f"{state} × {act} × {role}: {found}{' (written)' if written else ''}, not {wanted}")
    record_property("cells", count)
    print(f"{count} cells, {len(wrong)} mismatches")
    assert not wrong, "\n".join(wrong)
    assert count == len(STATES) * (len(LEADS) * len(ROLES) + 1) == 679
