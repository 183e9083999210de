"""Which releases: of visible modules, and listed ones only for everybody but their publisher."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.viewer import Viewer
from registry.catalogue.visibility import visible

if TYPE_CHECKING:
    from registry.releases.models import Release  # noqa: F401 - named in a string below


class ReleaseQuerySet(models.QuerySet["Release"]):
    """Releases; :meth:`visible_to` before anything is shown."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Releases of modules ``viewer`` may see; one that is not listed only to its publisher and to auditors."""
        seen = self.filter(visible(viewer, "module__"))
        if viewer.is_auditor:
            return seen
        return seen.filter(Q(state="listed") | Q(module__organisation__in=viewer.organisations))

    def newest_first(self) -> Self:
        """By version, highest first."""
        return self.order_by("-version_key")
