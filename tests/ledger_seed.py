"""The ledger of the seeds (S0-6 to S0-13, S0-18, S4-5), written through the real doors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from registry.actions.decide_claim import Decision, decide_claim
from registry.actions.measure_outcome import MeasureForm, measure_outcome
from registry.actions.record_cost import CostForm, record_cost
from registry.actions.share_claim import agree_share
from registry.actions.submit_claim import submit_claim
from registry.benefits.models import Claim
from registry.catalogue.models import Module
from tests.make import make_claim, make_organisation, make_release, make_steward, make_viewer

SOURCE = "College of Policing practice bank"


@dataclass(frozen=True)
class Seed:
    """Keys into what :func:`hampshire` and :func:`copenhagen` wrote."""

    programme: Claim
    filing: Claim
    contact: Claim
    abuse: Claim
    module: Module


def hampshire() -> Seed:
    """96 FTE and £3.6m claimed by Hampshire for its programme; three lines of it approved, two of them joint with Thames Valley."""
    owner = make_organisation("hampshire")
    make_organisation("thames-valley", name="Thames Valley")
    by = make_viewer(owner)
    modules = {slug: make_release(f"hampshire/{slug}", "1.0.0").module for slug in ("crime-filing", "contact", "abuse-triage")}
    programme = make_claim(
        owner, state="submitted", by=by, title="RPA programme", fte=Decimal(96), money=Decimal(3_600_000), currency="GBP", source=SOURCE
    )
    shares = {"hampshire": "0.5", "thames-valley": "0.5"}

    def line(slug: str, title: str, volume: int, unit: str, fte: str, money: int, *, joint: bool = False) -> Claim:
        return make_claim(
            owner,
            modules[slug],
            by=by,
            shares=shares if joint else None,
            title=title,
            volume=volume,
            unit=unit,
            fte=Decimal(fte),
            hours_per_fte=Decimal(1650),
            money=Decimal(money),
            currency="GBP",
            part_of=programme.pk,
            source=SOURCE,
        )

    seed = Seed(
        programme,
        line("crime-filing", "Crime incident filing", 224_000, "case files", "50", 1_900_000),
        line("contact", "Contact management", 131_000, "contacts", "3", 117_000, joint=True),
        line("abuse-triage", "Domestic abuse triage", 161_000, "tasks", "2.4", 88_000, joint=True),
        modules["crime-filing"],
    )
    more = MeasureForm(
        outcome="protecting", measure="Vulnerable children identified", after_text="150% more identified", change_percent=Decimal(150)
    )
    measure_outcome(claim=seed.abuse, form=more, by=by)  # which takes back its approval, and what was agreed
    partner = make_organisation("thames-valley")
    agree_share(claim=fresh_claim(seed.abuse), organisation=partner, by=make_viewer(partner))
    submit_claim(claim=fresh_claim(seed.abuse), by=by)
    decide_claim(claim=fresh_claim(seed.abuse), decision=Decision.APPROVE, note="Figures checked.", by=make_steward())
    cost = CostForm(
        title="Staff, licences, infrastructure", year="2023–24", amount=Decimal(500_000), currency="GBP", kind="total", is_at_least=True
    )
    record_cost(organisation=owner, form=cost, by=by)
    return seed


def copenhagen() -> Claim:
    """The letters of Københavns Kommune: 0.6 årsværk stated at 70%, 2.5 million kroner at prices of 2016, in a ledger of negative thousands."""
    owner = make_organisation("koebenhavn", name="Københavns Kommune", kind="council", language="da")
    by = make_viewer(owner)
    module = make_release("koebenhavn/breve", "1.0.0").module
    return make_claim(
        owner,
        module,
        state="submitted",
        by=by,
        title="Breve til borgere",
        language="da",
        starts_on=date(2017, 1, 1),
        ends_on=date(2017, 12, 31),
        volume=10_000,
        unit="breve",
        success_rate=Decimal("0.7"),
        fte=Decimal("0.6"),
        hours_per_fte=Decimal(1667),
        money=Decimal(2_500_000),
        currency="DKK",
        price_base="2016 p/l",
        in_thousands=True,
        savings_are_negative=True,
        service_investment=Decimal(1_000_000),
        total_investment=Decimal(2_500_000),
    )


def fresh_claim(claim: Claim) -> Claim:
    """The claim as it is stored now."""
    return Claim.objects.select_related("organisation", "module__organisation").get(pk=claim.pk)
