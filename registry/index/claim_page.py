"""One claim with its sum opened: its inputs, what its parts leave, what shows it, who approved it, and its log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q

from accounts.roles import Permission
from accounts.viewer import Viewer
from registry.benefits.arithmetic import Check, Figures, at_full_success, remainder
from registry.benefits.costs import Payback, payback
from registry.benefits.models import Baseline, Claim, ClaimEntry, Evidence
from registry.benefits.money import Money
from registry.benefits.reckoning import Reckoned, held_against, inputs_of, reckon, written_money
from registry.index.benefits import OutcomeRow, outcome_rows
from registry.index.claims import ClaimRow, claim_rows, line_of, lines_of, loaded
from registry.index.ledger_costs import CostEntry, CostsEntry, summed, visible_costs
from registry.index.ledger_costs import entry_of as cost_entry
from registry.index.read import missing

MOST_PARTS = 200
MOST_LINES = 200  # of the log


@dataclass(frozen=True, slots=True)
class BaselineEntry:
    """How long an item took by hand. ``is_before_live`` is None where nobody said when it went live."""

    minutes: Decimal
    unit: str
    sample_size: int
    measured_on: date
    method: str  # in words
    note: str
    is_before_live: bool | None


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    """A piece of evidence that the reader may open. ``is_later``: added after the claim was approved."""

    key: int
    caption: str
    reference: str
    has_file: bool
    is_shared: bool
    added_at: datetime
    is_later: bool


@dataclass(frozen=True, slots=True)
class LogLine:
    """What happened to a claim. Names of people are for those whose claim it is, and auditors."""

    what: str  # in words
    note: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ClaimDetail:
    """The page of a claim."""

    row: ClaimRow
    programme: ClaimRow | None
    parts: tuple[ClaimRow, ...]
    left: Figures | None  # what the parts leave of a programme
    findings: tuple[str, ...]
    baseline: BaselineEntry | None
    minutes_after: Decimal | None
    reckoned: Reckoned | None
    check: Check | None  # FTE stated against those that its inputs come to
    full_success: Decimal | None  # FTE if every item succeeded
    rate_per_fte: Money | None
    written: Decimal | None  # money as its organisation's ledger writes it
    payback: Payback
    service_investment: Money | None
    total_investment: Money | None
    note: str
    outcomes: tuple[OutcomeRow, ...]
    costs: CostsEntry
    evidence: tuple[EvidenceEntry, ...]
    kept_evidence: int  # pieces that only its bodies and its approver open
    submitted_at: datetime | None
    decided_at: datetime | None
    decision: str
    log: tuple[LogLine, ...]
    is_party: bool  # the reader's organisation holds it or shares in it, or the reader is an auditor
    may_change: bool
    may_decide: bool
    to_agree: bool  # the organisation acted for is named as a sharer and has not answered


def visible_claim(viewer: Viewer, pk: int) -> Claim:
    """The claim with all a page shows of it; raises :class:`Missing`."""
    rows = loaded(Claim.objects.visible_to(viewer).filter(pk=pk)).select_related(
        "organisation", "module", "decided_for", "baseline", "decided_by"
    )
    found = rows.first()
    if found is None:
        raise missing()
    return found


def claim_entry(viewer: Viewer, pk: int) -> ClaimDetail:
    """The page of a claim as ``viewer`` reads it, in a fixed number of queries; raises :class:`Missing`."""
    claim = visible_claim(viewer, pk)
    near = Claim.objects.visible_to(viewer).filter(Q(pk=claim.part_of_id) | Q(part_of=claim.pk))
    rows = claim_rows(viewer, [claim, *loaded(near).order_by("-fte", "title", "pk")[:MOST_PARTS]])
    row, others = rows[0], rows[1:]
    parts = tuple(each for each in others if each.part_of == row.key)
    standing = [each for each in parts if each.state in (Claim.State.SUBMITTED, Claim.State.APPROVED)]
    rest = remainder(line_of(row), lines_of(standing)) if standing else None
    inputs = inputs_of(claim)
    is_party = row.is_own or viewer.is_auditor
    evidence, kept = _evidence(viewer, claim)
    service, whole = _money(claim, claim.service_investment), _money(claim, claim.total_investment)
    return ClaimDetail(
        row=row,
        programme=next((each for each in others if each.key == row.part_of), None),
        parts=parts,
        left=rest.figures if rest else None,
        findings=rest.findings if rest else (),
        baseline=_baseline(claim.baseline),
        minutes_after=claim.minutes_after,
        reckoned=reckon(inputs),
        check=held_against(claim.fte, inputs),
        full_success=at_full_success(claim.fte, claim.success_rate) if claim.fte is not None and claim.success_rate else None,
        rate_per_fte=_money(claim, claim.rate_per_fte),
        written=_written(claim),
        payback=payback(service, whole, row.figures.money),
        service_investment=service,
        total_investment=whole,
        note=claim.note,
        outcomes=outcome_rows([row]),
        costs=_costs(viewer, claim),
        evidence=evidence,
        kept_evidence=kept,
        submitted_at=claim.submitted_at,
        decided_at=claim.decided_at,
        decision=claim.decision if is_party or _decided(viewer, claim) else "",
        log=_log(claim, with_names=is_party) if is_party else (),
        is_party=is_party,
        may_change=viewer.may(Permission.PUBLISH, claim.organisation_id),
        may_decide=Claim.objects.to_decide_by(viewer).filter(pk=claim.pk).exists(),
        to_agree=_to_agree(viewer, claim),
    )


def _money(claim: Claim, amount: Decimal | None) -> Money | None:
    return None if amount is None or not claim.currency else Money(amount, claim.currency, claim.price_base)


def _written(claim: Claim) -> Decimal | None:
    if claim.money is None:
        return None
    return written_money(claim.money, in_thousands=claim.in_thousands, savings_are_negative=claim.savings_are_negative)


def _baseline(found: Baseline | None) -> BaselineEntry | None:
    if found is None:
        return None
    return BaselineEntry(
        found.minutes_per_item,
        found.unit,
        found.sample_size,
        found.measured_on,
        found.get_method_display(),
        found.note,
        found.is_before_live,
    )


def _evidence(viewer: Viewer, claim: Claim) -> tuple[tuple[EvidenceEntry, ...], int]:
    """What the reader may open, and how many more pieces there are."""
    everything = Evidence.objects.filter(claim=claim.pk)
    pieces = [_piece(each, claim) for each in everything.open_to(viewer).order_by("added_at", "pk")]
    return tuple(pieces), everything.count() - len(pieces)


def _piece(row: Evidence, claim: Claim) -> EvidenceEntry:
    is_later = claim.state == Claim.State.APPROVED and claim.decided_at is not None and row.added_at > claim.decided_at
    return EvidenceEntry(row.pk, row.caption, row.reference, row.file_id is not None, row.is_shared, row.added_at, is_later)


def _costs(viewer: Viewer, claim: Claim) -> CostsEntry:
    rows = visible_costs(viewer).filter(claim=claim.pk).select_related("organisation").order_by("source", "year", "pk")
    lines: list[CostEntry] = [cost_entry(row) for row in rows[:MOST_LINES]]
    return summed(lines, lines)


def _decided(viewer: Viewer, claim: Claim) -> bool:
    return viewer.user is not None and claim.decided_by_id == viewer.user.pk


def _log(claim: Claim, *, with_names: bool) -> tuple[LogLine, ...]:
    rows = ClaimEntry.objects.filter(claim=claim.pk).select_related("by").order_by("-at", "-pk")[:MOST_LINES]
    return tuple(LogLine(row.get_what_display(), row.note, row.at, str(row.by) if with_names and row.by else "") for row in rows)


def _to_agree(viewer: Viewer, claim: Claim) -> bool:
    own = viewer.organisation
    if own is None or not viewer.may(Permission.PUBLISH, own.pk):
        return False
    return any(each.organisation_id == own.pk and each.agreed_at is None for each in claim.shares.all())
