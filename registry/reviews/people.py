"""Who may do what in a review, and if not, why not; the pages say it in the same words as the actions."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import Membership, Organisation, SignOffRole, User
from accounts.roles import PERMISSIONS, Permission
from accounts.viewer import Viewer
from registry.errors import NotAllowed, Refused
from registry.releases.models import Release
from registry.reviews.models import Contributor, Review, SignOff, SignOffRule
from registry.reviews.policy import rules_for

REVIEWING = [role for role, held in PERMISSIONS.items() if Permission.REVIEW in held]


def author_of(by: Viewer) -> User | None:
    """The person behind an act of publishing: of a token, whoever made it."""
    return by.user or (by.token.created_by if by.token else None)


def add_contributor(release: Release, by: Viewer) -> None:
    """Note that whoever acts had a hand in ``release``."""
    if user := author_of(by):
        note_contributor(release, user)


def note_contributor(release: Release, user: User) -> None:
    """Note that ``user`` had a hand in ``release``; what the same person signed of it before, as a reviewer elsewhere, is void."""
    Contributor.objects.get_or_create(release=release, user=user)
    SignOff.objects.filter(review__release=release, review__closed_at=None, user=user, voided_at=None).update(
        voided_at=timezone.now(), voided_reason="the signer had a hand in it since"
    )


def hands_in(release: Release) -> set[int]:
    """The keys of everybody who had a hand in ``release``. A token that nobody made adds none."""
    token = release.created_with
    made = (release.created_by_id, token.created_by_id if token else None)
    return {key for key in made if key is not None} | set(Contributor.objects.filter(release=release).values_list("user", flat=True))


def is_contributor(release: Release, user: User) -> bool:
    """Whether ``user`` had a hand in ``release``."""
    return user.pk in hands_in(release)


def check_reviewer(review: Review, by: Viewer) -> User:
    """The person who acts, where they may act as a reviewer of ``review``; raises :class:`NotAllowed` (``not_a_reviewer``, ``own_work``)."""
    if by.user is None or not by.reviews_at or not Review.objects.visible_to(by).filter(pk=review.pk).exists():
        raise NotAllowed(
            "not_a_reviewer", "Only reviewers may do this.", mend="Ask an administrator of your organisation to make you a reviewer."
        )
    if is_contributor(review.release, by.user):
        raise NotAllowed("own_work", "You had a hand in this version, so somebody else must judge it.", mend="Ask another reviewer.")
    return by.user


def signing_for(review: Review, role: str, by: Viewer) -> Organisation:
    """The organisation for which whoever acts may sign ``review`` as ``role``.

    Raises :class:`Refused` (``role_not_needed``) or :class:`NotAllowed`: ``not_a_reviewer``, ``own_work``, ``signed_another_role``,
    ``may_not_sign_role``, ``must_be_other_organisation``, ``must_be_publishers``.
    """
    rule = rules_for(review.visibility, review.marking).filter(role=role).first()
    if rule is None:
        raise Refused("role_not_needed", "This review needs no such sign-off.", where="role", mend="Choose one that is still to come.")
    user = check_reviewer(review, by)
    other = SignOff.objects.filter(review=review, user=user, voided_at=None).exclude(role=role).first()
    if other is not None:
        said = SignOffRole(other.role).label.lower()
        raise NotAllowed("signed_another_role", f"You have signed as {said}, and nobody signs twice.", mend="Ask another reviewer.")
    held = Membership.objects.filter(user=user, role__in=REVIEWING, signs__contains=[role], organisation__is_active=True)
    organisations = [membership.organisation for membership in held.select_related("organisation").order_by("pk")]
    if not organisations:
        raise NotAllowed(
            "may_not_sign_role",
            f"You do not sign as {SignOffRole(role).label.lower()} for any organisation.",
            mend="An administrator of your organisation can change that on the page of its members.",
        )
    return _fitting(rule, review, user, organisations)


def _fitting(rule: SignOffRule, review: Review, user: User, organisations: list[Organisation]) -> Organisation:
    publisher = review.release.module.organisation_id
    if rule.signer == SignOffRule.Signer.OTHER:
        is_theirs = Membership.objects.filter(user=user, organisation=publisher).exists()  # whoever belongs to both is no outsider
        fitting = [each for each in organisations if not is_theirs and each.pk != publisher]
        code, words = "must_be_other_organisation", "Somebody of another organisation than its publisher must sign this."
    elif rule.signer == SignOffRule.Signer.PUBLISHER:
        fitting = [each for each in organisations if each.pk == publisher]
        code, words = "must_be_publishers", "Somebody of its publisher must sign this."
    else:
        return organisations[0]
    if not fitting:
        raise NotAllowed(code, words)
    return fitting[0]


def counting(review: Review) -> dict[str, SignOff]:
    """The sign-offs that count towards listing, by role: of what the review judges, by a fit organisation, of people without a hand in it.

    Somebody's right is looked at when they sign. That they left since, or that their organisation did, takes nothing back; that they had a
    hand in the release since, or that the module is now their own organisation's, does.
    """
    needed = {rule.role: rule for rule in rules_for(review.visibility, review.marking)}
    publisher, hands = review.release.module.organisation_id, hands_in(review.release)
    found = SignOff.objects.filter(
        review=review, voided_at=None, digest=review.release.digest, visibility=review.visibility, marking=review.marking
    )
    return {
        each.role: each for each in found if each.role in needed and each.user_id not in hands and _fits(needed[each.role], each, publisher)
    }


def _fits(rule: SignOffRule, signed: SignOff, publisher: int) -> bool:
    if rule.signer == SignOffRule.Signer.ANY:
        return True
    return (signed.organisation_id == publisher) == (rule.signer == SignOffRule.Signer.PUBLISHER)
