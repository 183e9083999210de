"""What it gave back: the figures of the Hampshire and Thames Valley, Copenhagen and Wiltshire papers, entered and judged as anybody's are.

Where a claim names a source its figures are published; the rest is made up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Organisation
from accounts.viewer import Viewer
from demonstration.use.adoptions import AWARDS, CONTACTS, FILING, FRAUD, LEAVE, PLANNING, TRIAGE, VICTIMS
from demonstration.use.stating import module_of, viewer, viewer_as
from registry.actions.add_evidence import add_evidence
from registry.actions.decide_claim import Decision, decide_claim
from registry.actions.measure_outcome import MeasureForm, measure_outcome
from registry.actions.record_baseline import BaselineForm, record_baseline
from registry.actions.record_cost import CostForm, record_cost
from registry.actions.record_rate import record_rate
from registry.actions.share_claim import agree_share, share_claim
from registry.actions.submit_claim import submit_claim
from registry.actions.write_claim import ClaimForm, write_claim
from registry.benefits.models import Baseline, BenefitClass, Claim, CostLine, ExchangeRate, Method, Outcome

BANK = "College of Policing practice bank: RPA at Hampshire and Thames Valley Police"
PAPER = "Københavns Kommune: RPA-kompetencecenter, business case"
HALVES = (("hampshire", Decimal("0.5")), ("thames-valley", Decimal("0.5")))
YEAR = {"starts_on": date(2023, 4, 1), "ends_on": date(2024, 3, 31)}
DANISH = {"starts_on": date(2017, 1, 1), "ends_on": date(2017, 12, 31), "currency": "DKK", "price_base": "2016 p/l"}
DANISH_LEDGER = {"in_thousands": True, "savings_are_negative": True}


@dataclass(frozen=True)
class Told:
    """One claim: what it says, what shows it, and who approved it (a slug and a role), if anybody."""

    organisation: str
    says: dict[str, Any]
    evidence: tuple[tuple[str, str], ...] = ()  # caption, where it is to be found
    shares: tuple[tuple[str, Decimal], ...] = ()
    measures: tuple[MeasureForm, ...] = ()
    approver: tuple[str, str] | None = None
    is_part: bool = False  # of the organisation's programme
    minutes: tuple[str, int, date, str] | None = None  # baseline: minutes, sample, day, method
    title: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", self.says["title"])


STEWARD = ("partnership", "steward")
SHOWN = (("Programme report, page on benefits", BANK),)
CLAIMS: tuple[Told, ...] = (
    Told("hampshire", {"title": "Robotic process automation programme", "scope": Claim.Scope.PROGRAMME, "fte": Decimal(96),
        "money": Decimal(3_600_000), "currency": "GBP", "benefit_class": BenefitClass.NON_CASHABLE, "source": BANK, **YEAR}),
    Told("hampshire", {"title": "Crime incident filing", "module": FILING, "volume": 224_000, "unit": "case files", "fte": Decimal(50),
        "money": Decimal(1_900_000), "currency": "GBP", "benefit_class": BenefitClass.NON_CASHABLE, "hours_per_fte": Decimal(1650), "note": "The hours of a working year are made up: the report names none.", "source": BANK, **YEAR},
        SHOWN, is_part=True, approver=("thames-valley", "reviewer")),
    Told("hampshire", {"title": "Contact management", "module": CONTACTS, "volume": 131_000, "unit": "contacts", "fte": Decimal(3),
        "money": Decimal(117_000), "currency": "GBP", "benefit_class": BenefitClass.NON_CASHABLE, "source": BANK, **YEAR},
        SHOWN, HALVES, is_part=True, approver=STEWARD),
    Told("hampshire", {"title": "Domestic abuse triage", "module": TRIAGE, "volume": 161_000, "unit": "tasks", "fte": Decimal("2.4"),
        "money": Decimal(88_000), "currency": "GBP", "benefit_class": BenefitClass.NON_CASHABLE, "source": BANK, **YEAR},
        SHOWN, HALVES, is_part=True, approver=STEWARD),
    Told("hampshire", {"title": "Children at risk found in triage", "module": TRIAGE, "benefit_class": BenefitClass.NEW_CAPACITY,
        "source": BANK, "note": "Work formerly not done: nobody could read every record.", **YEAR},
        measures=(MeasureForm(outcome=Outcome.PROTECTING, measure="Vulnerable children identified", change_percent=Decimal(150)),)),
    Told("hampshire", {"title": "Annual leave answered", "module": LEAVE, "benefit_class": BenefitClass.QUALITY, "source": BANK, **YEAR},
        measures=(MeasureForm(outcome=Outcome.WORKFORCE_SATISFACTION, measure="Answer to a request", before_text="weeks",
            after_text="typically within 2 hours"),)),
    Told("hampshire", {"title": "Victims told", "module": VICTIMS, "benefit_class": BenefitClass.QUALITY, "source": BANK, **YEAR},
        measures=(MeasureForm(outcome=Outcome.VICTIM_SATISFACTION, measure="How victims hear of their case", before_text="by phoning 101",
            after_text="told without phoning 101"),)),
    Told("thames-valley", {"title": "Action Fraud recording", "module": FRAUD, "benefit_class": BenefitClass.CASHABLE,
        "post": "A retired post, left unfilled", "source": BANK, **YEAR},
        measures=(MeasureForm(outcome=Outcome.CASHABLE, measure="Posts left unfilled", unit="post", before=Decimal(0), after=Decimal(1)),)),
    Told("kobenhavn", {"title": "Breve om bevilling og afslag", "module": AWARDS, "volume": 10_000, "unit": "breve",
        "hours_per_fte": Decimal(1667), "money": Decimal(450_000), "benefit_class": BenefitClass.NON_CASHABLE, "source": PAPER,
        "note": "10.000 breve, der tager 10 minutter pr. sag: ca. 1 årsværk. Beløbet er opdigtet.", **DANISH, **DANISH_LEDGER},
        (("Business case, afsnit om effekt", PAPER),), minutes=("10", 50, date(2016, 10, 3), Method.ESTIMATE), approver=STEWARD),
    Told("kobenhavn", {"title": "Indtastning i Opus Personale", "module": "kobenhavn/dataindtastning", "success_rate": Decimal("0.7"),
        "fte": Decimal("0.6"), "benefit_class": BenefitClass.NON_CASHABLE, "source": PAPER,
        "service_investment": Decimal(1_000_000), "total_investment": Decimal(2_500_000),
        "note": "70 % succesrate: ca. 0,6 årsværk.", **DANISH, **DANISH_LEDGER},
        (("Business case, afsnit om effekt", PAPER),)),
    Told("wiltshire", {"title": "Planning applications checked", "module": PLANNING, "volume": 2_050, "unit": "applications",
        "minutes_after": Decimal(2), "hours_per_fte": Decimal(1600), "rate_per_fte": Decimal(34_000), "currency": "GBP",
        "benefit_class": BenefitClass.NON_CASHABLE, "starts_on": date(2025, 4, 1), "ends_on": date(2025, 9, 30)},
        minutes=("14", 60, date(2025, 1, 20), Method.TIMED)),
)  # fmt: skip
COSTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("hampshire", {"title": "Staffing, licences and infrastructure", "kind": CostLine.Kind.TOTAL, "year": "2023–24", "amount": Decimal(500_000),
        "currency": "GBP", "is_at_least": True, "source": BANK}),
    # Two tables of one paper with the same totals, 1,000 and 1,500 thousand kroner, that split them differently (S4-5).
    *(("kobenhavn", {"title": title, "kind": kind, "year": year, "amount": Decimal(amount) * 1000, "currency": "DKK", "price_base": "2016 p/l",
        "source": table})
      for table, lines in {
          "Tabel 1: varige ændringer": (("ITU", CostLine.Kind.SUPPLIER, "2017", 500), ("Koncern IT", CostLine.Kind.STAFF, "2017", 500),
                                        ("Koncern IT", CostLine.Kind.STAFF, "2018", 1500)),
          "Tabel 2: økonomi": (("ITU", CostLine.Kind.SUPPLIER, "2017", 500), ("Koncern IT", CostLine.Kind.STAFF, "2017", 500),
                               ("ITU", CostLine.Kind.SUPPLIER, "2018", 500), ("Koncern IT", CostLine.Kind.STAFF, "2018", 1000)),
      }.items() for title, kind, year, amount in lines),
)  # fmt: skip


def claim_benefits() -> None:
    """Every claim, cost and rate that is not there yet."""
    for told in CLAIMS:
        by = viewer(told.organisation)
        if not Claim.objects.filter(organisation=by.organisation, title=told.title).exists():
            _enter(told, by, by.organisation)
    for organisation, line in COSTS:
        by = viewer(organisation)
        if not CostLine.objects.filter(organisation=by.organisation, **{name: line[name] for name in ("title", "year", "source")}).exists():
            _cost(line, by, by.organisation)
    if not ExchangeRate.objects.exists():
        source = "Made up for the demonstration"
        record_rate(base="GBP", quote="DKK", rate=Decimal("8.7"), on=date(2024, 3, 28), source=source, by=viewer_as(*STEWARD))


def _enter(told: Told, by: Viewer, organisation: Organisation | None) -> None:
    assert organisation is not None
    programme = Claim.objects.filter(organisation=organisation, scope=Claim.Scope.PROGRAMME).first()
    baseline = _baseline(told, by, organisation)
    form = ClaimForm(part_of=programme.pk if told.is_part and programme else None, baseline=baseline.pk if baseline else None, **told.says)
    claim = write_claim(organisation=organisation, form=form, by=by)
    if told.shares:
        share_claim(claim=claim, shares=dict(told.shares), by=by)
        for slug, _ in told.shares:
            if slug != told.organisation:
                other = viewer(slug)
                assert other.organisation is not None
                agree_share(claim=claim, organisation=other.organisation, by=other)
    for measure in told.measures:
        measure_outcome(claim=claim, form=measure, by=by)
    for caption, reference in told.evidence:
        add_evidence(claim=claim, caption=caption, reference=reference, is_shared=True, by=by)
    submit_claim(claim=claim, by=by)
    if told.approver:
        note = "Figures held against the report, line by line."
        decide_claim(claim=claim, decision=Decision.APPROVE, note=note, by=viewer_as(*told.approver))


def _baseline(told: Told, by: Viewer, organisation: Organisation) -> Baseline | None:
    if told.minutes is None:
        return None
    minutes, sample, day, method = told.minutes
    form = BaselineForm(minutes_per_item=Decimal(minutes), unit=told.says["unit"], sample_size=sample, measured_on=day, method=method)
    return record_baseline(organisation=organisation, module=module_of(told.says["module"]), form=form, by=by)


def _cost(line: dict[str, Any], by: Viewer, organisation: Organisation | None) -> None:
    assert organisation is not None
    programme = Claim.objects.filter(organisation=organisation, scope=Claim.Scope.PROGRAMME).first()
    record_cost(organisation=organisation, form=CostForm(claim=programme.pk if programme else None, **line), by=by)
