"""An organisation's statement that it runs a release, from interest to retirement, and how it came about."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import ApiToken, Organisation, User
from accounts.triggers import not_truncated
from registry.adoption.queries import AdoptionQuerySet
from registry.catalogue.models import Module
from registry.releases.models import Release


class Stage(models.TextChoices):
    """How far an organisation is with a module (S1-15, C8), in the order in which it passes them."""

    INTERESTED = "interested", "Interested"
    ASSESSING = "assessing", "Assessing"
    PILOT = "pilot", "Pilot"
    LIVE = "live", "Live"
    RETIRED = "retired", "Retired"


# Whoever is so far holds a version, and must hear when it is recalled, whether or not the statement has ended meanwhile.
HOLDING = (Stage.ASSESSING, Stage.PILOT, Stage.LIVE)


class Sharing(models.TextChoices):
    """Who reads that the organisation runs it. Never more than those who see the module, and its publisher in a recall."""

    NAMED = "named", "Show our name to everyone who sees the module"
    COUNTED = "counted", "Count us, without our name"
    KEPT = "kept", "Keep it to ourselves"


class Adoption(models.Model):
    """What an organisation states of one module. One row for each version it runs side by side; ``release`` is empty while only interested.

    A statement counts as verified while it is ``live`` and ``expires_on`` has not passed; renewing it is saying so again.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="adoptions")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="adoptions")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, related_name="adoptions")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.INTERESTED)
    sharing = models.CharField(max_length=7, choices=Sharing.choices, default=Sharing.NAMED)
    since = models.DateField(null=True)  # when it went live
    held_since = models.DateTimeField(null=True)  # from when on it held this very release; a recall reaches it from then
    held_until = models.DateTimeField(null=True)  # set when it is retired
    owner = models.CharField(max_length=120, blank=True)  # the post or team that answers for it there, never a person's data
    volume = models.PositiveIntegerField(null=True)  # items a year
    unit = models.CharField(max_length=40, blank=True)  # what an item is, in the plural: "case files"
    shares_volume = models.BooleanField(default=True)  # whoever reads the name reads the volume too
    systems = ArrayField(models.CharField(max_length=80), default=list, blank=True)  # it works in there, as the organisation names them
    objective = models.CharField(max_length=300, blank=True)  # what it is to achieve (S3-12)
    blockers = models.CharField(max_length=1000, blank=True)  # what stands in the way, while it is not live
    reason = models.CharField(max_length=500, blank=True)  # of the last change: why it was taken, put off or given up
    shares_reason = models.BooleanField(default=False)  # others may read why it was given up
    is_adapted = models.BooleanField(default=False)  # they changed it for themselves
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)  # when somebody last said that this is still so
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    expires_on = models.DateField(null=True)  # until then it counts; a year after it was confirmed
    reminded_on = models.DateField(null=True)

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "release"], condition=~Q(stage="retired") & Q(release__isnull=False), name="one_adoption_a_release"
            ),
            models.UniqueConstraint(
                fields=["organisation", "module"], condition=~Q(stage="retired") & Q(release__isnull=True), name="one_interest_a_module"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["interested", "retired"]) | Q(release__isnull=False), name="adoption_names_a_release"
            ),
            models.CheckConstraint(
                condition=~Q(stage="live") | Q(since__isnull=False, confirmed_at__isnull=False, expires_on__isnull=False),
                name="live_is_dated",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["module", "stage"], name="adoption_by_module"),
            models.Index(fields=["organisation", "stage"], name="adoption_by_organisation"),
            models.Index(fields=["expires_on"], condition=Q(stage="live"), name="adoption_to_end"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="adoption_kept", operation=pgtrigger.Delete), not_truncated()]

    def __str__(self) -> str:
        return f"{self.module} at {self.organisation}"


class AdoptionEntry(models.Model):
    """One line of an adoption's log: what changed, why, by whom."""

    class What(models.TextChoices):
        STATED = "stated", "Stated"
        STAGE = "stage", "Stage changed"
        VERSION = "version", "Version changed"
        CONFIRMED = "confirmed", "Confirmed"
        EDITED = "edited", "Details changed"
        EXPIRED = "expired", "Ended without being confirmed"

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="entries")
    what = models.CharField(max_length=9, choices=What.choices)
    stage = models.CharField(max_length=10, choices=Stage.choices)  # from then on
    release = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, related_name="+")  # from then on
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    token = models.ForeignKey(ApiToken, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(name="adoption_log_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            not_truncated(),
        ]
