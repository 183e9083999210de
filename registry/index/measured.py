"""What ran in a claim's period at the organisations that claim it, set beside the volume that they claim (O11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.index.claims import ClaimRow
from registry.index.run_figures import MOST_MONTHS, UNREACHABLE, Period, module_runs, total
from registry.telemetry.suppression import Sums


@dataclass(frozen=True, slots=True)
class Measured:
    """Runs and items of whole months, of those ``organisations`` (names) of the claim whose figures the reader may see."""

    organisations: tuple[str, ...]
    all_of_them: bool  # whether that is everybody who shares in the claim
    first: date
    last: date
    sums: Sums


def measured_runs(viewer: Viewer, row: ClaimRow) -> Measured | None:
    """None where the claim is of no module that ``viewer`` sees, nothing ran, or nothing may be shown or reached.

    Only figures of the claim's own organisations, and of them only the reader's own and those shown by name: what is summed of others
    says nothing of a claim. Months are taken whole, as the rollups have them.
    """
    if row.module is None:
        return None
    module = Module.objects.visible_to(viewer).filter(publisher=row.module.publisher, slug=row.module.slug).defer("search").first()
    span = Period(row.starts_on.replace(day=1), row.ends_on.replace(day=1))
    if module is None or (span.last - span.first).days > MOST_MONTHS * 30:
        return None
    try:
        found = module_runs(viewer, module, span)
    except UNREACHABLE:
        return None
    names = {each.organisation: each.name for each in row.shares} or {row.organisation: row.organisation_name}
    rows = [each for each in (*found.own, *found.named) if each.organisation in names]
    if not rows:
        return None
    shown = {each.organisation for each in rows}
    return Measured(tuple(sorted(names[slug] for slug in shown)), shown == set(names), span.first, span.last, total(rows))
