"""A second person says that a finding need not be mended, with the reason; it holds for the same finding later too."""

from __future__ import annotations

import pytest

from accounts.models import Membership, Role
from accounts.viewer import viewer_of
from registry.actions.answer_finding import answer_finding
from registry.actions.hold_release import hold_release
from registry.actions.list_release import list_release
from registry.actions.reopen_review import reopen_review
from registry.releases.models import Finding
from registry.reviews.models import FindingAnswer, Review, ReviewEntry
from registry.reviews.policy import unanswered_findings
from tests.make import fresh, make_finding, make_review, make_reviewer, make_viewer, sign_all
from tests.race import race
from tests.unchanged import refuses


def answer(review: Review, finding: Finding, by=None, verdict: str = "false", reason: str = "An example."):  # type: ignore[no-untyped-def]
    return answer_finding(review=fresh(review), finding=finding, verdict=verdict, reason=reason, by=by or make_reviewer("met"))


@pytest.mark.django_db
@pytest.mark.parametrize("severity", ["answer", "stop"])
def test_unanswered_it_stands_against_listing_and_answered_no_more(severity: str) -> None:
    review = sign_all(make_review())
    finding, by = make_finding(review, severity, where="Main.xaml, line 3"), make_viewer("hampshire")
    with refuses("findings_open", "findings"):
        list_release(review=review, by=by)
    given = answer(review, finding, verdict="accepted")
    assert (given.verdict, given.reason, given.fingerprint) == ("accepted", "An example.", finding.fingerprint)
    assert ReviewEntry.objects.get(review=review, act="answer").text == "An example."
    list_release(review=fresh(review), by=by)


@pytest.mark.django_db
def test_held_for_a_finding_it_is_taken_up_when_that_is_answered() -> None:
    review, by = make_review(), make_reviewer("met")
    finding = make_finding(review)
    hold_release(review=review, text="Wait.", by=by)
    with refuses("findings_open", "findings"):
        reopen_review(review=fresh(review), text="Go on.", by=by)
    answer(review, finding)
    reopen_review(review=fresh(review), text="Go on.", by=by)
    assert fresh(review).state == "in_review"


@pytest.mark.django_db
def test_the_same_finding_of_a_later_release_is_answered_by_it() -> None:
    review = make_review()
    finding = make_finding(review)
    answer(review, finding)
    later = make_review(version="1.1.0")
    found = Finding.objects.create(
        release=later.release, digest=later.digest, fingerprint=finding.fingerprint, code="noted", severity="stop", title="Odd"
    )
    assert not unanswered_findings(later.release).exists()
    with refuses("answered_already", "finding"):
        answer(later, found)


@pytest.mark.django_db
def test_whoever_publishes_the_later_release_did_not_answer_it() -> None:
    """A reviewer who answered becomes a publisher: of their own release the answer counts for nothing, and another person's does."""
    review = make_review()
    finding, by = make_finding(review), make_reviewer("met")
    answer(review, finding, by)
    assert by.user is not None
    Membership.objects.create(user=by.user, organisation=review.release.module.organisation, role=Role.PUBLISHER)
    later = make_review(version="1.1.0", by=viewer_of(by.user))
    found = Finding.objects.create(
        release=later.release, digest=later.digest, fingerprint=finding.fingerprint, code="noted", severity="stop", title="Odd"
    )
    assert unanswered_findings(later.release).get() == found
    answer(later, found, make_reviewer("wiltshire"))
    assert not unanswered_findings(later.release).exists()
    assert FindingAnswer.objects.filter(fingerprint=finding.fingerprint).count() == 2


@pytest.mark.django_db
def test_what_it_refuses() -> None:
    review, author = make_review(), make_viewer("hampshire")
    finding, other = make_finding(review), make_finding(make_review("hampshire/letters"))
    with refuses("words_missing", "reason"):
        answer(review, finding, reason=" ")
    with refuses("text_too_long", "reason"):
        answer(review, finding, reason="x" * 501)
    with refuses("verdict_unknown", "verdict"):
        answer(review, finding, verdict="fine")
    with refuses("finding_of_other_files", "finding"):
        answer(review, other)
    with refuses("not_a_reviewer"):
        answer(review, finding, author)
    Finding.objects.filter(pk=finding.pk).update(digest="0" * 64)
    finding.refresh_from_db()
    with refuses("finding_of_other_files", "finding"):
        answer(review, finding)


@pytest.mark.django_db(transaction=True)
def test_of_several_answers_at_once_one_counts() -> None:
    review = make_review()
    finding, people = make_finding(review), [make_reviewer(f"force-{number}") for number in range(3)]
    results = race(3, lambda number: answer(review, finding, people[number]))
    assert sum(isinstance(one, FindingAnswer) for one in results) == 1, results
    assert FindingAnswer.objects.count() == 1
