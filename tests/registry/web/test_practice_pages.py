"""The pages of practice records: written by a publisher, read by whoever sees the module, taken away in the practice bank's order."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from registry.actions.decide_practice import decide_practice
from registry.benefits.models import Claim, Evidence
from registry.catalogue.models import Module
from registry.curation.models import PracticeRecord
from tests.make import PICTURE, make_member, make_module, make_organisation, make_practice, make_release, make_steward
from tests.registry_pages import client_of, person, shown, words_of

pytestmark = pytest.mark.django_db
AT = "/modules/hampshire/victim-update"
SAID = {
    "stage_of_practice": "implemented",
    "scale": "local",
    "does_it_work": "promising",
    "basis": "College of Policing, March 2024",
    "evidence_reference": "HMICFRS report, May 2023",
    "focus": "Organisational",
    "topics": ["Criminal justice", "Operational policing"],
    "other_topics": "Robots, and what they do\nPaperwork",
    "partners": ["Police"],
    "target_groups": ["Workforce", "Victims"],
    "region": "South East",
    "contact_name": "Automation team",
    "contact_email": "rpa@example.org",
    "started_on": "2020-09-01",
    "problem": "Officers copy case files by hand.",
}
ORDER = [
    *("Does it work?", "Focus", "Topic", "Organisation", "Contact", "Region", "Partners", "Stage of practice", "Start date"),
    *("Scale of initiative", "Target group", "Aim", "Description", "Evaluation", "Overview"),
]


@pytest.fixture
def module() -> Module:
    return make_module("hampshire/victim-update", readme="Sends **letters**.")


def written(**more: object) -> PracticeRecord:
    publisher = person("hampshire")
    response = publisher.post(f"{AT}/practice/edit", SAID | more)
    assert (response.status_code, response.get("Location")) == (302, f"{AT}/practice"), response.content.decode()
    return PracticeRecord.objects.get()


def confirmed(record: PracticeRecord) -> None:
    decide_practice(practice=record, confirm=True, reason="The report says so.", as_of=record.changed_at, by=make_steward())


def test_from_nothing_to_promising(module: Module) -> None:
    reader, publisher, steward = person("kent", Role.VIEWER), person("hampshire"), client_of(make_steward().user)
    assert "Its publisher has not recorded it yet." in shown(reader, f"{AT}/practice")
    assert f"{AT}/practice" in shown(reader, AT)
    assert "Write the record" in shown(publisher, f"{AT}/practice")
    shown(publisher, f"{AT}/practice/edit")
    shown(steward, f"{AT}/practice/decide", 404)
    record = written(evidence=SimpleUploadedFile("report.png", PICTURE))
    assert record.topics == ["Criminal justice", "Operational policing", "Robots, and what they do", "Paperwork"]
    page = words_of(shown(reader, f"{AT}/practice"))
    assert "Waits for a steward" in page
    assert "Does it work? Untested" in page
    assert "“Promising” is proposed and waits for a steward." in words_of(shown(reader, AT))
    assert "Decide whether it works" not in page
    shown(reader, f"{AT}/practice/decide", 403)
    form = shown(steward, f"{AT}/practice/decide")
    assert "Rated so by: College of Policing, March 2024" in form
    assert "HMICFRS report, May 2023" in form
    as_of = record.changed_at.isoformat()
    assert steward.post(f"{AT}/practice/decide", {"as_of": as_of, "confirm": "", "reason": ""}).status_code == 422
    assert steward.post(f"{AT}/practice/decide", {"as_of": "x", "confirm": "yes", "reason": "Yes."}).status_code == 422
    done = steward.post(f"{AT}/practice/decide", {"as_of": as_of, "confirm": "yes", "reason": "The report says so."})
    assert (done.status_code, done["Location"]) == (302, f"{AT}/practice")
    page = words_of(shown(reader, f"{AT}/practice"))
    assert "Does it work? Promising" in page
    assert "Rated so by: College of Policing, March 2024. Confirmed by a steward on" in page
    assert "Evidence of benefit Promising College of Policing, March 2024." in words_of(shown(reader, AT))
    sent = reader.get(f"{AT}/practice/evidence")
    assert (b"".join(sent.streaming_content), sent["X-Content-Type-Options"]) == (PICTURE, "nosniff")
    assert "attachment" in sent["Content-Disposition"]


def test_the_form_shows_what_is_kept_and_what_is_wrong(module: Module) -> None:
    written(evidence=SimpleUploadedFile("report.png", PICTURE))
    publisher = person("hampshire")
    page = shown(publisher, f"{AT}/practice/edit")
    assert "Robots, and what they do\nPaperwork" in page
    assert "Take away report.png, which is kept so far" in page
    response = publisher.post(f"{AT}/practice/edit", SAID | {"basis": "", "started_on": "soon", "scale": ""})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Choose the scale." in page
    assert "Enter a day, such as 2020-09-01." in page
    response = publisher.post(f"{AT}/practice/edit", SAID | {"basis": ""})
    assert response.status_code == 422
    assert "Say who rated it so, and when." in response.content.decode()
    assert PracticeRecord.objects.get().basis == SAID["basis"]
    written(does_it_work="untested", drops_evidence="on")
    assert PracticeRecord.objects.get().evidence is None
    shown(publisher, f"{AT}/practice/evidence", 404)


def test_the_exports_have_the_banks_order_and_leave_out_what_is_empty(module: Module) -> None:
    confirmed(written())
    reader = person("kent", Role.VIEWER)
    text = shown(reader, f"{AT}/practice.txt")
    assert [block.splitlines()[0] for block in text.strip().split("\n\n")] == ORDER
    assert "Topic\nCriminal justice\nOperational policing\nRobots, and what they do\nPaperwork\n\n" in text
    assert "Stage of practice\nThe practice is implemented.\n\nStart date\nSeptember 2020\n" in text
    assert "Evaluation\nCollege of Policing, March 2024\nHMICFRS report, May 2023\n" in text
    assert "Contact\nAutomation team\nrpa@example.org\n" in text
    names, values = csv.reader(io.StringIO(shown(reader, f"{AT}/practice.csv")))
    assert names == ORDER
    assert dict(zip(names, values, strict=True))["Target group"] == "Workforce; Victims"
    found = reader.get(f"{AT}/practice.json")
    assert [field["label"] for field in found.json()["fields"]] == ORDER
    assert found.json()["fields"][0] == {"field": "does_it_work", "label": "Does it work?", "values": ["Promising"]}
    assert found["Content-Disposition"] == 'attachment; filename="hampshire-victim-update-practice.json"'
    shown(reader, f"{AT}/practice.doc", 404)
    short = make_release("hampshire/short").module
    make_practice(short)
    labels = [block.splitlines()[0] for block in shown(reader, "/modules/hampshire/short/practice.txt").strip().split("\n\n")]
    assert labels == ["Does it work?", "Organisation", "Stage of practice", "Scale of initiative", "Overview"]


def test_no_cell_of_the_csv_is_a_formula(module: Module) -> None:
    written(region="=HYPERLINK(1)", problem="+1")
    _, values = csv.reader(io.StringIO(shown(person("kent"), f"{AT}/practice.csv")))
    assert not [value for value in values if value.startswith(("=", "+", "-", "@"))]


def test_what_nobody_confirmed_is_untested_in_every_export(module: Module) -> None:
    written()
    for form in ("txt", "csv", "json"):
        page = shown(person("kent"), f"{AT}/practice.{form}")
        assert "Untested" in page
        assert "Promising" not in page
        assert "College of Policing, March 2024" not in page, "nobody stands for it yet"


def claim(module: Module, slug: str, **more: object) -> Claim:
    said = {"title": "Filing", "benefit_class": "non_cashable", "starts_on": "2023-04-01", "ends_on": "2024-03-31", "period": "2023–24"}
    said |= {
        "volume": 224_000,
        "unit": "case files",
        "fte": Decimal(50),
        "money": Decimal(1_900_000),
        "currency": "GBP",
        "state": "submitted",
    }
    writer = make_member(slug)
    made = Claim.objects.create(organisation=make_organisation(slug), module=module, created_by=writer, **said | more)
    Evidence.objects.create(claim=made, caption="Count of 2023–24", reference="Report 7", added_by=writer)
    return made


def test_benefits_are_those_that_somebody_independent_approved(module: Module) -> None:
    written()
    claim(module, "hampshire")
    assert "Benefits realised" not in shown(person("kent"), f"{AT}/practice.txt")
    judge = make_member("kent", Role.REVIEWER)
    now = timezone.now()
    approved = {"state": "approved", "submitted_at": now, "decided_at": now, "decided_by": judge, "decided_for": make_organisation("kent")}
    Claim.objects.update(**approved)
    said = "Benefits realised\nHampshire, 2023–24: 224,000 case files, 50.0 FTE, GBP 1,900,000 (capacity released; approved)\n"
    assert shown(person("met"), f"{AT}/practice.txt").endswith(said)
    Claim.objects.update(sharing="own")
    for slug in ("met", "hampshire"):
        assert "Benefits realised" not in shown(person(slug), f"{AT}/practice.txt"), "an export is passed on: nothing of it is kept back"


@pytest.mark.parametrize("more", ["", ".txt", ".json", "/edit", "/decide", "/evidence"])
def test_of_a_module_one_does_not_see_there_is_no_record(more: str) -> None:
    hidden = make_module("hampshire/hidden", visibility="own")
    make_practice(hidden, does_it_work="promising", basis="Us, 2024", evidence_reference="A report")
    for client in (person("kent"), client_of(make_steward().user)):
        there, absent = client.get(f"/modules/hampshire/hidden/practice{more}"), client.get(f"/modules/hampshire/nothing/practice{more}")
        assert there.status_code == absent.status_code == 404
    assert Client().get(f"/modules/hampshire/hidden/practice{more}").status_code == 302


def test_a_sequence_has_one_as_a_module_has(module: Module) -> None:
    Module.objects.filter(pk=module.pk).update(kind="sequence")
    written()
    assert "Does it work?" in shown(person("kent"), f"{AT}/practice")
