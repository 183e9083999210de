"""The papers of a sequence's bundle, in Markdown: what happens step by step, whose the parts are, and what a taker should know first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from registry.formats.arguments import Argument
from registry.formats.flow import Flow
from registry.releases.models import Release
from registry.sequences.parts import Locked, Parts
from registry.sequences.told import Fill, Onward, Told, started_with
from registry.values.identifiers import slugify
from registry.values.licences import licence_keys, licence_name
from registry.values.markings import Marking

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!])")


def plain(text: str) -> str:
    """``text`` on one line, in which Markdown sees nothing but words."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def code(text: str) -> str:
    """``text`` as it is typed."""
    text = " ".join(text.split())
    fence = "``" if "`" in text else "`"
    pad = " " if fence == "``" else ""
    return f"{fence}{pad}{text.replace('|', chr(92) + '|')}{pad}{fence}" if text else "(empty)"


def prose(text: str) -> str:
    """``text`` with the lines it has."""
    return "\n\n".join(plain(line) for line in text.splitlines() if line.strip())


def process(release: Release, flow: Flow, steps: tuple[Told, ...], parts: Parts) -> str:
    """The whole process on one page: its steps, what people decide, and who must set what."""
    return _page(_process(release, flow, steps, parts))


def step_paper(step: Told) -> str:
    """Everything of one step: what it takes and gives, what comes next, and what its module says of itself."""
    return _page(_step(step))


def step_name(step: Told) -> str:
    """The file that tells of a step, such as ``03-decide.md``."""
    return f"{step.number:02d}-{slugify(step.name)[:60].strip('-') or 'step'}.md"


def licences(release: Release, parts: Parts) -> str:
    """Under which licence each part may be used, and whose it is."""
    return _page(_licences(release, parts))


def notice(release: Release, parts: Parts, marking: Marking, handling: str, warnings: Mapping[int, str]) -> str:
    """What to know before use. ``warnings`` says of a release, by key, what has become known of it."""
    return _page(_notice(release, parts, marking, handling, warnings))


def _page(blocks: Iterator[str]) -> str:
    return "\n\n".join(block for block in blocks if block) + "\n"


# --- The process ----------------------------------------------------------------------------------------------------------
def _process(release: Release, flow: Flow, steps: tuple[Told, ...], parts: Parts) -> Iterator[str]:
    module = release.module
    yield f"# {plain(module.title)}"
    yield f"{code(module.identifier)}, version {release.version}, published by {plain(module.organisation.name)}."
    yield plain(module.summary)
    yield prose(flow.documentation)
    given = started_with(steps)
    if given:
        yield "Whoever starts it gives " + ", ".join(map(code, given)) + "."
    yield "## Steps"
    head = "| | Step | Done by | Module | Asks for | Locked |\n|---|---|---|---|---|---|"
    yield "\n".join([head, *(_row(step) for step in steps)])
    yield from (f"{step.number}. {plain(step.name)}: {_next(step.onward)}" for step in steps if len(step.onward) > 1)
    people = [step for step in steps if step.node.is_human]
    yield "## What people do"
    yield "\n".join(f"- Step {step.number}, {plain(step.name)}{_gives_of(step)}" for step in people) or "Nothing: no step is a person’s."
    handed = [step for step in steps if step.node.hand_over]
    if handed:
        yield "## Hand-overs"
        yield from (f"After step {step.number}, {plain(step.name)}: {plain(step.node.hand_over)}" for step in handed)
    yield "## Who must set what"
    yield from _settings(steps, parts)


def _row(step: Told) -> str:
    link = f"[{plain(step.name)}]({step_name(step)})"
    who = plain(step.node.lane) or ("A person" if step.node.is_human else "A robot")
    if step.part is None:
        return f"| {step.number} | {link} | {who} | | | |"
    return f"| {step.number} | {link} | {who} | {code(step.part.id)} | {code(step.asks or '*')} | {step.part.release.version} |"


def _next(onward: tuple[Onward, ...]) -> str:
    return "; ".join(_way(way) for way in onward) + "."


def _way(way: Onward) -> str:
    where = f"step {way.number}, {plain(way.name)}" if way.number else "the end" + (f", {plain(way.name)}" if way.name else "")
    asked = f"“{plain(way.question)}” " if way.question else ""
    return f"{asked}“{plain(way.answer)}” leads to {where}" if way.answer else f"{asked}then {where}"


def _gives_of(step: Told) -> str:
    return f", who gives {', '.join(code(each.name) for each in step.gives)}" if step.gives else ""


def _settings(steps: tuple[Told, ...], parts: Parts) -> Iterator[str]:
    of_steps = {part.key: [step.number for step in steps if step.part is part] for part in parts.seen}
    found = False
    for part in parts.seen:
        rows = [row for row in part.adaptation if row.effort != "none"]
        if rows:
            found = True
            numbers = of_steps[part.key]
            where = (
                f"{'Step' if len(numbers) == 1 else 'Steps'} {' and '.join(map(str, numbers))}: " if numbers else "Needed by other parts: "
            )
            yield f"### {where}{plain(part.title)} ({code(part.id)} {part.release.version})"
            yield _set(part)
    if not found:
        yield "Nothing that the files name."


def _set(part: Locked) -> str:
    rows = [f"| {row.what} | {code(row.name)} | {row.do} |" for row in part.adaptation if row.effort != "none"]
    return "\n".join(["| What | Name | What you do |\n|---|---|---|", *rows]) if rows else ""


# --- One step -------------------------------------------------------------------------------------------------------------
def _step(step: Told) -> Iterator[str]:
    node = step.node
    yield f"# {step.number}. {plain(step.name)}"
    yield f"Done by {plain(node.lane)}." if node.lane else "Done by a person." if node.is_human else ""
    yield prose(node.documentation)
    if step.part is not None:
        asked = code(step.asks or "*")
        yield f"Module {code(step.part.id)}, version {step.part.release.version}; the sequence asks for {asked}."
        yield f"Entry point {code(step.entry_point.name)}." if step.entry_point else ""
    elif not node.is_human:
        yield "No module does this step."
    if step.fills:
        yield "## What it takes"
        yield "\n".join(f"- {_argument(fill)}: {_filled(fill)}" for fill in step.fills)
    if step.gives:
        yield "## What it gives"
        yield "\n".join(f"- {_argument(each)}" + (f": {plain(each.description)}" if each.description else "") for each in step.gives)
    yield "## What comes next"
    yield _next(step.onward) if step.onward else "Nothing: the process ends."
    if node.hand_over:
        yield f"Hand-over: {plain(node.hand_over)}"
    if step.part is not None:
        yield from _module(step.part)


def _argument(one: Argument | Fill) -> str:
    said = [one.type] if one.type else []
    said += ["required"] if one.required else []
    return code(one.name) + (f" ({', '.join(map(plain, said))})" if said else "")


def _filled(fill: Fill) -> str:
    if fill.how == "step":
        return f"{code(fill.output)} of step {fill.number}, {plain(fill.step)}"
    if fill.how == "starter":
        return f"{code(fill.output)}, given by whoever starts the sequence"
    return {"value": f"always {code(fill.value)}", "empty": "left empty"}.get(fill.how, "not filled by the sequence")


def _module(part: Locked) -> Iterator[str]:
    yield "## What you set"
    yield _set(part) or "Nothing that its files name."
    yield f"## {plain(part.title)}"
    yield plain(part.summary)
    yield f"What the module said of itself when the sequence was locked:\n\n{part.readme.strip()}" if part.readme.strip() else ""


# --- Licences and notice --------------------------------------------------------------------------------------------------
def _licences(release: Release, parts: Parts) -> Iterator[str]:
    yield "# Licences"
    yield "Every part has its own licence. The full texts are where the addresses below lead."
    head = "| Module | Version | Licence | Published by | Owner of the rights |\n|---|---|---|---|---|"
    yield "\n".join([head, *(_licence_row(each) for each in (release, *(part.release for part in parts.seen)))])
    yield "## What they are called"
    named = dict.fromkeys(key for each in (release, *(part.release for part in parts.seen)) for key in licence_keys(each.licence))
    yield "\n".join(f"- {_named(key)}" for key in sorted(named))


def _licence_row(release: Release) -> str:
    module = release.module
    owner = plain(module.ip_owner) or "not stated"
    return f"| {code(module.identifier)} | {release.version} | {plain(release.licence)} | {plain(module.organisation.name)} | {owner} |"


def _named(key: str) -> str:
    if key.startswith("LicenseRef-"):
        return f"{plain(key)}: terms of its publisher’s own; ask there"
    return f"{plain(key)}: {plain(licence_name(key))}, https://spdx.org/licenses/{key}.html"


def _notice(release: Release, parts: Parts, marking: Marking, handling: str, warnings: Mapping[int, str]) -> Iterator[str]:
    module = release.module
    yield "# Before you use it"
    yield f"{plain(module.title)}, {code(f'{module.identifier}@{release.version}')}, with every module that its lock names."
    yield f"Marking of the whole: {marking}." + (f" {plain(handling)}" if handling else "")
    yield "\n".join(f"- {each}" for each in _warned(release, parts, warnings)) or "Nothing is known against any part of it."
    yield "To check that nothing was changed on the way: `sha256sum --check SHA256SUMS` in this folder. `lock.json` names the same digests."
    yield "Read `documentation/00-process.md` first, then set what it lists. `LICENCES.md` says what you may do with each part."


def _warned(release: Release, parts: Parts, warnings: Mapping[int, str]) -> Iterator[str]:
    for each in (release, *(part.release for part in parts.seen)):
        name = code(f"{each.module.identifier}@{each.version}")
        if each.is_yanked:
            yield f"{name} was withdrawn after the lock was made: {plain(each.yanked_reason)}"
        if each.pk in warnings:
            yield f"{name}: {plain(warnings[each.pk])}"
