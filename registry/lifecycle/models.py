"""What happens to modules after they are listed: reports and quarantine, advisories, recalls, owners, transfers, retirement."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import ApiToken, Organisation, User
from accounts.triggers import not_truncated
from registry.catalogue.models import Module
from registry.lifecycle.queries import (
    AdvisoryQuerySet,
    NoticePeriodQuerySet,
    QuarantineQuerySet,
    RecallQuerySet,
    RetirementQuerySet,
    TransferQuerySet,
)
from registry.releases.models import Artefact, Attachment, Release
from registry.values.severities import Severity

_LEVELS = [(each.value, each.value.title()) for each in Severity]


def _kept(name: str, *, unchanged: bool = False) -> pgtrigger.Protect:
    """Refuses to remove rows, and with ``unchanged`` to change them."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete if unchanged else pgtrigger.Delete)


class Quarantine(models.Model):
    """That a release is hidden and not to be had, pending inquiry: by whom, why, and how it ended. One open row for each release at most."""

    class Cause(models.TextChoices):
        STEWARD = "steward", "A steward"
        PUBLISHER = "publisher", "Its publisher"
        REPORTS = "reports", "Reports of two people"
        DENIED_BYTES = "denied_bytes", "Its files are denied"

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="quarantines")
    cause = models.CharField(max_length=12, choices=Cause.choices)
    reason = models.CharField(max_length=500)
    set_at = models.DateTimeField(db_default=Now())
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_reason = models.CharField(max_length=500, blank=True)

    objects = QuarantineQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release"], condition=Q(ended_at__isnull=True), name="one_open_quarantine_each"),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True) | ~Q(ended_by=models.F("set_by")), name="quarantine_ended_by_another"
            ),
        ]
        triggers: ClassVar = [_kept("quarantine_kept"), not_truncated()]


class UnsafeReport(models.Model):
    """That somebody thinks a release unsafe. Each person says so once of each release."""

    class Outcome(models.TextChoices):
        OPEN = "open", "Open"
        UPHELD = "upheld", "Led to a quarantine"
        DISMISSED = "dismissed", "Looked at, nothing found"

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="unsafe_reports")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    is_trusted = models.BooleanField(default=False)  # of somebody who reviewed for some organisation when it was made
    reason = models.CharField(max_length=2000)
    reported_at = models.DateTimeField(db_default=Now())
    outcome = models.CharField(max_length=9, choices=Outcome.choices, default=Outcome.OPEN)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["release", "user"], name="one_report_a_person")]
        triggers: ClassVar = [_kept("report_kept"), not_truncated()]


class ReportDecision(models.Model):
    """One line of a report's log: what it led to, decided by whom, and why."""

    report = models.ForeignKey(UnsafeReport, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=9, choices=UnsafeReport.Outcome.choices)
    reason = models.CharField(max_length=500)
    decided_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # null: by rule

    class Meta:
        triggers: ClassVar = [_kept("report_decision_kept", unchanged=True), not_truncated()]


class DigestVerdict(models.Model):
    """A steward's decision on bytes, known by their SHA-256 (O8). The latest of each digest counts; none is ever changed."""

    class Verdict(models.TextChoices):
        ALLOW = "allow", "Allowed"
        DENY = "deny", "Denied"

    sha256 = models.CharField(max_length=64)
    verdict = models.CharField(max_length=5, choices=Verdict.choices)
    reason = models.CharField(max_length=500)
    decided_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["sha256", "-id"], name="verdict_latest")]
        triggers: ClassVar = [_kept("verdict_kept", unchanged=True), not_truncated()]


class Advisory(models.Model):
    """A published notice that versions of a module are unsafe; rendered in OSV form. ``key`` is drawn by lot, as a count would tell of others."""

    key = models.CharField(max_length=16, unique=True)  # MH-2026-0417
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="advisories")
    summary = models.CharField(max_length=200)
    details = models.TextField()  # Markdown
    workaround = models.TextField(blank=True)
    severity = models.CharField(max_length=8, choices=_LEVELS)
    cvss = models.CharField(max_length=240, blank=True)
    ranges = models.CharField(max_length=120, blank=True)  # npm's grammar
    versions = ArrayField(models.CharField(max_length=80), default=list, blank=True)  # affected beside those in the range
    aliases = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    credits = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    published_at = models.DateTimeField(db_default=Now())
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    modified_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    objects = AdvisoryQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(ranges="", versions=[]), name="advisory_names_versions"),
        ]
        indexes: ClassVar = [models.Index(fields=["-modified_at"], name="advisory_newest")]
        triggers: ClassVar = [_kept("advisory_kept"), not_truncated()]

    def __str__(self) -> str:
        return self.key


class Recall(models.Model):
    """That versions must not be run any more: every organisation that holds one is told and says what it did."""

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="recalls")
    severity = models.CharField(max_length=8, choices=_LEVELS)
    ranges = models.CharField(max_length=120)  # as it was given, in npm's grammar
    releases = models.ManyToManyField(Release, related_name="recalls")  # what lay in it then: a remedy that comes later is not recalled
    reason = models.CharField(max_length=2000)
    workaround = models.CharField(max_length=2000, blank=True)
    remedy = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, related_name="+")  # the version to move to
    days = models.PositiveSmallIntegerField()  # in which each organisation must have answered
    recalled_at = models.DateTimeField(db_default=Now())
    recalled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_reason = models.CharField(max_length=500, blank=True)

    objects = RecallQuerySet.as_manager()

    class Meta:
        triggers: ClassVar = [
            _kept("recall_kept"),
            pgtrigger.Protect(name="recall_as_made", operation=pgtrigger.UpdateOf("module_id", "ranges", "reason", "recalled_at")),
            not_truncated(),
        ]


class RecallNotice(models.Model):
    """That an organisation was told of a recall, and what it answered."""

    class Answer(models.TextChoices):
        STOPPED = "stopped", "We stopped it"
        UPGRADED = "upgraded", "We moved to another version"
        NOT_IN_USE = "not_in_use", "We do not run it"

    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="notices")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="recall_notices")
    told_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    acknowledged_with = models.ForeignKey(ApiToken, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    text = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recall", "organisation"], name="one_notice_each"),
            models.CheckConstraint(condition=Q(acknowledged_at__isnull=True) | ~Q(answer=""), name="acknowledged_with_an_answer"),
        ]
        indexes: ClassVar = [models.Index(fields=["due_at"], condition=Q(acknowledged_at__isnull=True), name="notice_outstanding")]
        triggers: ClassVar = [_kept("notice_kept"), not_truncated()]


class RecallHolding(models.Model):
    """Why an organisation was told: ``held`` is what it took; where that is not recalled itself, it needs what is."""

    notice = models.ForeignKey(RecallNotice, on_delete=models.PROTECT, related_name="holdings")
    held = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    is_direct = models.BooleanField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["notice", "held"], name="one_holding_each")]
        triggers: ClassVar = [_kept("holding_kept", unchanged=True), not_truncated()]


class RecallOverride(models.Model):
    """That somebody took a recalled version all the same, and why."""

    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="overrides")
    artefact = models.ForeignKey(Artefact, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    token = models.ForeignKey(ApiToken, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar = [_kept("override_kept", unchanged=True), not_truncated()]


class Transfer(models.Model):
    """That a module passes to another organisation, once both sides consent; an adoption is asked for by who would take it over.

    An offer needs its owner and its receiver. An adoption of a module that nobody looks after needs its receiver and a steward, and its owner
    too while that organisation is still there.
    """

    class Kind(models.TextChoices):
        OFFER = "offer", "Offered by its owner"
        ADOPTION = "adoption", "Asked for by who would look after it"

    class Outcome(models.TextChoices):
        OPEN = "open", "Waiting"
        DONE = "done", "Passed on"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Taken back"

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="transfers")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # as it was when this began
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    identifier = models.CharField(max_length=121)  # publisher/slug when this began
    title = models.CharField(max_length=120)
    reason = models.CharField(max_length=500)
    begun_at = models.DateTimeField(db_default=Now())
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    owner_agreed_at = models.DateTimeField(null=True)
    owner_agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    receiver_agreed_at = models.DateTimeField(null=True)
    receiver_agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    steward_agreed_at = models.DateTimeField(null=True)
    steward_agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=9, choices=Outcome.choices, default=Outcome.OPEN)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_reason = models.CharField(max_length=500, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["module"], condition=Q(outcome="open"), name="one_open_transfer_each"),
            models.CheckConstraint(condition=~Q(owner=models.F("receiver")), name="transferred_to_another"),
            models.CheckConstraint(
                condition=~Q(outcome="done")
                | Q(kind="offer", owner_agreed_by__isnull=False, receiver_agreed_by__isnull=False)
                | Q(kind="adoption", steward_agreed_by__isnull=False, receiver_agreed_by__isnull=False),
                name="transferred_by_both_sides",
            ),
            models.CheckConstraint(
                condition=Q(owner_agreed_by__isnull=True)
                | Q(receiver_agreed_by__isnull=True)
                | ~Q(owner_agreed_by=models.F("receiver_agreed_by")),
                name="transferred_by_two_people",
            ),
        ]
        triggers: ClassVar = [_kept("transfer_kept"), not_truncated()]


class FormerIdentifier(models.Model):
    """An identifier that a module had before it passed on. It leads to the module, and names no other ever after."""

    publisher = models.CharField(max_length=40)
    slug = models.CharField(max_length=80)
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="former_identifiers")
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["publisher", "slug"], name="one_module_per_former_identifier")]
        triggers: ClassVar = [_kept("former_identifier_kept", unchanged=True), not_truncated()]


class Retirement(models.Model):
    """That a module is taken out of service: its holders are told, and each shows that nothing of it is left running."""

    module = models.OneToOneField(Module, on_delete=models.PROTECT, related_name="retirement")
    ends_on = models.DateField()
    reason = models.CharField(max_length=500)
    started_at = models.DateTimeField(db_default=Now())
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    override_reason = models.CharField(max_length=500, blank=True)  # why a steward closed it with items open

    objects = RetirementQuerySet.as_manager()

    class Meta:
        triggers: ClassVar = [_kept("retirement_kept"), not_truncated()]


class RetirementItem(models.Model):
    """One thing an organisation that holds the module does before it is retired, with what shows that it did (C13)."""

    class Item(models.TextChoices):
        ROBOT = "robot_stopped", "The robot is stopped"
        ACCESS = "access_removed", "Its accounts and access are removed"
        CREDENTIALS = "credentials_deleted", "Its credentials are deleted"
        SCHEDULE = "schedule_removed", "Its schedule is removed"

    retirement = models.ForeignKey(Retirement, on_delete=models.PROTECT, related_name="items")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="retirement_items")
    item = models.CharField(max_length=20, choices=Item.choices)
    told_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    evidence = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["retirement", "organisation", "item"], name="one_retirement_item_each"),
            models.CheckConstraint(condition=Q(done_at__isnull=True) | Q(evidence__isnull=False), name="done_with_evidence"),
        ]
        triggers: ClassVar = [_kept("retirement_item_kept"), not_truncated()]


class NoticePeriod(models.Model):
    """That a release which breaks who uses its module is not listed before a day, so that they can object (P23). One for each release.

    ``reasons`` is what it breaks, as the difference to the version before says it; ``why`` is its publisher's word. Those told read both,
    though they do not see the release yet.
    """

    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="notice_period")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="notice_periods")
    version = models.CharField(max_length=80)
    reasons = models.JSONField(default=list)  # sentences
    why = models.CharField(max_length=2000)
    given_at = models.DateTimeField(db_default=Now())
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ends_on = models.DateField()  # listed on this day at the earliest
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    told = models.ManyToManyField(Organisation, related_name="+")

    objects = NoticePeriodQuerySet.as_manager()

    class Meta:
        triggers: ClassVar = [_kept("notice_period_kept"), not_truncated()]

    @property
    def is_running(self) -> bool:
        """Whether its release may not be listed yet."""
        return self.withdrawn_at is None and self.ends_on > timezone.localdate()


class Objection(models.Model):
    """What an organisation that was told says against a breaking release; its publisher's answer."""

    notice_period = models.ForeignKey(NoticePeriod, on_delete=models.PROTECT, related_name="objections")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=2000)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["made_at", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["notice_period", "organisation"], name="one_objection_each")]
        triggers: ClassVar = [_kept("objection_kept"), not_truncated()]
