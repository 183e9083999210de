"""Who may read claims: the predicate, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.viewer import Viewer
from registry.catalogue.visibility import visible

if TYPE_CHECKING:
    from registry.benefits.models import Claim, Evidence  # noqa: F401 - named in strings below


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Claims; :meth:`visible_to` before anything is shown."""

    def of(self, viewer: Viewer) -> Self:
        """Those one's own organisations hold or share in, whatever their state; an auditor's all."""
        from registry.benefits.models import ClaimShare

        if viewer.is_auditor:
            return self
        joint = ClaimShare.objects.filter(claim=OuterRef("pk"), organisation__in=viewer.organisations)
        return self.filter(Q(organisation__in=viewer.organisations) | Exists(joint))

    def visible_to(self, viewer: Viewer) -> Self:
        """One's own, and what others handed in and share: of a module ``viewer`` sees, or of a whole programme.

        A token bound to some modules reads the claims of those modules alone.
        """
        if not viewer.is_member:
            return self.none()
        own = Q(pk__in=self.of(viewer).values("pk"))
        shared = Q(sharing="shared", state__in=["submitted", "approved", "returned"])
        seen = Q(visible(viewer, "module__"))
        if viewer.modules is not None:
            return self.filter(own | shared).filter(seen)
        return self.filter(own | (shared & (Q(module__isnull=True) | seen)))

    def to_decide_by(self, viewer: Viewer) -> Self:
        """Those handed in that ``viewer`` may approve or send back: a reviewer or steward, whose organisations have no part in them, and who
        had no hand in them. What is done asks :func:`registry.permissions.decider_for`, which looks again.
        """
        from registry.benefits.models import Claim, ClaimShare

        if viewer.user is None or viewer.token is not None or not viewer.reviews_at:
            return self.none()
        joint = ClaimShare.objects.filter(claim=OuterRef("pk"), organisation__in=viewer.organisations)
        hand = Claim.writers.through.objects.filter(claim=OuterRef("pk"), user=viewer.user)
        theirs = Q(organisation__in=viewer.organisations) | Q(created_by=viewer.user) | Q(submitted_by=viewer.user)
        return self.visible_to(viewer).filter(~Exists(joint), ~Exists(hand), state="submitted").exclude(theirs)

    def standing(self) -> Self:
        """Those that count as claimed: handed in and not withdrawn."""
        return self.filter(state__in=["submitted", "approved"])

    def verified(self) -> Self:
        """Those with evidence that somebody independent approved."""
        return self.filter(state="approved")


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Evidence; :meth:`open_to` before a piece is opened."""

    def open_to(self, viewer: Viewer) -> Self:
        """What ``viewer`` may open: that of one's own and joint claims, of those one decides or decided, and what is shared with its readers."""
        from registry.benefits.models import Claim

        read = Claim.objects.visible_to(viewer)
        own, to_decide = Claim.objects.of(viewer), Claim.objects.to_decide_by(viewer)
        whole = Q(claim__in=own.values("pk")) | Q(claim__in=to_decide.values("pk"))
        if viewer.user is not None:
            whole |= Q(claim__in=read.filter(decided_by=viewer.user).values("pk"))
        return self.filter(whole | Q(claim__in=read.values("pk"), is_shared=True))
