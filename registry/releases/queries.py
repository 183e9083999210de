"""Which releases: of visible modules, and listed ones only for everybody but their publisher."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from accounts.viewer import Viewer
from registry.catalogue.visibility import listed_for, visible

if TYPE_CHECKING:
    from registry.releases.models import Release  # noqa: F401 - named in a string below


class ReleaseQuerySet(models.QuerySet["Release"]):
    """Releases; :meth:`visible_to` before anything is shown."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Releases of modules ``viewer`` may see, as far as they are listed for that viewer; see :func:`listed_for`."""
        return self.filter(visible(viewer, "module__"), listed_for(viewer))

    def newest_first(self) -> Self:
        """By version, highest first."""
        return self.order_by("-version_key")
