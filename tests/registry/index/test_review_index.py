"""Reviews as they are read: what each person sees of them, what waits for whom, and that their cost does not grow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Role, SignOffRole
from accounts.viewer import NOBODY, Viewer, viewer_of
from registry.actions.ask_author import ask_author
from registry.actions.ask_widening import ask_widening
from registry.actions.check_release import check_release
from registry.actions.claim_review import claim_review
from registry.actions.publish_release import publish_release
from registry.actions.resubmit_release import resubmit_release
from registry.errors import Missing
from registry.index.review_entries import QueueFilters
from registry.index.review_page import review_detail
from registry.index.reviews import PAGE, queue
from registry.index.waiting import count_waiting, desk_of
from registry.index.widenings import preview, widening_detail
from registry.releases.gates import ReleaseForm
from registry.releases.models import Finding
from registry.releases.upload import spooled
from registry.reviews.models import Review
from registry.reviews.people import add_contributor
from tests.make import bpmn, make_member, make_organisation, make_release, make_reviewer, make_token, make_viewer, reviewer_for, sign

pytestmark = pytest.mark.django_db
ALL = tuple(SignOffRole.values)


def in_review(identifier: str, version: str = "1.0.0", **options: object) -> Review:
    release = make_release(identifier, version, checked=False, **options)  # type: ignore[arg-type]
    check_release(release.pk)
    return Review.objects.select_related("release__module__organisation").get(release=release, closed_at=None)


def found(review: Review, number: int, severity: str = "answer") -> None:
    Finding.objects.create(
        release=review.release,
        digest=review.digest,
        fingerprint=f"{review.pk} {number}",
        code="user_folder",
        severity=severity,
        title=f"{number}",
    )


def steward() -> Viewer:
    return viewer_of(make_member(make_organisation("moothall", kind="partnership"), Role.STEWARD))


def queries(read: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        read()
    return len(captured)


class TestCost:
    def test_the_queue_costs_the_same_however_long(self) -> None:
        viewer = make_reviewer("wiltshire", *ALL)
        found(in_review("met/one"), 1)
        queue(viewer)
        before = queries(lambda: queue(viewer))
        for number in range(12):
            review = in_review(f"force-{number % 4}/module-{number}")
            for each in range(3):
                found(review, each)
            if number % 3 == 0:
                sign(review, "licence")
        assert queue(viewer).count == 13
        assert queries(lambda: queue(viewer)) == before <= 9

    def test_so_does_the_page_of_one_whatever_it_holds(self) -> None:
        make_release("met/one", "0.9.0")
        review = in_review("met/one")
        viewer = steward()
        review_detail(viewer, review.pk)
        before = queries(lambda: review_detail(viewer, review.pk))
        for number in range(8):
            found(review, number)
            make_release(f"kent/user-{number}", dependencies=("met/one",))
            add_contributor(review.release, make_viewer("met"))
            in_review(f"surrey/module-{number}")
        for role in ALL[:3]:
            sign(review, role)
        by = reviewer_for(review, "licence")
        claim_review(review=review, assignee=by.user, by=by)
        ask_author(review=review, text="Why?", by=by)
        after = queries(lambda: review_detail(viewer, review.pk))
        assert after <= before + 2  # people whom the log names, evidence that may be seen
        assert after <= 45

    def test_the_header_counts_in_few_queries(self) -> None:
        viewer = make_reviewer("wiltshire", *ALL)
        in_review("met/one")
        assert queries(lambda: count_waiting(viewer, desk_of(viewer))) == 2
        reader = make_viewer("kent", Role.VIEWER)
        assert queries(lambda: count_waiting(reader, desk_of(reader))) == 0
        assert queries(lambda: count_waiting(NOBODY, desk_of(NOBODY))) == 0


class TestVisibility:
    """As :func:`registry.reviews.queries.reviewable` says; a review that one may not see is absent from everything."""

    @pytest.fixture
    def reviews(self) -> dict[str, Review]:
        make_organisation("kent")
        return {
            "partnership": in_review("met/partnership"),
            "named": in_review("met/named", visibility="named", share_with=("kent",)),
            "sensitive": in_review("met/sensitive", marking="OFFICIAL-SENSITIVE"),
            "own": in_review("met/own", visibility="own", marking="OFFICIAL-SENSITIVE"),
        }

    @pytest.mark.parametrize(
        ("organisation", "role", "seen"),
        [
            ("met", Role.VIEWER, {"partnership", "named", "sensitive", "own"}),
            ("kent", Role.VIEWER, set()),
            ("kent", Role.PUBLISHER, set()),
            ("wiltshire", Role.REVIEWER, {"partnership"}),
            ("kent", Role.REVIEWER, {"partnership"}),
            ("moothall", Role.STEWARD, {"partnership", "named", "sensitive"}),
            ("moothall", Role.AUDITOR, {"partnership", "named", "sensitive", "own"}),
        ],
    )
    def test_who_sees_which(self, reviews: dict[str, Review], organisation: str, role: str, seen: set[str]) -> None:
        make_organisation("moothall", kind="partnership")
        viewer = make_viewer(organisation, role)
        shown = queue(viewer)
        assert {entry.slug for entry in shown.entries} == seen
        assert shown.count == len(seen)
        assert [slug for slug, _ in shown.publishers] == (["met"] if seen else [])
        for name, review in reviews.items():
            if name in seen:
                assert review_detail(viewer, review.pk).entry.slug == name
            else:
                with pytest.raises(Missing):
                    review_detail(viewer, review.pk)

    def test_what_is_hidden_is_in_no_count(self, reviews: dict[str, Review]) -> None:
        viewer = make_reviewer("wiltshire", *ALL)
        assert (queue(viewer).waiting, count_waiting(viewer, desk_of(viewer))) == (1, 1)
        assert len(review_detail(viewer, reviews["partnership"].pk).waiting) == 1

    def test_nobody_sees_any(self, reviews: dict[str, Review]) -> None:
        assert queue(NOBODY).count == 0


class TestWaiting:
    def waits(self, viewer: Viewer) -> int:
        return count_waiting(viewer, desk_of(viewer))

    def test_for_whoever_can_sign_what_is_to_come(self) -> None:
        review = in_review("met/one")
        technical, licence = reviewer_for(review, "technical"), reviewer_for(review, "licence")
        own, other = make_reviewer("met", "technical"), make_reviewer("kent", "business_owner")
        idle = make_reviewer("kent")
        assert [self.waits(each) for each in (technical, licence, own, other, idle)] == [1, 1, 0, 0, 0]
        sign(review, "technical")
        assert [self.waits(each) for each in (technical, licence)] == [0, 1]
        add_contributor(review.release, licence)
        assert self.waits(licence) == 0

    def test_whoever_signed_one_role_is_waited_for_in_none(self) -> None:
        review = in_review("met/one")
        both = make_reviewer("kent", "technical", "licence")
        sign(review, "technical", both)
        assert self.waits(both) == 0

    def test_for_the_publisher_once_it_is_asked_or_all_have_signed(self) -> None:
        review = in_review("met/one")
        publisher = viewer_of(review.release.created_by)  # type: ignore[arg-type]
        assert self.waits(publisher) == 0
        ask_author(review=review, text="Why?", by=reviewer_for(review, "licence"))
        assert self.waits(publisher) == 1
        resubmit_release(review=review, text="We do.", by=publisher)
        for role in ALL:
            sign(review, role)
        assert self.waits(publisher) == 1

    def test_a_wish_waits_for_a_second_person_of_its_publisher(self) -> None:
        release = make_release("met/one", visibility="own")
        asks = viewer_of(release.created_by)  # type: ignore[arg-type]
        ask_widening(module=release.module, visibility="partnership", reason="All need it.", by=asks)
        assert self.waits(asks) == 0
        assert self.waits(make_viewer("met", Role.PUBLISHER)) == 1
        assert self.waits(make_viewer("met", Role.VIEWER)) == 0
        assert self.waits(make_viewer("kent", Role.PUBLISHER)) == 0


class TestQueue:
    def test_the_most_pressing_first_and_25_a_page(self) -> None:
        viewer = make_reviewer("wiltshire")
        reviews = [in_review(f"met/module-{number}") for number in range(PAGE + 2)]
        Review.objects.filter(pk=reviews[-1].pk).update(due_at=reviews[0].submitted_at)
        first, second = queue(viewer), queue(viewer, page=2)
        assert (first.count, first.pages, len(first.entries), len(second.entries)) == (PAGE + 2, 2, PAGE, 2)
        assert first.entries[0].pk == reviews[-1].pk
        assert first.entries[0].is_late
        assert not {each.pk for each in first.entries} & {each.pk for each in second.entries}

    def test_findings_of_replaced_files_and_answered_ones_do_not_count(self) -> None:
        review = in_review("met/one")
        found(review, 1)
        found(review, 2, "note")
        Finding.objects.create(release=review.release, digest="0" * 64, fingerprint="old", code="x", severity="stop", title="Old")
        assert queue(steward()).entries[0].open_findings == 1

    def test_closed_ones_on_request(self) -> None:
        make_release("met/one")
        viewer = steward()
        assert queue(viewer).count == 0
        assert [entry.state for entry in queue(viewer, QueueFilters(show="closed")).entries] == ["listed"]


class TestDetail:
    def test_what_the_author_is_told_names_what_was_asked(self) -> None:
        review = in_review("met/one")
        ask_author(review=review, text="Who owns it?", by=reviewer_for(review, "licence"))
        detail = review_detail(viewer_of(review.release.created_by), review.pk)  # type: ignore[arg-type]
        assert detail.asked is not None
        assert detail.asked.text == "Who owns it?"
        assert (detail.acts.resubmit, detail.acts.files, detail.acts.decides) == (True, True, False)

    def test_a_token_s_maker_may_not_sign_either(self) -> None:
        from accounts.models import ApiToken
        from accounts.tokens import find_token
        from accounts.viewer import viewer_of_token

        user = make_member("met", Role.PUBLISHER)
        make_member("kent", Role.REVIEWER, user=user)
        Membership.objects.filter(user=user, role=Role.REVIEWER).update(signs=["licence"])
        maker = viewer_of(user)
        secret = make_token("met")
        ApiToken.objects.update(created_by=user)
        token = find_token(secret)
        assert token is not None
        form = ReleaseForm(version="1.0.0", licence="MIT", summary="Sends.", visibility="partnership")
        with spooled([bpmn()], "process.bpmn") as upload:
            done = publish_release(publisher="met", slug="one", uploads=[upload], form=form, by=viewer_of_token(token))
        assert done.release is not None
        check_release(done.release.pk)
        detail = review_detail(maker, Review.objects.get().pk)
        assert detail.acts.signs == ()
        assert [(each.why, each.is_you) for each in detail.barred] == [("made the token it was published with", True)]
        assert "You had a hand in this version" in detail.acts.why_not_review

    def test_why_somebody_of_the_publisher_may_not_sign_as_technical(self) -> None:
        review = in_review("met/one")
        detail = review_detail(make_reviewer("met", "technical"), review.pk)
        assert "Somebody of another organisation" in detail.sign_offs[0].reason

    def test_compared_with_the_listed_version_before_it(self) -> None:
        make_release("met/one", "1.0.0", data=bpmn(tasks=("Read",)))
        review = in_review("met/one", "1.1.0", data=bpmn(tasks=("Read", "Send")))
        detail = review_detail(steward(), review.pk)
        assert detail.listed_version == "1.0.0"
        assert [step.name for step in detail.differences.steps_added.shown] == ["Send"]
        assert not detail.differences.is_first

    def test_own_checklist_first(self) -> None:
        review = in_review("met/one")
        detail = review_detail(reviewer_for(review, "licence"), review.pk)
        assert [each.role for each in detail.checklists] == ["licence", "technical", "business_owner", "information_assurance"]
        assert [each.is_yours for each in detail.checklists] == [True, False, False, False]


class TestWidenings:
    def test_the_preview_names_exactly_who_is_new(self) -> None:
        for slug in ("kent", "surrey", "devon"):
            make_member(slug, Role.VIEWER)
        make_member("kent", Role.VIEWER)
        release = make_release("met/one", visibility="named", share_with=("kent",))
        module = release.module
        module.refresh_from_db()
        named = preview(module, "named", "OFFICIAL", [make_organisation("kent").pk, make_organisation("devon").pk])
        assert (named.organisations, named.people) == (("Devon", "Kent"), 3)
        assert (named.new, named.new_people) == (("Devon",), 1)
        everybody = preview(module, "partnership", "OFFICIAL", [])
        assert "Surrey" in everybody.new
        assert "Kent" not in everybody.new
        assert "Met" not in everybody.organisations

    def test_only_its_publishers_people_see_a_wish(self) -> None:
        release = make_release("met/one", visibility="own")
        asks = viewer_of(release.created_by)  # type: ignore[arg-type]
        wish = ask_widening(module=release.module, visibility="partnership", reason="All need it.", by=asks)
        assert widening_detail(make_viewer("met", Role.VIEWER), wish.pk).may_decide is False
        assert widening_detail(make_reviewer("met"), wish.pk).may_decide is True
        assert widening_detail(asks, wish.pk).is_asked_by_you
        for other in (make_viewer("kent"), steward(), NOBODY):
            with pytest.raises(Missing):
                widening_detail(other, wish.pk)
