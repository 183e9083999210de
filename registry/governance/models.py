"""What data a release handles, the papers the law asks for, and who may ask to see what is not shared."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import ApiToken, Organisation, User
from accounts.triggers import not_truncated
from registry.catalogue.models import Module
from registry.releases.models import Attachment, Release
from registry.values.data_uses import Decisions, Paper
from registry.values.markings import Marking

DECISIONS = [
    (Decisions.NONE.value, "None"),
    (Decisions.ASSISTS.value, "It helps a person decide"),
    (Decisions.DECIDES.value, "It decides alone"),
]
PAPERS = [
    (Paper.DPIA.value, "Data protection impact assessment"),
    (Paper.EIA.value, "Equality impact assessment"),
    (Paper.ATRS.value, "Algorithmic transparency record"),
]
_MARKINGS = [(m.value, m.value) for m in Marking]


class DataCategory(models.Model):
    """A kind of data about people, in plain words: the controlled list, which the partnership may change without new code."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    words = models.CharField(max_length=300)  # what it means, with examples
    is_high_risk = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return self.name


class DataUse(models.Model):
    """What its publisher says of a release: whose data it handles, and what part it has in decisions about them (O4, S1-3)."""

    release = models.OneToOneField(Release, on_delete=models.CASCADE, primary_key=True, related_name="data_use")
    categories = ArrayField(models.SlugField(max_length=40))  # codes of DataCategory
    decisions = models.CharField(max_length=7, choices=DECISIONS, default=Decisions.NONE)
    law_enforcement = models.BooleanField(default=False)  # processing under Part 3 of the Data Protection Act 2018
    uses_ai = models.BooleanField(default=False)
    declared_at = models.DateTimeField(db_default=Now())
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    declared_with = models.ForeignKey(ApiToken, on_delete=models.PROTECT, null=True, related_name="+")
    carried_from = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, related_name="+")  # whose statement it repeats

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(categories=[]), name="data_use_says_what")]


class AssessmentRule(models.Model):
    """When a paper is required, and on what legal basis (S3-14, S3-15). All conditions given must hold; an empty one holds for all."""

    code = models.SlugField(max_length=40, unique=True)
    paper = models.CharField(max_length=4, choices=PAPERS)
    title = models.CharField(max_length=160)  # the condition in words
    legal_basis = models.TextField()  # what the law says
    citation = models.CharField(max_length=200)
    any_person = models.BooleanField(default=False)  # any category but none
    high_risk = models.BooleanField(default=False)  # a category that is high risk
    categories = ArrayField(models.SlugField(max_length=40), default=list)  # one of these
    decisions = ArrayField(models.CharField(max_length=7, choices=DECISIONS), default=list)  # one of these
    law_enforcement = models.BooleanField(default=False)
    uses_ai = models.BooleanField(default=False)
    marking = models.CharField(max_length=18, choices=_MARKINGS, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["position"]


class Assessment(models.Model):
    """One version of a module's DPIA, equality impact assessment or transparency record.

    It holds for later releases too, until they reach or handle something it does not speak of. ``body`` has the structured answers by the
    codes of :mod:`registry.governance.questions`, which say who may read each. Once signed it never changes.
    """

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="assessments")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")  # the one it was written for
    paper = models.CharField(max_length=4, choices=PAPERS)
    number = models.PositiveSmallIntegerField()  # its version, from 1
    reference = models.CharField(max_length=80, blank=True)  # in the organisation's own files
    public_summary = models.CharField(max_length=2000)
    body = models.JSONField(default=dict)
    marking = models.CharField(max_length=18, choices=_MARKINGS, default=Marking.OFFICIAL)  # of what is not public in it
    handling = models.CharField(max_length=200, blank=True)
    review_by = models.DateField()  # after which it no longer counts
    created_at = models.DateTimeField(db_default=Now())
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")  # who saved it last
    writers = models.ManyToManyField(User, related_name="+")  # everybody who had a hand in it
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    baseline = models.JSONField(null=True)  # Facts of the release when it was signed

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["module", "paper", "number"], name="one_assessment_per_number"),
            models.UniqueConstraint(fields=["module", "paper"], condition=Q(signed_at__isnull=True), name="one_unsigned_assessment"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True, baseline__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False, baseline__isnull=False),
                name="assessment_signed_whole",
            ),
            models.CheckConstraint(condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("written_by")), name="assessment_of_two"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="assessment_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="assessment_as_signed", operation=pgtrigger.Update, condition=pgtrigger.Condition("OLD.signed_at IS NOT NULL")
            ),
            pgtrigger.Trigger(
                name="assessed_by_another",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("signed_by_id"),
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.signed_by_id IS NOT NULL"),
                func="""
                    IF EXISTS (SELECT 1 FROM registry_assessment_writers hand
                        WHERE hand.assessment_id = NEW.id AND hand.user_id = NEW.signed_by_id) THEN
                        RAISE EXCEPTION 'pgtrigger: whoever wrote an assessment does not sign it' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            not_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.module} {self.paper} {self.number}"

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    def is_expired(self, today: date) -> bool:
        """Whether it should have been looked at again by ``today``."""
        return self.review_by < today


class AssessmentPaper(models.Model):
    """A file kept with an assessment: the signed document, the advice. Who may read it follows from its own marking."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="papers")
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="assessed")

    class Meta:
        ordering: ClassVar = ["pk"]
        triggers: ClassVar = [pgtrigger.Protect(name="paper_kept", operation=pgtrigger.Update | pgtrigger.Delete), not_truncated()]


class LegalBasis(models.Model):
    """A law or scheme that processes stand on; modules are tagged with it, so that a change of the law finds them (S0-16)."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    words = models.CharField(max_length=500)  # what it is about
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    modules = models.ManyToManyField(Module, related_name="legal_bases")

    class Meta:
        ordering: ClassVar = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class LawChange(models.Model):
    """That a legal basis changed, as a steward recorded it."""

    basis = models.ForeignKey(LegalBasis, on_delete=models.PROTECT, related_name="changes")
    what = models.CharField(max_length=1000)
    from_day = models.DateField()  # when the new law holds
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        triggers: ClassVar = [pgtrigger.Protect(name="law_change_kept", operation=pgtrigger.Update | pgtrigger.Delete), not_truncated()]


class Reassessment(models.Model):
    """That a module must be looked at because the law changed, until its publisher says that it was."""

    change = models.ForeignKey(LawChange, on_delete=models.PROTECT, related_name="reassessments")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="reassessments")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=1000, blank=True)  # what looking at it came to

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["change", "module"], name="one_reassessment_each"),
            models.CheckConstraint(condition=Q(confirmed_at__isnull=True) | ~Q(outcome=""), name="reassessed_with_words"),
        ]
        indexes: ClassVar = [models.Index(fields=["module"], condition=Q(confirmed_at__isnull=True), name="still_to_reassess")]
        triggers: ClassVar = [pgtrigger.Protect(name="reassessment_kept", operation=pgtrigger.Delete), not_truncated()]


class AccessRequest(models.Model):
    """That an organisation asks to see a module of which it sees only the public part (B24)."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting for an answer"
        APPROVED = "approved", "Given"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"
        REVOKED = "revoked", "Taken back"
        EXPIRED = "expired", "Ended"  # never stored: approved, and its end has come

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="access_requests")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # that asks
    reason = models.CharField(max_length=1000)
    purpose = models.CharField(max_length=1000)  # what it will be used for
    until = models.DateField()  # how long it is needed, as asked
    state = models.CharField(max_length=9, choices=State.choices, default=State.PENDING)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_with = models.ForeignKey(ApiToken, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=1000, blank=True)  # why, in words
    expires_at = models.DateTimeField(null=True)  # of what was given
    ended_at = models.DateTimeField(null=True)  # withdrawn or taken back
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["module", "organisation"], condition=Q(state="pending"), name="one_open_access_request"),
            models.CheckConstraint(condition=~Q(state="approved") | Q(expires_at__isnull=False), name="access_ends"),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(decision=""), name="declined_with_a_reason"),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "-created_at"], name="access_asked_by")]
        triggers: ClassVar = [pgtrigger.Protect(name="access_request_kept", operation=pgtrigger.Delete), not_truncated()]

    def state_at(self, moment: datetime) -> str:
        """Its state at ``moment``: what was given ends by itself."""
        ended = self.state == self.State.APPROVED and self.expires_at is not None and self.expires_at <= moment
        return self.State.EXPIRED if ended else self.state

    @property
    def state_now(self) -> str:
        return self.state_at(timezone.now())
