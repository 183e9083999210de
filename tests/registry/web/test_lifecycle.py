"""The pages of a module's later life: shown to those they concern, worked without a script, absent to the others."""

from __future__ import annotations

import base64
import json
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Role, User
from accounts.viewer import viewer_of
from registry.actions.deprecate_module import deprecate_module
from registry.adoption.models import Adoption
from registry.catalogue.models import Module
from registry.lifecycle.models import Advisory, Quarantine, Recall, RecallOverride, Retirement, RetirementItem, Transfer, UnsafeReport
from registry.releases.models import Release
from tests.make import PICTURE, make_adoption, make_member, make_organisation, make_release, make_token

pytestmark = pytest.mark.django_db
AT = "/modules/hampshire/victim-update"
WHY = "It writes to the wrong case file."


def person(slug: str, role: str = Role.PUBLISHER, kind: str = "police") -> tuple[Client, User]:
    user = make_member(make_organisation(slug, kind=kind), role)
    client = Client()
    client.force_login(user)
    return client, user


def steward() -> Client:
    return person("moothall", Role.STEWARD, "partnership")[0]


@pytest.fixture
def release() -> Release:
    return make_release("hampshire/victim-update", "1.4.0")


def shown(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code)
    return response.content.decode()


def post(client: Client, address: str, data: dict[str, Any], to: str = "") -> str:
    response = client.post(address, data)
    if to:
        assert (response.status_code, response.get("Location")) == (302, to), response.content.decode()
        return ""
    return response.content.decode()


def test_quarantine_from_report_to_release(release: Release) -> None:
    partner, _ = person("kent", Role.VIEWER)
    assert "Report as unsafe" in shown(partner, AT)
    shown(partner, f"{AT}/1.4.0/report")
    assert "Say what looks unsafe" in post(partner, f"{AT}/1.4.0/report", {"reason": ""})
    post(partner, f"{AT}/1.4.0/report", {"reason": WHY}, to=AT)
    assert "You have reported this version" in post(partner, f"{AT}/1.4.0/report", {"reason": WHY})
    first, second = steward(), steward()
    assert WHY in shown(first, "/quarantine")
    shown(first, f"{AT}/1.4.0/quarantine")
    post(first, f"{AT}/1.4.0/quarantine", {"reason": WHY}, to="/quarantine")
    case = Quarantine.objects.get()
    shown(partner, AT, 404)
    assert "victim-update" not in shown(partner, "/modules")
    assert "victim-update" not in shown(partner, "/quarantine")
    shown(partner, f"/quarantine/{case.pk}", 404)
    own, _ = person("hampshire")
    assert "is in quarantine since" in shown(own, f"{AT}/1.4.0")
    assert "Nobody can" in shown(own, f"{AT}/1.4.0")
    assert own.get(f"{AT}/1.4.0/files/process.bpmn").status_code == 409
    assert "somebody else must end it" in post(first, f"/quarantine/{case.pk}", {"reason": "Fine."})
    shown(second, f"/quarantine/{case.pk}")
    post(second, f"/quarantine/{case.pk}", {"reason": "Looked into it."}, to="/quarantine")
    assert "Looked into it." in shown(second, f"/quarantine/{case.pk}")
    shown(partner, AT)


def test_stewards_dismiss_reports_and_decide_on_files(release: Release) -> None:
    partner, _ = person("kent", Role.VIEWER)
    post(partner, f"{AT}/1.4.0/report", {"reason": WHY}, to=AT)
    report, by = UnsafeReport.objects.get(), steward()
    shown(partner, f"/quarantine/reports/{report.pk}/dismiss", 404)
    shown(by, f"/quarantine/reports/{report.pk}/dismiss")
    post(by, f"/quarantine/reports/{report.pk}/dismiss", {"reason": "Nothing."}, to="/quarantine")
    shown(partner, "/quarantine/files", 403)
    shown(by, "/quarantine/files")
    digest = release.artefacts.get().sha256
    assert "not a SHA-256" in post(by, "/quarantine/files", {"sha256": "abc", "verdict": "deny", "reason": WHY})
    post(by, "/quarantine/files", {"sha256": digest, "verdict": "deny", "reason": WHY}, to="/quarantine/files")
    assert digest in shown(by, "/quarantine/files")
    shown(partner, AT, 404)


def test_all_of_a_module_goes_into_quarantine_from_its_page(release: Release) -> None:
    by, _ = person("hampshire")
    shown(by, f"{AT}/quarantine")
    post(by, f"{AT}/quarantine", {"reason": WHY}, to="/quarantine")
    assert "In quarantine (1)" in shown(by, "/quarantine")


def test_a_recall_from_making_it_to_closing_it(release: Release) -> None:
    make_adoption(release, "kent")
    make_release("hampshire/victim-update", "1.5.0")
    owner, _ = person("hampshire")
    kent, _ = person("kent")
    essex, _ = person("essex")
    given = {"versions": "1.4.x", "severity": "high", "reason": WHY, "workaround": "Close the other case.", "days": ""}
    shown(owner, f"{AT}/recall")
    assert "1 organisation would be told: Kent" in post(owner, f"{AT}/recall", given | {"do": "preview"})
    assert not Recall.objects.exists()
    assert "is not a range" in post(owner, f"{AT}/recall", given | {"versions": "latest"})
    response = owner.post(f"{AT}/recall", given)
    recall = Recall.objects.get()
    assert response["Location"] == f"/recalls/{recall.pk}"
    notice = recall.notices.get()
    assert "1 recall</strong> waits" in shown(kent, "/")
    assert WHY in shown(kent, "/recalls")
    assert "Waits for your answer" not in shown(essex, "/recalls")
    assert "mh-alert" not in shown(essex, "/")
    shown(essex, f"/recalls/told/{notice.pk}", 404)
    shown(kent, f"/recalls/{recall.pk}", 404)
    assert "is recalled" in shown(essex, f"{AT}/1.4.0")
    assert "Better not: recalled" in shown(essex, f"{AT}/1.4.0")
    assert "is recalled" not in shown(essex, f"{AT}/1.5.0")
    assert WHY in shown(essex, f"{AT}/1.4.0/files/process.bpmn", 409)
    assert "Say why you need" in post(essex, f"{AT}/1.4.0/files/process.bpmn/anyway", {"reason": " "})
    assert not RecallOverride.objects.exists()
    taken = essex.post(f"{AT}/1.4.0/files/process.bpmn/anyway", {"reason": "To compare."})
    assert b"definitions" in b"".join(taken.streaming_content)
    assert RecallOverride.objects.get().reason == "To compare."
    assert set(recall.notices.values_list("organisation__slug", flat=True)) == {"kent"}  # to compare is no use
    case = shown(owner, f"/recalls/{recall.pk}")
    assert "To compare." in case
    assert "No reason is given" in post(owner, f"/recalls/{recall.pk}/close", {"reason": ""})  # while one has not answered
    at = f"/recalls/told/{notice.pk}"
    adoption = Adoption.objects.get()
    record = f"{at}/records/{adoption.pk}"
    assert kent.post(record, {"do": "retire"}).status_code == 404  # an answer comes first
    post(kent, at, {"answer": "stopped", "text": "At noon."}, to=at)
    assert "Your records of use still say otherwise" in shown(kent, at)
    assert "No version is named to move to yet" in post(kent, record, {"do": "move"})
    assert "At noon." in shown(owner, f"/recalls/{recall.pk}")
    assert "is not listed" in post(owner, f"/recalls/{recall.pk}/remedy", {"version": "9.9.9"})
    post(owner, f"/recalls/{recall.pk}/remedy", {"version": "1.5.0"}, to=f"/recalls/{recall.pk}")
    assert f"{AT}/1.5.0" in shown(essex, f"{AT}/1.4.0")
    assert "Move it to 1.5.0" in shown(kent, at)
    reader, _ = person("kent", Role.VIEWER)
    assert (essex.post(record, {"do": "move"}).status_code, reader.post(record, {"do": "move"}).status_code) == (404, 403)
    adoption.refresh_from_db()
    assert adoption.release == release  # and nothing was changed by itself
    post(kent, record, {"do": "move"}, to=at)
    adoption.refresh_from_db()
    assert (str(adoption.release), adoption.stage) == ("hampshire/victim-update@1.5.0", "live")
    assert "say otherwise" not in shown(kent, at)
    assert kent.post(record, {"do": "retire"}).status_code == 404
    post(owner, f"/recalls/{recall.pk}/close", {"reason": ""}, to=f"/recalls/{recall.pk}")
    assert b"".join(essex.get(f"{AT}/1.4.0/files/process.bpmn").streaming_content)
    assert essex.get(f"{AT}/1.4.0/files/process.bpmn/anyway").status_code == 302


def test_who_uses_only_what_needs_it_reads_no_name_they_may_not_see() -> None:
    make_organisation("wiltshire")
    make_release("hampshire/secret-part", "1.0.0", visibility="named", share_with=("wiltshire",))
    outer = make_release("wiltshire/letters", "1.0.0", dependencies=("hampshire/secret-part@^1",))
    make_adoption(outer, "kent")
    owner, _ = person("hampshire")
    owner.post("/modules/hampshire/secret-part/recall", {"versions": "*", "severity": "low", "reason": WHY})
    kent, _ = person("kent")
    page = shown(kent, "/recalls") + shown(kent, f"/recalls/told/{Recall.objects.get().notices.get().pk}")
    assert "wiltshire/letters@1.0.0" in page
    assert WHY in page
    assert "secret-part" not in page


def test_an_advisory_is_read_by_whoever_sees_the_module(release: Release) -> None:
    owner, _ = person("hampshire")
    partner, _ = person("kent", Role.VIEWER)
    given = {
        "summary": "Wrong case file",
        "details": "**Two** cases open.",
        "severity": "high",
        "ranges": ">=1.4.0 <1.5.0",
        "credits": "Ada, Bo",
    }
    shown(owner, f"{AT}/advisory")
    assert "No version is named" in post(owner, f"{AT}/advisory", given | {"ranges": ""})
    post(owner, f"{AT}/advisory", given, to=AT)
    made = Advisory.objects.get()
    assert made.credits == ["Ada", "Bo"]
    assert made.key in shown(partner, AT)
    assert "<strong>Two</strong>" in shown(partner, f"/advisories/{made.key}")
    assert made.key in shown(partner, "/advisories")
    shown(partner, f"{AT}/advisory", 403)
    shown(owner, f"/advisories/{made.key}/change")
    post(owner, f"/advisories/{made.key}/change", given | {"summary": "Another case file"}, to=f"/advisories/{made.key}")
    assert "Another case file" in shown(partner, "/advisories")
    shown(owner, f"/advisories/{made.key}/withdraw")
    post(owner, f"/advisories/{made.key}/withdraw", {"reason": "It was the driver."}, to=f"/advisories/{made.key}")
    assert "It was the driver." in shown(partner, f"/advisories/{made.key}")
    assert made.key not in shown(partner, AT)
    Module.objects.update(visibility="own")
    for address in ("/advisories/" + made.key, AT):
        shown(partner, address, 404)
    assert made.key not in shown(partner, "/advisories")


def test_owner_confirmed_supported_undeprecated(release: Release) -> None:
    owner, user = person("hampshire")
    post(owner, f"{AT}/confirm-owner", {}, to=AT)
    module = Module.objects.get()
    assert (module.owner_confirmed_by, module.needs_owner) == (user, "")
    shown(owner, f"{AT}/support")
    post(owner, f"{AT}/support", {"support_by": "The RPA team", "support_until": "2030-03-31"}, to=AT)
    assert "The RPA team, until 31 March 2030" in shown(owner, AT)
    deprecate_module(module=module, reason="Old.", by=viewer_of(user))
    shown(owner, f"{AT}/undeprecate")
    post(owner, f"{AT}/undeprecate", {"reason": "Still good."}, to=AT)
    assert "Deprecated on" not in shown(owner, AT)


def test_a_successor_is_named_wherever_a_deprecated_module_is_listed(release: Release) -> None:
    _, user = person("hampshire")
    make_release("hampshire/letters", "1.0.0")
    deprecate_module(module=release.module, reason="Old.", successor="hampshire/letters", by=viewer_of(user))
    partner, _ = person("kent", Role.VIEWER)
    for address in ("/modules", "/organisations/hampshire", AT, f"{AT}/1.4.0"):
        assert 'Use <a href="/modules/hampshire/letters">' in shown(partner, address), address
    Module.objects.filter(slug="letters").update(visibility="own")
    for address in ("/modules", "/organisations/hampshire", AT):
        assert "hampshire/letters" not in shown(partner, address), address


def test_a_transfer_from_offer_to_the_old_address(release: Release) -> None:
    owner, _ = person("hampshire")
    kent, _ = person("kent", Role.ADMINISTRATOR)
    essex, _ = person("essex", Role.ADMINISTRATOR)
    shown(owner, f"{AT}/transfer")
    post(owner, f"{AT}/transfer", {"receiver": "kent", "reason": "They run it now."}, to="/transfers")
    case = Transfer.objects.get()
    for client in (owner, kent):
        assert "They run it now." in shown(client, f"/transfers/{case.pk}")
    shown(essex, f"/transfers/{case.pk}", 404)
    assert "Victim Update" not in shown(essex, "/transfers")
    post(kent, f"/transfers/{case.pk}/agree", {}, to=f"/transfers/{case.pk}")
    assert essex.get(f"{AT}/1.4.0")["Location"] == "/modules/kent/victim-update/1.4.0"
    assert "Passed on" in shown(owner, f"/transfers/{case.pk}")
    Module.objects.update(visibility="own")
    shown(essex, AT, 404)
    assert essex.get("/modules/hampshire/nothing").content == essex.get(AT).content
    assert kent.get(AT).status_code == 302


def test_an_offer_is_declined_with_a_reason(release: Release) -> None:
    owner, _ = person("hampshire")
    kent, _ = person("kent", Role.ADMINISTRATOR)
    post(owner, f"{AT}/transfer", {"receiver": "kent", "reason": "They run it now."}, to="/transfers")
    case = Transfer.objects.get()
    assert "Say in a sentence why" in post(kent, f"/transfers/{case.pk}/end", {"reason": ""})
    post(kent, f"/transfers/{case.pk}/end", {"reason": "We do not."}, to=f"/transfers/{case.pk}")
    assert "We do not." in shown(owner, f"/transfers/{case.pk}")


def test_who_looks_after_nothing_is_asked_to_adopt(release: Release) -> None:
    Module.objects.update(needs_owner="needs-owner")
    kent, _ = person("kent", Role.ADMINISTRATOR)
    viewer, _ = person("kent", Role.VIEWER)
    assert "Look after it" in shown(kent, AT)
    assert "Look after it" not in shown(viewer, AT)
    assert "Needs an owner" in shown(viewer, "/modules?owner=needs-owner")
    shown(viewer, f"{AT}/adopt", 403)
    shown(kent, f"{AT}/adopt")
    post(kent, f"{AT}/adopt", {"reason": "We run it."}, to="/transfers")


def test_a_retirement_from_announcement_to_silence(release: Release) -> None:
    make_adoption(release, "kent")
    owner, _ = person("hampshire")
    kent, _ = person("kent")
    essex, _ = person("essex")
    shown(owner, f"{AT}/retire")
    post(owner, f"{AT}/retire", {"ends_on": "2030-01-31", "reason": "The system goes.", "successor": ""}, to="/retirements")
    case = Retirement.objects.get()
    assert "Goes out of service on 31 January 2030" in shown(essex, AT)
    shown(essex, f"/retirements/{case.pk}", 404)
    shown(kent, f"/retirements/{case.pk}")
    assert "4 things on the holders" in post(owner, f"/retirements/{case.pk}/close", {"reason": ""})
    for item in RetirementItem.objects.all():
        file = SimpleUploadedFile("off.png", PICTURE, "image/png")
        post(kent, f"/retirements/{case.pk}/tick", {"item": item.pk, "evidence": file, "note": "Off."}, to=f"/retirements/{case.pk}")
    assert "Choose a file" in post(kent, f"/retirements/{case.pk}/tick", {"item": item.pk, "note": ""})
    evidence = f"/retirements/evidence/{item.pk}"
    assert b"".join(owner.get(evidence).streaming_content) == PICTURE
    shown(essex, evidence, 404)
    post(owner, f"/retirements/{case.pk}/close", {"reason": ""}, to=f"/retirements/{case.pk}")
    assert "victim-update" not in shown(essex, "/modules")
    assert "victim-update" not in shown(essex, "/")
    assert "victim-update" in shown(essex, "/modules?status=retired")
    page = shown(essex, AT)
    assert "Its versions are no longer offered" in page
    assert "No: retired" in page
    assert "Download process.bpmn" not in page


# --- The API --------------------------------------------------------------------------------------------------------------
def call(secret: str, method: str, path: str, data: dict[str, str] | None = None, **headers: str) -> Any:
    client = Client()
    options = {"headers": {"Authorization": f"Bearer {secret}"} | headers}
    if method == "POST":
        return client.post(f"/api/v1{path}", json.dumps(data or {}), content_type="application/json", **options)  # type: ignore[arg-type]
    return client.get(f"/api/v1{path}", **options)  # type: ignore[arg-type]


def test_programs_recall_read_answer_and_override(release: Release) -> None:
    own, kent = make_token("hampshire"), make_token("kent")
    make_adoption(release, "kent")
    at = "/modules/hampshire/victim-update"
    made = call(own, "POST", f"{at}/recalls", {"versions": "1.4.x", "severity": "critical", "reason": WHY})
    assert (made.status_code, made.json()["told"], made.json()["days"], made.json()["versions"]) == (201, 1, 1, ["1.4.0"])
    assert call(kent, "POST", f"{at}/recalls", {"versions": "1.4.x", "severity": "low", "reason": WHY}).status_code == 403
    detail = call(kent, "GET", f"{at}/releases/1.4.0").json()
    assert (detail["is_recalled"], detail["recall"]["reason"]) == (True, WHY)
    file = f"{at}/releases/1.4.0/artefacts/process.bpmn"
    refused = call(kent, "GET", file)
    assert (refused.status_code, refused.json()["code"]) == (409, "recalled")
    assert WHY in refused.json()["detail"]
    assert b"".join(call(kent, "GET", file, **{"X-Recall-Override": "To compare."}).streaming_content)
    assert b"".join(call(kent, "GET", f"{file}?recall_override=Again.").streaming_content)
    assert RecallOverride.objects.count() == 2
    (notice,) = call(kent, "GET", "/recalls").json()["results"]
    assert notice["held"] == ["hampshire/victim-update@1.4.0"]
    assert call(own, "POST", f"/recalls/{notice['key']}/acknowledge", {"answer": "stopped"}).status_code == 404
    answered = call(kent, "POST", f"/recalls/{notice['key']}/acknowledge", {"answer": "stopped"})
    assert (answered.status_code, answered.json()["answer"]) == (200, "stopped")
    assert call(kent, "GET", "/recalls").json()["results"][0]["acknowledged_at"]


def test_programs_read_advisories_in_osv_form(release: Release) -> None:
    own, kent = make_token("hampshire"), make_token("kent")
    given = {
        "summary": "Wrong case file",
        "details": "Two cases open.",
        "cvss": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "ranges": ">=1.4.0 <1.5.0",
        "versions": "1.3.0",
        "aliases": "CVE-2026-12345",
        "workaround": "Close one.",
    }
    made = call(own, "POST", "/modules/hampshire/victim-update/advisories", given)
    assert made.status_code == 201
    said = call(kent, "GET", f"/advisories/{made.json()['id']}.json").json()
    assert said == made.json() == call(kent, "GET", "/advisories").json()["results"][0]
    assert said["affected"] == [
        {
            "package": {"ecosystem": "Moothall", "name": "hampshire/victim-update"},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "1.4.0"}, {"fixed": "1.5.0"}]}],
            "versions": ["1.3.0"],
        }
    ]
    assert said["severity"] == [{"type": "CVSS_V3", "score": given["cvss"]}]
    assert said["database_specific"] == {"severity": "CRITICAL", "workaround": "Close one."}
    detail = call(kent, "GET", "/modules/hampshire/victim-update/releases/1.4.0").json()
    assert [each["id"] for each in detail["advisories"]] == [said["id"]]
    Module.objects.update(visibility="own")
    absent = call(kent, "GET", f"/advisories/{said['id']}.json")
    assert absent.json() == call(kent, "GET", "/advisories/MH-2026-none.json").json()
    assert call(kent, "GET", "/advisories").json() == {"count": 0, "results": []}


def test_the_feed_of_advisories_is_atom(release: Release) -> None:
    own, kent = make_token("hampshire"), make_token("kent")
    feed = Client().get("/feeds/atom/advisories", headers={"Authorization": f"Bearer {kent}"})
    assert "1970-01-01T00:00:00Z" in feed.content.decode()
    given = {"summary": "Wrong <case> file", "details": "It happens.", "severity": "low", "ranges": "1.4.x"}
    made = call(own, "POST", "/modules/hampshire/victim-update/advisories", given).json()
    basic = base64.b64encode(f"reader:{kent}".encode()).decode()
    feed = Client().get("/feeds/atom/advisories", headers={"Authorization": f"Basic {basic}"})
    assert feed["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(feed.content)
    assert [each.text for each in root.iterfind("{*}entry/{*}title")] == [f"{made['id']}: Wrong <case> file"]
    again = Client().get("/feeds/atom/advisories", headers={"Authorization": f"Basic {basic}", "If-None-Match": feed["ETag"]})
    assert again.status_code == 304
    for path in ("advisories", "nothing"):
        assert Client().get(f"/feeds/atom/{path}").status_code == 401
    Module.objects.update(visibility="own")
    assert made["id"] not in Client().get("/feeds/atom/advisories", headers={"Authorization": f"Basic {basic}"}).content.decode()


def test_programs_quarantine_and_take_a_deprecation_back(release: Release) -> None:
    own, kent = make_token("hampshire"), make_token("kent")
    at = "/modules/hampshire/victim-update"
    assert call(own, "POST", f"{at}/undeprecate", {"reason": "Good."}).json()["code"] == "not_deprecated"
    call(own, "POST", f"{at}/deprecate", {"reason": "Old."})
    assert call(own, "POST", f"{at}/undeprecate", {"reason": "Good."}).json()["deprecated"] is None
    assert call(kent, "POST", f"{at}/releases/1.4.0/quarantine", {"reason": WHY}).status_code == 403
    done = call(own, "POST", f"{at}/releases/1.4.0/quarantine", {"reason": WHY})
    assert (done.status_code, done.json()["quarantine_reason"]) == (200, WHY)
    assert call(kent, "GET", at).status_code == 404
    assert call(own, "GET", f"{at}/releases/1.4.0/artefacts/process.bpmn").json()["code"] == "quarantined"


def test_the_old_identifier_leads_programs_on(release: Release) -> None:
    owner, _ = person("hampshire")
    kent, _ = person("kent", Role.ADMINISTRATOR)
    post(owner, f"{AT}/transfer", {"receiver": "kent", "reason": "They run it now."}, to="/transfers")
    post(kent, f"/transfers/{Transfer.objects.get().pk}/agree", {})
    moved = call(make_token("essex"), "GET", "/modules/hampshire/victim-update/releases/1.4.0")
    assert (moved.status_code, moved.json()["code"]) == (308, "moved")
    assert moved["Location"] == "/api/v1/modules/kent/victim-update/releases/1.4.0"
