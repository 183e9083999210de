"""What a module could give an organisation, and what its earlier forecasts came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.viewer import Viewer
from registry.adoption.models import Adoption
from registry.benefits.cases import EvidencedCase, cases_for
from registry.benefits.forecast import Range, Realised, realised
from registry.benefits.models import Claim, Forecast
from registry.catalogue.models import Module
from registry.index.claims import ModuleName
from registry.index.read import missing

SHOWN = 20


@dataclass(frozen=True, slots=True)
class SavedForecast:
    """A forecast one's organisation kept, and what came of it once it says so."""

    key: int
    volume: int
    unit: str
    low: Decimal
    likely: Decimal
    high: Decimal
    cases: int
    made_at: datetime
    made_by: str
    realised: Realised | None
    claim: int | None  # by which it was realised


@dataclass(frozen=True, slots=True)
class ForecastPage:
    """What the page needs beside the forecast itself: units that were measured, what is known of the organisation, and what it kept."""

    module: ModuleName
    units: tuple[str, ...]
    own_units: tuple[str, ...]  # measured by the organisation itself alone
    volume: int | None
    unit: str
    hours_per_fte: Decimal | None
    rate_per_fte: Decimal | None
    currency: str
    saved: tuple[SavedForecast, ...]
    claims: tuple[tuple[int, str], ...]  # of the organisation and module, by which a forecast may be realised


def forecast_page(viewer: Viewer, module: Module) -> ForecastPage:
    """Of a module that ``viewer`` sees, for the organisation acted for, in six queries at most."""
    own = viewer.organisation
    others, everybody = (cases_for(viewer, module.pk, but=but) for but in (own.pk if own else None, None))
    units = _units(others)
    name = ModuleName(module.publisher, module.slug, module.title, module.language)
    own_units = tuple(unit for unit in _units(everybody) if unit.casefold() not in {each.casefold() for each in units})
    if own is None:
        return ForecastPage(name, units, own_units, None, "", None, None, "", (), ())
    adoption = Adoption.objects.filter(organisation=own, module=module, volume__isnull=False).order_by("-pk").first()
    stated = Claim.objects.filter(organisation=own, hours_per_fte__isnull=False).order_by("-ends_on", "-pk").first()
    claims = Claim.objects.standing().filter(organisation=own, module=module, fte__isnull=False).order_by("-ends_on", "-pk")[:SHOWN]
    return ForecastPage(
        name,
        units,
        own_units,
        adoption.volume if adoption else None,
        adoption.unit if adoption else "",
        stated.hours_per_fte if stated else None,
        stated.rate_per_fte if stated else None,
        stated.currency if stated else "",
        _saved(own.pk, module),
        tuple((claim.pk, f"{claim.title}, {claim.period}") for claim in claims),
    )


def own_forecast(viewer: Viewer, module: Module, pk: int) -> Forecast:
    """A forecast that an organisation acted for kept of the module; raises :class:`Missing`."""
    found = Forecast.objects.filter(pk=pk, module=module, organisation__in=viewer.organisations).select_related("organisation").first()
    if found is None or viewer.modules is not None:
        raise missing()
    return found


def _units(cases: tuple[EvidencedCase, ...]) -> tuple[str, ...]:
    """Each once, the one most items were counted in first."""
    items: dict[str, Decimal] = {}
    names: dict[str, str] = {}
    for each in cases:
        key = each.unit.casefold()
        names.setdefault(key, each.unit)
        items[key] = items.get(key, Decimal(0)) + each.case.volume
    return tuple(names[key] for key in sorted(items, key=lambda key: (-items[key], key)))


def _saved(organisation: int, module: Module) -> tuple[SavedForecast, ...]:
    rows = Forecast.objects.filter(organisation=organisation, module=module).select_related("realised", "made_by").order_by("-pk")[:SHOWN]
    return tuple(_entry(row) for row in rows)


def _entry(row: Forecast) -> SavedForecast:
    actual = row.realised.fte if row.realised else None
    came = None if actual is None else realised(Range(row.low, row.likely, row.high), actual)
    return SavedForecast(
        row.pk, row.volume, row.unit, row.low, row.likely, row.high, row.cases, row.made_at, str(row.made_by), came, row.realised_id
    )
