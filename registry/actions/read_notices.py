"""Marks notices as read."""

from __future__ import annotations

from accounts.viewer import Viewer
from registry.errors import Missing
from registry.notices.models import Notice


def read_notice(*, key: int, by: Viewer) -> Notice:
    """Mark the notice with this key as read; again it changes nothing. Raises :class:`Missing` where ``by`` is shown none.

    What a person has read is no change of the registry, so nothing is recorded of it.
    """
    found = Notice.objects.seen_by(by).filter(pk=key)
    notice = found.first()
    if notice is None:
        raise Missing("not_found", "There is no such notice.")
    found.read()
    return notice


def read_notices(*, until: int, by: Viewer) -> int:
    """Mark as read everything that ``by`` is shown, up to the notice with the key ``until``; returns how many that were.

    What came after the list was looked at stays unread.
    """
    return Notice.objects.seen_by(by).filter(pk__lte=until).read()
