"""Who judged which bytes, for whom to see: reviews, sign-offs, and the rules that say which are needed."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import Organisation, SignOffRole, User
from accounts.triggers import not_truncated
from registry.catalogue.models import Module
from registry.releases.models import Attachment, Finding, Release
from registry.reviews.queries import ReviewQuerySet
from registry.values.markings import Marking, Visibility

_VISIBILITIES = [(v.value, v.value) for v in Visibility]
_MARKINGS = [(m.value, m.value) for m in Marking]
OPEN = (Release.State.IN_REVIEW, Release.State.AWAITING_AUTHOR, Release.State.HELD)


class SignOffRule(models.Model):
    """That a release of this visibility and marking needs the sign-off of ``role``, and from where its signer must come (C3).

    Data, so that the partnership can change it without new code; the database lists nothing that does not meet it.
    """

    class Signer(models.TextChoices):
        ANY = "any", "Any organisation"
        PUBLISHER = "publisher", "The publisher's organisation"
        OTHER = "other", "Another organisation than the publisher's"

    visibility = models.CharField(max_length=11, choices=_VISIBILITIES)
    marking = models.CharField(max_length=18, choices=_MARKINGS)
    role = models.CharField(max_length=24, choices=SignOffRole.choices)
    signer = models.CharField(max_length=9, choices=Signer.choices, default=Signer.ANY)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["visibility", "marking", "role"], name="one_rule_each")]


class Contributor(models.Model):
    """Somebody who had a hand in a release, and so signs nothing of it."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="contributors")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["release", "user"], name="contributes_once")]
        triggers: ClassVar = [pgtrigger.Protect(name="contributed", operation=pgtrigger.Update | pgtrigger.Delete), not_truncated()]


class Review(models.Model):
    """One judgement of a release for one visibility: of a new one before it is listed, or of a listed one before more may see it.

    ``digest``, ``visibility`` and ``marking`` say what is judged; when one of them changes, every sign-off is void.
    """

    class Kind(models.TextChoices):
        NEW = "new", "First release"
        UPDATE = "update", "New version"
        WIDENING = "widening", "To be seen by more"

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="reviews")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    visibility = models.CharField(max_length=11, choices=_VISIBILITIES)
    marking = models.CharField(max_length=18, choices=_MARKINGS)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=15, choices=Release.State.choices, default=Release.State.IN_REVIEW)
    round = models.PositiveSmallIntegerField(default=1)  # one more with every change of what is judged
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(db_default=Now())
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField()  # when reviewers should have decided
    state_since = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release"], condition=Q(closed_at__isnull=True), name="one_open_review_each"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=Q(closed_at__isnull=True), name="review_queue"),
            models.Index(fields=["assignee", "due_at"], condition=Q(closed_at__isnull=True), name="review_queue_of"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="review_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(name="review_of", operation=pgtrigger.Update, condition=pgtrigger.AnyChange("release", "kind")),
            pgtrigger.Protect(name="review_ended", operation=pgtrigger.Update, condition=pgtrigger.Condition("OLD.closed_at IS NOT NULL")),
            not_truncated(),
        ]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_widening(self) -> bool:
        return self.kind == self.Kind.WIDENING


class SignOff(models.Model):
    """That a person, for a role, judged these bytes fit for this visibility. Never changed but once, to void it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="sign_offs")
    role = models.CharField(max_length=24, choices=SignOffRole.choices)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # signed for
    digest = models.CharField(max_length=64)
    visibility = models.CharField(max_length=11, choices=_VISIBILITIES)
    marking = models.CharField(max_length=18, choices=_MARKINGS)
    comment = models.CharField(max_length=2000, blank=True)
    signed_at = models.DateTimeField(db_default=Now())
    voided_at = models.DateTimeField(null=True)
    voided_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "role"], condition=Q(voided_at__isnull=True), name="one_sign_off_a_role"),
            models.UniqueConstraint(fields=["review", "user"], condition=Q(voided_at__isnull=True), name="one_role_a_person"),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="signed_by_another",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("wrong", "text")],
                func="""
                    SELECT CASE
                        WHEN review.closed_at IS NOT NULL OR review.state <> 'in_review' THEN 'the review is not open for signing'
                        WHEN (NEW.digest, NEW.visibility, NEW.marking) IS DISTINCT FROM (review.digest, review.visibility, review.marking)
                            OR NEW.digest <> release.digest THEN 'other bytes or another visibility'
                        WHEN NEW.user_id = release.created_by_id OR NEW.user_id = token.created_by_id OR EXISTS (
                            SELECT 1 FROM registry_contributor hand WHERE hand.release_id = release.id AND hand.user_id = NEW.user_id
                        ) THEN 'the signer contributed'
                        WHEN NOT EXISTS (
                            SELECT 1 FROM accounts_membership held WHERE held.user_id = NEW.user_id
                            AND held.organisation_id = NEW.organisation_id AND held.role IN ('reviewer', 'steward') AND NEW.role = ANY(held.signs)
                        ) THEN 'the signer does not sign so there'
                        WHEN rule.signer = 'other' AND EXISTS (
                            SELECT 1 FROM accounts_membership held
                            WHERE held.user_id = NEW.user_id AND held.organisation_id = module.organisation_id
                        ) THEN 'the signer is of the publisher'
                        WHEN rule.signer = 'publisher' AND NEW.organisation_id <> module.organisation_id THEN 'the signer is not of the publisher'
                    END INTO wrong
                    FROM registry_review review JOIN registry_release release ON release.id = review.release_id
                    JOIN registry_module module ON module.id = release.module_id
                    LEFT JOIN accounts_apitoken token ON token.id = release.created_with_id
                    LEFT JOIN registry_signoffrule rule
                        ON rule.visibility = NEW.visibility AND rule.marking = NEW.marking AND rule.role = NEW.role
                    WHERE review.id = NEW.review_id;
                    IF wrong IS NOT NULL THEN
                        RAISE EXCEPTION 'pgtrigger: sign-off refused: %', wrong USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="sign_off_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(name="voided_once", operation=pgtrigger.Update, condition=pgtrigger.Condition("OLD.voided_at IS NOT NULL")),
            pgtrigger.Protect(
                name="sign_off_as_signed",
                operation=pgtrigger.UpdateOf(
                    "review_id", "role", "user_id", "organisation_id", "digest", "visibility", "marking", "comment", "signed_at"
                ),
            ),
            not_truncated(),
        ]


class ReviewEntry(models.Model):
    """One line of a review's log: what somebody did or said. What it says is read by whoever sees the review."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="log")
    act = models.CharField(max_length=24)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.CharField(max_length=2000, blank=True)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["pk"]
        triggers: ClassVar = [pgtrigger.Protect(name="log_kept", operation=pgtrigger.Update | pgtrigger.Delete), not_truncated()]


class FindingAnswer(models.Model):
    """A second person's word that a finding need not be mended. It holds for the same finding in later releases of the module too."""

    class Verdict(models.TextChoices):
        FALSE = "false", "Not what it seems"  # "not a secret"
        ACCEPTED = "accepted", "True, and accepted"

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="+")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="answers")
    fingerprint = models.CharField(max_length=64)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reason = models.CharField(max_length=500)
    answered_at = models.DateTimeField(db_default=Now())
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="answered_with_a_reason"),
            models.UniqueConstraint(fields=["module", "fingerprint"], condition=Q(withdrawn_at__isnull=True), name="one_answer_each"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="answer_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="answer_as_given",
                operation=pgtrigger.UpdateOf(
                    "module_id", "finding_id", "fingerprint", "verdict", "reason", "answered_at", "answered_by_id", "organisation_id"
                ),
            ),
            pgtrigger.Trigger(
                name="answered_by_another",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("own", "boolean")],
                func="""
                    SELECT NEW.answered_by_id = release.created_by_id OR NEW.answered_by_id = token.created_by_id OR EXISTS (
                        SELECT 1 FROM registry_contributor hand WHERE hand.release_id = release.id AND hand.user_id = NEW.answered_by_id
                    ) INTO own FROM registry_finding finding JOIN registry_release release ON release.id = finding.release_id
                    LEFT JOIN accounts_apitoken token ON token.id = release.created_with_id WHERE finding.id = NEW.finding_id;
                    IF own THEN
                        RAISE EXCEPTION 'pgtrigger: whoever contributed answers no finding' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            not_truncated(),
        ]


class ChecklistItem(models.Model):
    """One thing that whoever signs for ``role`` must have looked at (C2). Retired items stay for the reviews that answered them."""

    role = models.CharField(max_length=24, choices=SignOffRole.choices)
    code = models.SlugField(max_length=40)
    text = models.CharField(max_length=200)
    needs_evidence = models.BooleanField(default=False)  # a picture or file that shows it
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["role", "position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["role", "code"], name="one_item_each")]


class ChecklistAnswer(models.Model):
    """That somebody looked at an item of one review's present bytes."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="checklist")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=1000, blank=True)
    evidence = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["review", "item", "digest"], name="one_tick_each")]


class Widening(models.Model):
    """That a module is to be seen by more than now: asked for by one person, agreed to by another, and signed off where rules say so."""

    class Outcome(models.TextChoices):
        AGREED = "agreed", "Agreed"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="widenings")
    visibility = models.CharField(max_length=11, choices=_VISIBILITIES)
    marking = models.CharField(max_length=18, choices=_MARKINGS)
    share_with = models.ManyToManyField(Organisation, related_name="+")  # all those named, were it agreed
    reason = models.CharField(max_length=500)
    requested_at = models.DateTimeField(db_default=Now())
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)
    decision = models.CharField(max_length=500, blank=True)  # why, in words
    effective_at = models.DateTimeField(null=True)  # when the module was first seen by more

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["module"], condition=Q(decided_at__isnull=True), name="one_open_widening_each"),
            models.CheckConstraint(condition=~Q(outcome="agreed") | ~Q(decided_by=models.F("requested_by")), name="widened_by_two"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="widening_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="widening_as_asked",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("module", "visibility", "marking", "reason", "requested_at", "requested_by"),
            ),
            not_truncated(),
        ]
