"""The one place that knows who sees what. Every read of modules, releases or artefacts goes through it; reviews have their own beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.viewer import Viewer
from registry.values.markings import Marking, Visibility

if TYPE_CHECKING:
    from registry.catalogue.models import Module  # noqa: F401 - named in a string below

# A module that is not listed yet is its publisher's own affair, whatever its visibility.
UNLISTED = "draft"
SHARED = (Visibility.NAMED, Visibility.PARTNERSHIP)


def visible(viewer: Viewer, prefix: str = "") -> Q:
    """The predicate, on a row that reaches its module by ``prefix`` (``"module__"``, or nothing on modules themselves).

    A person or token sees: everything of the organisations acted for; listed modules marked OFFICIAL that are shared with the partnership;
    listed modules shared with one of those organisations by name, or opened to it on request until that ends. OFFICIAL-SENSITIVE is seen by
    name alone: by whom it was meant for, never by everybody. A steward also sees every listed module that is shared at all, an auditor
    everything. Nobody else sees anything.
    """
    if not viewer.is_member:
        return Q(pk__in=[])
    if viewer.is_auditor:
        return Q()
    own = Q(**{f"{prefix}organisation__in": viewer.organisations})
    listed = ~Q(**{f"{prefix}status": UNLISTED})
    among = Q(**{f"{prefix}visibility__in": SHARED})
    if viewer.is_steward:
        shared = among
    else:
        everybody = Q(**{f"{prefix}visibility": Visibility.PARTNERSHIP, f"{prefix}marking": Marking.OFFICIAL})
        shared = everybody | (among & named(viewer, prefix))
    seen = own | (listed & shared)
    if viewer.modules is not None:
        seen &= Q(own, **{f"{prefix}slug__in": viewer.modules})
    return seen


def named(viewer: Viewer, prefix: str = "") -> Q:
    """That the module is shared by name, now, with an organisation the viewer acts for."""
    from registry.catalogue.models import ModuleShare

    shares = ModuleShare.objects.filter(module=OuterRef(f"{prefix}pk"), organisation__in=viewer.organisations)
    return Q(Exists(shares.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))))


def on_request(viewer: Viewer) -> Q:
    """On modules: that the viewer does not see it, but may know that it is there and ask, because its publisher lists the public part.

    Only what is listed and kept to some: shared by name, or OFFICIAL-SENSITIVE among all. Tokens bound to some modules see those alone.
    """
    if not viewer.is_member or viewer.is_auditor or viewer.modules is not None:
        return Q(pk__in=[])
    kept = Q(visibility=Visibility.NAMED) | Q(visibility=Visibility.PARTNERSHIP, marking=Marking.OFFICIAL_SENSITIVE)
    return Q(kept, ~Q(status=UNLISTED), ~visible(viewer), lists_public_part=True, organisation__is_active=True)


def listed_for(viewer: Viewer) -> Q:
    """On releases of a module that ``viewer`` sees: that the viewer may see this one too.

    Its publisher's members and auditors see all. Others see what is listed and not in quarantine, and was signed off for them: what was
    signed for the organisations named by its publisher stays theirs when a later release is shown to more.
    """
    if viewer.is_auditor:
        return Q()
    shared = Q(visibility__in=SHARED) if viewer.is_steward else Q(named(viewer, "module__"), visibility__in=SHARED)
    wide = Q(visibility=Visibility.PARTNERSHIP, marking=Marking.OFFICIAL) | shared
    return Q(module__organisation__in=viewer.organisations) | Q(wide, state="listed", quarantined_at=None)


class ModuleQuerySet(models.QuerySet["Module"]):
    """Modules; :meth:`visible_to` before anything is shown."""

    def visible_to(self, viewer: Viewer) -> Self:
        """The modules ``viewer`` may see; see :func:`visible`."""
        return self.filter(visible(viewer))

    def on_request_for(self, viewer: Viewer) -> Self:
        """The modules that ``viewer`` may only ask for; see :func:`on_request`. Nothing but their public part may be shown."""
        return self.filter(on_request(viewer))

    def touched(self) -> int:
        """Raise the revision, which is the ETag of every page and feed that shows the module. Returns the number of rows."""
        return self.update(revision=F("revision") + 1)
