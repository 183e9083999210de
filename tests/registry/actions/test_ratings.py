"""Who may rate, what of it is refused, what a publisher replies, and how stewards judge what is reported."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent, Membership, Role, User
from accounts.viewer import Viewer, viewer_of, viewer_of_token
from registry.actions.decide_rating_report import decide_rating_report, restore_rating
from registry.actions.quarantine_release import quarantine_release
from registry.actions.rate_release import rate_release
from registry.actions.release_from_quarantine import release_from_quarantine
from registry.actions.reply_rating import reply_rating
from registry.actions.report_rating import report_rating
from registry.adoption.models import Adoption, AdoptionEntry
from registry.catalogue.models import Module
from registry.curation.models import CRITERIA, Rating, RatingReport
from registry.curation.ranking import weighed
from registry.lifecycle.models import Quarantine
from registry.notices.models import Notice
from registry.releases.models import Release
from tests.make import (
    ApiToken,
    make_adoption,
    make_member,
    make_organisation,
    make_rating,
    make_release,
    make_steward,
    make_token,
    make_viewer,
)
from tests.unchanged import refuses

pytestmark = pytest.mark.django_db
WORDS = "It files as our own people would, and faster."
POINTS = {code: 4 for code, _, _ in CRITERIA}


@pytest.fixture
def release() -> Release:
    return make_release("hampshire/victim-update")


def adopter(release: Release, slug: str = "wiltshire", stage: str = "live", **more: object) -> Viewer:
    made = make_adoption(release, slug, stage, **more)
    return viewer_of(User.objects.get(pk=made.created_by_id), slug)


def rate(release: Release, by: Viewer, **more: object) -> Rating:
    return rate_release(release=release, by=by, **{"points": POINTS, "words": WORDS, **more})


def row(release: Release) -> tuple[int, float]:
    return Module.objects.values_list("rated", "rating").get(pk=release.module_id)


def told(action: str) -> set[str]:
    return set(Notice.objects.filter(kind="rating", title__contains=action).values_list("organisation__slug", flat=True))


# --- Rating ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("stage", ["live", "pilot"])
def test_who_runs_it_rates_it(release: Release, stage: str) -> None:
    publisher = make_viewer("hampshire")
    by = adopter(release, stage=stage)
    rating = rate(release, by, points=POINTS | {"adapts": 2}, effort_days=4)
    assert (rating.organisation.slug, rating.adapts, rating.reliable, rating.words, rating.effort_days) == ("wiltshire", 2, 4, WORDS, 4)
    assert row(release) == (1, weighed([[4, 2, 4, 4, 4]]))
    event = AuditEvent.objects.get(action="rating.given")
    assert (event.subject, event.user, event.organisation.slug) == ("hampshire/victim-update@1.0.0", by.user, "wiltshire")
    assert WORDS not in str(event.detail)
    assert told("rated") == {"hampshire"}
    assert Notice.objects.filter(user=publisher.user, kind="rating", address=f"/ratings/{rating.pk}").exists()


@pytest.mark.parametrize("stage", ["interested", "assessing", "retired", None])
def test_who_never_ran_it_does_not(release: Release, stage: str | None) -> None:
    by = adopter(release, stage=stage) if stage else make_viewer("wiltshire")
    with refuses("not_adopted"):
        rate(release, by)


def test_who_runs_another_version_does_not(release: Release) -> None:
    by = adopter(make_release("hampshire/victim-update", "1.1.0"))
    with refuses("not_adopted"):
        rate(release, by)


def test_another_organisation_running_it_is_not_enough(release: Release) -> None:
    adopter(release, "kent")
    with refuses("not_adopted"):
        rate(release, make_viewer("wiltshire"))


def moved_on(release: Release, days: int, stage: str = "retired", to: Release | None = None) -> Viewer:
    """Somebody of an organisation that ran ``release`` until so many days ago."""
    by = make_viewer("wiltshire")
    now = timezone.now()
    dated = {"since": now.date(), "confirmed_at": now, "expires_on": now.date() + timedelta(days=365)}
    held = Adoption.objects.create(organisation=by.organisation, module=release.module, release=to or release, stage=stage, **dated)
    for more, what, then in ((1, "live", release), (0, stage, to or release)):
        AdoptionEntry.objects.create(adoption=held, what="stage", stage=what, release=then, at=now - timedelta(days=days + more))
    return by


@pytest.mark.parametrize("days", [0, 364])
def test_who_ran_it_lately_still_rates_it(release: Release, days: int) -> None:
    assert rate(release, moved_on(release, days)).pk


def test_who_stopped_over_a_year_ago_does_not(release: Release) -> None:
    by = moved_on(release, 366)
    with refuses("ran_too_long_ago"):
        rate(release, by)


def test_confirming_it_anew_does_not_end_it(release: Release) -> None:
    """A line of the log under which the same version still runs is no end; only what followed it is."""
    by = moved_on(release, 400, "live", release)
    Adoption.objects.update(stage="assessing")
    with refuses("not_adopted"):
        rate(release, by)
    Adoption.objects.update(stage="live")
    assert rate(release, by).pk


def test_who_moved_to_the_next_version_rates_both(release: Release) -> None:
    newer = make_release("hampshire/victim-update", "1.1.0")
    by = moved_on(release, 0, "live", newer)
    rate(release, by)
    rate(newer, by, points=dict.fromkeys(POINTS, 5))
    assert Rating.objects.count() == 2
    assert row(release) == (1, weighed([[5] * 5])), "an organisation counts once, by what it said last"


def test_the_publisher_does_not_rate_its_own(release: Release) -> None:
    with refuses("own_module"):
        rate(release, make_viewer("hampshire"))


def test_a_member_of_the_publisher_does_not_rate_for_another(release: Release) -> None:
    by = adopter(release)
    assert by.user is not None
    make_member("hampshire", Role.VIEWER, user=by.user)
    with refuses("own_module"):  # by memberships as they are, not as they were when the request began
        rate(release, by)


def test_the_database_refuses_it_too(release: Release) -> None:
    own = make_viewer("hampshire")
    with pytest.raises(IntegrityError, match="nobody rates their own"), transaction.atomic():
        Rating.objects.create(organisation=own.organisation, release=release, words=WORDS, rated_by=own.user, **POINTS)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER])
def test_only_who_answers_for_an_organisation_rates_for_it(release: Release, role: str) -> None:
    adopter(release)
    with refuses("may_not_answer"):
        rate(release, make_viewer("wiltshire", role))


def test_programs_and_nobody_do_not_rate(release: Release) -> None:
    adopter(release)
    make_token("wiltshire")
    with refuses("person_needed"):
        rate(release, viewer_of_token(ApiToken.objects.select_related("organisation").get()))
    with refuses("person_needed"):
        rate(release, Viewer())


@pytest.mark.parametrize("code", [code for code, _, _ in CRITERIA])
@pytest.mark.parametrize("value", [0, 6, -1, None])
def test_each_criterion_is_from_1_to_5(release: Release, code: str, value: int | None) -> None:
    by = adopter(release)
    with refuses("points_invalid", code):
        rate(release, by, points=POINTS | {code: value})


@pytest.mark.parametrize(
    ("more", "code", "where"),
    [
        ({"words": ""}, "words_too_short", "words"),
        ({"words": "x" * 19 + "   "}, "words_too_short", "words"),
        ({"words": "x" * 2001}, "text_too_long", "words"),
        ({"effort_days": -1}, "effort_invalid", "effort_days"),
        ({"effort_days": 2001}, "effort_invalid", "effort_days"),
        ({"points": {}}, "points_invalid", "does_the_work"),
    ],
)
def test_what_is_said_has_bounds(release: Release, more: dict, code: str, where: str) -> None:
    by = adopter(release)
    with refuses(code, where):
        rate(release, by, **more)
    assert rate(release, by, words="x" * 20, effort_days=0).effort_days == 0
    assert len(rate(release, by, words="x" * 2000, effort_days=2000).words) == 2000


def test_a_rating_is_changed_and_saying_the_same_changes_nothing(release: Release) -> None:
    by = adopter(release)
    first = rate(release, by)
    assert first.changed_at is None
    assert rate(release, by).changed_at is None
    assert AuditEvent.objects.filter(action__startswith="rating.").count() == 1
    colleague = make_viewer("wiltshire")
    second = rate(release, colleague, points=POINTS | {"supported": 1})
    assert (second.pk, second.supported, second.rated_by) == (first.pk, 1, colleague.user)
    assert second.changed_at is not None
    assert AuditEvent.objects.filter(action="rating.changed").count() == 1
    assert row(release) == (1, weighed([[4, 4, 4, 4, 1]]))
    assert Notice.objects.filter(title__contains="rated").count() == 1, "of a change nobody is told"


def test_the_catalogue_counts_what_all_readers_see(release: Release) -> None:
    """A version in quarantine takes its ratings out of the list's order, and brings them back."""
    make_release("hampshire/victim-update", "1.1.0")
    make_rating(release, "wiltshire", 5)
    assert row(release) == (1, weighed([[5] * 5]))
    quarantine_release(release=release, reason="An inquiry.", by=make_steward())
    assert row(release) == (0, 0.0)
    release_from_quarantine(
        quarantine=Quarantine.objects.get(), reason="Sound.", by=make_viewer(make_organisation("partnership"), Role.STEWARD)
    )
    assert row(release) == (1, weighed([[5] * 5]))


# --- Replies --------------------------------------------------------------------------------------------------------------
def test_the_publisher_replies_and_the_rater_hears(release: Release) -> None:
    rating = make_rating(release, "wiltshire")
    by = make_viewer("hampshire")
    replied = reply_rating(rating=rating, text=" Mended in 1.1.0. ", by=by)
    assert (replied.reply, replied.replied_by) == ("Mended in 1.1.0.", by.user)
    assert told("replied") == {"wiltshire"}
    assert AuditEvent.objects.get(action="rating.replied").organisation.slug == "hampshire"
    assert reply_rating(rating=rating, text="Mended in 1.2.0.", by=by).reply == "Mended in 1.2.0."


def test_nobody_else_replies(release: Release) -> None:
    rating = make_rating(release, "wiltshire")
    for by in (make_viewer("wiltshire"), make_viewer("kent"), make_viewer("hampshire", Role.VIEWER), make_steward()):
        with refuses("not_a_publisher"):
            reply_rating(rating=rating, text="No.", by=by)
    make_token("hampshire")
    with refuses("person_needed"):
        reply_rating(rating=rating, text="No.", by=viewer_of_token(ApiToken.objects.select_related("organisation").get()))


def test_a_reply_has_bounds(release: Release) -> None:
    rating, by = make_rating(release, "wiltshire"), make_viewer("hampshire")
    with refuses("reply_missing", "text"):
        reply_rating(rating=rating, text="  ", by=by)
    with refuses("text_too_long", "text"):
        reply_rating(rating=rating, text="x" * 2001, by=by)
    hide(rating)
    with refuses("rating_hidden"):
        reply_rating(rating=rating, text="No.", by=by)


# --- Reports --------------------------------------------------------------------------------------------------------------
def hide(rating: Rating, by: Viewer | None = None) -> Rating:
    report_rating(rating=rating, reason="It names a constable.", by=make_viewer("kent", Role.VIEWER))
    return decide_rating_report(rating=rating, hide=True, reason="It names a person.", by=by or make_steward())


def test_whoever_sees_a_rating_reports_it_once(release: Release) -> None:
    steward, rating = make_steward(), make_rating(release, "wiltshire")
    for by in (make_viewer("kent", Role.VIEWER), make_viewer("hampshire", Role.REVIEWER)):
        report = report_rating(rating=rating, reason=" It names a constable. ", by=by)
        assert (report.reason, report.user, report.organisation) == ("It names a constable.", by.user, by.organisation)
        with refuses("reported_already", "reason"):
            report_rating(rating=rating, reason="Again.", by=by)
    assert AuditEvent.objects.filter(action="rating.reported").count() == 2
    assert Notice.objects.filter(user=steward.user, title__contains="is reported").count() == 2
    assert told("is reported") == {"partnership"}, "the reported organisation hears of it when it is decided"


def test_a_report_has_bounds(release: Release) -> None:
    rating, by = make_rating(release, "wiltshire"), make_viewer("kent")
    with refuses("reason_missing", "reason"):
        report_rating(rating=rating, reason=" ", by=by)
    with refuses("text_too_long", "reason"):
        report_rating(rating=rating, reason="x" * 1001, by=by)
    with refuses("auditors_read"):
        report_rating(rating=rating, reason="Odd.", by=make_viewer(make_organisation("partnership", kind="partnership"), Role.AUDITOR))
    make_token("kent")
    with refuses("person_needed"):
        report_rating(rating=rating, reason="Odd.", by=viewer_of_token(ApiToken.objects.select_related("organisation").get()))
    hide(rating)
    with refuses("rating_hidden"):
        report_rating(rating=rating, reason="Odd.", by=by)


def test_a_steward_hides_it_and_both_sides_hear(release: Release) -> None:
    make_viewer("hampshire")
    rating, steward = make_rating(release, "wiltshire"), make_steward()
    report_rating(rating=rating, reason="I do not like it.", by=make_viewer("hampshire"))
    hidden = hide(rating, steward)
    assert (hidden.hidden_by, hidden.hidden_reason) == (steward.user, "It names a person.")
    assert set(RatingReport.objects.values_list("outcome", "decision", "decided_by")) == {("hidden", "It names a person.", steward.user.pk)}
    assert row(release) == (0, 0.0)
    assert told("A steward hid") == {"wiltshire", "hampshire"}
    assert AuditEvent.objects.get(action="rating.hidden").detail["reason"] == "It names a person."
    with refuses("decided_already"):
        decide_rating_report(rating=rating, hide=False, reason="No.", by=steward)


def test_a_steward_keeps_it(release: Release) -> None:
    rating, steward = make_rating(release, "wiltshire"), make_steward()
    report_rating(rating=rating, reason="It is unfair.", by=make_viewer("hampshire"))
    kept = decide_rating_report(rating=rating, hide=False, reason="Unfavourable is no reason.", by=steward)
    assert kept.hidden_at is None
    assert RatingReport.objects.get().outcome == "kept"
    assert row(release)[0] == 1
    assert AuditEvent.objects.filter(action="rating.kept").count() == 1


@pytest.mark.parametrize("side", ["wiltshire", "hampshire"])
def test_a_steward_who_belongs_to_a_side_does_not_judge(release: Release, side: str) -> None:
    rating = make_rating(release, "wiltshire")
    report_rating(rating=rating, reason="Odd.", by=make_viewer("kent"))
    steward = make_viewer(make_organisation("partnership", kind="partnership"), Role.STEWARD)
    assert steward.user is not None
    make_member(side, Role.VIEWER, user=steward.user)
    with refuses("not_independent"):
        decide_rating_report(rating=rating, hide=True, reason="Odd.", by=steward)
    decide_rating_report(rating=rating, hide=True, reason="Odd.", by=make_steward())
    with refuses("not_independent"):
        restore_rating(rating=rating, reason="Odd.", by=steward)


def test_who_reported_does_not_judge(release: Release) -> None:
    rating = make_rating(release, "wiltshire")
    steward = make_viewer(make_organisation("partnership", kind="partnership"), Role.STEWARD)
    report_rating(rating=rating, reason="Odd.", by=steward)
    with refuses("own_report"):
        decide_rating_report(rating=rating, hide=True, reason="Odd.", by=steward)


def test_only_stewards_judge_and_they_say_why(release: Release) -> None:
    rating = make_rating(release, "wiltshire")
    report_rating(rating=rating, reason="Odd.", by=make_viewer("kent"))
    for by in (
        make_viewer("kent"),
        make_viewer("hampshire"),
        make_viewer(make_organisation("partnership", kind="partnership"), Role.AUDITOR),
    ):
        with refuses("stewards_only"):
            decide_rating_report(rating=rating, hide=True, reason="Odd.", by=by)
    with refuses("reason_missing", "reason"):
        decide_rating_report(rating=rating, hide=True, reason=" ", by=make_steward())
    with refuses("not_hidden"):
        restore_rating(rating=rating, reason="Odd.", by=make_steward())


def test_what_is_hidden_stays_hidden_when_changed_until_a_steward_restores_it(release: Release) -> None:
    rating, steward = make_rating(release, "wiltshire", 5), make_steward()
    hide(rating, steward)
    by = viewer_of(User.objects.get(pk=rating.rated_by_id))
    changed = rate(release, by)
    assert (changed.hidden_at is not None, row(release)) == (True, (0, 0.0))
    assert Notice.objects.filter(user=steward.user, title__contains="was changed").count() == 1
    make_viewer("hampshire")
    restored = restore_rating(rating=rating, reason="It names nobody now.", by=steward)
    assert (restored.hidden_at, restored.hidden_by, restored.hidden_reason) == (None, None, "")
    assert row(release) == (1, weighed([[4] * 5]))
    assert told("shown again") == {"wiltshire", "hampshire"}
    assert AuditEvent.objects.get(action="rating.restored").detail["reason"] == "It names nobody now."
    with refuses("reported_already"):
        report_rating(rating=rating, reason="Again.", by=viewer_of(RatingReport.objects.get().user))


def test_a_membership_that_ended_no_longer_binds(release: Release) -> None:
    rating = make_rating(release, "wiltshire")
    report_rating(rating=rating, reason="Odd.", by=make_viewer("kent"))
    steward = make_viewer(make_organisation("partnership", kind="partnership"), Role.STEWARD)
    make_member("wiltshire", Role.VIEWER, user=steward.user)
    Membership.objects.filter(user=steward.user, organisation__slug="wiltshire").delete()
    assert decide_rating_report(rating=rating, hide=True, reason="It names a person.", by=steward).hidden_at
