"""Ratings by adopting organisations, and the record of practice of a module."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import Organisation, User
from accounts.triggers import not_truncated
from registry.catalogue.models import Module
from registry.curation.queries import RatingQuerySet
from registry.releases.models import Attachment, Release

# What is rated, each from 1 to 5 and each shown apart (B9): the field, and the question put to the adopter.
CRITERIA: tuple[tuple[str, str, str], ...] = (
    ("does_the_work", "Does the work", "Does it do what its publisher says?"),
    ("adapts", "Adapts", "How easily did it fit your systems and process?"),
    ("documented", "Documented", "Could your people set it up from its documentation alone?"),
    ("reliable", "Reliable", "How well does it run, day by day?"),
    ("supported", "Supported", "How well does its publisher answer and mend?"),
)


def _points() -> models.PositiveSmallIntegerField:  # type: ignore[type-arg]  # Django's fields take their types at run time
    return models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])


class Rating(models.Model):
    """What an organisation that runs a release says of it; one for each organisation and release. Hidden ones stay, with the reason."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="ratings")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="ratings")
    does_the_work = _points()
    adapts = _points()
    documented = _points()
    reliable = _points()
    supported = _points()
    words = models.CharField(max_length=2000)
    effort_days = models.PositiveSmallIntegerField(null=True)  # working days from download to live
    rated_at = models.DateTimeField(db_default=Now())
    rated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(null=True)
    reply = models.CharField(max_length=2000, blank=True)  # of the module's publisher
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    hidden_reason = models.CharField(max_length=500, blank=True)

    objects = RatingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "release"], name="one_rating_each"),
            models.CheckConstraint(
                condition=Q(*[Q(**{f"{field}__gte": 1, f"{field}__lte": 5}) for field, _, _ in CRITERIA]), name="rated_from_1_to_5"
            ),
            models.CheckConstraint(condition=Q(hidden_at__isnull=True) | ~Q(hidden_reason=""), name="rating_hidden_with_a_reason"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="rating_kept", operation=pgtrigger.Delete),
            not_truncated(),
            pgtrigger.Trigger(  # nobody rates what is their own: the database refuses it too
                name="rated_by_another",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("organisation_id", "release_id"),
                when=pgtrigger.Before,
                func="""
                    IF EXISTS (SELECT 1 FROM registry_release r JOIN registry_module m ON m.id = r.module_id
                        WHERE r.id = NEW.release_id AND m.organisation_id = NEW.organisation_id) THEN
                        RAISE EXCEPTION 'pgtrigger: nobody rates their own module' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class RatingReport(models.Model):
    """That somebody thinks a rating should not stand. Each person says so once of each."""

    class Outcome(models.TextChoices):
        OPEN = "open", "Open"
        HIDDEN = "hidden", "The rating was hidden"
        KEPT = "kept", "Looked at, the rating stays"

    rating = models.ForeignKey(Rating, on_delete=models.PROTECT, related_name="reports")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=1000)
    reported_at = models.DateTimeField(db_default=Now())
    outcome = models.CharField(max_length=6, choices=Outcome.choices, default=Outcome.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["rating", "user"], name="one_rating_report_each")]
        triggers: ClassVar = [pgtrigger.Protect(name="rating_report_kept", operation=pgtrigger.Delete), not_truncated()]


class PracticeRecord(models.Model):
    """A module's or sequence's entry in the terms of the College of Policing's practice bank (S0-1)."""

    class Works(models.TextChoices):
        UNTESTED = "untested", "Untested"
        PROMISING = "promising", "Promising"
        EFFECTIVE = "effective", "Effective"
        MIXED = "mixed", "Mixed"
        INEFFECTIVE = "ineffective", "Ineffective"

    class StageOfPractice(models.TextChoices):
        PILOTED = "piloted", "The practice is being piloted."
        IMPLEMENTED = "implemented", "The practice is implemented."
        ENDED = "ended", "The practice has ended."

    class Scale(models.TextChoices):
        LOCAL = "local", "Local"
        REGIONAL = "regional", "Regional"
        NATIONAL = "national", "National"

    module = models.OneToOneField(Module, on_delete=models.PROTECT, related_name="practice")
    does_it_work = models.CharField(max_length=11, choices=Works.choices, default=Works.UNTESTED)
    basis = models.CharField(max_length=120, blank=True)  # who rated it so, and when
    proposed = models.CharField(max_length=11, choices=Works.choices, blank=True)  # by its publisher; waits for a steward
    confirmed_at = models.DateTimeField(null=True)  # by a steward who is no member of its publisher
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    stage_of_practice = models.CharField(max_length=11, choices=StageOfPractice.choices)
    scale = models.CharField(max_length=8, choices=Scale.choices)
    focus = models.CharField(max_length=60, blank=True)  # "Organisational"
    topics = ArrayField(models.CharField(max_length=80), default=list)
    partners = ArrayField(models.CharField(max_length=80), default=list)
    target_groups = ArrayField(models.CharField(max_length=80), default=list)
    region = models.CharField(max_length=80, blank=True)
    contact_name = models.CharField(max_length=120, blank=True)  # a post or team
    contact_email = models.EmailField(blank=True)
    started_on = models.DateField(null=True)
    problem = models.CharField(max_length=2000, blank=True)  # what it answers
    evidence_reference = models.CharField(max_length=300, blank=True)  # such as an inspection report
    evidence = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(does_it_work="untested") | (Q(confirmed_at__isnull=False, proposed="") & ~Q(basis="")),
                name="practice_works_as_confirmed",
            ),
        ]

    @property
    def wanted(self) -> str:
        """How well it works as its publisher has it: confirmed, or still to be."""
        return self.proposed or self.does_it_work
