"""Baselines, claims with their evidence and their approval, what they cost, exchange rates, forecasts."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import Organisation, User
from accounts.triggers import not_truncated
from registry.benefits.queries import ClaimQuerySet, EvidenceQuerySet
from registry.catalogue.models import Module
from registry.releases.models import Attachment


class BenefitClass(models.TextChoices):
    """What kind of benefit it is (S0-12, S0-13). New capacity is work formerly not done, and is never added to effort replaced."""

    CASHABLE = "cashable", "Cashable"
    NON_CASHABLE = "non_cashable", "Capacity released"
    AVOIDED = "avoided", "Cost avoided"
    NEW_CAPACITY = "new_capacity", "New capacity"
    QUALITY = "quality", "Quality"


class Outcome(models.TextChoices):
    """The eight outcomes of the Hampshire and Thames Valley programme (S0-5)."""

    PROTECTING = "protecting", "Protecting the vulnerable"
    DATA_QUALITY = "data_quality", "Quality of data"
    CAPACITY = "capacity", "Capacity release"
    VICTIM_SATISFACTION = "victim_satisfaction", "Victim satisfaction"
    CASHABLE = "cashable", "Cashable savings"
    WORKFORCE_SATISFACTION = "workforce_satisfaction", "Workforce satisfaction"
    COMPLIANCE = "compliance", "Compliance"
    PROCESS_ASSURANCE = "process_assurance", "Process assurance"


class Method(models.TextChoices):
    """How a baseline was taken (S0-10)."""

    TIMED = "timed", "Timed by observation"
    LOGGED = "logged", "Read from a system’s log"
    DIARY = "diary", "Diary kept by those who do the work"
    ESTIMATE = "estimate", "Estimated by those who do the work"


class Baseline(models.Model):
    """How long an item takes by hand: taken before go-live, never changed; a later one stands beside it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="baselines")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="baselines")
    minutes_per_item = models.DecimalField(max_digits=9, decimal_places=2)
    unit = models.CharField(max_length=40)  # what an item is, in the plural
    sample_size = models.PositiveIntegerField()
    measured_on = models.DateField()
    method = models.CharField(max_length=8, choices=Method.choices)
    note = models.CharField(max_length=1000, blank=True)
    live_on = models.DateField(null=True)  # when it went live there, as known when this was entered: tells whether it was taken before
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(minutes_per_item__gt=0, sample_size__gt=0), name="baseline_measures_something")
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="baseline_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            not_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.minutes_per_item.normalize():f} minutes, {self.measured_on}"

    @property
    def is_before_live(self) -> bool | None:
        """Whether it was taken before go-live, as a baseline should be (S0-10); None where nobody said when that was."""
        return None if self.live_on is None else self.measured_on < self.live_on


class Claim(models.Model):
    """What an organisation says it got in a period. What is not known stays empty: nothing is made up from the rest.

    A claim of scope ``programme`` is for a whole (S0-6); its parts are lines, and what they leave is shown as the remainder. Money is in
    whole units of ``currency`` (never thousands) at the prices of ``price_base``; savings are positive here, exports turn the sign where
    the organisation's ledger does (S4-5).
    """

    class Scope(models.TextChoices):
        LINE = "line", "One automation"
        PROGRAMME = "programme", "A whole programme"

    class State(models.TextChoices):
        DRAFT = "draft", "Being written"
        SUBMITTED = "submitted", "Waiting for approval"
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Sent back"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Sharing(models.TextChoices):
        OWN = "own", "Only us and those who share in it"
        SHARED = "shared", "Everyone who sees the module"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="claims")  # which enters it and answers for it
    module = models.ForeignKey(Module, on_delete=models.PROTECT, null=True, related_name="claims")
    part_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="parts")
    scope = models.CharField(max_length=9, choices=Scope.choices, default=Scope.LINE)
    sharing = models.CharField(max_length=6, choices=Sharing.choices, default=Sharing.SHARED)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    title = models.CharField(max_length=120)
    language = models.CharField(max_length=5, default="en-GB")
    benefit_class = models.CharField(max_length=12, choices=BenefitClass.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    period = models.CharField(max_length=20)  # as people say it: "2023–24"
    volume = models.PositiveBigIntegerField(null=True)  # items in the period
    unit = models.CharField(max_length=40, blank=True)  # what an item is, in the plural: "case files"
    baseline = models.ForeignKey(Baseline, on_delete=models.PROTECT, null=True, related_name="claims")
    minutes_after = models.DecimalField(max_digits=9, decimal_places=2, null=True)  # still spent by people on an item
    success_rate = models.DecimalField(max_digits=5, decimal_places=4, null=True)  # of items the automation ends by itself, 0 to 1
    fte = models.DecimalField(max_digits=9, decimal_places=3, null=True)  # as stated by the organisation
    hours_per_fte = models.DecimalField(max_digits=7, decimal_places=2, null=True)  # a year's, by the organisation's own count
    money = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)  # ISO 4217
    price_base = models.CharField(max_length=20, blank=True)  # "2016 p/l"; empty means prices of the period
    in_thousands = models.BooleanField(default=False)  # its ledger speaks of thousands
    savings_are_negative = models.BooleanField(default=False)  # its ledger writes savings with a minus
    rate_per_fte = models.DecimalField(max_digits=12, decimal_places=2, null=True)  # what a year of one costs there
    post = models.CharField(max_length=160, blank=True)  # the post or budget line that a cashable saving came from (S0-12)
    service_investment = models.DecimalField(max_digits=16, decimal_places=2, null=True)  # operating money spent to get it
    total_investment = models.DecimalField(max_digits=16, decimal_places=2, null=True)  # operating and capital money together
    note = models.CharField(max_length=2000, blank=True)
    source = models.CharField(max_length=300, blank=True)  # where the figures are published, if they are
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    writers = models.ManyToManyField(User, related_name="+")  # everybody who had a hand in it or in its evidence
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_for = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")  # the approver's organisation
    decision = models.CharField(max_length=1000, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="claim_period_runs_forward"),
            models.CheckConstraint(condition=Q(money__isnull=True) | ~Q(currency=""), name="claim_money_has_a_currency"),
            models.CheckConstraint(
                condition=Q(success_rate__isnull=True) | Q(success_rate__gte=0, success_rate__lte=1), name="claim_success_is_a_share"
            ),
            models.CheckConstraint(condition=Q(volume__isnull=True) | ~Q(unit=""), name="claim_volume_has_a_unit"),
            models.CheckConstraint(condition=Q(scope="line") | Q(part_of__isnull=True), name="programme_is_no_part"),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(decided_at__isnull=False, decided_by__isnull=False, decided_for__isnull=False, submitted_at__isnull=False),
                name="claim_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_for__isnull=True) | ~Q(decided_for=F("organisation")), name="claim_decided_by_another_body"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["module", "state"], name="claim_by_module"),
            models.Index(fields=["organisation", "state"], name="claim_by_organisation"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="claim_kept", operation=pgtrigger.Delete),
            not_truncated(),
            pgtrigger.Trigger(
                name="claim_approved_by_another",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state", "decided_by_id"),
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state = 'approved'"),
                func="""
                    IF NEW.decided_by_id = NEW.submitted_by_id OR NEW.decided_by_id = NEW.created_by_id
                        OR EXISTS (SELECT 1 FROM registry_claim_writers w WHERE w.claim_id = NEW.id AND w.user_id = NEW.decided_by_id) THEN
                        RAISE EXCEPTION 'pgtrigger: whoever wrote a claim does not approve it' USING ERRCODE = 'check_violation';
                    END IF;
                    IF NOT EXISTS (SELECT 1 FROM registry_evidence e WHERE e.claim_id = NEW.id) THEN
                        RAISE EXCEPTION 'pgtrigger: a claim without evidence is not approved' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ClaimShare(models.Model):
    """An organisation's part in a joint claim (S0-18). The parts of a claim, with its holder's, sum to one, so that it counts once."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="shares")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="claim_shares")
    share = models.DecimalField(max_digits=6, decimal_places=5)  # more than 0, at most 1
    agreed_at = models.DateTimeField(null=True)  # by somebody of that organisation; the holder's own at once
    agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "organisation"], name="one_claim_share_each"),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=1), name="claim_share_is_a_part"),
        ]


class Evidence(models.Model):
    """What shows a claim: a file, or where it is to be found."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="evidence")
    caption = models.CharField(max_length=200)
    reference = models.CharField(max_length=300, blank=True)  # a report, an address, a record number
    file = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="+")
    is_shared = models.BooleanField(default=False)  # whoever reads the claim may open it; else its own bodies and its approver
    added_at = models.DateTimeField(db_default=Now())
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reference="") | Q(file__isnull=False), name="evidence_is_somewhere")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="evidence_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            not_truncated(),
        ]


class OutcomeMeasure(models.Model):
    """One of the eight outcomes as measured: before and after, in numbers where there are any, else in words (S0-9)."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="outcomes")
    outcome = models.CharField(max_length=22, choices=Outcome.choices)
    measure = models.CharField(max_length=160)  # what is measured: "vulnerable children identified"
    unit = models.CharField(max_length=40, blank=True)
    before = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    before_text = models.CharField(max_length=120, blank=True)  # "weeks"
    after = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    after_text = models.CharField(max_length=120, blank=True)  # "typically within 2 hours"
    change_percent = models.DecimalField(max_digits=9, decimal_places=2, null=True)  # as stated, where before and after are not

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["claim", "outcome", "measure"], name="one_measure_each")]


class ClaimEntry(models.Model):
    """One line of a claim's log."""

    class What(models.TextChoices):
        CREATED = "created", "Entered"
        CHANGED = "changed", "Changed"
        EVIDENCE = "evidence", "Evidence added"
        SUBMITTED = "submitted", "Handed in"
        AGREED = "agreed", "Share agreed"
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Sent back"
        WITHDRAWN = "withdrawn", "Withdrawn"
        VOIDED = "voided", "Approval void, as it was changed"

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="entries")
    what = models.CharField(max_length=9, choices=What.choices)
    note = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(name="claim_log_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            not_truncated(),
        ]


class CostLine(models.Model):
    """What a programme costs in a year. Two tables that disagree are both kept, told apart by ``source``, and the difference is shown (S4-5)."""

    class Kind(models.TextChoices):
        STAFF = "staff", "Staff"
        LICENCES = "licences", "Licences"
        INFRASTRUCTURE = "infrastructure", "Infrastructure"
        SUPPLIER = "supplier", "Supplier"
        OTHER = "other", "Other"
        TOTAL = "total", "Not itemised"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="cost_lines")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, null=True, related_name="costs")  # the programme it is part of
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    year = models.CharField(max_length=20)  # as people say it: "2017", "2023–24"
    amount = models.DecimalField(max_digits=16, decimal_places=2)  # in whole units of the currency
    currency = models.CharField(max_length=3)
    price_base = models.CharField(max_length=20, blank=True)
    is_at_least = models.BooleanField(default=False)  # "over £500K"
    is_capital = models.BooleanField(default=False)
    source = models.CharField(max_length=160, blank=True)  # the table or paper it stands in
    sharing = models.CharField(max_length=6, choices=Claim.Sharing.choices, default=Claim.Sharing.SHARED)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)


class ExchangeRate(models.Model):
    """What one unit of ``base`` is in ``quote`` on a day, by whose word. Currencies are added at such a rate alone."""

    base = models.CharField(max_length=3)
    quote = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=14, decimal_places=6)
    on = models.DateField()
    source = models.CharField(max_length=160)
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(rate__gt=0) & ~Q(base=F("quote")), name="rate_between_two"),
            models.UniqueConstraint(fields=["base", "quote", "on", "source"], name="one_rate_a_day_and_source"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="rate_kept", operation=pgtrigger.Update | pgtrigger.Delete), not_truncated()]


class Forecast(models.Model):
    """What an organisation expected of a module, and later what came of it (C6)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="forecasts")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="forecasts")
    volume = models.PositiveBigIntegerField()  # items a year
    unit = models.CharField(max_length=40)
    hours_per_fte = models.DecimalField(max_digits=7, decimal_places=2)
    rate_per_fte = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    low = models.DecimalField(max_digits=9, decimal_places=2)  # FTE a year
    likely = models.DecimalField(max_digits=9, decimal_places=2)
    high = models.DecimalField(max_digits=9, decimal_places=2)
    cases = models.PositiveSmallIntegerField()  # evidenced claims it rests on
    basis = models.JSONField(default=list)  # those cases, as they were then
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    realised = models.ForeignKey(Claim, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        triggers: ClassVar = [pgtrigger.Protect(name="forecast_kept", operation=pgtrigger.Delete), not_truncated()]
