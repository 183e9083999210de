"""Reads one artefact and prints what Moothall sees in it; nothing is stored."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from registry.actions.inspect_upload import findings_key
from registry.checks.model import Found
from registry.checks.reading import read_in_child
from registry.errors import RegistryError
from registry.formats.model import Inspection, Step

_PARTS = 40  # listed one by one


class Command(BaseCommand):
    """Exit 0: read. Exit 2: refused, with the problem as JSON on standard output."""

    help = __doc__
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=["json", "text"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            self._refuse("file_missing", f"There is no file {path}.", str(path), "Give the path of a file.")
        try:
            reading = read_in_child(path, path.name, key=findings_key())
        except RegistryError as error:
            self._refuse(error.code, error.message, error.where, error.mend)
        read = reading.inspection
        text = json.dumps(read.as_json(), ensure_ascii=False, indent=2) if options["format"] == "json" else as_text(read, reading.findings)
        self.stdout.write(text)

    def _refuse(self, code: str, detail: str, where: str, mend: str) -> None:
        problem = {"code": code, "title": "The file could not be accepted", "detail": detail, "where": where, "mend": mend}
        self.stdout.write(json.dumps(problem, ensure_ascii=False, indent=2))
        sys.exit(2)


def as_text(read: Inspection, findings: Sequence[Found] = ()) -> str:
    """The inspection for a terminal: a line for each thing read or noticed."""
    lines = [f"{read.kind}  {read.name or '(no name)'}  {read.version or '(no version)'}"]
    lines += [
        f"  {label}: {value}"
        for label, value in (("title", read.title), ("licence", read.licence), ("owner", read.owner), ("made for", read.platform_version))
        if value
    ]
    lines += [f"  in {words.language}: {words.title or words.summary or words.description}"[:200] for words in read.words]
    for point in read.entry_points:
        takes = ", ".join(f"{argument.name}: {argument.type}" for argument in point.inputs)
        gives = ", ".join(f"{argument.name}: {argument.type}" for argument in point.outputs)
        lines.append(f"  start: {point.name}({takes})" + (f" -> {gives}" if gives else ""))
    lines += [
        f"  needs: {need.ecosystem} {need.name} {need.range or ''}{' (included)' if need.included else ''}".rstrip()
        for need in read.dependencies
    ]
    for group in (read.reach, read.to_set):
        for field in group.__dataclass_fields__:
            lines += [f"  {field.replace('_', ' ')}: {value}" for value in getattr(group, field)]
    lines += [f"  note: {note.text}" for note in read.notes]
    lines += [f"  {found.severity}: {found.title}" + (f", in {found.where}" if found.where else "") for found in findings]
    return "\n".join([*lines, *_of_steps(read.steps), f"  {len(read.steps)} steps, {len(read.files)} files"])


def _of_steps(steps: Sequence[Step]) -> Iterator[str]:
    """How many steps each part has, and where a reviewer looks first: people's work, routes for errors, and code by its language."""
    parts = Counter(step.part for step in steps if step.part)
    yield from (f"  part: {part}, {count} step{'s' if count > 1 else ''}" for part, count in list(parts.items())[:_PARTS])
    if len(parts) > _PARTS:
        yield f"  and {len(parts) - _PARTS} more parts"
    yield from (f"  person: {_place(step)}" for step in steps if step.human)
    routes = sum(onward.on_error for step in steps for onward in step.onward)
    handlers = sum(step.kind == "exception" for step in steps)
    if routes or handlers:
        yield f"  exceptions: {handlers} steps raise or handle errors, {routes} routes lead to them"
    languages = Counter(step.language or "language not told" for step in steps if step.kind == "code")
    yield from (f"  code: {language}, {count} step{'s' if count > 1 else ''}" for language, count in languages.items())


def _place(step: Step) -> str:
    return f"{step.name or step.action}, in {step.part}" if step.part else step.name or step.action
