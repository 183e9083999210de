"""The four answers that open every module's page, in words made from what the registry knows (design, section 1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.formats import date_format
from django.utils.timezone import localtime

from registry.formats import platform_of
from registry.formats.model import Inspection, Step
from registry.index.entries import DependencyEntry, ModuleDetail, ReleaseDetail
from registry.index.sequences import SequenceEntry
from registry.index.use_entries import UseEntry
from registry.releases.adaptation import AdaptationRow
from registry.releases.step_counts import doing
from registry.web import words

_UNTIL = {  # what stands between a version and its takers
    "draft": "Partners see it once it is handed in and signed off.",
    "checking": "It is being checked, then reviewed; partners see it once it is signed off.",
    "in_review": "Partners see it once it is signed off.",
    "awaiting_author": "Partners see it once its reviewers have their answer and it is signed off.",
    "held": "Partners see it once what holds it is settled and it is signed off.",
    "refused": "Partners never see it: it was refused.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One question with its answer: ``short`` at once, ``more`` in a sentence or two, ``tone`` and ``state`` where something is to be done."""

    question: str
    short: str
    more: str
    target: str  # id of the part of the page that says it all
    link: str
    tone: str = ""
    state: str = ""


def answers(module: ModuleDetail, release: ReleaseDetail, use: UseEntry, sequence: SequenceEntry | None = None) -> tuple[Answer, ...]:
    """What it does, who runs it, what it needs and is to be changed, whether one may take it."""
    if sequence is not None and sequence.parts is not None:
        change = replace(_change(release.adaptation), more=f"Of {_count(sequence.modules, 'module')}, step by step.")
        return (_steps(sequence), runs_answer(use), change, _take_all(_take(module, release), sequence))
    does, needs, change = read_answers(release.inspection, platforms_of(release), release.dependencies, release.adaptation)
    needed = f"Needs {needs.short[:1].lower()}{needs.short[1:]}. {needs.more}"
    if needs.tone == "stop":  # what is missing comes before what is only to be set
        change = replace(change, tone=needs.tone, state=needs.state)
    return (does, runs_answer(use), replace(change, more=needed), _take(module, release))


def _steps(sequence: SequenceEntry) -> Answer:
    people = len(sequence.people)
    short = f"{_count(len(sequence.steps), 'step')}, {_count(sequence.modules, 'module')}"
    more = f"{people} of the steps {'is' if people == 1 else 'are'} a person’s." if people else "None of the steps is a person’s."
    return Answer("What does it do?", short, more, "steps", "See the steps")


def _take_all(take: Answer, sequence: SequenceEntry) -> Answer:
    """Whether a sequence may be taken with all its modules."""
    if take.tone == "stop":
        return take
    if sequence.parts is not None and not sequence.parts.is_whole:
        more = "One of its modules is not shared with you. Ask its publisher."
        return replace(take, short="Not all of it", more=more, tone="stop", state="Not shared whole")
    if not take.short.startswith("Yes"):
        return take
    count = sequence.modules
    short = "Yes, its module too" if count == 1 else f"Yes, all {count} modules too"
    return replace(take, short=short, more=f"{take.more} Locked to exact files.")


def runs_answer(use: UseEntry) -> Answer:
    """Who runs it: what is verified before what is tried, and what is due of one's own."""
    due = min((own.days_left for own in use.own if own.stage == "live" and own.days_left is not None), default=None)
    tone, state = ("", "")
    if due is not None and due <= 30:
        tone, state = ("stop", "Yours has ended") if due < 0 else ("change", f"Yours ends in {_count(due, 'day')}")
    if use.count:
        return Answer(
            "Who runs it?", f"{words.organisations(use.by_kind)}, verified", _running(use), "use", "See who, and which version", tone, state
        )
    trying = next((each for each in use.stages if each.stage == "pilot"), None)
    short = _count(trying.count, "pilot") if trying else "Nobody confirms it yet"
    more = "No organisation confirms that it is live." if trying else "If your organisation runs it, say so."
    return Answer("Who runs it?", short, more, "use", "See how far others are", tone, state)


def _running(use: UseEntry) -> str:
    """Since when at the first, the largest volume that is shared, and when somebody last confirmed it."""
    since = min((row.since for row in use.verified if row.since), default=None)
    largest = max((row for row in use.verified if row.volume), key=lambda row: row.volume or 0, default=None)
    last = max((row.confirmed_at for row in use.verified if row.confirmed_at), default=None)
    parts = [f"Since {date_format(since, 'F Y')}."] if since else []
    parts += [f"{largest.organisation}: {largest.volume:,} {largest.unit} a year."] if largest else []
    parts += [f"Last confirmed {date_format(localtime(last), 'j F Y')}."] if last else []
    return " ".join(parts)


def read_answers(
    inspection: Inspection,
    platforms: tuple[str, ...],
    dependencies: tuple[DependencyEntry, ...],
    adaptation: tuple[AdaptationRow, ...],
) -> tuple[Answer, Answer, Answer]:
    """The three of the four that the files alone give."""
    return (_does(inspection), _needs(platforms, dependencies), _change(adaptation))


def platforms_of(release: ReleaseDetail) -> tuple[str, ...]:
    """The platforms its files are for, in words, with the version that the first asks for."""
    return platform_words(release.inspection, [file.kind for file in release.entry.files])


def platform_words(inspection: Inspection, kinds: Iterable[str]) -> tuple[str, ...]:
    """As :func:`platforms_of`, for files of these kinds that were read as ``inspection``."""
    others = (platform_of(kind) for kind in kinds)
    first = words.platform(inspection.platform, inspection.platform_version)
    return (first, *(words.PLATFORMS.get(name, name) for name in dict.fromkeys(others) if name != inspection.platform))


def effort(rows: tuple[AdaptationRow, ...]) -> dict[str, int]:
    """How many rows are to set, to check, and to be left alone."""
    counted = Counter(row.effort for row in rows)
    return {name: counted[name] for name in words.EFFORTS}


def shown_steps(inspection: Inspection) -> tuple[Step, ...]:
    """The steps that do something; those that only mark where a diagram begins, ends or groups are left out."""
    return doing(inspection.steps)


def _does(inspection: Inspection) -> Answer:
    steps = shown_steps(inspection)
    people = sum(step.human for step in steps)
    entries = len(inspection.entry_points)
    if not steps:
        short = _count(entries, "entry point") if entries else "Read its description"
        return Answer(
            "What does it do?",
            short,
            "Its files name no single steps.",
            "entry" if entries else "about",
            "See how it is started" if entries else "Read about it",
        )
    short = _count(len(steps), "step") + (f", {people} of them a person’s" if people else ", none of them a person’s")
    more = f"Can be started in {_count(entries, 'way')}." if entries else ""
    return Answer("What does it do?", short, more, "steps", "See the steps")


def _needs(platforms: tuple[str, ...], dependencies: tuple[DependencyEntry, ...]) -> Answer:
    found = Counter(need.status for need in dependencies)
    outside = sum(found.values()) - found["included"]
    if not outside:
        short = "Nothing but its platform"
    else:
        short = f"{outside} dependenc{'y' if outside == 1 else 'ies'}" + (f", {found['missing']} missing" if found["missing"] else "")
    unfit = sum(not need.fits for need in dependencies)
    places = (("registry", "in Moothall"), ("vendor", "from the vendor"), ("included", "in the files"))
    more = ", ".join(f"{found[name]} {where}" for name, where in places if found[name])
    tone, state = (
        ("stop", f"{found['missing']} missing")
        if found["missing"]
        else ("change", f"{unfit} in no version that fits")
        if unfit
        else ("", "")
    )
    return Answer(
        "What does it need?",
        short,
        f"Runs on {' or '.join(platforms)}." + (f" {more[0]}{more[1:]}." if more else ""),
        "needs",
        "See each of them",
        tone,
        state,
    )


def _change(rows: tuple[AdaptationRow, ...]) -> Answer:
    counted = effort(rows)
    parts = [_count(counted["set"], "value") + " to set"] if counted["set"] else []
    parts += [(str(counted["check"]) if parts else _count(counted["check"], "thing")) + " to check"] if counted["check"] else []
    if not parts:
        return Answer("What must I change?", "Nothing that its files name", "", "change", "See what was read", "good", "Works as it is")
    tone, state = ("change", "Needs adaptation") if counted["set"] else ("check", "Needs a look")
    return Answer("What must I change?", ", ".join(parts), "", "change", "See each change", tone, state)


def _take(module: ModuleDetail, release: ReleaseDetail) -> Answer:
    licence = f"Licence: {release.entry.licence}."
    if release.entry.quarantined_at:
        return Answer(
            "Can I take it?", "Nobody can", "Not until the inquiry is over.", "versions", "See the other versions", "stop", "In quarantine"
        )
    if release.recall is not None:
        more = f"Take {release.recall.remedy}." if release.recall.remedy else release.recall.reason
        return Answer("Can I take it?", "Better not: recalled", more, "versions", "See the other versions", "stop", "Recalled")
    if module.entry.status == "retired":
        return Answer("Can I take it?", "No: retired", module.deprecated_reason, "versions", "See its versions", "none", "Retired")
    if release.entry.yanked_at:
        return Answer(
            "Can I take it?", "Better not: yanked", release.entry.yanked_reason, "versions", "See the other versions", "stop", "Yanked"
        )
    if release.entry.state != "listed":
        return Answer(
            "Can I take it?",
            "Your organisation only",
            _UNTIL[release.entry.state],
            "get",
            "Get it",
            "check",
            words.STATES[release.entry.state],
        )
    reuse = words.REUSE.get(module.entry.reuse)
    more = f"{licence} {words.sentence(reuse)}." if reuse else licence
    return Answer(
        "Can I take it?",
        {"named": "Yes, shared with you by name", "own": "Your organisation only"}.get(module.entry.visibility, "Yes, for any partner"),
        more,
        "get",
        "Get it",
    )


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
