"""Tables of runs. Modules and organisations are named by text, without foreign keys, so that they may live in another database."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from registry.telemetry.sources import RunHook, RunName, UnknownName

__all__ = [
    "DailyRuns",
    "HeldEvent",
    "MonthlyRuns",
    "Outcome",
    "RunConsent",
    "RunEvent",
    "RunHook",
    "RunId",
    "RunName",
    "StaleDay",
    "UnknownName",
]


def _name(length: int) -> models.CharField[str, str]:
    """A text that is compared byte by byte, which makes its indexes twice as fast as the database's own collation."""
    return models.CharField(max_length=length, db_collation="C")


class Outcome(models.IntegerChoices):
    """How a run ended: the three outcomes that Robotic Process Automation products tell apart."""

    COMPLETED = 1, "Completed"
    BUSINESS_EXCEPTION = 2, "Business exception"  # the case was not one for the robot: a rule said so
    SYSTEM_EXCEPTION = 3, "System exception"  # something broke


class RunConsent(models.Model):
    """That an organisation reports its runs, since when, and whether its figures are shown under its name. Audited by the actions."""

    organisation = models.CharField(max_length=40, primary_key=True, db_collation="C")  # its slug
    opted_in_at = models.DateTimeField()
    opted_out_at = models.DateTimeField(null=True)  # nothing is taken while this is set
    shows_own = models.BooleanField(default=False)  # our figures under our name, to those who see the module
    deletion_asked_at = models.DateTimeField(null=True)  # set while everything of ours is being deleted

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(deletion_asked_at=None) | models.Q(opted_out_at__isnull=False), name="nothing_taken_while_deleting"
            )
        ]

    @property
    def is_active(self) -> bool:
        """Whether events are taken now."""
        return self.opted_out_at is None


class _Run(models.Model):
    """The columns of one run. No person, no case, no free text, ever."""

    organisation = _name(40)  # who ran it
    module = _name(121)  # "publisher/slug", as it was named when it was sent
    version = _name(80)
    id = models.UUIDField()  # given by the sender
    started_at = models.DateTimeField()
    duration_ms = models.BigIntegerField()
    outcome = models.SmallIntegerField(choices=Outcome.choices)
    items = models.IntegerField()  # cases, files, letters: what the module counts
    received_at = models.DateTimeField()  # our clock

    class Meta:
        abstract = True


class RunEvent(_Run):
    """A run that counts. Partitioned by the month of ``started_at``; the key is kept by :class:`RunId`."""

    pk = models.CompositePrimaryKey("organisation", "id")

    class Meta:
        db_table = "telemetry_runevent"


class HeldEvent(_Run):
    """A run that is held apart and not counted until its organisation releases it."""

    class Reason(models.TextChoices):
        LATE = "late", "Started more than 31 days before it was received"
        FUTURE = "future", "Started after it was received"
        OUTLIER = "outlier", "Far longer, or with far more items, than runs are"

    pk = models.CompositePrimaryKey("organisation", "id")
    reason = models.CharField(max_length=8, choices=Reason.choices)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "received_at"], name="held_by_organisation")]


class RunId(models.Model):
    """An event's key, which a partitioned table cannot keep: it makes a replay count once, also one with another time."""

    pk = models.CompositePrimaryKey("organisation", "id")
    organisation = _name(40)
    id = models.UUIDField()
    received_on = models.DateField()

    class Meta:
        indexes: ClassVar = [BrinIndex(fields=["received_on"], name="run_id_by_day", autosummarize=True)]


class StaleDay(models.Model):
    """That the runs of a module on a day changed since they were added up. One row for every change: none waits for another."""

    organisation = _name(40)
    module = _name(121)
    day = models.DateField()  # UTC


class _Sums(models.Model):
    organisation = _name(40)
    module = _name(121)
    version = _name(80)
    runs = models.BigIntegerField()
    completed = models.BigIntegerField()
    business_exceptions = models.BigIntegerField()
    system_exceptions = models.BigIntegerField()
    items = models.BigIntegerField()
    duration_ms = models.BigIntegerField()

    class Meta:
        abstract = True


class DailyRuns(_Sums):
    """What a module's runs at an organisation add up to on one day (UTC). Kept for ever."""

    pk = models.CompositePrimaryKey("module", "organisation", "day", "version")
    day = models.DateField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "day"], name="daily_by_organisation")]


class MonthlyRuns(_Sums):
    """The same by month, made from the days. Kept for ever."""

    pk = models.CompositePrimaryKey("module", "organisation", "month", "version")
    month = models.DateField()  # its first day

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "month"], name="monthly_by_organisation")]


class NamedSpell(models.Model):
    """The months in which an organisation showed its figures under its name. Kept when it ends: see ``registry.telemetry.naming``."""

    organisation = _name(40)
    first = models.DateField()  # the first day of the first month
    last = models.DateField(null=True)  # of the last; null while it goes on

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation"], condition=models.Q(last=None), name="one_open_spell"),
            models.CheckConstraint(condition=models.Q(last=None) | models.Q(last__gte=models.F("first")), name="spell_forward"),
        ]
