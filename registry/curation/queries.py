"""Who may read ratings: the predicate, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from accounts.viewer import Viewer
from registry.releases.models import Release

if TYPE_CHECKING:
    from registry.curation.models import Rating  # noqa: F401 - named in a string below


class RatingQuerySet(models.QuerySet["Rating"]):
    """Ratings; :meth:`visible_to` before anything is shown."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Those of releases ``viewer`` sees. One that was hidden is seen by whoever wrote it, stewards who see the module, and auditors."""
        seen = self.filter(Exists(Release.objects.visible_to(viewer).filter(pk=OuterRef("release"))))
        if viewer.is_auditor or viewer.is_steward:
            return seen
        return seen.filter(Q(hidden_at=None) | Q(organisation__in=viewer.organisations))

    def standing(self) -> Self:
        """Those that count."""
        return self.filter(hidden_at=None)

    def latest_of_each(self) -> Self:
        """What each organisation said last of each module, so that one which rated many versions counts once."""
        each = ("release__module", "organisation_id")
        said = self.alias(said_at=Coalesce("changed_at", "rated_at"))
        return said.order_by(*each, "-said_at", "-pk").distinct(*each)
