"""Which notices: those somebody may be shown, and those that wait to be mailed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.viewer import Viewer
from registry.notices.visibility import seen

if TYPE_CHECKING:
    from registry.notices.models import Notice  # noqa: F401 - named in a string below


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices; :meth:`seen_by` before anything is shown or mailed."""

    def seen_by(self, viewer: Viewer) -> Self:
        """The notices ``viewer`` is shown; see :func:`registry.notices.visibility.seen`."""
        return self.filter(seen(viewer))

    def unread(self) -> Self:
        """Those nobody has marked as read."""
        return self.filter(read_at__isnull=True)

    def unread_first(self) -> Self:
        """Unread before read, and of each the newest first."""
        return self.annotate(is_read=models.ExpressionWrapper(Q(read_at__isnull=False), models.BooleanField())).order_by("is_read", "-pk")

    def read(self) -> int:
        """Mark as read what is not. Returns how many that were."""
        return self.unread().update(read_at=timezone.now())

    def unclaimed(self, since: datetime) -> Self:
        """Those no other worker has taken to mail ``since`` then."""
        return self.filter(Q(claimed_at__isnull=True) | Q(claimed_at__lt=since))
