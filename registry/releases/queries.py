"""Which releases: of visible modules, and listed ones only for everybody but their publisher."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from accounts.viewer import Viewer
from registry.catalogue.visibility import listed_for, visible
from registry.values.markings import Marking, Visibility

if TYPE_CHECKING:
    from registry.catalogue.models import Module
    from registry.releases.models import Release  # noqa: F401 - named in a string below

# Which releases everybody sees who sees a module of this visibility: what is said of the module is taken from these alone.
_SEEN_BY_ALL_OF = {
    Visibility.OWN: list(Visibility),
    Visibility.NAMED: [Visibility.NAMED, Visibility.PARTNERSHIP],
    Visibility.PARTNERSHIP: [Visibility.PARTNERSHIP],
}


class ReleaseQuerySet(models.QuerySet["Release"]):
    """Releases; :meth:`visible_to` before anything is shown."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Releases of modules ``viewer`` may see, as far as they are listed for that viewer; see :func:`listed_for`."""
        return self.filter(visible(viewer, "module__"), listed_for(viewer))

    def newest_first(self) -> Self:
        """By version, highest first."""
        return self.order_by("-version_key")

    def seen_by_all_of(self, module: Module) -> Self:
        """The listed releases of ``module`` that all its readers see."""
        seen = _SEEN_BY_ALL_OF[Visibility(module.visibility)]
        listed = self.filter(module=module, state="listed", quarantined_at=None, visibility__in=seen)
        if (module.visibility, module.marking) == (Visibility.PARTNERSHIP, Marking.OFFICIAL):
            listed = listed.filter(marking=Marking.OFFICIAL)  # one marked higher is seen by those named alone
        return listed
