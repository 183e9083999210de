"""The one place that knows who sees which module. Every read of modules, releases or artefacts goes through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.viewer import Viewer
from registry.values.markings import Visibility

if TYPE_CHECKING:
    from registry.catalogue.models import Module  # noqa: F401 - named in a string below

# A module that is not listed yet is its publisher's own affair, whatever its visibility.
UNLISTED = "draft"


def visible(viewer: Viewer, prefix: str = "") -> Q:
    """The predicate, on a row that reaches its module by ``prefix`` (``"module__"``, or nothing on modules themselves).

    A person or token sees: everything of the organisations acted for; listed modules shared with the partnership; listed modules shared
    with one of those organisations by name. A steward also sees every listed module that is shared at all, an auditor everything.
    Nobody else sees anything.
    """
    from registry.catalogue.models import ModuleShare

    if not viewer.is_member:
        return Q(pk__in=[])
    if viewer.is_auditor:
        return Q()
    own = Q(**{f"{prefix}organisation__in": viewer.organisations})
    listed = ~Q(**{f"{prefix}status": UNLISTED})
    shared = Q(**{f"{prefix}visibility": Visibility.PARTNERSHIP})
    if viewer.is_steward:
        shared |= Q(**{f"{prefix}visibility": Visibility.NAMED})
    else:
        shares = ModuleShare.objects.filter(module=OuterRef(f"{prefix}pk"), organisation__in=viewer.organisations)
        shared |= Q(Exists(shares), **{f"{prefix}visibility": Visibility.NAMED})
    seen = own | (listed & shared)
    if viewer.modules is not None:
        seen &= Q(own, **{f"{prefix}slug__in": viewer.modules})
    return seen


class ModuleQuerySet(models.QuerySet["Module"]):
    """Modules; :meth:`visible_to` before anything is shown."""

    def visible_to(self, viewer: Viewer) -> Self:
        """The modules ``viewer`` may see; see :func:`visible`."""
        return self.filter(visible(viewer))

    def touched(self) -> int:
        """Raise the revision, which is the ETag of every page and feed that shows the module. Returns the number of rows."""
        return self.update(revision=F("revision") + 1)
