"""The cells of many modules added up in the database, where single organisations' rows would be too many to fetch for a page.

These are raw, as those of :mod:`registry.telemetry.read`: what of them may be shown, :mod:`registry.telemetry.suppression` says.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from registry.telemetry.database import cursor
from registry.telemetry.suppression import Cell, Sums, is_settled, may_show

# Spells are those of registry/telemetry/naming.py. Adding up by organisation first, and then those, takes longer.
_SUMMED = """
WITH named (name, module) AS (SELECT * FROM unnest(%(names)s::text[], %(modules)s::text[]))
SELECT named.module, month, count(DISTINCT organisation), sum(runs)::bigint, sum(completed)::bigint, sum(business_exceptions)::bigint,
    sum(system_exceptions)::bigint, sum(items)::bigint, sum(duration_ms)::bigint
FROM telemetry_monthlyruns AS rows JOIN named ON named.name = rows.module
WHERE month = ANY(%(months)s) AND organisation <> ALL(%(known)s)
    AND NOT EXISTS (
        SELECT FROM telemetry_namedspell AS spell
        WHERE spell.organisation = rows.organisation AND spell.first <= month AND (spell.last IS NULL OR month <= spell.last))
GROUP BY named.module, month ORDER BY named.module COLLATE "C", month
"""


def summed_cells(names: Mapping[str, str], months: Collection[date], known: Collection[str], today: date) -> list[Cell]:
    """The same as :func:`registry.telemetry.suppression.cells` of the rows of ``months``, but for the versions, which are not parted.

    ``names`` leads from every identifier that a module has or had to the one it is shown by.
    """
    settled = [month for month in months if is_settled(month, today)]
    if not names or not settled:
        return []
    values: dict[str, Any] = {"names": list(names), "modules": list(names.values()), "months": settled, "known": sorted(known)}
    with cursor() as run:
        run.execute(_SUMMED, values)
        return [Cell(module, month, count, Sums(*sums), ()) for module, month, count, *sums in run.fetchall() if may_show(count)]
