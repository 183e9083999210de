"""Who may do what to modules; each answer comes from live memberships or a live token."""

from __future__ import annotations

from accounts.models import Membership, Organisation, User
from accounts.roles import PERMISSIONS, Permission, may
from accounts.viewer import Viewer
from registry.benefits.models import Claim
from registry.catalogue.models import Module
from registry.catalogue.visibility import SHARED
from registry.errors import NotAllowed

PUBLISH = "publish"


def may_publish(viewer: Viewer, publisher: str, slug: str) -> bool:
    """Whether ``viewer`` may publish and withdraw releases of ``publisher/slug``."""
    return _publisher(viewer, publisher, slug) is not None


def shown_as_publisher(viewer: Viewer, module: Module) -> bool:
    """As :func:`may_publish`, for what a page of ``module`` offers: without asking the database again."""
    if viewer.token is not None:
        return may_publish(viewer, module.publisher, module.slug)
    return viewer.may(Permission.PUBLISH, module.organisation_id)


def publisher_for(viewer: Viewer, publisher: str, slug: str) -> Organisation:
    """The organisation ``viewer`` publishes for; raises :class:`NotAllowed` alike for organisations that are another's or do not exist."""
    organisation = _publisher(viewer, publisher, slug)
    if organisation is not None:
        return organisation
    if viewer.token is not None:
        bound = f"{viewer.token.organisation.slug}/{viewer.modules[0] if viewer.modules and len(viewer.modules) == 1 else '…'}"
        raise NotAllowed(
            "token_out_of_scope",
            f"Your token may publish to {bound} only." if PUBLISH in viewer.token.scopes else "Your token may not publish.",
            where="token",
            mend="Ask the module's publisher, or issue a token with the right scope.",
        )
    raise NotAllowed(
        "not_a_publisher",
        f"You may not publish under {publisher}/.",
        where="module",
        mend="Ask an administrator of that organisation to make you a publisher.",
    )


def _publisher(viewer: Viewer, publisher: str, slug: str) -> Organisation | None:
    if viewer.token is not None:
        fits = PUBLISH in viewer.token.scopes and viewer.token.organisation.slug == publisher
        return viewer.token.organisation if fits and (viewer.modules is None or slug in viewer.modules) else None
    organisation = Organisation.objects.filter(slug=publisher, is_active=True).first()
    return organisation if organisation and may(viewer.user, Permission.PUBLISH, organisation) else None


def may_lead(viewer: Viewer, module: Module) -> bool:
    """Whether ``viewer`` may warn of ``module`` and recall it: who publishes it, or a steward where it is shared at all."""
    is_steward = viewer.is_steward and viewer.token is None and module.visibility in SHARED
    return is_steward or shown_as_publisher(viewer, module)


def leader_for(viewer: Viewer, module: Module) -> None:
    """Raises :class:`NotAllowed` for whoever is neither a publisher of ``module`` nor a steward who may see it."""
    if not may_lead(viewer, module):
        publisher_for(viewer, module.publisher, module.slug)


def may_adopt(viewer: Viewer, module: Module) -> bool:
    """Whether ``viewer`` administers the organisation acted for, and that is not the module's own."""
    organisation = viewer.organisation
    if organisation is None or viewer.token is not None or organisation.pk == module.organisation_id:
        return False
    return organisation.kind != Organisation.Kind.PARTNERSHIP and may(viewer.user, Permission.MANAGE_MEMBERS, organisation)


def answerer_for(viewer: Viewer, organisation: Organisation) -> None:
    """Raises :class:`NotAllowed` unless ``viewer`` answers for ``organisation``: a publisher or administrator, or its token that may publish."""
    if viewer.token is not None:
        allowed = viewer.token.organisation_id == organisation.pk and PUBLISH in viewer.token.scopes and viewer.modules is None
    else:
        allowed = may(viewer.user, Permission.PUBLISH, organisation)
    if not allowed:
        raise NotAllowed(
            "may_not_answer",
            f"Only publishers and administrators of {organisation} answer for it.",
            mend="Ask one of them; they are under Account, Members.",
        )


def steward_for(viewer: Viewer) -> User:
    """The steward who acts; raises :class:`NotAllowed` for everybody else, tokens too."""
    if viewer.user is None or viewer.token is not None or not viewer.is_steward:
        raise NotAllowed("stewards_only", "Only stewards of the partnership may do this.", mend="Ask a steward.")
    return viewer.user


def runs_keeper_for(viewer: Viewer) -> Organisation:
    """The organisation acted for, whose runs ``viewer`` decides on: a publisher or administrator. Raises :class:`NotAllowed`, to tokens too."""
    organisation = viewer.organisation
    if organisation is None or viewer.token is not None or not may(viewer.user, Permission.PUBLISH, organisation):
        raise NotAllowed(
            "may_not_keep_runs",
            "Only publishers and administrators of an organisation decide on its runs.",
            mend="Ask one of them; they are under Account, Members.",
        )
    return organisation


def decider_for(viewer: Viewer, claim: Claim) -> tuple[User, Organisation]:
    """The person who decides ``claim``, and for which organisation: a reviewer or steward whose organisations have no part in it.

    Raises :class:`NotAllowed`: ``person_needed`` for tokens, ``second_person`` for whoever wrote in it or belongs to holder or sharer,
    ``reviewers_only``. Looks at live memberships.
    """
    user = viewer.user
    if user is None or viewer.token is not None:
        raise NotAllowed("person_needed", "A person must decide this.", where="token", mend="Sign in and decide it there.")
    if user.pk in (claim.created_by_id, claim.submitted_by_id) or claim.writers.filter(pk=user.pk).exists():
        raise NotAllowed("second_person", "You had a hand in this claim.", mend="Leave the decision to somebody who had none.")
    live = Membership.objects.filter(user=user, user__is_active=True, organisation__is_active=True).select_related("organisation")
    parties = {claim.organisation_id, *claim.shares.values_list("organisation", flat=True)}
    if any(each.organisation_id in parties for each in live):
        raise NotAllowed("second_person", "Your organisation has a part in this claim.", mend="Leave the decision to another one.")
    reviewing = [each.organisation for each in live if Permission.REVIEW in PERMISSIONS[each.role]]
    if not reviewing:
        raise NotAllowed("reviewers_only", "Reviewers and stewards decide claims.", mend="Ask one of them.")
    return user, next((each for each in reviewing if each == viewer.organisation), reviewing[0])
