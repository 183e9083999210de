"""Which reviews somebody may look at: the one place that knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.viewer import Viewer
from registry.catalogue.visibility import SHARED
from registry.values.markings import Marking, Visibility

if TYPE_CHECKING:
    from registry.reviews.models import Review  # noqa: F401 - named in a string below


def reviewable(viewer: Viewer) -> Q:
    """The predicate on reviews, which show releases that partners do not see yet.

    A publisher's members see the reviews of what it publishes. Of what others publish, whoever reviews for some organisation sees what is to be
    shared with all and marked OFFICIAL; a steward also what is to be shared by name or is OFFICIAL-SENSITIVE. A reviewer elsewhere sees those
    only where one is assigned to them or was signed by them. Once decided, a review is seen elsewhere only while the
    module is still meant for as many. Tokens bound to some modules see those of these modules; auditors see all.
    """
    from registry.reviews.models import SignOff

    if not viewer.is_member:
        return Q(pk__in=[])
    if viewer.is_auditor:
        return Q()
    own = Q(release__module__organisation__in=viewer.organisations)
    if viewer.modules is not None:
        return own & Q(release__module__slug__in=viewer.modules)
    still = Q(closed_at=None)
    among = Q(still | Q(release__module__visibility__in=SHARED), visibility__in=SHARED)
    seen = own | among if viewer.is_steward else own
    if viewer.reviews_at:
        signed = SignOff.objects.filter(review=OuterRef("pk"), user=viewer.user)
        for_all = Q(release__module__visibility=Visibility.PARTNERSHIP, release__module__marking=Marking.OFFICIAL)
        seen |= Q(still | for_all, visibility=Visibility.PARTNERSHIP, marking=Marking.OFFICIAL)
        seen |= among & (Q(assignee=viewer.user) | Q(Exists(signed)))
    return seen


class ReviewQuerySet(models.QuerySet["Review"]):
    """Reviews; :meth:`visible_to` before anything is shown."""

    def visible_to(self, viewer: Viewer) -> Self:
        """The reviews ``viewer`` may look at; see :func:`reviewable`."""
        return self.filter(reviewable(viewer))

    def still_open(self) -> Self:
        """Those not decided yet."""
        return self.filter(closed_at=None)
