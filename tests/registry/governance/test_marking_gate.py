"""Journey J9 by API and pages: marked, kept back until assessed, absent for outsiders, asked for, given for a while, out of date."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, Role
from registry.actions.check_release import check_release
from registry.actions.list_release import list_release, missing_roles
from registry.errors import Conflict
from registry.governance.models import AccessRequest, AssessmentPaper
from registry.governance.questions import QUESTIONS, field_name
from registry.releases.models import Release
from registry.reviews.models import Review
from tests.make import bpmn, make_member, make_organisation, make_reviewer, make_token, make_viewer, pass_review, reviewer_for, sign

pytestmark = pytest.mark.django_db
MODULE = "met/custody-markers"
PAGE, API = f"/modules/{MODULE}", f"/api/v1/modules/{MODULE}"
GOVERNANCE = f"{PAGE}/1.0.0/governance"
PDF = b"%PDF-1.7 Zyxpaper"
ABSENT = "zyx"  # begins every word of it


def client(user: Any) -> Client:
    found = Client()
    found.force_login(user)
    return found


def as_token(secret: str) -> Any:
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def publisher() -> Client:
    return client(make_member("met", Role.PUBLISHER))


@pytest.fixture
def officer() -> Client:
    user = make_member("met", Role.REVIEWER)
    Membership.objects.filter(user=user).update(signs=["information_assurance"])
    return client(user)


@pytest.fixture
def outsider() -> Client:
    return client(make_member("wiltshire", Role.ADMINISTRATOR))


def publish(version: str = "1.0.0", **more: Any) -> Release:
    make_organisation("thames-valley")
    said = {
        "version": version,
        "licence": "MIT",
        "title": "Zyxcustody markers",
        "summary": "Zyxsummary of markers.",
        "visibility": "named",
        "share_with": "thames-valley",
        "marking": "OFFICIAL-SENSITIVE",
        "handling": "Zyxhandling",
        "systems": ["Zyxsystem"],
        "data_categories": ["offences", "contact"],
        "law_enforcement": "true",
        **more,
    }
    said["artefact"] = SimpleUploadedFile("zyx.bpmn", bpmn(f"Zyx {version}"))
    answer = as_token(make_token("met")).post(f"{API}/releases", said)
    assert answer.status_code == 201, answer.content
    release = Release.objects.get(version=version)
    check_release(release.pk)
    release.refresh_from_db()
    return release


def listed(release: Release) -> Conflict | None:
    """Have all sign, then list it; the refusal, if it is refused."""
    review = Review.objects.select_related("release__module__organisation").get(release=release, closed_at=None)
    for role in missing_roles(review):
        sign(review, role)
    try:
        list_release(review=review, by=reviewer_for(review, "licence"))
    except Conflict as error:
        return error
    return None


def write_dpia(publisher: Client, address: str = GOVERNANCE, **more: Any) -> Any:
    answers = {field_name(question): f"Zyxanswer {question.code}" for question in QUESTIONS["dpia"]}
    said = {
        "public_summary": "Zyxpublic: looked at.",
        "review_by": (timezone.localdate() + timedelta(days=300)).isoformat(),
        "marking": "OFFICIAL-SENSITIVE",
        "paper_marking": "OFFICIAL-SENSITIVE",
        **answers,
        **more,
    }
    return publisher.post(f"{address}/dpia", said)


def doors(asked: Client, token: Any) -> dict[str, Any]:
    """Every place where somebody could see something of it."""
    pages = ("/", "/modules", "/modules?q=zyxcustody", "/modules?q=zyxcustod", "/modules?application=zyxsystem", "/modules?publisher=met")
    pages += ("/organisations/met", PAGE, f"{PAGE}/1.0.0", f"{PAGE}/1.0.0/files/zyx.bpmn", GOVERNANCE, f"{GOVERNANCE}/export/dpia.json")
    pages += (f"{GOVERNANCE}/files/1", "/access", "/access/1", "/legal-bases", f"{PAGE}/edit", f"{PAGE}/public-part")
    api = ("/api/v1/modules", "/api/v1/modules?q=zyxcustody", "/api/v1/on-request", "/api/v1/on-request?q=zyx", API, f"{API}/releases")
    api += (f"{API}/releases/1.0.0", f"{API}/releases/1.0.0/artefacts/zyx.bpmn", f"{API}/releases/1.0.0/governance")
    return {**{path: asked.get(path) for path in pages}, **{path: token.get(path) for path in api}}


def test_from_blocked_to_given_for_a_while_to_out_of_date(publisher: Client, officer: Client, outsider: Client) -> None:
    release = publish()
    # Without the assessment it is not listed, and the rule that fired is named; the API says the same beforehand.
    refused = listed(release)
    assert refused is not None
    assert (refused.status, refused.code) == (409, "dpia_missing")
    assert "dpia-law-enforcement" in refused.message
    own = as_token(make_token("met"))
    said = own.get(f"{API}/releases/1.0.0/governance").json()
    assert [blocker["code"] for blocker in said["blockers"]] == ["dpia_missing"]
    # Written with a paper, not signed by who wrote it, signed by another.
    assert write_dpia(publisher, artefact=SimpleUploadedFile("zyxadvice.pdf", PDF)).status_code == 302
    assert listed(release).code == "assessment_unsigned"  # type: ignore[union-attr]
    assert publisher.post(f"{GOVERNANCE}/dpia/sign", {"read": "on"}).status_code == 403
    assert officer.post(f"{GOVERNANCE}/dpia/sign", {}).status_code == 422
    assert officer.post(f"{GOVERNANCE}/dpia/sign", {"read": "on"}).status_code == 302
    assert listed(release) is None
    # The outsider finds it nowhere.
    token = as_token(make_token("wiltshire", ("read", "publish", "admin")))
    for path, answer in doors(outsider, token).items():
        body = answer.content.decode().lower()
        for word in re.findall(r"zyx\w*", path):  # what was asked for is said again
            body = body.replace(word, "")
        assert ABSENT not in body, path
        if "met" in path and path not in ("/modules?publisher=met", "/organisations/met"):
            assert answer.status_code == 404, path
    # Asking for it answers as asking for what is not there, until its publisher lets people ask.
    wish = {"reason": "We do the same.", "purpose": "A pilot.", "until": (timezone.localdate() + timedelta(days=20)).isoformat()}
    for address in (f"{PAGE}/access", "/modules/met/not-there/access"):
        assert outsider.post(address, wish).status_code == 404
    hidden, absent = (
        token.post(path, json.dumps(wish), content_type="application/json")
        for path in (f"{API}/access-requests", "/api/v1/modules/met/not-there/access-requests")
    )
    assert (hidden.status_code, hidden.content.replace(b"custody-markers", b"not-there")) == (404, absent.content)
    assert publisher.post(f"{PAGE}/public-part").status_code == 302
    shown = outsider.get(PAGE).content.decode()
    assert "Zyxcustody markers" in shown
    assert "OFFICIAL-SENSITIVE" in shown
    assert not any(word in shown for word in ("Zyxhandling", "Zyxsystem", "1.0.0", "zyx.bpmn", "Zyxanswer"))
    assert "Zyxcustody" in outsider.get("/modules?q=zyxcust").content.decode()
    assert "Zyxcustody" in outsider.get("/organisations/met").content.decode()
    (entry,) = token.get("/api/v1/on-request").json()["results"]
    assert set(entry) == {"id", "publisher", "publisher_name", "slug", "title", "summary", "language", "marking"}
    assert token.get(API).status_code == 404
    # Asked, given, seen with its marking; the papers too, as it is named now.
    assert outsider.post(f"{PAGE}/access", wish).status_code == 302
    request = AccessRequest.objects.get()
    given = {"do": "approve", "approve-until": (timezone.localdate() + timedelta(days=7)).isoformat()}
    assert outsider.post(f"/access/{request.pk}", given).status_code == 403
    assert publisher.post(f"/access/{request.pk}", given).status_code == 302
    file = outsider.get(f"{PAGE}/1.0.0/files/zyx.bpmn")
    assert (file.status_code, file["X-Marking"], file["X-Handling"]) == (200, "OFFICIAL-SENSITIVE", "Zyxhandling")
    assert b"".join(file.streaming_content)
    paper = AssessmentPaper.objects.get()
    kept = outsider.get(f"{GOVERNANCE}/files/{paper.pk}")
    assert (kept.status_code, b"".join(kept.streaming_content), kept["X-Marking"]) == (200, PDF, "OFFICIAL-SENSITIVE")
    read = token.get(f"{API}/releases/1.0.0/artefacts/zyx.bpmn")
    assert (bool(b"".join(read.streaming_content)), read["X-Marking"]) == (True, "OFFICIAL-SENSITIVE")
    # It ends by itself.
    request.refresh_from_db()
    assert request.expires_at is not None
    with time_machine.travel(request.expires_at, tick=False):
        again = client(make_viewer("wiltshire").user)
        assert again.get(f"{PAGE}/1.0.0").status_code == 404
        assert "Zyxhandling" not in again.get(PAGE).content.decode()
    # The next version handles more: out of date until it is assessed again.
    following = publish("1.1.0", data_categories=["offences", "contact", "health"], systems=["Zyxsystem", "Athena"])
    said = own.get(f"{API}/releases/1.1.0/governance").json()
    assert [blocker["code"] for blocker in said["blockers"]] == ["assessment_out_of_date", "eia_missing"]
    assert set(said["papers"][0]["not_assessed"]) == {"new system Athena", "new data category health"}
    assert own.post(f"{API}/releases/1.1.0/governance", {"data_categories": "offences,contact"}).status_code == 200
    refused = listed(following)
    assert refused is not None
    assert (refused.code, "Athena" in refused.message) == ("assessment_out_of_date", True)
    address = f"{PAGE}/1.1.0/governance"
    assert write_dpia(publisher, address).status_code == 302
    assert officer.post(f"{address}/dpia/sign", {"read": "on"}).status_code == 302
    assert listed(following) is None


class TestWhoReadsWhat:
    """The public part is for takers; the rest and OFFICIAL-SENSITIVE papers are not."""

    @pytest.fixture
    def partner(self, publisher: Client, officer: Client) -> Client:
        """A member of an organisation that sees the module, as every partner does."""
        release = publish(visibility="partnership", share_with=[], marking="OFFICIAL", handling="")
        for filename, marking in (("zyxopen.pdf", "OFFICIAL"), ("zyxclosed.pdf", "OFFICIAL-SENSITIVE")):
            assert (
                write_dpia(publisher, artefact=SimpleUploadedFile(filename, PDF + filename.encode()), paper_marking=marking).status_code
                == 302
            )
        officer.post(f"{GOVERNANCE}/dpia/sign", {"read": "on"})
        pass_review(release)
        return client(make_member("wiltshire", Role.VIEWER))

    def test_a_partner_reads_the_public_part(self, partner: Client) -> None:
        page = partner.get(GOVERNANCE).content.decode()
        assert all(word in page for word in ("Zyxpublic", "Zyxanswer purpose", "zyxopen.pdf", "Data Protection Act 2018"))
        assert not any(word in page for word in ("Zyxanswer risks", "Zyxanswer advice", "zyxclosed.pdf"))
        numbers = {paper.attachment.filename: paper.pk for paper in AssessmentPaper.objects.all()}
        answer = partner.get(f"{GOVERNANCE}/files/{numbers['zyxopen.pdf']}")
        assert b"".join(answer.streaming_content) == PDF + b"zyxopen.pdf"
        hidden, absent = (partner.get(f"{GOVERNANCE}/files/{number}") for number in (numbers["zyxclosed.pdf"], 10**6))
        assert hidden.status_code == absent.status_code == 404

    def test_exports_hold_the_public_part_alone_and_say_how_it_is_marked(self, partner: Client, publisher: Client) -> None:
        for who in (partner, publisher):
            read = who.get(f"{GOVERNANCE}/export/dpia.json")
            assert read["X-Marking"] == "OFFICIAL"
            said = json.loads(read.content)
            assert said["name"] == "Data protection impact assessment"
            assert {answer["code"] for answer in said["answers"]} == {"purpose", "lawful-basis", "necessity", "consulted"}
            text = who.get(f"{GOVERNANCE}/export/dpia.md").content.decode()
            assert "Zyxanswer purpose" in text
            assert "Zyxanswer risks" not in text
        assert partner.get(f"{GOVERNANCE}/export/atrs.json").status_code == 404
        assert partner.get(f"{GOVERNANCE}/export/dpia.exe").status_code == 404

    def test_its_own_and_reviewers_read_all_of_it(self, partner: Client, publisher: Client) -> None:
        reviewer = make_reviewer("thames-valley", "technical")
        assert reviewer.user is not None
        for who in (publisher, client(reviewer.user)):
            page = who.get(GOVERNANCE).content.decode()
            assert all(word in page for word in ("Zyxanswer risks", "zyxclosed.pdf"))

    def test_members_elsewhere_change_nothing(self, partner: Client) -> None:
        for path in ("declare", "dpia", "dpia/sign"):
            assert partner.get(f"{GOVERNANCE}/{path}").status_code == 403
            assert partner.post(f"{GOVERNANCE}/{path}").status_code == 403
