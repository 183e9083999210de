"""The one place that knows which notices somebody may still be shown, and so be mailed."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from accounts.viewer import Viewer
from registry.catalogue.visibility import visible
from registry.reviews.models import Review


def seen(viewer: Viewer) -> Q:
    """The notices that ``viewer`` is shown: their own, while the right that it rests on lives.

    That is a live membership of the organisation the notice was for and, where the notice names a module, the sight of that module now, or
    of a review of it: whoever reviews sees what partners do not see yet. A machine is told nothing.
    """
    if viewer.user is None:
        return Q(pk__in=[])
    of_module = visible(viewer, "module__")
    if of_module:  # an empty Q is "everything", which `|` would forget
        of_module |= Q(module__isnull=True)
        of_module |= Q(Exists(Review.objects.visible_to(viewer).filter(release__module=OuterRef("module"))))
    return Q(user=viewer.user, organisation__in=viewer.organisations) & of_module
