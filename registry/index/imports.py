"""The table somebody is about to import, for that person alone."""

from __future__ import annotations

from accounts.viewer import Viewer
from registry.imports.models import ImportDraft
from registry.index.read import missing


def draft_of(viewer: Viewer, key: int) -> ImportDraft:
    """The file ``viewer`` sent within the hour, without its bytes; raises :class:`Missing`."""
    found = ImportDraft.objects.of(viewer).select_related("organisation").defer("data").filter(pk=key).first() if viewer.user else None
    if found is None:
        raise missing()
    return found
