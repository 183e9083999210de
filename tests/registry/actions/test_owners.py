"""Publishers are reminded that somebody must answer for a module; what nobody answers for is shown as needing an owner."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import ApiToken, AuditEvent, Role
from accounts.viewer import viewer_of_token
from registry.actions.confirm_ownership import confirm_ownership, promise_support
from registry.actions.follow_up_owners import follow_up_owners
from registry.catalogue.models import Module
from registry.errors import NotAllowed, Refused
from registry.index.entries import SearchQuery
from registry.index.search import search
from tests.make import make_release, make_token, make_viewer
from tests.unchanged import unchanged

pytestmark = pytest.mark.django_db


@pytest.fixture
def module() -> Module:
    return make_release("hampshire/victim-update").module


def on(day: date) -> dict[str, int]:
    """What the follow-up does on a day, whatever it runs twice."""
    with time_machine.travel(timezone.now().replace(year=day.year, month=day.month, day=day.day, hour=9), tick=False):
        done = follow_up_owners()
        assert follow_up_owners() == {"reminded": 0, "orphaned": 0}
    return done


def test_a_year_after_listing_it_is_asked_for_three_times_and_then_needs_an_owner(module: Module) -> None:
    module.refresh_from_db()
    due = module.review_by
    assert due == (timezone.now() + timedelta(days=365)).date()
    quiet, reminded = {"reminded": 0, "orphaned": 0}, {"reminded": 1, "orphaned": 0}
    story = [(-40, quiet), (-30, reminded), (-20, quiet), (0, reminded), (10, quiet), (30, reminded), (50, quiet), (60, quiet)]
    for days, expected in story:
        assert on(due + timedelta(days=days)) == expected, days
    assert on(due + timedelta(days=61)) == {"reminded": 0, "orphaned": 1}
    assert on(due + timedelta(days=90)) == quiet
    partner = make_viewer("kent", Role.VIEWER)
    found = search(partner, SearchQuery(owner=("needs-owner",)))
    assert ([entry.id for entry in found.results], found.results[0].needs_owner) == (["hampshire/victim-update"], True)
    by = make_viewer("hampshire")
    confirm_ownership(module=module, by=by)
    module.refresh_from_db()
    assert (module.needs_owner, module.owner_confirmed_by, module.review_by) == ("", by.user, (timezone.now() + timedelta(days=365)).date())
    assert search(partner, SearchQuery(owner=("needs-owner",))).count == 0
    assert AuditEvent.objects.filter(action="module.owner_due").count() == 3


def test_one_missed_reminder_is_not_made_up_twice(module: Module) -> None:
    module.refresh_from_db()
    assert module.review_by is not None
    assert on(module.review_by + timedelta(days=5)) == {"reminded": 1, "orphaned": 0}
    assert on(module.review_by + timedelta(days=31)) == {"reminded": 1, "orphaned": 0}


def test_a_person_who_publishes_it_confirms(module: Module) -> None:
    make_token("hampshire")
    token = viewer_of_token(ApiToken.objects.select_related("organisation").get())
    for by in (make_viewer("kent"), make_viewer("hampshire", Role.VIEWER), token):
        with unchanged(), pytest.raises(NotAllowed):
            confirm_ownership(module=module, by=by)


def test_support_is_promised_by_somebody_until_some_day(module: Module) -> None:
    by = make_viewer("hampshire")
    for given in ({"support_by": "A firm", "support_until": None}, {"support_by": "", "support_until": date(2030, 1, 1)}):
        with unchanged(), pytest.raises(Refused) as refusal:
            promise_support(module=module, by=by, **given)  # type: ignore[arg-type]
        assert refusal.value.code == "support_half_said"
    promise_support(module=module, support_by="A firm", support_until=date(2030, 1, 1), by=by)
    module.refresh_from_db()
    assert (module.support_by, module.support_until) == ("A firm", date(2030, 1, 1))


def test_assurance_follows_the_owners_word_at_once(module: Module) -> None:
    Module.objects.filter(pk=module.pk).update(tier=3)  # as it may have been before something else changed
    confirm_ownership(module=module, by=make_viewer("hampshire"))
    module.refresh_from_db()
    assert module.tier < 3
