"""Runs in a CSV or XLSX export: each row a run, whichever platform wrote it, or somebody by our template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final
from uuid import UUID

from registry.errors import Refused
from registry.formats.tables import Bounds, Cell, Flaw, Row, Table
from registry.telemetry.adapters import times, words
from registry.telemetry.adapters.model import (
    Outcome,
    Read,
    Seen,
    Source,
    Unread,
    fits_century,
    lasted,
    made_id,
    plain_name,
    plain_version,
    whole_duration,
    whole_items,
)

BOUNDS: Final = Bounds(rows=50_000, columns=200)
TEMPLATE: Final = ("id", "module", "version", "started_at", "duration_seconds", "outcome", "items")


@dataclass(frozen=True, slots=True)
class Sheet:
    """How to read the rows of one table: whose export, which column holds what, and what its times are of."""

    organisation: str  # its slug
    source: Source
    places: Mapping[str, int]
    zone: tzinfo
    order: times.Order


def read(table: Table, organisation: str, zone: tzinfo, order: times.Order = "dmy") -> Read:
    """The runs of ``table``. Rows of runs that have not ended are ignored; rows that cannot be read are refused, each with its number.

    Raises :class:`Refused` (``headings_unknown``) where a column that is needed is missing, and what reading the file raises.
    """
    sheet = Sheet(organisation, words.platform_of(table.headings), words.columns(table.headings), zone, order)
    _check(sheet.places)
    found, alike = Read(), Counter[tuple[object, ...]]()
    for row in table.rows:
        where = f"row {row.number}"
        try:
            seen = _seen(row, where, sheet, alike)
        except Unread as problem:
            found.refuse(problem.at(where))
            continue
        if seen is None:
            found.ignored += 1
        else:
            found.events.append(seen)
    return found


def _check(places: Mapping[str, int]) -> None:
    ways = (("module", "name"), ("started",), ("ended", "duration", "milliseconds"), ("outcome",))
    wanted = ("the module or process", "the start", "the end or duration", "the outcome")
    missing = [what for what, way in zip(wanted, ways, strict=True) if not any(each in places for each in way)]
    if missing:
        raise Refused(
            "headings_unknown",
            f"No heading that we know tells {', '.join(missing)}.",
            where="row 1",
            mend=f"Send the export with its headings, or use ours: {', '.join(TEMPLATE)}.",
        )


def _seen(row: Row, where: str, sheet: Sheet, alike: Counter[tuple[object, ...]]) -> Seen | None:
    """The run of a row, or None where it has not ended."""
    if row.is_longer:
        raise Unread("row_too_long", "The row has more cells than there are headings.", "Put texts that hold the separator in quotes.")
    cells = {name: row.cells[place] for name, place in sheet.places.items()}
    flaw = next((cell for cell in cells.values() if isinstance(cell, Flaw)), None)
    if flaw is not None:
        raise Unread(flaw.code, flaw.message if flaw.code != "error_value" else "A cell shows an error.", "Put a plain value there.")
    outcome = _outcome(cells)
    if outcome is None:
        return None
    started_at = fits_century(times.moment(cells["started"], sheet.zone, sheet.order))
    seconds, items = _seconds(cells, started_at, sheet), whole_items(times.count(cells["items"])) if cells.get("items", "") != "" else 1
    module, version = _text(cells, "module"), plain_version(_text(cells, "version"))
    name = "" if module else plain_name(_text(cells, "name"))
    key = (_text(cells, "id"), module or name.casefold(), version, started_at.isoformat(), seconds, outcome, items)
    return Seen(
        where=where,
        source=sheet.source,
        id=_id(sheet, key, alike),
        started_at=started_at,
        duration_seconds=seconds,
        outcome=outcome,
        items=items,
        name=name,
        module=module if len(module) <= 121 else "",
        version=version,
    )


def _outcome(cells: Mapping[str, Cell]) -> Outcome | None:
    state = words.folded(_text(cells, "outcome"))
    if state in words.UNFINISHED:
        return None
    outcome = words.OUTCOMES.get(state)
    if outcome is None:
        raise Unread("outcome_unknown", "The outcome is not one that we know.", "Write completed, business_exception or system_exception.")
    if outcome == "system_exception" and words.folded(_text(cells, "failure")).startswith("business"):
        return "business_exception"
    return outcome


def _seconds(cells: Mapping[str, Cell], started_at: datetime, sheet: Sheet) -> float:
    """By start and end; else by the duration, which exports round."""
    if cells.get("ended", "") != "":
        return lasted(started_at, times.moment(cells["ended"], sheet.zone, sheet.order))
    if cells.get("milliseconds", "") != "":
        return whole_duration(times.span(cells["milliseconds"]) / 1000)
    if cells.get("duration", "") != "":
        return whole_duration(times.span(cells["duration"]))
    raise Unread("duration_invalid", "The row says neither when the run ended nor how long it took.", "Give one of them.")


def _id(sheet: Sheet, key: tuple[object, ...], alike: Counter[tuple[object, ...]]) -> UUID:
    """A job's own key where it has one, which its webhook carries too; else made of what the row says.

    Rows that say the same are runs side by side: the second of them in a file is the second whenever the file is sent again.
    """
    if sheet.source in ("uipath", "table"):
        try:
            return UUID(str(key[0]))
        except ValueError:
            pass
    alike[key] += 1
    return made_id(sheet.organisation, sheet.source, (*key, alike[key]))


def _text(cells: Mapping[str, Cell], name: str) -> str:
    cell = cells.get(name, "")
    return cell if isinstance(cell, str) else str(cell)
