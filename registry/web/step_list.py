"""An artefact's steps for a page: an outline of its parts, and of one of them the picture and the list, which says all in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from registry.formats.model import Inspection
from registry.releases.step_counts import StepCounts, counted
from registry.web.diagram import Diagram
from registry.web.step_diagram import Picture, is_raising, parts_picture, step_name, step_picture, step_words
from registry.web.step_parts import Part, by_name, called_part, parts_of

AT_ONCE = 200  # places of a part that are listed on one page
FIRST = 25  # shown at once; a longer list is opened by whoever wants it (design, section 6)
MOST_INDENT = 4
MOST_PARTS = 300  # of an outline


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part in the outline."""

    name: str
    counts: StepCounts
    address: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Leads:
    """Where a step leads, in words; at an end they stand alone."""

    words: str
    is_error: bool = False
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class ListedStep:
    """One line of the list. ``number`` is that in the picture; a group has none."""

    number: int | None
    name: str
    what: str
    indent: int
    is_human: bool
    error: str  # whether it handles or raises errors, in words; else empty
    is_group: bool
    leads: tuple[Leads, ...]
    calls: str = ""
    calls_address: str = ""


@dataclass(frozen=True, slots=True)
class StepsShown:
    """What the section of a page needs."""

    counts: StepCounts
    outline: tuple[PartRow, ...]  # empty where there is one part
    more_parts: int
    outline_picture: Diagram | None
    part: Part
    picture: Picture | None
    first: tuple[ListedStep, ...]
    more: tuple[ListedStep, ...]
    before: str  # addresses of the stretches before and after; empty where there are none
    after: str
    stretch: str  # "201 to 400 of 5,000"; empty where all of the part is shown


def steps_shown(inspection: Inspection, title: str, asked: Mapping[str, str] | None = None, page: str = "") -> StepsShown | None:
    """The part and stretch that an address asks for by ``part`` and ``at``, else the first; None where no step was read.

    ``page`` is the address of the page where that may not be the one that is asked for.
    """
    parts = parts_of(inspection.steps)
    if not any(part.counts.steps for part in parts):
        return None
    asked = asked or {}
    part = _chosen(parts, inspection, asked.get("part"))
    start = _start(asked.get("at", ""), len(part.steps))
    several = len(parts) > 1
    listed = listed_steps(part, parts, start, start + AT_ONCE, page)
    size = len(part.steps)
    stop = min(start + AT_ONCE, size)
    name = f"{title}, {part.name}" if part.name and several else title
    return StepsShown(
        counts=counted(inspection.steps),
        outline=tuple(PartRow(each.name, each.counts, page + address_of(each.name), each is part) for each in parts[:MOST_PARTS])
        if several
        else (),
        more_parts=max(0, len(parts) - MOST_PARTS),
        outline_picture=parts_picture(parts, f"{title}, parts"),
        part=part,
        picture=step_picture(part, f"{name}, steps", first=start, last=stop),
        first=listed[:FIRST],
        more=listed[FIRST:],
        before=page + address_of(part.name, start - AT_ONCE) if start else "",
        after=page + address_of(part.name, stop) if stop < size else "",
        stretch=f"{start + 1:,} to {stop:,} of {size:,}" if size > AT_ONCE else "",
    )


def listed_steps(part: Part, parts: Sequence[Part], start: int = 0, stop: int | None = None, page: str = "") -> tuple[ListedStep, ...]:
    """The lines of ``part`` from place ``start`` up to ``stop``."""
    named = by_name(parts)
    places = range(len(part.steps))[start:stop]
    return tuple(_listed(part, place, named, page) for place in places if part.is_listed(place))


def address_of(part: str, at: int = 0) -> str:
    """The address, on the same page, of a part from a place on."""
    return f"?{urlencode({'part': part} | ({'at': str(at)} if at > 0 else {}))}#steps"


def _chosen(parts: Sequence[Part], inspection: Inspection, name: str | None) -> Part:
    """The part asked for, else that of an entry point, else the first with steps."""
    if name is not None and (found := next((part for part in parts if part.name == name), None)):
        return found
    starts = {point.name for point in inspection.entry_points}
    doing = [part for part in parts if part.counts.steps]
    return next((part for part in doing if part.name in starts), doing[0])


def _start(at: str, size: int) -> int:
    """The beginning of the stretch that holds a place; 0 for what is no place."""
    place = int(at) if at.isascii() and at.isdigit() and len(at) < 8 else 0
    return place // AT_ONCE * AT_ONCE if place < size else 0


def _listed(part: Part, place: int, named: Mapping[str, Part], page: str) -> ListedStep:
    step = part.steps[place]
    called = called_part(step, named)
    name, what = step_name(step), step_words(step)
    return ListedStep(
        number=part.numbers[place],
        name=name,
        what="" if what == name or step.human or step.kind == "exception" else what,
        indent=min(part.depths[place], MOST_INDENT),
        is_human=step.human,
        error="Raises an error" if is_raising(step) else "Handles errors" if step.kind == "exception" else "",
        is_group=step.kind == "group",
        leads=_leads(part, place),
        calls=called.name if called else "",
        calls_address=page + address_of(called.name) if called else "",
    )


def _leads(part: Part, place: int) -> tuple[Leads, ...]:
    """Branches, jumps and error routes; that a step leads to the next goes without saying."""
    ways = part.ways[place]
    if len(ways) == 1 and not ways[0].when and not ways[0].on_error and _is_next(part, place, ways[0].to):
        return ()
    if len(ways) == 1 and ways[0].to is None and not ways[0].when and not ways[0].on_error:
        return (Leads("Ends here", is_end=True),)
    found = []
    for way in ways:
        when = ": ".join(filter(None, ("on error" if way.on_error else "", way.when)))
        if way.to is None:
            where = "leaves this part" if way.on_error else "ends here"
        else:
            number = part.numbers[way.to]
            where = f"{'step ' + str(number) + ', ' if number else ''}{step_name(part.steps[way.to])}"
        found.append(Leads(f"{when}: {where}" if when else where, way.on_error))
    return tuple(found)


def _is_next(part: Part, place: int, to: int | None) -> bool:
    """Whether it is the next of the same surroundings, or the step after those that are inside it."""
    if to is None or to <= place:
        return False
    return all(part.depths[between] > part.depths[place] for between in range(place + 1, to)) and part.around[to] == part.around[place]
