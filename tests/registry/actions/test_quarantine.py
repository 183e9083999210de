"""What is in quarantine is gone for all but its publisher with the next request; two people put it there or take it out."""

from __future__ import annotations

import hashlib

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, Role
from accounts.viewer import Viewer
from registry.actions.decide_digest import decide_digest
from registry.actions.dismiss_report import dismiss_report
from registry.actions.publish_release import publish_release
from registry.actions.quarantine_release import quarantine_module, quarantine_release
from registry.actions.release_from_quarantine import release_from_quarantine
from registry.actions.report_release import report_release
from registry.catalogue.models import Module
from registry.errors import Conflict, Missing, NotAllowed, Refused
from registry.index import read
from registry.index.entries import SearchQuery
from registry.index.search import search
from registry.lifecycle.models import DigestVerdict, Quarantine, ReportDecision, UnsafeReport
from registry.releases.gates import ReleaseForm
from registry.releases.models import Release
from registry.releases.upload import spooled
from tests.make import bpmn, make_organisation, make_release, make_reviewer, make_viewer
from tests.unchanged import unchanged

pytestmark = pytest.mark.django_db
WHY = "It sends case files to a stranger."
MODULE = ("hampshire", "victim-update")


def steward() -> Viewer:
    return make_viewer(make_organisation("moothall", kind="partnership"), Role.STEWARD)


def listed(*versions: str, **more: object) -> list[Release]:
    return [make_release("hampshire/victim-update", version, **more) for version in versions or ("1.0.0",)]


def sees(viewer: Viewer, version: str = "1.0.0") -> bool:
    try:
        read.release_detail(viewer, *MODULE, version)
    except Missing:
        return False
    return True


def test_a_steward_hides_a_version_from_everybody_but_its_publisher() -> None:
    old, new = listed("1.0.0", "1.1.0")
    partner, own = make_viewer("wiltshire"), make_viewer("hampshire", Role.VIEWER)
    by = steward()
    quarantine_release(release=new, reason=WHY, by=by)
    assert (sees(partner, "1.1.0"), sees(by, "1.1.0"), sees(own, "1.1.0")) == (False, False, True)
    assert read.module_detail(partner, *MODULE).entry.latest_version == "1.0.0"
    assert [entry.version for entry in read.releases(partner, *MODULE)] == ["1.0.0"]
    with pytest.raises(Conflict) as refusal:
        read.artefact(own, *MODULE, "1.1.0", "process.bpmn")
    assert refusal.value.code == "quarantined"
    assert read.artefact(partner, *MODULE, "1.0.0", "process.bpmn").release_id == old.pk
    event = AuditEvent.objects.get(action="release.quarantined")
    assert (event.subject, event.user, event.detail) == ("hampshire/victim-update@1.1.0", by.user, {"cause": "steward"})


def test_with_its_last_version_the_module_is_gone_from_lists_counts_and_facets() -> None:
    (release,) = listed()
    partner = make_viewer("wiltshire")
    assert search(partner, SearchQuery()).count == 1
    quarantine_release(release=release, reason=WHY, by=make_viewer("hampshire"))
    found = search(partner, SearchQuery())
    assert (found.count, found.results, found.facets["publisher"], read.home(partner).modules) == (0, (), (), 0)
    with pytest.raises(Missing):
        read.module_detail(partner, *MODULE)


def test_all_of_a_module_at_once() -> None:
    listed("1.0.0", "1.1.0", "2.0.0-beta.1")
    module = Module.objects.get()
    assert len(quarantine_module(module=module, reason=WHY, by=steward())) == 3
    assert not Release.objects.filter(quarantined_at=None).exists()
    with pytest.raises(Conflict) as refusal:
        quarantine_module(module=module, reason=WHY, by=steward())
    assert refusal.value.code == "already_quarantined"


@pytest.mark.parametrize("organisation", ["wiltshire", "hampshire"])
def test_who_neither_publishes_it_nor_is_a_steward_quarantines_nothing(organisation: str) -> None:
    (release,) = listed()
    by = make_viewer(organisation, Role.PUBLISHER if organisation == "wiltshire" else Role.VIEWER)
    with unchanged(), pytest.raises(NotAllowed):
        quarantine_release(release=release, reason=WHY, by=by)


def test_a_steward_quarantines_nothing_that_its_publisher_keeps_to_itself() -> None:
    (release,) = listed(visibility="own")
    with pytest.raises(NotAllowed):
        quarantine_release(release=release, reason=WHY, by=steward())


def test_somebody_else_ends_it_and_everything_is_as_before() -> None:
    (release,) = listed()
    partner, first, second = make_viewer("wiltshire"), steward(), steward()
    made = quarantine_release(release=release, reason=WHY, by=first)
    for who in (first, make_viewer("hampshire"), partner):
        with unchanged(), pytest.raises(NotAllowed):
            release_from_quarantine(quarantine=made, reason="Looked into it.", by=who)
    release_from_quarantine(quarantine=made, reason="Looked into it.", by=second)
    assert sees(partner)
    assert read.module_detail(partner, *MODULE).entry.status == "listed"
    made.refresh_from_db()
    assert (made.ended_by, made.ended_reason) == (second.user, "Looked into it.")
    with pytest.raises(Conflict):
        release_from_quarantine(quarantine=made, reason="Again.", by=second)


def test_what_its_publisher_put_away_another_publisher_may_take_out() -> None:
    (release,) = listed()
    first, second = make_viewer("hampshire"), make_viewer("hampshire", Role.ADMINISTRATOR)
    made = quarantine_release(release=release, reason=WHY, by=first)
    with pytest.raises(NotAllowed) as refusal:
        release_from_quarantine(quarantine=made, reason="Fine.", by=first)
    assert refusal.value.code == "second_person"
    release_from_quarantine(quarantine=made, reason="Fine.", by=second)


def test_the_database_lets_nobody_end_what_they_set() -> None:
    (release,) = listed()
    made = quarantine_release(release=release, reason=WHY, by=steward())
    with pytest.raises(IntegrityError), transaction.atomic():
        Quarantine.objects.filter(pk=made.pk).update(ended_by=made.set_by)


# --- Reports --------------------------------------------------------------------------------------------------------------
def test_two_people_of_different_organisations_one_a_reviewer_quarantine_it() -> None:
    (release,) = listed()
    report_release(release=release, reason=WHY, by=make_viewer("wiltshire", Role.VIEWER))
    report_release(release=release, reason=WHY, by=make_viewer("met", Role.VIEWER))
    assert sees(make_viewer("met")), "nobody of these is known to judge such things"
    report_release(release=release, reason=WHY, by=make_reviewer("kent", "technical"))
    release.refresh_from_db()
    assert release.quarantined_at is not None
    assert release.quarantined_by is None
    assert Quarantine.objects.get().cause == "reports"
    assert set(UnsafeReport.objects.values_list("outcome", flat=True)) == {"upheld"}
    assert ReportDecision.objects.count() == 3


def test_two_of_one_organisation_are_not_independent() -> None:
    (release,) = listed()
    for by in (make_reviewer("kent", "technical"), make_viewer("kent", Role.VIEWER)):
        report_release(release=release, reason=WHY, by=by)
    release.refresh_from_db()
    assert release.quarantined_at is None


def test_a_person_reports_once_and_says_why() -> None:
    (release,) = listed()
    by = make_viewer("wiltshire", Role.VIEWER)
    with pytest.raises(Refused) as refusal:
        report_release(release=release, reason=" ", by=by)
    assert refusal.value.code == "reason_missing"
    report_release(release=release, reason=WHY, by=by)
    with pytest.raises(Conflict) as conflict:
        report_release(release=release, reason=WHY, by=by)
    assert conflict.value.code == "reported_already"


def test_who_reported_it_does_not_end_the_quarantine_and_the_reports_are_answered_with_it() -> None:
    (release,) = listed()
    reporter, other = steward(), steward()
    report_release(release=release, reason=WHY, by=make_viewer("wiltshire", Role.VIEWER))
    report_release(release=release, reason=WHY, by=reporter)
    made = Quarantine.objects.get()
    with pytest.raises(NotAllowed) as refusal:
        release_from_quarantine(quarantine=made, reason="Fine.", by=reporter)
    assert refusal.value.code == "second_person"
    release_from_quarantine(quarantine=made, reason="Fine.", by=other)
    assert set(UnsafeReport.objects.values_list("outcome", flat=True)) == {"dismissed"}
    assert ReportDecision.objects.filter(outcome="dismissed", decided_by=other.user, reason="Fine.").count() == 2


def test_a_report_that_was_dismissed_counts_no_more() -> None:
    (release,) = listed()
    report = report_release(release=release, reason=WHY, by=make_reviewer("kent", "technical"))
    with pytest.raises(NotAllowed):
        dismiss_report(report=report, reason="Nothing.", by=make_viewer("hampshire"))
    dismiss_report(report=report, reason="Nothing.", by=steward())
    report_release(release=release, reason=WHY, by=make_viewer("wiltshire", Role.VIEWER))
    release.refresh_from_db()
    assert release.quarantined_at is None


# --- Bytes ----------------------------------------------------------------------------------------------------------------
DATA = bpmn("Unsafe")
DIGEST = hashlib.sha256(DATA).hexdigest()


def publish(publisher: str) -> Release:
    form = ReleaseForm(version="1.0.0", licence="MIT", summary="Sends a letter.", title="Letters")
    with spooled([DATA], "process.bpmn") as upload:
        done = publish_release(publisher=publisher, slug="letters", uploads=[upload], form=form, by=make_viewer(publisher))
    assert done.release is not None
    return done.release


def test_denied_bytes_go_into_quarantine_wherever_they_are_and_are_refused_from_then_on() -> None:
    shared = listed(data=DATA)[0]
    hidden = make_release("met/other-name", data=DATA, visibility="own")
    decide_digest(sha256=DIGEST.upper(), verdict="deny", reason=WHY, by=steward())
    for release in (shared, hidden):
        release.refresh_from_db()
        assert (release.quarantined_at is not None, release.quarantine_reason) == (True, WHY)
    with unchanged(), pytest.raises(Refused) as refusal:
        publish("kent")
    assert (refusal.value.code, WHY in refusal.value.message) == ("bytes_denied", True)


def test_another_steward_allows_them_and_the_releases_come_back() -> None:
    (release,) = listed(data=DATA)
    first, second = steward(), steward()
    decide_digest(sha256=DIGEST, verdict="deny", reason=WHY, by=first)
    with pytest.raises(NotAllowed):
        decide_digest(sha256=DIGEST, verdict="allow", reason="Sound.", by=first)
    with pytest.raises(Conflict) as refusal:
        release_from_quarantine(quarantine=Quarantine.objects.get(), reason="Fine.", by=second)
    assert refusal.value.code == "bytes_denied"
    decide_digest(sha256=DIGEST, verdict="allow", reason="Sound.", by=second)
    assert sees(make_viewer("wiltshire"))
    assert publish("kent").module.identifier == "kent/letters"
    assert [verdict.verdict for verdict in DigestVerdict.objects.order_by("pk")] == ["deny", "allow"]
    assert release.quarantines.get().ended_by == second.user


def test_reports_put_no_allowed_bytes_into_quarantine_and_are_answered_by_that() -> None:
    (release,) = listed(data=DATA)
    decide_digest(sha256=DIGEST, verdict="allow", reason="Looked through line by line.", by=steward())
    for by in (make_reviewer("kent", "technical"), make_viewer("wiltshire", Role.VIEWER)):
        report_release(release=release, reason=WHY, by=by)
    release.refresh_from_db()
    assert release.quarantined_at is None
    assert "line by line" in ReportDecision.objects.first().reason  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"sha256": "abc"}, "digest_invalid"),
        ({"verdict": "maybe"}, "verdict_unknown"),
        ({"reason": " "}, "reason_missing"),
    ],
)
def test_a_verdict_is_on_a_digest_and_has_a_reason(given: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        decide_digest(**({"sha256": DIGEST, "verdict": "deny", "reason": WHY} | given), by=steward())
    assert refusal.value.code == code


def test_only_stewards_decide_on_bytes() -> None:
    with unchanged(), pytest.raises(NotAllowed):
        decide_digest(sha256=DIGEST, verdict="deny", reason=WHY, by=make_viewer("hampshire", Role.ADMINISTRATOR))
