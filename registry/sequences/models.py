"""Locks of process sequences, what became of their parts since, and sequences on their way."""

from __future__ import annotations

from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from accounts.models import Organisation, User
from accounts.triggers import not_truncated
from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.releases.models import Release


class SequenceLock(models.Model):
    """What the steps of a sequence's release resolved to when it came in: byte for byte the same for ever, as its files are.

    ``documents`` is what the modules said of themselves then: identifier -> ``title``, ``summary``, ``language`` and ``readme`` (Markdown).
    """

    release = models.OneToOneField(Release, on_delete=models.PROTECT, primary_key=True, related_name="lock")
    content = models.TextField()  # canonical JSON: registry.sequences.locking
    sha256 = models.CharField(max_length=64)
    documents = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(name="lock_immutable", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="lock_kept",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                declare=[("unsettled", "boolean")],
                func=(
                    "SELECT release.listed_at IS NULL AND release.state IN ('draft', 'awaiting_author', 'held') INTO unsettled"
                    " FROM registry_release release WHERE release.id = OLD.release_id;"
                    " IF unsettled IS NOT TRUE THEN RAISE EXCEPTION 'pgtrigger: Cannot delete rows from registry_sequencelock table';"
                    " END IF; RETURN OLD;"
                ),
            ),
            not_truncated(),
        ]


class LockedPart(models.Model):
    """That a sequence's lock names a release. ``steps`` are the ids of the steps that ask for it; none for what only other parts need."""

    lock = models.ForeignKey(SequenceLock, on_delete=models.CASCADE, related_name="parts")
    part = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="locked_in")
    position = models.PositiveSmallIntegerField()
    steps = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["lock", "part"], name="one_part_each")]

    @property
    def is_direct(self) -> bool:
        """Whether a step asks for it."""
        return bool(self.steps)


class PartUpdate(models.Model):
    """That a part of a sequence's latest listed release has a newer one, and what it would do to the steps. Reckoned ahead, never while a page waits."""

    class Verdict(models.TextChoices):
        FITS = "fits", "Fits"  # in the range, and every step still finds what it calls
        OUTSIDE = "outside", "Outside the range"  # the steps would fit, but the range does not allow it
        BREAKS = "breaks", "Breaks a step"

    part = models.OneToOneField(LockedPart, on_delete=models.CASCADE, primary_key=True, related_name="update")
    newest = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reasons = models.JSONField(default=dict)  # step id -> sentences
    reckoned_at = models.DateTimeField(db_default=Now())


class SequenceDraftQuerySet(models.QuerySet["SequenceDraft"]):
    """Drafts; :meth:`visible_to` before anything is shown."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Those of the organisations a person belongs to; tokens and everybody else see none."""
        return self.filter(organisation__in=viewer.organisations) if viewer.token is None else self.none()


class SequenceDraft(models.Model):
    """A sequence on its way, kept for the publishers of an organisation until it is published or thrown away.

    ``steps`` is what the page composes (registry.sequences.steps). With ``source`` the steps were drawn elsewhere: the file as it was sent,
    into which modules are bound.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    module = models.ForeignKey(Module, on_delete=models.CASCADE, null=True, related_name="+")  # of which it becomes the next version
    title = models.CharField(max_length=120)
    steps = models.JSONField(default=dict)
    source = models.BinaryField(null=True)
    filename = models.CharField(max_length=150, blank=True)
    revision = models.PositiveIntegerField(default=0)  # raised by every change: two people never overwrite each other unseen
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = SequenceDraftQuerySet.as_manager()
