"""The record of practice: what a publisher says, and that nothing works until a steward of another organisation has confirmed it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import ApiToken, AuditEvent, Role
from accounts.viewer import Viewer, viewer_of_token
from registry.actions.decide_practice import decide_practice
from registry.actions.record_practice import MAX_VALUES, PracticeForm, record_practice
from registry.catalogue.models import Module
from registry.curation.models import PracticeRecord
from registry.notices.models import Notice
from registry.releases.models import Attachment
from registry.releases.upload import spooled
from tests.make import PICTURE, make_member, make_module, make_organisation, make_practice, make_steward, make_token, make_viewer
from tests.unchanged import refuses

pytestmark = pytest.mark.django_db
RATED = {"does_it_work": "promising", "basis": "College of Policing, 2024", "evidence_reference": "HMICFRS report, May 2023"}


@pytest.fixture
def module() -> Module:
    return make_module("hampshire/victim-update")


def decide(
    practice: PracticeRecord, by: Viewer | None = None, *, confirm: bool = True, reason: str = "The report says so."
) -> PracticeRecord:
    practice.refresh_from_db()
    return decide_practice(practice=practice, confirm=confirm, reason=reason, as_of=practice.changed_at, by=by or make_steward())


def test_a_publisher_records_it_in_the_banks_terms(module: Module) -> None:
    by = make_viewer("hampshire")
    said = {"topics": (" Criminal justice ", "Criminal justice", ""), "partners": ("Police",), "started_on": timezone.localdate()}
    practice = make_practice(module, by=by, region=" South East ", problem="Too much typing.", **said)
    kept = PracticeRecord.objects.get()
    assert (kept.topics, kept.partners, kept.region, kept.problem) == (["Criminal justice"], ["Police"], "South East", "Too much typing.")
    assert (kept.does_it_work, kept.proposed, kept.changed_by) == ("untested", "", by.user)
    assert AuditEvent.objects.get(action="practice.recorded").subject == "hampshire/victim-update"
    assert record_practice(module=module, form=PracticeForm("ended", "national"), by=by).pk == practice.pk
    assert PracticeRecord.objects.get().stage_of_practice == "ended"


@pytest.mark.parametrize("works", ["promising", "effective", "mixed", "ineffective"])
def test_a_publisher_proposes_and_a_steward_confirms(module: Module, works: str) -> None:
    steward = make_steward()
    practice = make_practice(module, **RATED | {"does_it_work": works})
    assert (practice.does_it_work, practice.proposed, practice.confirmed_at) == ("untested", works, None)
    assert Notice.objects.get(user=steward.user, kind="practice").address == "/modules/hampshire/victim-update/practice"
    confirmed = decide(practice, steward)
    assert (confirmed.does_it_work, confirmed.proposed, confirmed.confirmed_by) == (works, "", steward.user)
    event = AuditEvent.objects.get(action="practice.confirmed")
    assert (event.detail["does_it_work"], event.detail["reason"], event.user) == (works, "The report says so.", steward.user)
    assert Notice.objects.filter(kind="practice", organisation__slug="hampshire", title__contains="is confirmed").exists()


@pytest.mark.parametrize(
    "change",
    [{"does_it_work": "effective"}, {"basis": "We think so"}, {"evidence_reference": "Another report"}],
    ids=lambda change: next(iter(change)),
)
def test_what_was_confirmed_holds_for_exactly_that(module: Module, change: dict[str, str]) -> None:
    decide(make_practice(module, **RATED))
    changed = make_practice(module, **RATED | change)
    assert (changed.does_it_work, changed.proposed, changed.confirmed_at) == ("untested", (RATED | change)["does_it_work"], None)


def test_the_rest_may_change_and_leaves_it_confirmed(module: Module) -> None:
    decide(make_practice(module, **RATED))
    before = Notice.objects.latest("pk").pk
    changed = make_practice(module, **RATED, region="South East", stage_of_practice="ended")
    assert (changed.does_it_work, changed.proposed) == ("promising", "")
    assert changed.confirmed_at is not None
    assert not Notice.objects.filter(kind="practice", title__contains="proposes", pk__gt=before).exists()


def test_a_file_that_shows_it_counts_as_evidence(module: Module) -> None:
    by, form = make_viewer("hampshire"), PracticeForm("implemented", "local", does_it_work="promising", basis="College of Policing, 2024")
    with refuses("evidence_missing", "evidence_reference"):
        record_practice(module=module, form=form, by=by)
    with spooled([PICTURE], "report.png") as upload:
        practice = record_practice(module=module, form=form, evidence=upload, by=by)
    assert (Attachment.objects.get().filename, practice.evidence, practice.proposed) == (
        "report.png",
        Attachment.objects.get(),
        "promising",
    )
    decide(practice)
    assert record_practice(module=module, form=form, by=by).does_it_work == "promising", "the file stays where no other is given"
    dropped = PracticeForm("implemented", "local", does_it_work="promising", basis="College of Policing, 2024", drops_evidence=True)
    with refuses("evidence_missing", "evidence_reference"):
        record_practice(module=module, form=dropped, by=by)
    with spooled([b"MZ\0\0"], "report.exe") as upload, refuses("attachment_kind"):
        record_practice(module=module, form=form, evidence=upload, by=by)


@pytest.mark.parametrize(
    ("said", "code", "where"),
    [
        ({"does_it_work": "perhaps"}, "choice_unknown", "does_it_work"),
        ({"stage_of_practice": ""}, "choice_unknown", "stage_of_practice"),
        ({"scale": "galactic"}, "choice_unknown", "scale"),
        ({"does_it_work": "promising", "evidence_reference": "A report"}, "basis_missing", "basis"),
        ({"does_it_work": "promising", "basis": "Us"}, "evidence_missing", "evidence_reference"),
        ({"basis": "x" * 121}, "text_too_long", "basis"),
        ({"problem": "x" * 2001}, "text_too_long", "problem"),
        ({"topics": ("x" * 81,)}, "text_too_long", "topics"),
        ({"partners": tuple(map(str, range(MAX_VALUES + 1)))}, "too_many_values", "partners"),
        ({"contact_email": "nobody"}, "email_invalid", "contact_email"),
        ({"started_on": timezone.localdate() + timedelta(days=2)}, "start_in_future", "started_on"),
    ],
)
def test_what_makes_no_sense_is_refused(module: Module, said: dict, code: str, where: str) -> None:
    by = make_viewer("hampshire")
    with refuses(code, where):
        make_practice(module, by=by, **said)


def test_only_people_who_publish_it_write_it(module: Module) -> None:
    for by in (make_viewer("kent"), make_viewer("hampshire", Role.VIEWER), make_steward()):
        with refuses("not_a_publisher"):
            make_practice(module, by=by)
    make_token("hampshire")
    with refuses("person_needed"):
        make_practice(module, by=viewer_of_token(ApiToken.objects.select_related("organisation").get()))


def test_only_a_steward_of_another_organisation_confirms(module: Module) -> None:
    practice = make_practice(module, **RATED)
    for by in (
        make_viewer("hampshire"),
        make_viewer("kent"),
        make_viewer(make_organisation("partnership", kind="partnership"), Role.AUDITOR),
    ):
        with refuses("stewards_only"):
            decide(practice, by)
    own = make_steward()
    make_member("hampshire", Role.VIEWER, user=own.user)
    with refuses("not_independent"):
        decide(practice, own)


def test_what_a_steward_read_is_what_they_confirm(module: Module) -> None:
    practice = make_practice(module, **RATED)
    read = practice.changed_at
    make_practice(module, **RATED | {"evidence_reference": "Another report"})
    with refuses("changed_meanwhile", "reason"):
        decide_practice(practice=practice, confirm=True, reason="Fine.", as_of=read, by=make_steward())
    with refuses("reason_missing", "reason"):
        decide(practice, reason=" ")


def test_a_steward_declines_and_takes_back(module: Module) -> None:
    practice = make_practice(module, **RATED)
    declined = decide(practice, confirm=False, reason="The report is of something else.")
    assert (declined.does_it_work, declined.proposed) == ("untested", "")
    assert AuditEvent.objects.get(action="practice.declined").detail["reason"] == "The report is of something else."
    for confirm in (True, False):
        with refuses("nothing_proposed", "reason"):
            decide(practice, confirm=confirm)
    again = make_practice(module, **RATED)
    assert again.proposed == "promising", "it is proposed anew when it is saved again"
    decide(again)
    with refuses("nothing_proposed", "reason"):
        decide(again)
    taken = decide(again, confirm=False)
    assert (taken.does_it_work, taken.confirmed_at, taken.confirmed_by) == ("untested", None, None)


@pytest.mark.parametrize(
    "columns",
    [{}, {"confirmed_at": timezone.now()}, {"basis": "Us"}, {"confirmed_at": timezone.now(), "basis": "Us", "proposed": "effective"}],
)
def test_the_database_takes_no_rating_that_nobody_confirmed(module: Module, columns: dict) -> None:
    with pytest.raises(IntegrityError, match="practice_works_as_confirmed"), transaction.atomic():
        PracticeRecord.objects.create(module=module, does_it_work="promising", stage_of_practice="piloted", scale="local", **columns)
