"""A comparison as rows: one question each, a cell for each candidate, and whether the answers differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from registry.formats.model import EntryPoint
from registry.index.comparing import Candidate
from registry.index.entries import DependencyEntry
from registry.web import words
from registry.web.answers import effort, platform_words
from registry.web.templatetags.moothall import day, licence_in_full

# Questions whose answer is a list of things, of which each may be common to all.
_LISTS = frozenset(
    {"Entry points", "Works in", "Applications", "Hosts", "Missing dependencies", "Other dependencies", "To set", "Data about people"}
)
MOST_SHOWN = 12  # things in one cell; the module's own page has all


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a cell. ``is_only`` says that not every candidate has it."""

    text: str
    tone: str = ""  # good change check stop none, or plain
    is_code: bool = False
    is_only: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one candidate answers; ``more`` counts what is not shown."""

    items: tuple[Item, ...]
    more: int = 0
    column: str = ""  # heading, for small screens


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One question."""

    label: str
    cells: tuple[Cell, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together."""

    label: str
    rows: tuple[ComparedRow, ...]


type Answers = Sequence[Item]
type Question = tuple[str, Callable[[Candidate], Answers]]


def groups(candidates: Sequence[Candidate], *, only_different: bool = False) -> tuple[Group, ...]:
    """Every question answered for ``candidates``; those alike can be left out."""
    found = []
    for label, questions in _QUESTIONS:
        rows = [_row(name, [answer(each) for each in candidates], candidates) for name, answer in questions]
        rows = [row for row in rows if any(cell.items for cell in row.cells) and (row.differs or not only_different)]
        if rows:
            found.append(Group(label, tuple(rows)))
    return tuple(found)


def _row(label: str, answers: Sequence[Answers], candidates: Sequence[Candidate]) -> ComparedRow:
    texts = [frozenset(item.text for item in each) for each in answers]
    everywhere = frozenset.intersection(*texts)
    is_list = label in _LISTS and len(answers) > 1 and bool(everywhere)  # where nothing is common, "differs" says it
    cells = []
    for each, candidate in zip(answers, candidates, strict=True):
        marked = [replace(item, is_only=is_list and item.tone not in ("none", "good") and item.text not in everywhere) for item in each]
        cells.append(Cell(tuple(marked[:MOST_SHOWN]), max(0, len(marked) - MOST_SHOWN), candidate.entry.title))
    return ComparedRow(label, tuple(cells), differs=len(answers) > 1 and len(set(texts)) > 1)


def _plain(*texts: str) -> list[Item]:
    return [Item(text) for text in texts if text]


def _names(names: Iterable[str]) -> list[Item]:
    return [Item(name, is_code=True) for name in names]


def _none(items: list[Item], said: str) -> list[Item]:
    """``items``, or that there are none of them."""
    return items or [Item(said, "none")]


# --- What it is -----------------------------------------------------------------------------------------------------------
def _summary(one: Candidate) -> Answers:
    return [Item(one.entry.summary, language=one.entry.language)] if one.entry.summary else []


def _platform(one: Candidate) -> Answers:
    if one.inspection is None:
        return _none([], "Not read yet")
    return _plain(*platform_words(one.inspection, one.kinds))


def _version(one: Candidate) -> Answers:
    if not one.version:
        return _none([], "No version can be seen yet")
    latest = one.entry.latest_version
    return _plain(one.version, f"The latest is {latest}" if latest and latest != one.version else "")


def _released(one: Candidate) -> Answers:
    return _plain(day(one.released_at, "j M Y"))


def _state(one: Candidate) -> Answers:
    said = [Item("Recalled", "stop")] if one.state == "recalled" else []
    if one.state == "yanked":
        said.append(Item("Yanked", "stop"))
    elif one.state and one.state not in ("listed", "recalled"):
        said.append(Item(words.STATES[one.state], "check"))
    if one.entry.status not in ("listed", "draft") and not said:
        said.append(Item(words.STATUSES[one.entry.status], "none"))
    return said or [Item("Listed", "good")]


def _licence(one: Candidate) -> Answers:
    reuse = words.REUSE.get(one.entry.reuse, "")
    return _plain(licence_in_full(one.licence), words.sentence(reuse))


# --- Who runs it, what it gave --------------------------------------------------------------------------------------------
def _adopters(one: Candidate) -> Answers:
    if one.entry.adopters:
        return [Item(f"{words.organisations(one.entry.adopters_by_kind)}, verified", "good")]
    return [Item("Pilot", "check")] if one.entry.in_use == "pilot" else _none([], "Nobody confirms it yet")


def _benefit(one: Candidate) -> Answers:
    if one.entry.verified_fte:
        return [Item(f"{one.entry.verified_fte:.1f} FTE a year, approved", "good")]
    said = {"approved": Item("Approved", "good"), "claimed": Item("Claimed, not approved", "change")}
    return [said.get(one.entry.evidence, Item("No claim yet", "none"))]


def _rating(one: Candidate) -> Answers:
    if not one.ratings:
        return _none([], "No rating yet")
    count = f"{one.ratings} {'organisation' if one.ratings == 1 else 'organisations'} rated it"
    return _plain(count, *(f"{label}: {mean:.1f} of 5" for label, mean in one.means))


def _assurance(one: Candidate) -> Answers:
    return [Item(words.assurance(one.entry.tier), "good" if one.entry.tier else "none")]


# --- Fit ------------------------------------------------------------------------------------------------------------------
def _own_record(one: Candidate) -> Answers:
    if one.fit is None:
        return []
    if not one.fit.stage:
        return _none([], "You state nothing of it")
    return [Item(" ".join(filter(None, (words.STAGES[one.fit.stage], one.fit.version))), "good" if one.fit.stage == "live" else "check")]


def _fit_platform(one: Candidate) -> Answers:
    if one.fit is None or not one.entry.platforms:
        return []
    if not one.fit.on_platform:
        return [Item("You run nothing else on it", "check")]
    others = one.fit.on_platform
    return [Item(f"You run or publish {others} other {'module' if others == 1 else 'modules'} on it", "good")]


def _fit_known(one: Candidate) -> Answers:
    return [Item(f"{name}: in use in your other modules", "good") for name in one.fit.known] if one.fit else []


def _fit_unknown(one: Candidate) -> Answers:
    return [Item(name, "check") for name in one.fit.unknown] if one.fit else []


# --- Starting it, what it needs and reaches -------------------------------------------------------------------------------
def _entry_points(one: Candidate) -> Answers:
    return _none([Item(_signature(point), is_code=True) for point in one.inspection.entry_points], "None") if one.inspection else []


def _signature(point: EntryPoint) -> str:
    takes = ", ".join(f"{each.name}{': ' + each.type if each.type else ''}{' (needed)' if each.required else ''}" for each in point.inputs)
    gives = ", ".join(f"{each.name}{': ' + each.type if each.type else ''}" for each in point.outputs)
    return f"{point.name}({takes})" + (f" → {gives}" if gives else "")


def _systems(one: Candidate) -> Answers:
    return _plain(*(f"{system.name} {system.versions}".strip() for system in one.systems))


def _applications(one: Candidate) -> Answers:
    return _none(_plain(*one.inspection.reach.applications), "None named in its files") if one.inspection else []


def _hosts(one: Candidate) -> Answers:
    return _none(_names(one.inspection.reach.hosts), "None named in its files") if one.inspection else []


def _missing(one: Candidate) -> Answers:
    gone = [Item(_need(need), "stop") for need in one.dependencies if need.status == "missing"]
    return gone or ([Item("Nothing is missing", "good")] if one.inspection else [])


def _present(one: Candidate) -> Answers:
    return [Item(f"{_need(need)}, {words.DEPENDENCY_STATUSES[need.status][1][:1].lower()}{words.DEPENDENCY_STATUSES[need.status][1][1:]}")
            for need in one.dependencies if need.status != "missing"]  # fmt: skip


def _need(need: DependencyEntry) -> str:
    return f"{need.held_by or need.name} {need.range}".strip()


def _effort(one: Candidate) -> Answers:
    if one.inspection is None:
        return []
    counted = effort(one.adaptation)
    said = [Item(f"{counted['set']} to set", "change")] if counted["set"] else []
    said += [Item(f"{counted['check']} to check", "check")] if counted["check"] else []
    return said or [Item("Nothing that its files name", "good")]


def _to_set(one: Candidate) -> Answers:
    return [Item(f"{row.what} {row.name}", is_code=False) for row in one.adaptation if row.effort == "set"]


# --- Steps ----------------------------------------------------------------------------------------------------------------
def _step_count(one: Candidate) -> Answers:
    if one.inspection is None:
        return []
    if not one.steps.steps:
        return _none([], "None are named")
    return _plain(_count(one.steps.steps, "step"), f"in {one.steps.parts} parts" if one.steps.parts > 1 else "")


def _people(one: Candidate) -> Answers:
    if not one.steps.steps:
        return []
    return [Item(f"{_count(one.steps.people, 'step')} of a person", "check")] if one.steps.people else _none([], "None")


def _code(one: Candidate) -> Answers:
    if not one.steps.steps:
        return []
    if not one.steps.code:
        return _none([], "None")
    languages = ", ".join(words.LANGUAGES.get(name, name) for name in one.steps.languages)
    return _plain(_count(one.steps.code, "step") + (f": {languages}" if languages else ""))


def _errors(one: Candidate) -> Answers:
    if not one.steps.steps:
        return []
    handled, routes = one.steps.handles_errors, one.steps.error_routes
    said = _plain(_count(handled, "step") if handled else "", _count(routes, "route on error,routes on error") if routes else "")
    return said or _none([], "None read from its files")


def _count(number: int, word: str) -> str:
    one, _, many = word.partition(",")
    return f"{number:,} {one if number == 1 else many or one + 's'}"


# --- Data, support --------------------------------------------------------------------------------------------------------
def _data(one: Candidate) -> Answers:
    if not one.version:
        return []
    return _plain(*one.data.categories) or _none([], "No data about people") if one.data else _none([], "Not declared")


def _decisions(one: Candidate) -> Answers:
    if one.data is None:
        return []
    law = "Processing for law enforcement" if one.data.law_enforcement else ""
    return _plain(one.data.decisions, law, "Uses artificial intelligence" if one.data.uses_ai else "")


def _marking(one: Candidate) -> Answers:
    return _plain(one.marking, one.handling)


def _owner(one: Candidate) -> Answers:
    if one.entry.needs_owner:
        return [Item("Needs an owner", "change")]
    confirmed = f"Confirmed {day(one.owner_confirmed_at, 'j M Y')}" if one.owner_confirmed_at else "Not confirmed yet"
    return _plain(one.owner_name, confirmed)


def _support(one: Candidate) -> Answers:
    return _plain(f"{one.support_by}, until {day(one.support_until, 'j M Y')}") if one.support_by else _none([], "None named")


_QUESTIONS: tuple[tuple[str, tuple[Question, ...]], ...] = (
    (
        "What it is",
        (
            ("What it does", _summary),
            ("Publisher", lambda one: _plain(one.entry.publisher_name)),
            ("Kind", lambda one: _plain(words.KINDS[one.entry.kind])),
            ("Work", lambda one: _plain(one.entry.business_area_name)),
            ("Platform", _platform),
            ("Version", _version),
            ("Released", _released),
            ("State", _state),
            ("Licence", _licence),
        ),
    ),
    (
        "Who runs it, and what it gave",
        (("Who runs it", _adopters), ("Benefit", _benefit), ("Ratings", _rating), ("Assurance of its latest version", _assurance)),
    ),
    (
        "Fit with your organisation",
        (
            ("Your record", _own_record),
            ("Its platform", _fit_platform),
            ("Systems you know", _fit_known),
            ("Systems new to your modules", _fit_unknown),
        ),
    ),
    ("How it is started", (("Entry points", _entry_points),)),
    (
        "What it needs and reaches",
        (
            ("Works in", _systems),
            ("Applications", _applications),
            ("Hosts", _hosts),
            ("Missing dependencies", _missing),
            ("Other dependencies", _present),
        ),
    ),
    ("What you change", (("In all", _effort), ("To set", _to_set))),
    ("Steps", (("Steps", _step_count), ("People’s decisions and work", _people), ("Code", _code), ("Error handling", _errors))),
    (
        "Data, marking, support",
        (
            ("Data about people", _data),
            ("Decisions about people", _decisions),
            ("Marking", _marking),
            ("Owner", _owner),
            ("Support", _support),
        ),
    ),
)
