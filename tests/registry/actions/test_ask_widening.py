"""Somebody asks that more may see a module; nothing changes until another agrees."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from accounts.models import AuditEvent, Organisation
from accounts.tokens import issue_token
from accounts.viewer import viewer_of_token
from registry.actions.ask_widening import ask_widening
from registry.actions.decide_widening import decide_widening
from registry.actions.update_module import update_module
from registry.catalogue.models import Module
from registry.releases.gates import ReleaseForm
from registry.reviews.models import Review, Widening
from tests.make import make_module, make_organisation, make_release, make_reviewer, make_viewer
from tests.race import race
from tests.unchanged import audit_refuses, refuses, unchanged


@pytest.fixture
def module() -> Module:
    make_organisation("met"), make_organisation("kent")
    return make_module("hampshire/letters", visibility="named", share_with=("met",))


def ask(module: Module, visibility: str = "partnership", by=None, reason: str = "It helps.", **more: object) -> Widening:  # type: ignore[no-untyped-def]
    return ask_widening(module=module, visibility=visibility, reason=reason, by=by or make_viewer("hampshire"), **more)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_wish_changes_nothing_yet(module: Module) -> None:
    wish = ask(module, "named", share_with=("met", "kent"))
    module.refresh_from_db()
    assert (module.visibility, [share.organisation.slug for share in module.shares.all()]) == ("named", ["met"])
    assert {each.slug for each in wish.share_with.all()} == {"met", "kent"}
    assert AuditEvent.objects.get(action="widening.asked").detail == {"visibility": "named", "marking": "OFFICIAL"}


@pytest.mark.django_db
def test_what_it_refuses(module: Module) -> None:
    cases: list[tuple[str, str, dict[str, object]]] = [
        ("visibility_unknown", "visibility", {"visibility": "world"}),
        ("marking_unknown", "marking", {"marking": "SECRET"}),
        ("organisation_unknown", "share_with", {"visibility": "named", "share_with": ("nowhere",)}),
        ("share_with_missing", "share_with", {"visibility": "named"}),
        ("words_missing", "reason", {"reason": " "}),
        ("text_too_long", "reason", {"reason": "x" * 501}),
        ("not_wider", "visibility", {"visibility": "named", "share_with": ("met",)}),
        ("not_wider", "visibility", {"visibility": "own"}),
        ("not_wider", "visibility", {"marking": "OFFICIAL-SENSITIVE"}),
        ("not_a_publisher", "module", {"by": make_reviewer("hampshire")}),
        ("not_a_publisher", "module", {"by": make_viewer("met")}),
    ]
    for code, where, given in cases:
        with refuses(code, where):
            ask(module, **given)  # type: ignore[arg-type]
    Organisation.objects.filter(slug="kent").update(is_active=False)
    with refuses("organisation_unknown", "share_with"):
        ask(module, "named", share_with=("met", "kent"))


@pytest.mark.django_db
def test_a_person_asks_not_a_token(module: Module) -> None:
    token, _ = issue_token(organisation=module.organisation, name="Robot", scopes=["publish"], days=9, by=None)
    with refuses("person_needed", "token"):
        ask(module, by=viewer_of_token(token))


@pytest.mark.django_db
def test_of_what_is_not_listed_nobody_asks() -> None:
    release = make_release("hampshire/letters", checked=False)
    with refuses("not_listed_yet", "visibility"):
        ask(release.module)


@pytest.mark.django_db
def test_one_wish_at_a_time_until_it_has_come_to_its_end(module: Module) -> None:
    wish = ask(module)
    with refuses("widening_open"):
        ask(module)
    decide_widening(widening=wish, agree=True, by=make_viewer("hampshire"))
    assert Review.objects.filter(kind="widening", closed_at=None).exists()
    with refuses("widening_open"):  # two in review would be told apart by nobody
        ask(module, "named", share_with=("met", "kent"))


@pytest.mark.django_db
@pytest.mark.parametrize("agreed", [False, True])
@pytest.mark.parametrize(
    "form", [ReleaseForm(visibility="own"), ReleaseForm(marking="OFFICIAL-SENSITIVE")], ids=["narrower", "marked higher"]
)
def test_a_wish_lapses_when_fewer_may_see_the_module_since(module: Module, agreed: bool, form: ReleaseForm) -> None:
    wish = ask(module)
    if agreed:
        decide_widening(widening=wish, agree=True, by=make_viewer("hampshire"))
    update_module(module=module, form=form, by=make_viewer("hampshire"))
    wish.refresh_from_db()
    assert (wish.outcome, wish.effective_at) == ("withdrawn", None)
    assert not Review.objects.filter(kind="widening", closed_at=None).exists()
    module.refresh_from_db()
    assert module.releases.get().state == "listed"
    ask(module, **({"marking": "OFFICIAL"} if form.marking else {}))  # type: ignore[arg-type]


@pytest.mark.django_db
def test_without_its_audit_line_nothing_is_asked(module: Module) -> None:
    by = make_viewer("hampshire")
    audit_refuses()
    with unchanged(), pytest.raises(DatabaseError):
        ask(module, by=by)


@pytest.mark.django_db(transaction=True)
def test_asked_several_times_at_once_it_is_asked_once() -> None:
    module, by = make_module("hampshire/letters", visibility="own"), make_viewer("hampshire")
    results = race(3, lambda _: ask(module, by=by))
    assert sum(isinstance(one, Widening) for one in results) == 1, results
