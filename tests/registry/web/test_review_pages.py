"""The pages of reviews: what stands on each, what each act says afterwards, and what a refusal gives back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Role, SignOffRole, User
from accounts.viewer import Viewer
from registry.actions.check_release import check_release
from registry.actions.claim_review import claim_review
from registry.actions.keep_attachment import keep_attachment
from registry.actions.tick_item import tick_item
from registry.releases.models import Download, Finding, Release
from registry.releases.upload import spooled
from registry.reviews.models import ChecklistAnswer, ChecklistItem, FindingAnswer, Review, SignOff
from tests.make import (
    NO_PEOPLE,
    PICTURE,
    bpmn,
    make_member,
    make_organisation,
    make_release,
    make_reviewer,
    make_viewer,
    reviewer_for,
    sign,
)

pytestmark = pytest.mark.django_db
ALL = tuple(SignOffRole.values)


def client_of(who: Viewer | User) -> Client:
    user = who.user if isinstance(who, Viewer) else who
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def in_review(identifier: str = "hampshire/victim-update", version: str = "1.0.0", **options: Any) -> Review:
    release = make_release(identifier, version, checked=False, **(NO_PEOPLE | options))
    check_release(release.pk)
    return Review.objects.select_related("release__module__organisation").get(release=release, closed_at=None)


def found(review: Review, severity: str = "answer", title: str = "It names a user’s folder") -> Finding:
    return Finding.objects.create(
        release=review.release,
        digest=review.digest,
        fingerprint=f"{severity}{title}"[:64],
        code="user_folder",
        severity=severity,
        title=title,
        where="process.bpmn",
        why="It will not be there.",
        mend="Use a setting.",
    )


@pytest.fixture
def review() -> Review:
    return in_review()


@pytest.fixture
def author(review: Review) -> Client:
    return client_of(review.release.created_by)  # type: ignore[arg-type]


@pytest.fixture
def technical(review: Review) -> Client:
    return client_of(reviewer_for(review, "technical"))


class TestQueue:
    def test_a_row_says_what_it_is_and_what_is_to_come(self, review: Review, technical: Client) -> None:
        sign(review, "licence")
        found(review)
        page = text(technical.get("/reviews"))
        assert "1 open review, 1 waiting for you" in page
        assert f'href="/reviews/{review.pk}"' in page
        assert "First release" in page
        assert "0 days of 10" in page, page[page.index("<tbody") : page.index("</tbody")]
        assert 'Licence<span class="govuk-visually-hidden">: signed' in page
        assert 'Technical<span class="govuk-visually-hidden">: to come' in page
        assert 'data-l="Open findings" class="govuk-table__cell govuk-table__cell--numeric">1<' in page

    def test_late_ones_are_marked_and_can_be_asked_for(self, review: Review, technical: Client) -> None:
        assert "Nothing matches these filters." in text(technical.get("/reviews?late=1"))
        Review.objects.filter(pk=review.pk).update(due_at=review.submitted_at)
        page = text(technical.get("/reviews?late=1"))
        assert "1 day over" in page

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("", 2),
            ("kind=new", 2),
            ("kind=update", 0),
            ("state=held", 1),
            ("state=in_review", 1),
            ("assignee=nobody", 1),
            ("assignee=mine", 1),
            ("publisher=hampshire", 1),
            ("publisher=nowhere", 0),
            ("role=technical", 1),
            ("role=licence", 0),
            ("show=waiting", 2),
            ("show=closed", 0),
            ("state=worst&kind=x&assignee=y&show=z&publisher=%00&page=x", 2),
        ],
    )
    def test_filters(self, review: Review, query: str, count: int) -> None:
        other = in_review("met/letters")
        by = reviewer_for(review, "technical")
        claim_review(review=other, assignee=by.user, by=by)
        Review.objects.filter(pk=other.pk).update(state="held")
        page = text(client_of(by).get(f"/reviews?{query}"))
        assert len(re.findall(r'<a href="/reviews/\d+"><span', page)) == count

    def test_nothing_waits(self) -> None:
        assert "Nothing waits for you." in text(client_of(make_member("wiltshire", Role.VIEWER)).get("/reviews"))

    def test_a_page_beyond_the_last_is_not_there(self, technical: Client) -> None:
        assert technical.get("/reviews?page=2").status_code == 404


class TestHeader:
    def test_it_counts_what_waits_for_whoever_asks(self, review: Review, technical: Client, author: Client) -> None:
        assert "waiting for you: </span>1</span>" in text(technical.get("/modules"))
        sign(review, "technical")
        assert "waiting for you" not in text(technical.get("/modules"))
        assert "waiting for you" not in text(author.get("/modules"))
        Review.objects.filter(pk=review.pk).update(state="awaiting_author")
        assert "waiting for you: </span>1</span>" in text(author.get("/modules"))

    def test_it_is_for_those_who_review_or_publish(self, review: Review) -> None:
        viewer = client_of(make_member("hampshire", Role.VIEWER))
        assert 'href="/reviews"' not in text(viewer.get("/modules"))
        assert viewer.get(f"/reviews/{review.pk}").status_code == 200


class TestPage:
    def test_it_shows_all_that_a_decision_needs(self, technical: Client) -> None:
        make_release("hampshire/letters", "1.0.0", data=bpmn("Letters", tasks=("Read",)))
        review = in_review("hampshire/letters", "1.1.0", data=bpmn("Letters", tasks=("Read", "Send to the court")), changes="Sends it too.")
        page = text(technical.get(f"/reviews/{review.pk}"))
        for said in (
            "Review of an update",
            f"sha256 {review.digest[:8]}…{review.digest[-4:]}",
            "In review: 4 sign-offs to come",
            "What changed since 1.0.0",
            "Send to the court",
            "Sends it too.",
            "Sign for technical",
            "Technical: 0 of 4 confirmed",
            "Business owner: 0 of 3 confirmed",
            "published it",
            "Who will see it",
            "The checks ended: 0 findings",
        ):
            assert said in page, said

    @pytest.mark.parametrize("who", ["author", "other reviewer", "viewer", "auditor"])
    def test_whoever_may_not_act_is_told_why_and_finds_no_form(self, review: Review, author: Client, who: str) -> None:
        make_organisation("moothall", kind="partnership")
        client, reason = {
            "author": (author, "To come: technical, business owner, information assurance, licence."),
            "other reviewer": (client_of(make_reviewer("wiltshire")), "You sign nothing here"),
            "viewer": (client_of(make_member("hampshire", Role.VIEWER)), "Only reviewers may do this."),
            "auditor": (client_of(make_member("moothall", Role.AUDITOR)), "Only reviewers may do this."),
        }[who]
        page = text(client.get(f"/reviews/{review.pk}"))
        assert reason in page
        assert 'value="sign:' not in page
        assert f'action="/reviews/{review.pk}/tick"' not in page

    def test_a_reviewer_who_contributed_is_told_so(self, review: Review) -> None:
        from registry.reviews.people import add_contributor

        by = reviewer_for(review, "technical")
        add_contributor(review.release, by)
        page = text(client_of(by).get(f"/reviews/{review.pk}"))
        assert "You had a hand in this version" in page
        assert f'action="/reviews/{review.pk}/decide"' not in page

    def test_what_one_may_not_see_is_not_there(self, review: Review) -> None:
        stranger = client_of(make_member("wiltshire", Role.VIEWER))
        assert stranger.get(f"/reviews/{review.pk}").content == stranger.get("/reviews/999999").content
        for act in ("claim", "decide", "ask", "resubmit", "files", "hold", "refuse", "reopen", "list", "sign", "withdraw", "tick"):
            assert stranger.post(f"/reviews/{review.pk}/{act}").status_code == 404, act

    def test_words_of_others_are_shown_as_words(self, technical: Client, review: Review) -> None:
        technical.post(f"/reviews/{review.pk}/ask", {"text": "<script>alert(1)</script>"})
        assert "<script>alert" not in text(technical.get(f"/reviews/{review.pk}"))


class TestSigning:
    def confirm(self, client: Client, review: Review, role: str) -> None:
        for item in ChecklistItem.objects.filter(role=role):
            sent = {"item": item.pk, "note": "Seen."}
            if item.needs_evidence:
                sent["evidence"] = SimpleUploadedFile("shown.png", PICTURE, "image/png")
            answer = client.post(f"/reviews/{review.pk}/tick", sent)
            assert answer.status_code == 302, text(answer)

    def test_from_the_checklist_to_listed(self, review: Review, technical: Client, author: Client) -> None:
        address = f"/reviews/{review.pk}"
        self.confirm(technical, review, "technical")
        sent = {"decision": "sign:technical", "digest": review.digest, "text": "Ran it."}
        answer = technical.post(f"{address}/decide", sent, follow=True)
        assert "Signed. 3 sign-offs to come: business owner, information assurance, licence." in text(answer)
        for role in ("business_owner", "information_assurance"):
            sign(review, role)
        by = client_of(reviewer_for(review, "licence"))
        self.confirm(by, review, "licence")
        answer = by.post(f"{address}/sign", {"role": "licence", "digest": review.digest, "comment": ""}, follow=True)
        assert "Signed. All have signed, so it can be listed." in text(answer)
        assert "List version 1.0.0" in text(author.get(address))
        assert "is listed." in text(author.post(f"{address}/list", follow=True))
        review.release.refresh_from_db()
        assert review.release.state == "listed"

    def test_an_open_checklist_gives_back_what_was_typed(self, review: Review, technical: Client) -> None:
        answer = technical.post(
            f"/reviews/{review.pk}/decide", {"decision": "sign:technical", "digest": review.digest, "text": "My long comment."}
        )
        assert answer.status_code == 409
        page = text(answer)
        assert "There is a problem" in page
        assert "Not ticked yet" in page
        assert "My long comment." in page
        assert 'value="sign:technical" checked' in page
        assert not SignOff.objects.exists()

    def test_other_bytes_than_those_looked_at_are_not_signed(self, review: Review, technical: Client) -> None:
        self.confirm(technical, review, "technical")
        answer = technical.post(f"/reviews/{review.pk}/sign", {"role": "technical", "digest": "0" * 64, "comment": ""})
        assert answer.status_code == 409
        assert "The files were replaced since you looked." in text(answer)
        assert not SignOff.objects.exists()

    def test_nothing_chosen(self, review: Review, technical: Client) -> None:
        answer = technical.post(f"/reviews/{review.pk}/decide", {})
        assert answer.status_code == 422
        assert '<a href="#decide-decision">Choose what you decide.</a>' in text(answer)
        assert 'id="decide-decision"' in text(answer)

    def test_the_author_signs_nothing(self, review: Review, author: Client) -> None:
        answer = author.post(f"/reviews/{review.pk}/sign", {"role": "technical", "digest": review.digest, "comment": ""})
        assert answer.status_code == 403
        assert not SignOff.objects.exists()

    def test_a_signature_can_be_taken_back_with_a_reason(self, review: Review, technical: Client) -> None:
        sign(review, "technical")
        assert "You have signed" in text(technical.get(f"/reviews/{review.pk}"))
        assert technical.post(f"/reviews/{review.pk}/withdraw", {"role": "technical"}).status_code == 422
        answer = technical.post(f"/reviews/{review.pk}/withdraw", {"role": "technical", "text": "I missed a page."}, follow=True)
        assert "Your signature is taken back." in text(answer)
        assert not SignOff.objects.filter(voided_at=None).exists()

    def test_not_all_have_signed(self, review: Review, author: Client) -> None:
        answer = author.post(f"/reviews/{review.pk}/list")
        assert answer.status_code == 409
        assert "Not signed yet" in text(answer)


class TestDeciding:
    @pytest.mark.parametrize(
        ("act", "state", "said"),
        [("ask", "awaiting_author", "Asked."), ("hold", "held", "Held."), ("refuse", "refused", "Refused.")],
    )
    def test_by_either_address_with_words(self, review: Review, technical: Client, act: str, state: str, said: str) -> None:
        address = f"/reviews/{review.pk}"
        assert technical.post(f"{address}/{act}", {"text": " "}).status_code == 422
        assert technical.post(f"{address}/decide", {"decision": act}).status_code == 422
        assert said in text(technical.post(f"{address}/decide", {"decision": act, "text": "Who owns the object?"}, follow=True))
        review.refresh_from_db()
        assert review.state == state
        assert "Who owns the object?" in text(technical.get(address))
        assert technical.post(f"{address}/{act}", {"text": "Again."}).status_code == 409

    def test_a_held_one_is_taken_up_again(self, review: Review, technical: Client) -> None:
        technical.post(f"/reviews/{review.pk}/hold", {"text": "Legal asks."})
        assert "Take it up again" in text(technical.get(f"/reviews/{review.pk}"))
        assert "Taken up again." in text(technical.post(f"/reviews/{review.pk}/reopen", {"text": "Settled."}, follow=True))

    def test_the_author_answers_in_words(self, review: Review, technical: Client, author: Client) -> None:
        sign(review, "licence")
        technical.post(f"/reviews/{review.pk}/ask", {"text": "Who owns it?"})
        page = text(author.get(f"/reviews/{review.pk}"))
        assert "Answer what was asked" in page
        assert "Who owns it?" in page
        assert author.post(f"/reviews/{review.pk}/resubmit", {"text": ""}).status_code == 422
        assert "in review again" in text(author.post(f"/reviews/{review.pk}/resubmit", {"text": "We do."}, follow=True))
        assert SignOff.objects.filter(voided_at=None).count() == 1

    def test_the_author_mends_files_and_signatures_are_void(self, review: Review, technical: Client, author: Client) -> None:
        sign(review, "licence")
        technical.post(f"/reviews/{review.pk}/ask", {"text": "Mend it."})
        address = f"/reviews/{review.pk}/files"
        wrong = author.post(address, {"artefact": SimpleUploadedFile("notes.txt", b"Nothing that runs."), "text": "Here."})
        assert wrong.status_code == 422
        assert '<a href="#files-artefact">' in text(wrong)
        assert "Here." in text(wrong)
        same = author.post(address, {"artefact": SimpleUploadedFile("process.bpmn", bpmn("hampshire/victim-update 1.0.0"))})
        assert same.status_code == 409
        good = author.post(address, {"artefact": SimpleUploadedFile("process.bpmn", bpmn("Mended")), "text": "Mended."}, follow=True)
        assert "The files are replaced." in text(good)
        assert not SignOff.objects.filter(voided_at=None).exists()
        check_release(review.release_id)
        assert "Round" in text(technical.get(f"/reviews/{review.pk}"))

    def test_others_send_no_files(self, review: Review, technical: Client) -> None:
        technical.post(f"/reviews/{review.pk}/ask", {"text": "Mend it."})
        answer = technical.post(f"/reviews/{review.pk}/files", {"artefact": SimpleUploadedFile("process.bpmn", bpmn("Mine"))})
        assert answer.status_code == 403


class TestClaiming:
    def test_take_and_put_back(self, review: Review, technical: Client) -> None:
        address = f"/reviews/{review.pk}/claim"
        assert "You see to this review now." in text(technical.post(address, {"do": "take"}, follow=True))
        assert "Nobody sees to it now." in text(technical.post(address, {"do": "back"}, follow=True))

    def test_a_steward_gives_it_to_somebody_fit(self, review: Review) -> None:
        make_organisation("moothall", kind="partnership")
        steward = client_of(make_member("moothall", Role.STEWARD))
        to = make_reviewer("wiltshire", "technical").user
        assert to is not None
        assert f'<option value="{to.pk}"' in text(steward.get(f"/reviews/{review.pk}"))
        assert "sees to this review now." in text(
            steward.post(f"/reviews/{review.pk}/claim", {"do": "give", "assignee": to.pk}, follow=True)
        )
        author = review.release.created_by
        assert author is not None
        wrong = steward.post(f"/reviews/{review.pk}/claim", {"do": "give", "assignee": author.pk})
        assert wrong.status_code == 422
        assert "cannot review this" in text(wrong)
        assert steward.post(f"/reviews/{review.pk}/claim", {"do": "give"}).status_code == 422

    def test_no_reviewer_gives_it_away(self, review: Review, technical: Client) -> None:
        other = make_reviewer("wiltshire").user
        assert other is not None
        assert technical.post(f"/reviews/{review.pk}/claim", {"do": "give", "assignee": other.pk}).status_code == 403


class TestFindings:
    def test_answered_with_a_reason_it_no_longer_stands_open(self, review: Review, technical: Client) -> None:
        finding = found(review)
        address = f"/reviews/{review.pk}/findings/{finding.pk}"
        wrong = technical.post(address, {"verdict": "false", "reason": ""})
        assert wrong.status_code == 422
        assert f'<a href="#finding-{finding.pk}-reason">' in text(wrong)
        assert "Answered." in text(technical.post(address, {"verdict": "false", "reason": "A made-up name."}, follow=True))
        page = text(technical.get(f"/reviews/{review.pk}"))
        assert "A made-up name." in page
        assert "Not what it seems" in page
        assert technical.post(address, {"verdict": "false", "reason": "Again."}).status_code == 409

    def test_the_author_answers_none(self, review: Review, author: Client) -> None:
        finding = found(review)
        assert author.post(f"/reviews/{review.pk}/findings/{finding.pk}", {"verdict": "false", "reason": "No."}).status_code == 403
        assert not FindingAnswer.objects.exists()

    def test_of_another_review_it_is_not_there(self, review: Review, technical: Client) -> None:
        other = found(in_review("met/letters"))
        assert technical.post(f"/reviews/{review.pk}/findings/{other.pk}", {"verdict": "false", "reason": "No."}).status_code == 404

    def test_open_ones_come_first_and_stand_against_listing(self, review: Review, author: Client) -> None:
        found(review, "note", "A note")
        found(review, "answer", "To be answered")
        for role in ALL:
            sign(review, role)
        page = text(author.get(f"/reviews/{review.pk}"))
        assert page.index("To be answered") < page.index("A note")
        assert "List version" not in page


class TestFiles:
    def test_whoever_sees_the_review_has_them_and_nobody_counts_it(self, review: Review, technical: Client) -> None:
        answer: Any = technical.get(f"/reviews/{review.pk}/files/process.bpmn")
        assert b"".join(answer.streaming_content) == bpmn("hampshire/victim-update 1.0.0")
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["ETag"]
        assert not Download.objects.exists()

    def test_in_quarantine_nobody_has_them(self, review: Review, technical: Client) -> None:
        from django.utils import timezone

        Release.objects.filter(pk=review.release_id).update(
            quarantined_at=timezone.now(), quarantined_by=review.release.created_by, quarantine_reason="An inquiry."
        )
        assert technical.get(f"/reviews/{review.pk}/files/process.bpmn").status_code == 409
        assert "In quarantine" in text(technical.get(f"/reviews/{review.pk}"))

    def test_others_find_nothing(self, review: Review) -> None:
        stranger = client_of(make_member("wiltshire", Role.VIEWER))
        assert stranger.get(f"/reviews/{review.pk}/files/process.bpmn").content == stranger.get("/reviews/9/files/x").content

    def evidence(self, review: Review, marking: str) -> ChecklistAnswer:
        by = reviewer_for(review, "technical")
        assert by.organisation is not None
        item = ChecklistItem.objects.get(role="technical", code="opens")
        with spooled([PICTURE], "shown.png", "image/png") as upload:
            kept = keep_attachment(module=review.release.module, organisation=by.organisation, upload=upload, marking=marking, by=by)
        return tick_item(review=review, item=item, evidence=kept, by=by)

    def status(self, client: Client, address: str) -> int:
        answer: Any = client.get(address)
        if answer.streaming:
            b"".join(answer.streaming_content)  # and closes the file
        return int(answer.status_code)

    @pytest.mark.parametrize(("marking", "status"), [("OFFICIAL", 200), ("OFFICIAL-SENSITIVE", 404)])
    def test_evidence_is_seen_as_it_is_marked(self, review: Review, marking: str, status: int) -> None:
        answer = self.evidence(review, marking)
        address = f"/reviews/{review.pk}/evidence/{answer.evidence_id}"
        other = client_of(make_reviewer("wiltshire", "licence"))
        assert self.status(other, address) == status
        assert ("shown.png" in text(other.get(f"/reviews/{review.pk}"))) == (status == 200)
        for client in (client_of(reviewer_for(review, "technical")), client_of(make_member("hampshire", Role.VIEWER))):
            assert self.status(client, address) == 200
            assert marking in text(client.get(f"/reviews/{review.pk}"))

    def test_an_attachment_of_something_else_is_no_evidence(self, review: Review, technical: Client) -> None:
        answer = self.evidence(review, "OFFICIAL")
        other = in_review("met/letters")
        assert technical.get(f"/reviews/{other.pk}/evidence/{answer.evidence_id}").status_code == 404

    def test_evidence_that_is_no_paper_is_refused(self, review: Review, technical: Client) -> None:
        item = ChecklistItem.objects.get(role="technical", code="opens")
        sent = {"item": item.pk, "note": "Kept?", "evidence": SimpleUploadedFile("x.exe", b"MZ\x00\x00"), "marking": "OFFICIAL"}
        answer = technical.post(f"/reviews/{review.pk}/tick", sent)
        assert answer.status_code == 422
        assert f'<a href="#tick-{item.pk}-evidence">' in text(answer)
        assert "Kept?" in text(answer)


class TestRules:
    def test_they_come_from_the_data(self) -> None:
        page = text(client_of(make_member("wiltshire", Role.VIEWER)).get("/reviews/rules"))
        assert "Somebody of another organisation" in page
        assert "It opens and starts on the platform it is for" in page


class TestPublishersPages:
    def test_a_draft_is_handed_in(self) -> None:
        release = make_release("hampshire/letters", checked=False, draft=True)
        author = client_of(release.created_by)  # type: ignore[arg-type]
        assert "This version is a draft." in text(author.get("/modules/hampshire/letters/1.0.0"))
        answer = author.post("/modules/hampshire/letters/1.0.0/submit", follow=True)
        assert "It is being checked, then reviewed" in text(answer)
        assert author.post("/modules/hampshire/letters/1.0.0/submit").status_code == 409

    def test_a_release_in_review_leads_to_its_review(self, review: Review, author: Client) -> None:
        page = text(author.get("/modules/hampshire/victim-update/1.0.0"))
        assert "This version is in review." in page
        assert f'href="/reviews/{review.pk}"' in page

    def test_a_taker_sees_no_link_to_it(self) -> None:
        make_release("hampshire/letters")
        page = text(client_of(make_viewer("wiltshire", Role.VIEWER)).get("/modules/hampshire/letters/1.0.0"))
        assert "/reviews/" not in page
