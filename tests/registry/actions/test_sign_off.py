"""A person signs, for a role, that these very bytes may be seen by those they are meant for."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from accounts.models import AuditEvent, Membership, Organisation, Role, SignOffRole
from accounts.tokens import issue_token
from accounts.viewer import viewer_of, viewer_of_token
from registry.actions.hold_release import hold_release
from registry.actions.list_release import list_release, missing_roles
from registry.actions.sign_off import sign_off, withdraw_sign_off
from registry.reviews.models import ChecklistItem, Review, SignOff
from tests.make import fresh, make_lister, make_review, make_reviewer, make_viewer, reviewer_for, sign, sign_all
from tests.unchanged import audit_refuses, refuses, unchanged


@pytest.fixture
def review() -> Review:
    return make_review()


@pytest.fixture
def _no_list(db: None) -> None:
    ChecklistItem.objects.update(is_active=False)


@pytest.mark.django_db
def test_it_binds_bytes_visibility_and_marking(review: Review) -> None:
    sign(review, "technical")
    one = SignOff.objects.get()
    assert (one.role, one.digest, one.visibility, one.marking) == ("technical", review.release.digest, "partnership", "OFFICIAL")
    assert one.organisation.slug == "reviewing-force"
    assert AuditEvent.objects.get(action="review.sign").detail["role"] == "technical"
    assert missing_roles(fresh(review)) == ["business_owner", "information_assurance", "licence"]


@pytest.mark.django_db
def test_not_before_the_whole_list_is_ticked(review: Review) -> None:
    with refuses("checklist_open", "checklist"):
        sign_off(review=review, role="licence", digest=review.digest, by=make_reviewer("met", "licence"))


@pytest.mark.django_db
@pytest.mark.usefixtures("_no_list")
def test_what_it_refuses(review: Review) -> None:
    def attempt(by, role: str = "licence", digest: str = "") -> None:  # type: ignore[no-untyped-def]
        sign_off(review=fresh(review), role=role, digest=digest or review.digest, by=by)

    by = make_reviewer("met", "licence", "technical")
    with refuses("bytes_changed", "digest"):
        attempt(by, digest="0" * 64)
    with refuses("role_not_needed", "role"):
        attempt(by, "made_up")
    with refuses("may_not_sign_role"):
        attempt(by, "information_assurance")
    with refuses("must_be_other_organisation"):
        attempt(make_reviewer("hampshire", "technical"), "technical")
    with refuses("must_be_publishers"):
        attempt(make_reviewer("met", "business_owner"), "business_owner")
    with refuses("not_a_reviewer"):
        attempt(make_viewer("met"))
    attempt(by)
    with refuses("signed_another_role"):
        attempt(by, "technical")
    with refuses("signed_already", "role"):
        attempt(by)
    with refuses("signed_already", "role"):
        attempt(make_reviewer("wiltshire", "licence"))


@pytest.mark.django_db
@pytest.mark.usefixtures("_no_list")
def test_somebody_of_two_organisations_signs_for_the_fitting_one_and_is_no_outsider(review: Review) -> None:
    by = make_reviewer("hampshire", *SignOffRole.values)
    assert by.user is not None
    Membership.objects.create(user=by.user, organisation=make_reviewer("met").organisation, role=Role.REVIEWER, signs=SignOffRole.values)
    both = viewer_of(by.user, "met")
    with refuses("must_be_other_organisation"):
        sign_off(review=review, role="technical", digest=review.digest, by=both)
    sign_off(review=fresh(review), role="business_owner", digest=review.digest, by=both)
    assert SignOff.objects.get().organisation.slug == "hampshire"


@pytest.mark.django_db
@pytest.mark.usefixtures("_no_list")
def test_who_made_the_token_that_published_it_signs_nothing_and_no_token_signs() -> None:
    maker = make_viewer("hampshire")
    assert maker.organisation is not None
    assert maker.user is not None
    token, _ = issue_token(organisation=maker.organisation, name="Robot", scopes=["publish", "read"], days=9, by=maker)
    review = make_review("hampshire/letters", by=viewer_of_token(token))
    Membership.objects.filter(user=maker.user).update(role=Role.REVIEWER, signs=SignOffRole.values)
    with refuses("own_work"):
        sign_off(review=review, role="business_owner", digest=review.digest, by=viewer_of(maker.user))
    with refuses("not_a_reviewer"):
        sign_off(review=review, role="business_owner", digest=review.digest, by=viewer_of_token(token))


@pytest.mark.django_db
@pytest.mark.usefixtures("_no_list")
def test_published_by_a_token_that_nobody_made_it_is_signed_by_anybody_fit() -> None:
    """No person is known who could have had a hand in it; the technical sign-off is of another organisation all the same."""
    owner = make_viewer("hampshire").organisation
    assert owner is not None
    token, _ = issue_token(organisation=owner, name="Robot", scopes=["publish"], days=9, by=None)
    review = sign_all(make_review("hampshire/letters", by=viewer_of_token(token)))
    assert missing_roles(review) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("_no_list")
def test_a_right_counts_when_it_is_used_and_what_was_signed_outlives_it(review: Review) -> None:
    """Whoever signed and then leaves, or whose organisation leaves, has judged; who left before signing has not."""
    sign_all(review, "licence")
    Membership.objects.filter(organisation__slug="reviewing-force").delete()
    Organisation.objects.filter(slug="reviewing-force").update(is_active=False)
    late = make_reviewer("met", "licence")
    Membership.objects.filter(user=late.user).update(signs=[])
    with refuses("may_not_sign_role"):
        sign_off(review=fresh(review), role="licence", digest=review.digest, by=late)
    Membership.objects.filter(user=late.user).update(signs=["licence"], role=Role.VIEWER)
    with refuses("may_not_sign_role"):
        sign_off(review=fresh(review), role="licence", digest=review.digest, by=late)
    sign(review, "licence", make_reviewer("wiltshire", "licence"))
    list_release(review=fresh(review), by=make_lister(review))
    assert fresh(review).release.state == "listed"


@pytest.mark.django_db
def test_taken_back_by_its_signer_alone_in_any_open_state(review: Review) -> None:
    sign_all(review)
    by = reviewer_for(review, "licence")
    with refuses("words_missing", "text"):
        withdraw_sign_off(review=fresh(review), role="licence", text="", by=by)
    with refuses("not_yours"):
        withdraw_sign_off(review=fresh(review), role="technical", text="No.", by=by)
    hold_release(review=fresh(review), text="Wait.", by=by)
    withdraw_sign_off(review=fresh(review), role="licence", text="I was wrong.", by=by)
    assert missing_roles(fresh(review)) == ["licence"]
    assert SignOff.objects.get(role="licence").voided_reason == "withdrawn by the signer"
    with refuses("not_yours"):
        withdraw_sign_off(review=fresh(review), role="licence", text="Again.", by=by)


@pytest.mark.django_db
def test_once_listed_it_stands(review: Review) -> None:
    list_release(review=sign_all(review), by=make_lister(review))
    with refuses("wrong_state"):
        withdraw_sign_off(review=fresh(review), role="licence", text="I was wrong.", by=reviewer_for(review, "licence"))


@pytest.mark.django_db
@pytest.mark.usefixtures("_no_list")
def test_without_its_audit_line_nothing_is_signed(review: Review) -> None:
    by = make_reviewer("met", "licence")
    audit_refuses()
    with unchanged(), pytest.raises(DatabaseError):
        sign_off(review=review, role="licence", digest=review.digest, by=by)
