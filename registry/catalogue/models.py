"""A module, what it is about, and who may see it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Now

from accounts.models import Organisation, User
from registry.catalogue.visibility import ModuleQuerySet
from registry.values.markings import Marking, Visibility


class BusinessArea(models.Model):
    """The kind of work a module does, in the words of councils and forces (S0-14, S2-1, S4-13)."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_da = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class TargetSystem(models.Model):
    """A line-of-business system that automations work in, named once for all modules."""

    name = models.CharField(max_length=80, unique=True)
    vendor = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.name


class Module(models.Model):
    """A reusable automation (or a process sequence) with the stable identifier ``publisher/slug``.

    The columns from ``latest_version`` on repeat what the latest listed release says, so that the catalogue is searched and counted
    in one table. Only :mod:`registry.actions.refresh_module` and its kin write them.
    """

    class Kind(models.TextChoices):
        MODULE = "module", "Module"
        SEQUENCE = "sequence", "Process sequence"

    class Status(models.TextChoices):
        DRAFT = "draft", "Not listed yet"  # no release has passed its checks
        LISTED = "listed", "Listed"
        DEPRECATED = "deprecated", "Deprecated"
        YANKED = "yanked", "Yanked"  # every listed release is yanked
        RETIRED = "retired", "Retired"  # out of service: found by its exact address alone

    class OwnerType(models.TextChoices):
        CROWN = "crown", "The Crown"
        COUNCIL = "council", "A council"
        CHIEF_OFFICER = "chief_officer", "A chief officer or police and crime commissioner"
        SUPPLIER = "supplier", "A supplier"
        JOINT = "joint", "Several bodies jointly"

    class Reuse(models.TextChoices):
        USE = "use", "Use it as it is"
        CHANGE = "change", "Use and change it"
        OFFER = "offer", "Use, change and offer it to others"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="modules")
    slug = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.MODULE)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300)
    language = models.CharField(max_length=5, default="en-GB")  # of title, summary and README
    readme = models.TextField(blank=True)  # Markdown as written
    readme_html = models.TextField(blank=True)  # sanitised when written
    visibility = models.CharField(max_length=11, choices=[(v.value, v.value) for v in Visibility], default=Visibility.OWN)
    marking = models.CharField(max_length=18, choices=[(m.value, m.value) for m in Marking], default=Marking.OFFICIAL)
    handling = models.CharField(max_length=200, blank=True)  # handling caveat, as its owner words it
    lists_public_part = models.BooleanField(default=False)  # title, summary and owner are told to all, so that they can ask for the rest
    business_area = models.ForeignKey(BusinessArea, on_delete=models.PROTECT, null=True, related_name="modules")
    owner_name = models.CharField(max_length=120, blank=True)  # a post or team, so that it outlives a leaver
    owner_email = models.EmailField(blank=True)
    ip_owner_type = models.CharField(max_length=14, choices=OwnerType.choices, blank=True)
    ip_owner = models.CharField(max_length=120, blank=True)
    reuse = models.CharField(max_length=6, choices=Reuse.choices, blank=True)
    deprecated_at = models.DateTimeField(null=True)
    deprecated_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    deprecated_reason = models.CharField(max_length=500, blank=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    owner_confirmed_at = models.DateTimeField(null=True)  # when its publisher last said that somebody answers for it (C12)
    owner_confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    review_by = models.DateField(null=True)  # when it must say so again; null until something of it is listed
    owner_reminded_on = models.DateField(null=True)  # the last of the reminders before and after that day
    needs_owner = models.CharField(max_length=11, blank=True)  # "needs-owner" once nobody has said so for long: a facet of the catalogue
    support_by = models.CharField(max_length=120, blank=True)  # who keeps it working, and until when (S3-11)
    support_until = models.DateField(null=True)
    retired_at = models.DateTimeField(null=True)

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    latest_version = models.CharField(max_length=80, blank=True)
    latest_at = models.DateTimeField(null=True)
    licence = models.CharField(max_length=120, blank=True)
    platforms = ArrayField(models.CharField(max_length=24), default=list)
    applications = ArrayField(models.CharField(max_length=120), default=list)
    tier = models.PositiveSmallIntegerField(default=0, db_default=0)  # of assurance; see registry.reviews.tiers
    publisher = models.CharField(max_length=40)  # the organisation's slug, which never changes
    area = models.CharField(max_length=40, blank=True)  # the business area's slug
    to_set_count = models.PositiveIntegerField(default=0)  # rows of the adaptation map that a taker must set
    adopters = models.PositiveIntegerField(default=0, db_default=0)  # organisations verified to run it, those that are only counted too
    adopters_by_kind = models.JSONField(default=dict, db_default={})  # by kind of those named: {"police": 3, "unnamed": 1}
    in_use = models.CharField(max_length=8, blank=True, db_default="")  # "verified", "pilot" or nothing: a facet of the catalogue
    evidence = models.CharField(max_length=8, blank=True, db_default="")  # "approved", "claimed" or nothing: a facet of the catalogue
    verified_fte = models.DecimalField(max_digits=9, decimal_places=3, default=0, db_default=0)  # of shared claims that are approved
    rated = models.PositiveIntegerField(default=0, db_default=0)  # ratings that stand
    rating = models.FloatField(default=0, db_default=0.0)  # weighed by how many there are: docs/ratings.md
    revision = models.PositiveBigIntegerField(default=0)  # raised by every change of what readers see; the ETag
    search = SearchVectorField(null=True)

    objects = ModuleQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="one_module_per_slug"),
            models.UniqueConstraint(fields=["publisher", "slug"], name="one_module_per_identifier"),
            models.CheckConstraint(
                condition=models.Q(deprecated_at__isnull=True) | ~models.Q(deprecated_reason=""), name="deprecated_with_a_reason"
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["search"], name="module_search"),
            models.Index(fields=["-latest_at"], name="module_newest"),
            models.Index(fields=["visibility", "organisation"], name="module_visibility"),
            # Of what is had on request nothing but the public part may be searched, hence a vector of its own.
            GinIndex(
                SearchVector("title", "summary", config="moothall_plain"),
                condition=models.Q(lists_public_part=True),
                name="module_on_request",
            ),
        ]

    def __str__(self) -> str:
        return self.identifier

    @property
    def identifier(self) -> str:
        """``publisher/slug``."""
        return f"{self.publisher}/{self.slug}"


class ModuleShare(models.Model):
    """That a module is shared with an organisation by name, which counts unless its visibility is ``own``."""

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="shares")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)  # of access that was asked for; null for what the publisher named

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["module", "organisation"], name="one_share_each")]


class ModuleWords(models.Model):
    """What a module's files say of it in a language other than its own, as the latest listed release that says anything has it.

    Only :mod:`registry.actions.refresh_module` writes it. Whoever sees the module sees its words.
    """

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="words")
    language = models.CharField(max_length=35)  # a BCP 47 tag
    title = models.CharField(max_length=120, blank=True)
    summary = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)  # Markdown as written
    description_html = models.TextField(blank=True)  # sanitised when written

    class Meta:
        ordering: ClassVar = ["language"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["module", "language"], name="one_text_per_language")]


class ModuleSystem(models.Model):
    """That a module works in a system, and in which versions of it (an npm range; empty means any)."""

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="systems")
    system = models.ForeignKey(TargetSystem, on_delete=models.PROTECT, related_name="modules")
    versions = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["module", "system"], name="one_system_each")]


class SearchWord(models.Model):
    """A word that some module uses: where a mistyped word finds its neighbour."""

    word = models.CharField(max_length=60, unique=True)

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="word_trigrams")]


class SearchWordUse(models.Model):
    """Which modules use a word, so that only words of visible modules are ever offered."""

    word = models.ForeignKey(SearchWord, on_delete=models.CASCADE, related_name="uses")
    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["word", "module"], name="one_use_each")]
