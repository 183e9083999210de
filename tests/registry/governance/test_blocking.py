"""What stands against listing: by visibility, marking, what is declared, and how the papers stand. In a fixed number of statements."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry.actions.declare_data_use import declare_data_use
from registry.actions.list_release import list_release
from registry.actions.sign_assessment import sign_assessment
from registry.errors import Conflict, NotAllowed, Refused
from registry.governance.blocking import blockers
from registry.governance.models import Assessment, DataUse
from registry.releases.models import Release
from registry.reviews.models import Review, SignOff
from registry.values.markings import Marking, Visibility
from tests.make import assess, assurance_officer, make_release, make_viewer, missing_roles, reviewer_for, sign

pytestmark = pytest.mark.django_db
MODULE = "hampshire/victim-update"
VICTIMS = {"data_categories": ("victims", "contact"), "law_enforcement": True}


@pytest.fixture
def release() -> Release:
    """Not listed yet, for named organisations: it handles what victims told."""
    from registry.actions.check_release import check_release

    made = make_release(MODULE, checked=False, **VICTIMS)
    check_release(made.pk)
    made.refresh_from_db()
    return made


def codes(release: Release, visibility: str = "partnership", marking: str = "OFFICIAL") -> list[str]:
    return [each.code for each in blockers(release, visibility, marking)]


class TestWhenRulesHold:
    @pytest.mark.parametrize("marking", list(Marking))
    @pytest.mark.parametrize("visibility", list(Visibility))
    def test_never_for_ones_own_and_official(self, release: Release, visibility: str, marking: str) -> None:
        held = (visibility, marking) != ("own", "OFFICIAL")
        assert bool(codes(release, visibility, marking)) == held
        DataUse.objects.all().delete()
        assert codes(release, visibility, marking) == (["data_use_missing"] if held else [])


class TestPapers:
    def test_the_rule_that_fired_is_named(self, release: Release) -> None:
        (blocker,) = blockers(release, "partnership", "OFFICIAL")
        assert blocker.code == "dpia_missing"
        assert "dpia-law-enforcement" in blocker.message
        assert "Data Protection Act 2018" in blocker.message
        assert blocker.mend

    def test_written_is_not_signed_and_signed_is_enough(self, release: Release) -> None:
        written = assess(release, "dpia", sign=False)
        assert codes(release) == ["assessment_unsigned"]
        sign_assessment(assessment=written, release=release, by=assurance_officer("hampshire"))
        assert codes(release) == []

    def test_it_ends(self, release: Release) -> None:
        signed = assess(release, "dpia", days=1)
        assert codes(release) == []
        later = timezone.localdate() + timedelta(days=2)
        assert signed.is_expired(later)
        import time_machine

        with time_machine.travel(timezone.now() + timedelta(days=2)):
            assert codes(release) == ["assessment_expired"]

    def test_more_than_was_assessed_blocks_until_it_is_assessed_again(self, release: Release) -> None:
        assess(release, "dpia")
        by = make_viewer("hampshire")
        declare_data_use(release=release, categories=("victims", "contact", "financial"), by=by)
        (blocker,) = blockers(release, "partnership", "OFFICIAL")
        assert blocker.code == "assessment_out_of_date"
        assert "new data category financial" in blocker.message
        again = assess(release, "dpia", sign=False)
        assert again.number == 2
        assert codes(release) == ["assessment_out_of_date"]
        sign_assessment(assessment=again, release=release, by=assurance_officer("hampshire"))
        assert codes(release) == []

    def test_a_new_release_begins_with_what_was_said_and_stands_on_the_same_paper(self, release: Release) -> None:
        assess(release, "dpia")
        following = make_release(MODULE, "1.1.0", checked=False, data_categories=())
        use = DataUse.objects.get(release=following)
        assert (use.categories, use.law_enforcement, use.carried_from) == (["contact", "victims"], True, release)
        assert codes(following) == []

    def test_a_new_system_is_drift(self, release: Release) -> None:
        assess(release, "dpia")
        following = make_release(MODULE, "1.1.0", checked=False, data_categories=(), systems=("Athena",))
        (blocker,) = blockers(following, "partnership", "OFFICIAL")
        assert blocker.code == "assessment_out_of_date"
        assert "new system Athena" in blocker.message

    def test_statements_are_few_and_do_not_grow(self, release: Release) -> None:
        for _ in range(4):
            assess(release, "dpia")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            blockers(release, "partnership", "OFFICIAL")
        assert len(seen) <= 5

    def test_listing_is_refused_with_it_and_goes_through_after(self, release: Release) -> None:
        review = Review.objects.select_related("release__module__organisation").get(release=release)
        for role in missing_roles(review):
            sign(review, role)
        with pytest.raises(Conflict) as refused:
            list_release(review=review, by=reviewer_for(review, "licence"))
        assert refused.value.code == "dpia_missing"
        assess(release, "dpia")
        list_release(review=review, by=reviewer_for(review, "licence"))
        release.refresh_from_db()
        assert release.state == "listed"


class TestDeclaring:
    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"data_categories": ("none", "victims")}, "data_categories_contradict"),
            ({"data_categories": ("sorrow",)}, "data_category_unknown"),
            ({"data_categories": ("contact",), "automated_decisions": "perhaps"}, "automated_decisions_unknown"),
            ({"data_categories": (), "uses_ai": True}, "data_categories_missing"),
        ],
    )
    def test_what_makes_no_sense_is_refused_before_anything_is_kept(self, said: dict[str, object], code: str) -> None:
        with pytest.raises(Refused) as refused:
            make_release(MODULE, checked=False, **said)
        assert refused.value.code == code
        assert refused.value.mend
        assert not Release.objects.exists()

    def test_another_declaration_voids_what_was_signed(self, release: Release) -> None:
        review = Review.objects.get(release=release)
        sign(review, "technical")
        declare_data_use(release=release, uses_ai=True, by=make_viewer("hampshire"))
        assert SignOff.objects.get(review=review).voided_at is not None

    def test_the_same_again_voids_nothing(self, release: Release) -> None:
        review = Review.objects.get(release=release)
        sign(review, "technical")
        declare_data_use(release=release, categories=("contact", "victims"), by=make_viewer("hampshire"))
        assert SignOff.objects.get(review=review).voided_at is None

    def test_others_may_not(self, release: Release) -> None:
        with pytest.raises(NotAllowed):
            declare_data_use(release=release, categories=("none",), by=make_viewer("met"))


class TestSigning:
    def test_who_wrote_it_does_not_sign_nor_does_the_database_let_them(self, release: Release) -> None:
        officer = assurance_officer("hampshire")
        written = assess(release, "dpia", sign=False)
        written.writers.add(officer.user)
        with pytest.raises(NotAllowed) as refused:
            sign_assessment(assessment=written, release=release, by=officer)
        assert refused.value.code == "own_work"
        with pytest.raises(IntegrityError, match="does not sign it"), transaction.atomic():
            Assessment.objects.filter(pk=written.pk).update(signed_by=officer.user, signed_at=timezone.now(), baseline={})

    @pytest.mark.parametrize("who", ["publisher", "reviewer elsewhere"])
    def test_only_an_officer_of_the_publisher_does(self, release: Release, who: str) -> None:
        written = assess(release, "dpia", sign=False)
        by = make_viewer("hampshire") if who == "publisher" else assurance_officer("met")
        with pytest.raises(NotAllowed) as refused:
            sign_assessment(assessment=written, release=release, by=by)
        assert refused.value.code == "not_an_assurance_officer"

    def test_once_signed_it_never_changes(self, release: Release) -> None:
        signed = assess(release, "dpia")
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            Assessment.objects.filter(pk=signed.pk).update(public_summary="Other words.")
        again = assess(release, "dpia", sign=False, public_summary="Other words.")
        assert (again.number, Assessment.objects.get(pk=signed.pk).public_summary) == (2, "Looked at with care.")

    def test_every_question_that_needs_an_answer_gets_one(self, release: Release) -> None:
        from registry.actions.write_assessment import write_assessment

        with pytest.raises(Refused) as refused:
            write_assessment(
                release=release,
                paper="eia",
                public_summary="Short.",
                answers={"aim": "It helps."},
                review_by=timezone.localdate() + timedelta(days=9),
                by=make_viewer("hampshire"),
            )
        assert (refused.value.code, refused.value.where) == ("answer_missing", "answer-age-negative")
