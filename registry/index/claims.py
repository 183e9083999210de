"""Claims of benefit as they are read: each with its figures, who shares in it, what shows it, and how its sum goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.viewer import Viewer
from registry.benefits.arithmetic import Benefit, Figures, Line, is_verified
from registry.benefits.models import Claim, ClaimShare, Evidence
from registry.benefits.money import Money, shares_of
from registry.catalogue.models import Module

APPROVED, WAITING, UNEVIDENCED, NOT_ITEMISED = "approved", "waiting", "unevidenced", "not_itemised"


@dataclass(frozen=True, slots=True)
class ModuleName:
    """A module that the reader may open."""

    publisher: str
    slug: str
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class ShareEntry:
    """What one organisation has of a joint claim; ``agreed_at`` is empty until somebody there said so."""

    organisation: str  # slug
    name: str
    share: Decimal
    agreed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim in lists. ``status``: "approved", "waiting", "unevidenced" or "not_itemised" where it stands, else the claim's own state."""

    key: int
    title: str
    language: str
    organisation: str  # slug
    organisation_name: str
    shares: tuple[ShareEntry, ...]  # of a joint claim, its holder's among them
    module: ModuleName | None
    scope: str
    part_of: int | None
    state: str
    status: str
    period: str
    starts_on: date
    ends_on: date
    benefit: str
    volume: int | None
    unit: str
    success_rate: Decimal | None
    hours_per_fte: Decimal | None
    figures: Figures
    in_thousands: bool
    savings_are_negative: bool
    post: str
    source: str
    has_evidence: bool
    approved_for: str  # name of the approver's organisation
    approved_at: datetime | None
    is_own: bool

    @property
    def is_joint(self) -> bool:
        """Whether several organisations share in it."""
        return len(self.shares) > 1

    @property
    def is_programme(self) -> bool:
        """Whether it is for a whole, of which others are parts."""
        return self.scope == Claim.Scope.PROGRAMME

    @property
    def is_verified(self) -> bool:
        """Whether it counts as verified."""
        return is_verified(self.has_evidence, self.state == Claim.State.APPROVED)


def loaded(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """``claims`` with all that :func:`claim_rows` shows of them, in two queries; anything else raises."""
    shares = ClaimShare.objects.select_related("organisation").order_by("-share", "organisation__name")
    evidence = Evidence.objects.filter(claim=OuterRef("pk"))
    found = claims.select_related("organisation", "module", "decided_for").defer("module__search", "module__readme", "module__readme_html")
    return found.annotate(has_evidence=Exists(evidence)).prefetch_related(Prefetch("shares", shares)).fetch_mode(models.FETCH_RAISE)


def claim_rows(viewer: Viewer, claims: Iterable[Claim]) -> tuple[ClaimRow, ...]:
    """The rows of claims that :func:`loaded` loaded and ``viewer`` may read, in their order; one more query."""
    found = list(claims)
    names = module_names(viewer, {claim.module_id for claim in found if claim.module_id})
    return tuple(_row(viewer, claim, names) for claim in found)


def module_names(viewer: Viewer, keys: Iterable[int]) -> dict[int, ModuleName]:
    """The names of those modules that ``viewer`` sees: whoever shares in a claim need not see what it is of."""
    wanted = set(keys)
    if not wanted:
        return {}
    seen = Module.objects.visible_to(viewer).filter(pk__in=wanted).values_list("pk", "publisher", "slug", "title", "language")
    return {row[0]: ModuleName(*row[1:]) for row in seen}


def _row(viewer: Viewer, claim: Claim, names: dict[int, ModuleName]) -> ClaimRow:
    has_evidence = bool(claim.has_evidence)  # type: ignore[attr-defined]
    shares = tuple(ShareEntry(each.organisation.slug, each.organisation.name, each.share, each.agreed_at) for each in claim.shares.all())
    is_approved = claim.state == Claim.State.APPROVED
    return ClaimRow(
        key=claim.pk,
        title=claim.title,
        language=claim.language,
        organisation=claim.organisation.slug,
        organisation_name=claim.organisation.name,
        shares=shares,
        module=names.get(claim.module_id or 0),
        scope=claim.scope,
        part_of=claim.part_of_id,
        state=claim.state,
        status=_status(claim, has_evidence),
        period=claim.period,
        starts_on=claim.starts_on,
        ends_on=claim.ends_on,
        benefit=claim.benefit_class,
        volume=claim.volume,
        unit=claim.unit,
        success_rate=claim.success_rate,
        hours_per_fte=claim.hours_per_fte,
        figures=figures_of(claim),
        in_thousands=claim.in_thousands,
        savings_are_negative=claim.savings_are_negative,
        post=claim.post,
        source=claim.source,
        has_evidence=has_evidence,
        approved_for=claim.decided_for.name if is_approved and claim.decided_for else "",
        approved_at=claim.decided_at if is_approved else None,
        is_own=claim.organisation_id in viewer.organisations
        or any(each.organisation_id in viewer.organisations for each in claim.shares.all()),
    )


def _status(claim: Claim, has_evidence: bool) -> str:
    if claim.state == Claim.State.SUBMITTED:
        return WAITING if has_evidence else UNEVIDENCED
    return APPROVED if claim.state == Claim.State.APPROVED else claim.state


def figures_of(claim: Claim) -> Figures:
    """FTE and money as the claim states them."""
    return Figures(claim.fte, None if claim.money is None else Money(claim.money, claim.currency, claim.price_base))


def line_of(row: ClaimRow) -> Line:
    """The claim as sums see it. One that nobody shares in is all its holder's."""
    shares = shares_of({each.organisation: each.share for each in row.shares}) if row.shares else {row.organisation: Fraction(1)}
    return Line(
        key=row.key,
        figures=row.figures,
        shares=shares,
        benefit=Benefit(row.benefit),
        is_verified=row.is_verified,
        part_of=row.part_of,
    )


def lines_of(rows: Sequence[ClaimRow]) -> list[Line]:
    """:func:`line_of` each."""
    return [line_of(row) for row in rows]
