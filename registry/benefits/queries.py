"""Who may read claims: the predicate, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.viewer import Viewer
from registry.catalogue.visibility import visible

if TYPE_CHECKING:
    from registry.benefits.models import Claim  # noqa: F401 - named in a string below


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
        """One's own, and what others handed in and share: of a module ``viewer`` sees, or of a whole programme."""
        if not viewer.is_member:
            return self.none()
        own = self.of(viewer).values("pk")
        module = Q(module__isnull=True) | Q(visible(viewer, "module__"))
        shared = Q(sharing="shared", state__in=["submitted", "approved", "returned"]) & module
        return self.filter(Q(pk__in=own) | shared)

    def standing(self) -> Self:
        """Those that count as claimed: handed in and not withdrawn."""
        return self.filter(state__in=["submitted", "approved"])

    def verified(self) -> Self:
        """Those with evidence that somebody independent approved."""
        return self.filter(state="approved")
