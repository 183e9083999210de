"""A breaking release is announced, objected to and answered for; it is not listed before its day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Role
from demonstration.builders.uipath import Argument
from registry.actions.check_release import check_release
from registry.actions.give_notice import give_notice, withdraw_notice
from registry.actions.list_release import list_release
from registry.actions.object_to_release import answer_objection, object_to_release
from registry.actions.submit_release import submit_release
from registry.errors import Conflict, NotAllowed, Refused
from registry.lifecycle.models import NoticePeriod
from registry.notices.models import Notice
from registry.releases.models import Release
from registry.reviews.models import Review
from tests.make import fresh, make_adoption, make_lister, make_member, make_organisation, make_viewer, sign_all
from tests.sequence_seed import Step, make_part, make_sequence
from tests.unchanged import refuses

pytestmark = pytest.mark.django_db
BROKEN = (Argument("in_Case", required=True), Argument("out_Text", direction="Out"))
WHY = "The case system changes. Give in_Case from then on."


@pytest.fixture
def release() -> Release:
    """A breaking version of met/read in review, which wiltshire runs and hampshire made a sequence of."""
    part = make_part("met/read")
    make_adoption(part, "wiltshire")
    make_sequence("hampshire/letters", "1.0.0", Step("a", part, inputs={"in_Text": "=x"}))
    return make_part("met/read", "2.0.0", *BROKEN, checked=False)


def given(release: Release, days: int = 30) -> NoticePeriod:
    return give_notice(release=release, days=days, why=WHY, by=make_viewer("met"))


def test_everybody_it_may_hit_is_told(release: Release) -> None:
    people = {slug: make_member(slug) for slug in ("wiltshire", "hampshire", "kent", "met")}
    period = given(release)
    assert sorted(period.told.values_list("slug", flat=True)) == ["hampshire", "wiltshire"]
    assert period.ends_on == timezone.localdate() + timedelta(days=30)
    assert period.reasons == ["Main.xaml: new required input in_Case (String); input in_Text is gone"]
    told = Notice.objects.filter(kind="release_announced")
    assert set(told.values_list("user", flat=True)) >= {people["wiltshire"].pk, people["hampshire"].pk}
    assert not told.filter(user__in=[people["kent"], people["met"]]).exists()
    assert {notice.address for notice in told} == {f"/notice-periods/{period.pk}"}
    event = AuditEvent.objects.get(action="notice_period.given")
    assert (event.detail["days"], event.detail["told"]) == (30, 2)


def test_it_is_not_listed_before_its_day(release: Release) -> None:
    period = given(release)
    check_release(release.pk)
    review = fresh(Review.objects.get(release=release))
    sign_all(review)
    with pytest.raises(Conflict) as refusal:
        list_release(review=fresh(review), by=make_lister(fresh(review)))
    assert refusal.value.code == "notice_running"
    NoticePeriod.objects.filter(pk=period.pk).update(ends_on=timezone.localdate())
    list_release(review=fresh(review), by=make_lister(fresh(review)))
    release.refresh_from_db()
    assert release.state == "listed"


def test_what_lists_itself_waits_in_review() -> None:
    make_part("met/read", visibility="own")
    release = make_part("met/read", "2.0.0", *BROKEN, visibility="own", checked=False, draft=True)
    period = given(release)
    submit_release(release=release, by=make_viewer("met"))
    check_release(release.pk)
    release.refresh_from_db()
    assert release.state == "in_review"
    withdraw_notice(period=period, by=make_viewer("met"))
    review = fresh(Review.objects.get(release=release))
    list_release(review=review, by=make_viewer("met"))
    release.refresh_from_db()
    assert release.state == "listed"


@pytest.mark.parametrize("days", [13, 181, -1])
def test_it_runs_from_14_to_180_days(release: Release, days: int) -> None:
    with refuses("notice_days_invalid", "days"):
        given(release, days)


def test_why_is_said(release: Release) -> None:
    for why, code in ((" ", "text_missing"), ("x" * 2001, "text_too_long")):
        with pytest.raises(Refused) as refusal:
            give_notice(release=release, days=30, why=why, by=make_viewer("met"))
        assert (refusal.value.code, refusal.value.where) == (code, "why")


def test_only_its_publisher_gives_notice_and_takes_it_back(release: Release) -> None:
    for viewer in (make_viewer("wiltshire"), make_viewer("met", Role.REVIEWER)):
        with pytest.raises(NotAllowed):
            give_notice(release=release, days=30, why=WHY, by=viewer)
    period = given(release)
    with pytest.raises(NotAllowed):
        withdraw_notice(period=period, by=make_viewer("wiltshire"))


def test_what_is_listed_or_announced_or_used_by_nobody_is_not_announced(release: Release) -> None:
    given(release)
    with pytest.raises(Conflict) as running:
        given(release)
    assert running.value.code == "notice_running"
    with pytest.raises(Conflict) as listed:
        given(Release.objects.get(module=release.module, version="1.0.0"))
    assert listed.value.code == "listed_already"
    first = make_part("met/other", checked=False)
    with refuses("nobody_uses_it", "version"):
        given(first)


def test_a_notice_taken_back_can_be_given_anew(release: Release) -> None:
    make_member("wiltshire")
    period = given(release)
    withdraw_notice(period=period, by=make_viewer("met"))
    assert Notice.objects.filter(title="met/read 2.0.0 is no longer announced").exists()
    with pytest.raises(Conflict) as over:
        withdraw_notice(period=period, by=make_viewer("met"))
    assert over.value.code == "notice_over"
    again = given(release, 60)
    assert (again.pk, again.is_running) == (period.pk, True)


def test_who_was_told_objects_once_and_is_answered(release: Release) -> None:
    publisher, holder = make_member("met"), make_member("wiltshire")
    period = given(release)
    wiltshire = make_organisation("wiltshire")
    by = make_viewer("wiltshire")
    objection = object_to_release(period=period, organisation=wiltshire, text=" We need until May. ", by=by)
    assert objection.text == "We need until May."
    assert Notice.objects.get(user=publisher, kind="release_objected").text == "We need until May."
    with pytest.raises(Conflict) as twice:
        object_to_release(period=period, organisation=wiltshire, text="Again", by=by)
    assert twice.value.code == "objected_already"
    answer_objection(objection=objection, answer="We wait until May.", by=make_viewer("met"))
    assert Notice.objects.get(user=holder, kind="release_objected").text == "We wait until May."
    with pytest.raises(Conflict) as answered:
        answer_objection(objection=objection, answer="Or June.", by=make_viewer("met"))
    assert answered.value.code == "answered_already"
    assert set(AuditEvent.objects.filter(action__startswith="objection.").values_list("action", flat=True)) == {
        "objection.made",
        "objection.answered",
    }


def test_nobody_else_objects_or_answers(release: Release) -> None:
    period = given(release)
    with pytest.raises(NotAllowed) as untold:
        object_to_release(period=period, organisation=make_organisation("kent"), text="No", by=make_viewer("kent"))
    assert untold.value.code == "not_told"
    with pytest.raises(NotAllowed):
        object_to_release(period=period, organisation=make_organisation("wiltshire"), text="No", by=make_viewer("wiltshire", Role.VIEWER))
    with pytest.raises(NotAllowed):
        object_to_release(period=period, organisation=make_organisation("wiltshire"), text="No", by=make_viewer("hampshire"))
    objection = object_to_release(period=period, organisation=make_organisation("wiltshire"), text="No", by=make_viewer("wiltshire"))
    with pytest.raises(NotAllowed):
        answer_objection(objection=objection, answer="So be it", by=make_viewer("wiltshire"))


def test_nobody_objects_once_it_is_over(release: Release) -> None:
    period = given(release)
    NoticePeriod.objects.filter(pk=period.pk).update(ends_on=timezone.localdate())
    with pytest.raises(Conflict) as over:
        object_to_release(period=period, organisation=make_organisation("wiltshire"), text="No", by=make_viewer("wiltshire"))
    assert over.value.code == "notice_over"


def test_objections_do_not_veto(release: Release) -> None:
    period = given(release)
    object_to_release(period=period, organisation=make_organisation("wiltshire"), text="No", by=make_viewer("wiltshire"))
    NoticePeriod.objects.filter(pk=period.pk).update(ends_on=timezone.localdate())
    check_release(release.pk)
    review = sign_all(fresh(Review.objects.get(release=release)))
    list_release(review=fresh(review), by=make_lister(fresh(review)))
    release.refresh_from_db()
    assert release.state == "listed"
