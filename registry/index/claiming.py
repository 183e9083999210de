"""Claims, baselines and costs for the pages on which they are written and decided; each read by whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.adoption.models import Adoption
from registry.benefits.arithmetic import Check, at_full_success, shown_per_fte
from registry.benefits.costs import Cost, Mismatch, mismatches
from registry.benefits.models import Baseline, Claim, ClaimEntry, ClaimShare, CostLine, Evidence, ExchangeRate, OutcomeMeasure
from registry.benefits.money import Money
from registry.benefits.reckoning import Reckoned, held_against, inputs_of, reckon
from registry.catalogue.models import Module
from registry.index.read import missing

MOST = 200


@dataclass(frozen=True, slots=True)
class SumEntry:
    """What a claim's figures come to. Each is None where the claim does not say enough."""

    reckoned: Reckoned | None
    check: Check | None  # FTE stated against reckoned
    per_fte: Decimal | None  # money for each FTE, in whole units
    at_full_success: Decimal | None  # FTE if every item succeeded


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """One claim with all that is written in it, for whoever may read it."""

    claim: Claim
    sum: SumEntry
    shares: tuple[ClaimShare, ...]
    evidence: tuple[Evidence, ...]
    openable: frozenset[int]  # keys of the evidence that the viewer may open
    outcomes: tuple[OutcomeMeasure, ...]
    entries: tuple[ClaimEntry, ...]
    latest: int
    is_own: bool  # of an organisation that holds it or shares in it
    may_decide: bool

    @property
    def added_later(self) -> frozenset[int]:
        """Keys of the evidence that came after the approval, which nobody judged."""
        decided = self.claim.decided_at if self.claim.state == Claim.State.APPROVED else None
        return frozenset(each.pk for each in self.evidence if decided and each.added_at > decided)


def claim(viewer: Viewer, key: int) -> Claim:
    """A claim that ``viewer`` reads, with what it is about; raises :class:`Missing`."""
    related = ("organisation", "module__organisation", "baseline", "part_of", "decided_for", "decided_by")
    found = Claim.objects.visible_to(viewer).select_related(*related).defer("module__search").filter(pk=key).first()
    if found is None:
        raise missing()
    return found


def own_claim(viewer: Viewer, key: int) -> Claim:
    """A claim of an organisation that ``viewer`` belongs to, or of which they are the token; raises :class:`Missing`, also for auditors."""
    found = claim(viewer, key)
    if found.organisation_id not in viewer.organisations:
        raise missing()
    return found


def claim_page(viewer: Viewer, key: int) -> ClaimPage:
    """One claim whole; raises :class:`Missing`."""
    found = claim(viewer, key)
    evidence = found.evidence.select_related("file", "added_by").order_by("pk")
    return ClaimPage(
        claim=found,
        sum=sum_of(found),
        shares=tuple(found.shares.select_related("organisation").order_by("pk")),
        evidence=tuple(evidence),
        openable=frozenset(evidence.open_to(viewer).values_list("pk", flat=True)),
        outcomes=tuple(found.outcomes.order_by("pk")),
        entries=tuple(found.entries.select_related("by").order_by("pk")),
        latest=int(found.entries.order_by("-pk").values_list("pk", flat=True)[0]),
        is_own=Claim.objects.of(viewer).filter(pk=found.pk).exists(),
        may_decide=Claim.objects.to_decide_by(viewer).filter(pk=found.pk).exists(),
    )


def sum_of(claim: Claim) -> SumEntry:
    """The sums of a claim, saved or not, whose baseline is loaded."""
    inputs = inputs_of(claim)
    reckoned = reckon(inputs)
    fte = claim.fte if claim.fte is not None else reckoned.fte if reckoned else None
    return SumEntry(
        reckoned=reckoned,
        check=held_against(claim.fte, inputs),
        per_fte=shown_per_fte(claim.money, fte) if claim.money is not None and fte else None,
        at_full_success=at_full_success(fte, claim.success_rate) if fte is not None and claim.success_rate else None,
    )


def to_decide(viewer: Viewer) -> list[Claim]:
    """What waits for ``viewer``, longest first; at most 200. ``has_evidence`` says whether anything shows it yet."""
    rows = Claim.objects.to_decide_by(viewer).select_related("organisation", "module__organisation").defer("module__search")
    shown = rows.annotate(has_evidence=Exists(Evidence.objects.filter(claim=OuterRef("pk"))))
    return list(shown.order_by("submitted_at", "pk")[:MOST])


def evidence(viewer: Viewer, key: int) -> Evidence:
    """A piece with its file, for whoever may open it; raises :class:`Missing`."""
    found = Evidence.objects.open_to(viewer).exclude(file=None).select_related("file").filter(pk=key).first()
    if found is None:
        raise missing()
    return found


# --- What a claim may be about --------------------------------------------------------------------------------------------
def modules_for(viewer: Viewer, organisation: Organisation) -> list[Module]:
    """Those ``organisation`` publishes or says it runs, while ``viewer`` sees them; at most 200."""
    runs = Adoption.objects.filter(organisation=organisation, module=OuterRef("pk"))
    rows = Module.objects.visible_to(viewer).filter(Q(organisation=organisation) | Exists(runs))
    return list(rows.select_related("organisation").defer("search").order_by("title", "pk")[:MOST])


def programmes_for(organisation: Organisation) -> list[Claim]:
    """Programmes that ``organisation`` holds or shares in, newest first; at most 200."""
    rows = Claim.objects.of(Viewer(organisations=(organisation.pk,))).filter(scope=Claim.Scope.PROGRAMME)
    return list(rows.exclude(state=Claim.State.WITHDRAWN).order_by("-starts_on", "-pk")[:MOST])


def baselines_for(viewer: Viewer, organisation: Organisation) -> list[Baseline]:
    """Those of ``organisation``, of modules that ``viewer`` sees, newest first; at most 200."""
    modules = Module.objects.visible_to(viewer).values("pk")
    rows = Baseline.objects.filter(organisation=organisation, module__in=modules).select_related("module__organisation")
    return list(rows.defer("module__search").order_by("-measured_on", "-pk")[:MOST])


def partners(organisation: Organisation) -> list[Organisation]:
    """Organisations with which ``organisation`` may share a claim."""
    rows = Organisation.objects.filter(is_active=True).exclude(pk=organisation.pk).exclude(kind=Organisation.Kind.PARTNERSHIP)
    return list(rows.order_by("name", "pk"))


# --- Costs and rates ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class CostPage:
    """An organisation's cost lines, and where its tables disagree."""

    organisation: Organisation
    lines: tuple[CostLine, ...]
    mismatches: tuple[Mismatch, ...]  # amounts by source, in the order of their names


def costs(viewer: Viewer) -> list[CostPage]:
    """By organisation: one's own, and what others share of programmes that one may read. At most 2,000 lines."""
    rows = CostLine.objects.visible_to(viewer).filter(removed_at=None).select_related("organisation", "claim")
    by: dict[Organisation, list[CostLine]] = {}
    for line in rows.order_by("organisation__name", "organisation", "year", "source", "pk")[:2000]:
        by.setdefault(line.organisation, []).append(line)
    return [CostPage(organisation, tuple(lines), _mismatches(lines)) for organisation, lines in by.items()]


def _mismatches(lines: Iterable[CostLine]) -> tuple[Mismatch, ...]:
    """Of lines that name the table they stand in; what has no source contradicts nothing."""
    named: dict[tuple[str, str, int | None], list[Cost]] = {}
    for line in lines:
        if line.source:
            money = Money(line.amount, line.currency, line.price_base)
            named.setdefault((*money.kind, line.claim_id), []).append(Cost(line.source, line.title, line.year, money))
    return tuple(each for together in named.values() for each in mismatches(together))


def cost_line(viewer: Viewer, key: int) -> CostLine:
    """A line of an organisation that ``viewer`` belongs to; raises :class:`Missing`."""
    found = CostLine.objects.filter(pk=key, removed_at=None, organisation__in=viewer.organisations).select_related("organisation").first()
    if found is None:
        raise missing()
    return found


def measure(viewer: Viewer, claim_key: int, key: int) -> OutcomeMeasure:
    """A measure of a claim that is one's own; raises :class:`Missing`."""
    held = own_claim(viewer, claim_key)
    found = held.outcomes.filter(pk=key).first()
    if found is None:
        raise missing()
    found.claim = held
    return found


def rates() -> list[ExchangeRate]:
    """Every rate on record, newest first; at most 200."""
    return list(ExchangeRate.objects.order_by("-on", "base", "quote", "-pk")[:MOST])
