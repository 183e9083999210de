"""A release's way through its review by machine: handing in, answering, other files, listing; and what each caller is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import SignOffRole
from accounts.viewer import NOBODY
from registry.actions.ask_author import ask_author
from registry.actions.check_release import check_release
from registry.index.review_status import review_status
from registry.releases.models import Finding, Release
from registry.reviews.models import Review, SignOff
from tests.api.conftest import Caller
from tests.api.test_publish import assert_shape
from tests.make import bpmn, make_reviewer, make_token, make_viewer, reviewer_for, sign

AT = "/api/v1/modules/force-a/update/releases/1.0.0"
ROLES = list(SignOffRole.values)


def publish(caller: Caller, **fields: Any) -> Release:
    response = caller.publish(**fields)
    assert response.status_code == 201, response.json()
    release = Release.objects.get()
    check_release(release.pk)
    return Release.objects.get()


def review() -> Review:
    return Review.objects.select_related("release__module__organisation").get(closed_at=None)


def new_file(name: str = "Mended") -> dict[str, Any]:
    return {"artefact": SimpleUploadedFile("update.bpmn", bpmn(name))}


def ask(text: str = "What is this host?") -> None:
    ask_author(review=review(), text=text, by=reviewer_for(review(), "technical"))


def test_j5_it_is_not_listed_until_every_role_signed_these_very_bytes(publisher: Caller, is_problem) -> None:
    """Publish is 409 until all required roles signed this version's hash; upload of new bytes voids the signatures."""
    publish(publisher)
    for role in ROLES:
        problem = is_problem(publisher.json(f"{AT}/list", {}), 409, "sign_offs_missing")
        assert SignOffRole(role).label.lower() in problem["detail"]
        assert not publisher.get(f"{AT}/review").json()["may_be_listed"]
        sign(review(), role)
    signed = publisher.get(f"{AT}/review").json()
    assert signed["may_be_listed"]
    assert all(one["signed_at"] for one in signed["sign_offs"])

    ask()
    replaced = publisher.form(f"{AT}/artefacts", new_file())
    assert replaced.status_code == 200, replaced.json()
    body = replaced.json()
    assert (body["state"], body["round"]) == ("checking", 2)
    assert body["digest"] != signed["digest"]
    assert [one["signed_at"] for one in body["sign_offs"]] == [None] * 4
    check_release(Release.objects.get().pk)
    is_problem(publisher.json(f"{AT}/list", {}), 409, "sign_offs_missing")
    assert SignOff.objects.filter(voided_at=None).count() == 0

    for role in ROLES:
        sign(review(), role)
    listed = publisher.json(f"{AT}/list", {})
    assert (listed.status_code, listed.json()["state"]) == (200, "listed")
    neighbour = Caller(make_token("force-b"))
    detail = neighbour.get(AT).json()
    assert [one["role"] for one in detail["sign_offs"]] == ROLES
    assert {one["organisation"] for one in detail["sign_offs"]} == {"Force-A", "Reviewing-Force"}


def test_a_listing_may_be_repeated(publisher: Caller) -> None:
    publish(publisher)
    for role in ROLES:
        sign(review(), role)
    first, again = publisher.json(f"{AT}/list", {}), publisher.json(f"{AT}/list", {})
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()


def test_a_draft_waits_until_it_is_handed_in(publisher: Caller, is_problem) -> None:
    assert publisher.publish(draft="true").json()["state"] == "draft"
    before = publisher.get(f"{AT}/review").json()
    assert (before["state"], before["kind"], before["round"]) == ("draft", "", 0)
    assert [one["role"] for one in before["sign_offs"]] == ROLES
    is_problem(publisher.json(f"{AT}/list", {}), 409, "wrong_state")
    assert publisher.form(f"{AT}/artefacts", new_file()).json()["state"] == "draft"
    assert publisher.json(f"{AT}/submit", {}).json()["state"] == "checking"
    is_problem(publisher.json(f"{AT}/submit", {}), 409, "wrong_state")
    check_release(Release.objects.get().pk)
    after = publisher.get(f"{AT}/review").json()
    assert (after["state"], after["kind"], after["round"]) == ("in_review", "new", 1)


def test_a_repeat_with_the_same_key_gets_the_first_answer(publisher: Caller) -> None:
    publisher.publish(draft="true")
    first = publisher.json(f"{AT}/submit", {}, **{"Idempotency-Key": "build-7"})
    again = publisher.json(f"{AT}/submit", {}, **{"Idempotency-Key": "build-7"})
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"


def test_new_files_repeated_with_the_same_key_are_put_once(publisher: Caller) -> None:
    publisher.publish(draft="true")
    first = publisher.form(f"{AT}/artefacts", new_file(), **{"Idempotency-Key": "build-8"})
    again = publisher.form(f"{AT}/artefacts", new_file(), **{"Idempotency-Key": "build-8"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert again["Idempotent-Replayed"] == "true"


def test_answering_in_words_keeps_what_was_signed(publisher: Caller, is_problem) -> None:
    publish(publisher)
    sign(review(), "licence")
    is_problem(publisher.json(f"{AT}/resubmit", {"text": "Nothing was asked."}), 409, "wrong_state")
    ask("What is this host?")
    is_problem(publisher.json(f"{AT}/resubmit", {"text": " "}), 422, "words_missing")
    is_problem(publisher.json(f"{AT}/resubmit", {"text": "x" * 2001}), 422, "text_too_long")
    is_problem(publisher.json(f"{AT}/resubmit", {"txt": "x"}), 422, "unknown_field")
    body = publisher.json(f"{AT}/resubmit", {"text": "Our test system."}).json()
    assert body["state"] == "in_review"
    assert [one["role"] for one in body["sign_offs"] if one["signed_at"]] == ["licence"]
    told = [(one["act"], one["text"]) for one in body["log"]]
    assert told[-2:] == [("ask_author", "What is this host?"), ("resubmit", "Our test system.")]


def test_other_files_are_looked_at_as_on_a_publish(publisher: Caller, is_problem) -> None:
    publish(publisher)
    is_problem(publisher.form(f"{AT}/artefacts", new_file()), 409, "wrong_state")
    ask()
    is_problem(publisher.form(f"{AT}/artefacts", {"artefact": SimpleUploadedFile("update.bpmn", bpmn())}), 409, "files_unchanged")
    is_problem(publisher.form(f"{AT}/artefacts", {"artefact": SimpleUploadedFile("x.txt", b"hello")}), 422, "not_recognised")
    is_problem(publisher.form(f"{AT}/artefacts", {**new_file(), "version": "1.0.1"}), 422, "unknown_field")
    is_problem(publisher.form(f"{AT}/artefacts", {**new_file(), "contested": "x" * 501}), 422, "text_too_long")
    is_problem(publisher.json(f"{AT}/artefacts", {"text": "no file"}), 415, "unsupported_media_type")
    assert review().state == "awaiting_author"


def test_open_findings_are_named_and_stand_in_the_way(publisher: Caller, is_problem) -> None:
    release = publish(publisher)
    Finding.objects.create(
        release=release, code="user_folder", severity="answer", title="A path names somebody", where="Main.xaml", digest=release.digest
    )
    for role in ROLES:
        sign(review(), role)
    body = publisher.get(f"{AT}/review").json()
    assert (body["findings_count"], body["may_be_listed"]) == (1, False)
    assert body["findings"][0]["where"] == "Main.xaml"
    assert "A path names somebody" in is_problem(publisher.json(f"{AT}/list", {}), 409, "findings_open")["detail"]


def test_what_governance_demands_is_named(publisher: Caller, monkeypatch) -> None:
    from registry.governance.blocking import Blocker

    wanted = Blocker("dpia_missing", "It needs an assessment.", "Write one.", "assessment")
    monkeypatch.setattr("registry.index.review_status.blockers", lambda *_: [wanted])
    publish(publisher)
    body = publisher.get(f"{AT}/review").json()
    assert body["blockers"] == [{"code": "dpia_missing", "message": "It needs an assessment.", "where": "assessment", "mend": "Write one."}]
    assert_shape(body, "Review")


ACTS = [("submit", {}), ("resubmit", {"text": "x"}), ("list", {})]


@pytest.mark.parametrize(("act", "body"), ACTS)
def test_only_the_publishers_tokens_act_and_others_cannot_tell_what_there_is(publisher: Caller, is_problem, act: str, body) -> None:
    publish(publisher)
    reader, neighbour = Caller(make_token("force-a", ("read",))), Caller(make_token("force-b"))
    bound = Caller(make_token("force-a", modules=("other",)))
    is_problem(reader.json(f"{AT}/{act}", body), 403, "token_scope")
    is_problem(bound.json(f"{AT}/{act}", body), 403, "token_out_of_scope")
    there = neighbour.json(f"{AT}/{act}", body)
    absent = neighbour.json(f"{AT.replace('update', 'none')}/{act}", body)
    assert there.content == absent.content
    is_problem(there, 403, "token_out_of_scope")
    is_problem(publisher.json(f"{AT.replace('1.0.0', '9.9.9')}/{act}", body), 404, "not_found")


def test_a_review_is_shown_to_its_publishers_tokens_alone(publisher: Caller, neighbour: Caller) -> None:
    publish(publisher)
    bound = Caller(make_token("force-a", modules=("other",)))
    for caller in (neighbour, bound):
        there, absent = caller.get(f"{AT}/review"), caller.get(f"{AT.replace('update', 'none')}/review")
        assert (there.status_code, there.content) == (404, absent.content)
    first = publisher.get(f"{AT}/review")
    assert publisher.get(f"{AT}/review", **{"If-None-Match": first["ETag"]}).status_code == 304
    assert_shape(first.json(), "Review")


def test_names_are_told_to_their_own_organisation_and_the_publisher(publisher: Caller) -> None:
    publish(publisher)
    sign(review(), "business_owner")
    sign(review(), "technical")
    at = ("force-a", "update", "1.0.0")
    signer = reviewer_for(review(), "technical")
    publishers = {one.role: one.person for one in review_status(make_viewer("force-a"), *at).sign_offs}
    assert publishers["technical"] == str(signer.user)
    assert publishers["business_owner"]
    theirs = {one.role: (one.organisation, one.person) for one in review_status(signer, *at).sign_offs}
    assert theirs["technical"] == ("Reviewing-Force", str(signer.user))
    assert theirs["business_owner"] == ("Force-A", "")
    elsewhere = review_status(make_reviewer("force-c", "licence"), *at)
    assert {one.person for one in elsewhere.sign_offs} == {""}
    assert {entry.person for entry in elsewhere.log} == {""}
    assert {entry.organisation for entry in elsewhere.log} >= {"Force-A", "Reviewing-Force"}


def test_nobody_without_a_part_in_it_sees_a_review(publisher: Caller) -> None:
    from registry.errors import Missing

    publish(publisher)
    for viewer in (NOBODY, make_viewer("force-b")):
        with pytest.raises(Missing):
            review_status(viewer, "force-a", "update", "1.0.0")


def test_reading_takes_as_many_queries_however_much_was_said(publisher: Caller, django_assert_max_num_queries) -> None:
    publish(publisher)
    viewer = make_viewer("force-a")
    for number in range(5):
        ask(f"Question {number}")
        publisher.json(f"{AT}/resubmit", {"text": "An answer."})
    with django_assert_max_num_queries(11):
        assert len(review_status(viewer, "force-a", "update", "1.0.0").log) == 11
