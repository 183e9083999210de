"""Statements of use are reminded of, end after a year, and their holders hear of newer versions; nobody else does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AuditEvent, Role
from registry.actions.follow_up_adoptions import follow_up_adoptions
from registry.actions.state_adoption import confirm_adoption, move_adoption
from registry.adoption.models import Adoption, AdoptionEntry
from registry.catalogue.models import Module
from registry.notices.models import Notice
from registry.releases.models import Release
from tests.make import make_adoption, make_member, make_organisation, make_release, make_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def release() -> Release:
    return make_release("hampshire/victim-update")


def on(day: date) -> dict[str, int]:
    """What the follow-up does on a day, whatever it runs twice."""
    with time_machine.travel(timezone.now().replace(year=day.year, month=day.month, day=day.day, hour=9), tick=False):
        done = follow_up_adoptions()
        assert follow_up_adoptions() == {"reminded": 0, "ended": 0}
    return done


def in_use(release: Release) -> str:
    return Module.objects.values_list("in_use", flat=True).get(pk=release.module_id)


def test_a_statement_is_reminded_of_twice_then_ends_and_lives_again_when_it_is_confirmed(release: Release) -> None:
    stated = make_adoption(release, "kent")
    make_member("kent", Role.VIEWER)
    assert stated.expires_on is not None
    quiet, reminded, ended = {"reminded": 0, "ended": 0}, {"reminded": 1, "ended": 0}, {"reminded": 0, "ended": 1}
    story = [(-31, quiet), (-30, reminded), (-20, quiet), (-7, reminded), (-1, quiet), (0, quiet)]
    for days, expected in story:
        assert on(stated.expires_on + timedelta(days=days)) == expected, days
        assert in_use(release) == "verified"
    assert on(stated.expires_on + timedelta(days=1)) == ended
    assert on(stated.expires_on + timedelta(days=90)) == quiet
    assert (in_use(release), AdoptionEntry.objects.latest("pk").what) == ("", "expired")
    titles = list(Notice.objects.filter(kind="adoption_due").order_by("pk").values_list("title", flat=True))
    assert len(titles) == 3  # to the publisher of that organisation, and not to its viewer
    assert titles[0] == titles[1] == "Do you still run hampshire/victim-update 1.0.0?"
    assert titles[2].startswith("Nobody has confirmed")
    assert set(Notice.objects.values_list("address", flat=True)) == {f"/adoptions/{stated.pk}"}
    events = list(AuditEvent.objects.filter(action__startswith="adoption.").order_by("pk").values_list("action", "organisation__slug"))
    assert events == [("adoption.reminded", "kent")] * 2 + [("adoption.expired", "kent")]
    stated.refresh_from_db()
    assert stated.stage == "live"  # that nobody confirmed it does not mean that nobody runs it
    with time_machine.travel(timezone.now() + timedelta(days=500), tick=False):
        confirm_adoption(adoption=stated, by=make_viewer("kent"))
        assert in_use(release) == "verified"
        assert follow_up_adoptions() == {"reminded": 0, "ended": 0}


def test_a_missed_reminder_is_not_made_up_twice(release: Release) -> None:
    stated = make_adoption(release, "kent")
    assert stated.expires_on is not None
    assert on(stated.expires_on - timedelta(days=3)) == {"reminded": 1, "ended": 0}
    assert on(stated.expires_on) == {"reminded": 0, "ended": 0}
    later = make_adoption(release, "surrey")
    Adoption.objects.filter(pk=later.pk).update(expires_on=stated.expires_on)
    assert on(stated.expires_on + timedelta(days=40)) == {"reminded": 0, "ended": 2}


def test_only_what_is_live_ends(release: Release) -> None:
    for number, stage in enumerate(("interested", "assessing", "pilot", "retired")):
        make_adoption(release, f"force-{number}", stage)
    assert on(timezone.localdate() + timedelta(days=800)) == {"reminded": 0, "ended": 0}


def test_holders_of_older_versions_who_see_the_newer_one_hear_of_it_once(release: Release) -> None:
    for holder in ("kent", "surrey", "dorset"):
        make_organisation(holder)
    make_adoption(release, "kent")
    make_adoption(release, "surrey", "retired")
    make_adoption(release, "dorset", "interested")
    make_viewer("sussex")
    newer = make_release("hampshire/victim-update", "1.1.0")
    told = Notice.objects.filter(kind="version_behind")
    assert list(told.values_list("organisation__slug", "address")) == [("kent", "/modules/hampshire/victim-update/1.1.0")]
    move_adoption(adoption=Adoption.objects.get(organisation__slug="kent"), release=newer, by=make_viewer("kent"))
    make_release("hampshire/victim-update", "1.0.1")  # not newer than what it holds
    make_release("hampshire/victim-update", "2.0.0-rc.1")  # a preview
    assert told.count() == 1


def test_who_does_not_see_the_newer_version_is_not_told() -> None:
    for holder in ("kent", "surrey"):
        make_organisation(holder)
    release = make_release("hampshire/shared", visibility="named", share_with=("kent", "surrey"))
    make_adoption(release, "kent")
    make_adoption(release, "surrey")
    release.module.shares.filter(organisation__slug="surrey").delete()
    make_release("hampshire/shared", "1.1.0", visibility="named", share_with=("kent",))
    assert set(Notice.objects.filter(kind="version_behind").values_list("organisation__slug", flat=True)) == {"kent"}
