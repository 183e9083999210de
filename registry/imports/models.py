"""A file that somebody is about to import: kept for an hour at most, for that person alone."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.viewer import Viewer

KEPT_FOR = timedelta(hours=1)


class ImportDraftQuerySet(models.QuerySet["ImportDraft"]):
    """Drafts; nobody but who sent a file ever reads it."""

    def of(self, viewer: Viewer) -> Self:
        """Those that ``viewer`` sent within the hour, for organisations that they still belong to."""
        return self.filter(user=viewer.user, organisation__in=viewer.organisations, created_at__gt=timezone.now() - KEPT_FOR)

    def expired(self) -> Self:
        return self.filter(created_at__lte=timezone.now() - KEPT_FOR)


class ImportDraft(models.Model):
    """The file as it was sent, and what would become of it. It is read anew when it is confirmed: what stands here is shown and never stored."""

    class Kind(models.TextChoices):
        ADOPTIONS = "adoptions", "What you run"
        BENEFITS = "benefits", "Benefits"
        COSTS = "costs", "Costs"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    language = models.CharField(max_length=5)  # how its numbers are written: "en-GB" or "da"
    filename = models.CharField(max_length=150)
    data = models.BinaryField()
    preview = models.JSONField(default=dict)  # what would become of it when it was sent: registry.imports.outcome
    created_at = models.DateTimeField(db_default=Now())

    objects = ImportDraftQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user"], name="one_import_at_a_time"),
        ]
