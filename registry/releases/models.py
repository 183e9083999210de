"""A release, its artefacts and what was read from and noticed in them."""

from __future__ import annotations

from typing import ClassVar, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from accounts.models import ApiToken, Organisation, User
from accounts.triggers import not_truncated
from registry.catalogue.models import Module
from registry.formats import model as formats
from registry.releases.queries import ReleaseQuerySet
from registry.releases.triggers import signed_before_listed
from registry.values.identifiers import provided_name
from registry.values.markings import Marking, Visibility

# Only in these states may the author replace a release's files; once listed they never change.
_UNSETTLED = "(OLD.listed_at IS NULL AND OLD.state IN ('draft', 'awaiting_author', 'held'))"


class Release(models.Model):
    """One version of a module. Once it was listed, what it holds never changes; only its state and its withdrawal do.

    Its state is that of its review until it is listed (:mod:`registry.reviews.states`). ``visibility`` is the widest for which its very
    files were signed off.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        CHECKING = "checking", "Being checked"
        IN_REVIEW = "in_review", "In review"
        AWAITING_AUTHOR = "awaiting_author", "Waiting for the author"
        LISTED = "listed", "Listed"
        HELD = "held", "Held"
        REFUSED = "refused", "Refused"

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="releases")
    version = models.CharField(max_length=80)
    version_key = models.CharField(max_length=255, db_collation="C")  # sorts as versions do; see values/versions.py
    is_prerelease = models.BooleanField(default=False)
    licence = models.CharField(max_length=120)
    changes = models.TextField(blank=True)
    platform = models.CharField(max_length=24)
    artefact_kind = models.CharField(max_length=40)
    inspection = models.JSONField()  # of the first artefact, in the published shape
    digest = models.CharField(max_length=64)  # SHA-256 over its artefacts' names and digests; tells a repeated publish from another
    marking = models.CharField(max_length=18, choices=[(m.value, m.value) for m in Marking], default=Marking.OFFICIAL)
    handling = models.CharField(max_length=200, blank=True)  # handling caveat
    state = models.CharField(max_length=15, choices=State.choices, default=State.CHECKING)
    contested = models.CharField(max_length=500, blank=True)  # why its author says that what was found need not be mended
    checked_at = models.DateTimeField(null=True)
    visibility = models.CharField(max_length=11, choices=[(v.value, v.value) for v in Visibility], default=Visibility.OWN)
    listed_at = models.DateTimeField(null=True)  # for the first time
    listed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    quarantined_at = models.DateTimeField(null=True)  # hidden and not to be had, pending inquiry
    quarantined_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    quarantine_reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_with = models.ForeignKey(ApiToken, on_delete=models.PROTECT, null=True, related_name="+")
    yanked_at = models.DateTimeField(null=True)
    yanked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    yanked_reason = models.CharField(max_length=500, blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["module", "version"], name="one_release_per_version"),
            models.CheckConstraint(condition=models.Q(yanked_at__isnull=True) | ~models.Q(yanked_reason=""), name="yanked_with_a_reason"),
            models.CheckConstraint(
                condition=models.Q(quarantined_at__isnull=True) | ~models.Q(quarantine_reason=""), name="quarantined_with_a_reason"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["module", "-version_key"], name="release_newest_first")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            not_truncated(),
            pgtrigger.Protect(
                name="identity",
                operation=pgtrigger.UpdateOf("module_id", "version", "version_key", "created_at", "created_by_id", "created_with_id"),
            ),
            pgtrigger.Protect(
                name="once_listed",
                operation=pgtrigger.UpdateOf("listed_at"),
                condition=pgtrigger.Condition("OLD.listed_at IS NOT NULL AND NEW.listed_at IS DISTINCT FROM OLD.listed_at"),
            ),
            pgtrigger.Protect(
                name="once_refused",
                operation=pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Condition("OLD.state = 'refused' AND NEW.state <> 'refused'"),
            ),
            pgtrigger.Protect(
                name="immutable",
                operation=pgtrigger.UpdateOf("licence", "platform", "artefact_kind", "inspection", "digest"),
                condition=pgtrigger.Condition(f"NOT {_UNSETTLED}"),
            ),
            signed_before_listed(),
        ]

    def __str__(self) -> str:
        return f"{self.module.identifier}@{self.version}"

    @property
    def is_yanked(self) -> bool:
        return self.yanked_at is not None


class Artefact(models.Model):
    """One file of a release; its bytes lie in the artefact store under their digest."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="artefacts")
    filename = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64, db_index=True)
    media_type = models.CharField(max_length=100, default="application/octet-stream")
    kind = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["release", "filename"], name="one_file_per_name")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="artefact_immutable", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="artefact_kept",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                declare=[("settled", "boolean")],
                func=(
                    "SELECT release.listed_at IS NOT NULL OR release.state NOT IN ('draft', 'awaiting_author', 'held') INTO settled"
                    " FROM registry_release release WHERE release.id = OLD.release_id;"
                    " IF settled THEN RAISE EXCEPTION 'pgtrigger: Cannot delete rows from registry_artefact table'; END IF; RETURN OLD;"
                ),
            ),
            not_truncated(),
            pgtrigger.Trigger(
                name="artefact_counted",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                func=(
                    "INSERT INTO registry_storedbytes (organisation_id, total) SELECT module.organisation_id, NEW.size"
                    " FROM registry_release release JOIN registry_module module ON module.id = release.module_id WHERE release.id = NEW.release_id"
                    " ON CONFLICT (organisation_id) DO UPDATE SET total = registry_storedbytes.total + EXCLUDED.total; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="artefact_uncounted",
                operation=pgtrigger.Delete,
                when=pgtrigger.After,
                func=(
                    "UPDATE registry_storedbytes kept SET total = kept.total - OLD.size FROM registry_release release"
                    " JOIN registry_module module ON module.id = release.module_id"
                    " WHERE release.id = OLD.release_id AND kept.organisation_id = module.organisation_id; RETURN OLD;"
                ),
            ),
        ]


class StoredBytes(models.Model):
    """The bytes of all artefacts of an organisation, kept up by the database, so that asking for the quota adds nothing up."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, primary_key=True, related_name="+")
    total = models.PositiveBigIntegerField()


class Dependency(models.Model):
    """Something a release needs, read from its artefact or declared by its publisher."""

    class Source(models.TextChoices):
        READ = "read", "Read from the file"
        DECLARED = "declared", "Declared by the publisher"

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="dependencies")
    ecosystem = models.CharField(max_length=32)  # "moothall" for another module by identifier
    name = models.CharField(max_length=200)
    wanted = models.CharField(max_length=200)  # the name as artefacts compare it; see ProvidedName
    range = models.CharField(max_length=120, blank=True)
    is_included = models.BooleanField(default=False)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.READ)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["ecosystem", "wanted"], name="dependency_by_wanted")]

    @classmethod
    def read(cls, need: formats.Dependency, **columns: object) -> Self:
        """The row, not saved, of what was read from an artefact."""
        return cls(
            ecosystem=need.ecosystem,
            name=need.name[:200],
            wanted=provided_name(need.ecosystem, need.name)[:200],
            range=(need.range or "")[:120],
            is_included=need.included,
            **columns,
        )


class ProvidedName(models.Model):
    """A name by which other artefacts can depend on this release's module: a package id, an object's name."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="provides")
    ecosystem = models.CharField(max_length=32)
    name = models.CharField(max_length=200)  # as compared: lower case, and PEP 503 for Python

    class Meta:
        indexes: ClassVar = [models.Index(fields=["ecosystem", "name"], name="provided_by_name")]


class Likeness(models.Model):
    """The signature of what a release does, by which others are found that do much the same (:mod:`registry.releases.alike`).

    Empty for what is too small to tell.
    """

    release = models.OneToOneField(Release, on_delete=models.CASCADE, primary_key=True, related_name="likeness")
    signature = models.BinaryField()
    bands = ArrayField(models.BigIntegerField())

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["bands"], name="likeness_by_band")]


class Finding(models.Model):
    """What a check noticed in a release."""

    class Severity(models.TextChoices):
        NOTE = "note", "Note"
        ANSWER = "answer", "To answer"
        STOP = "stop", "To mend"

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="findings")
    code = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=64, blank=True)  # the same for the same finding of the module's next release
    digest = models.CharField(max_length=64, blank=True)  # of the release when it was found: of files replaced since it says nothing
    severity = models.CharField(max_length=6, choices=Severity.choices)
    title = models.CharField(max_length=200)
    where = models.CharField(max_length=300, blank=True)
    why = models.TextField(blank=True)
    mend = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["fingerprint"], name="finding_by_fingerprint")]


class Attachment(models.Model):
    """A paper or picture kept beside a module: evidence for a check, an assessment. Its bytes lie in the artefact store.

    Who may read it is decided by what it is attached to, and by its own marking.
    """

    module = models.ForeignKey(Module, on_delete=models.PROTECT, null=True, related_name="attachments")  # none for a whole programme's
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # for whom it was given
    filename = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64, db_index=True)
    media_type = models.CharField(max_length=100, default="application/octet-stream")
    marking = models.CharField(max_length=18, choices=[(m.value, m.value) for m in Marking], default=Marking.OFFICIAL)
    handling = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(name="attachment_immutable", operation=pgtrigger.Update | pgtrigger.Delete),
            not_truncated(),
        ]


class OutboxEntry(models.Model):
    """Work promised by a transaction; the sweeper sends it again until it is done, whatever the broker forgot."""

    task = models.CharField(max_length=100)
    subject = models.PositiveBigIntegerField()  # key of the row the task is about
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())  # when the sweeper may send it again
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["task", "subject"], name="one_promise_each")]
        indexes: ClassVar = [models.Index(fields=["due_at"], name="outbox_due")]


class IdempotencyKey(models.Model):
    """The answer given to a request that carried an ``Idempotency-Key``, kept for a day and given again to its repeat."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of method, path and body
    status = models.PositiveSmallIntegerField(null=True)  # null while the first request is still at work
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "key"], name="one_answer_per_key")]


class Download(models.Model):
    """That an organisation took a release on a day: counted once, and machines apart from people (O12)."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="downloads")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    by_token = models.BooleanField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["release", "organisation", "day", "by_token"], name="one_download_a_day")]
