"""Reads the whole audit and says whether every event follows the one before: nothing changed, removed, put in, moved or cut off."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.chain import BEGINNING, Break, Head, entries, outside, read_head, stored, verify
from accounts.export import lines_read
from accounts.models import AuditEvent
from registry.errors import RegistryError


class Command(BaseCommand):
    """Exit 0: unbroken. Exit 1: the first event that does not fit is named."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", type=int, default=1, metavar="N", help="begin with event N; those before are not read")
        parser.add_argument("--head", metavar="NUMBER:HASH", help="what audit_head printed once: the chain must still hold it")
        parser.add_argument("--file", type=Path, help="verify an export of the whole audit (JSON Lines) instead of the database")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        first: int = options["first"]
        if first < 1:
            raise CommandError("Events are numbered from 1.")
        try:
            kept = read_head(options["head"]) if options["head"] else None
            head, wrong = _verified(first, kept, options["file"])
        except (RegistryError, OSError) as error:
            raise CommandError(" ".join(filter(None, [str(error), getattr(error, "mend", "")]))) from None
        count = max(head.number - first + 1, 0)
        if options["json"]:
            broken = {"number": wrong.number, "code": wrong.code, "why": wrong.why} if wrong else None
            self.stdout.write(json.dumps({"events": count, "head": str(head), "broken": broken}))
        elif wrong:
            self.stdout.write(f"Event {wrong.number} {wrong.code}: {wrong.why}.")
        else:
            self.stdout.write(f"{count} events, unbroken, head {head}")
        if wrong:
            sys.exit(1)


def _verified(first: int, kept: Head | None, file: Path | None) -> tuple[Head, Break | None]:
    if kept and kept.number < first:
        raise CommandError(f"Event {kept.number} is not read when beginning with {first}: begin earlier, or give a later head.")
    if file:
        if first != 1:
            raise CommandError("A file is verified from its beginning.")
        with file.open(encoding="utf-8") as lines:
            return verify(lines_read(lines), kept=kept)
    before = next(entries(AuditEvent.objects.filter(number=first - 1)), None)
    if first > 1 and before is None:
        return BEGINNING, Break(first - 1, "removed", "it is missing")
    head, wrong = verify(stored(first), after=Head(before.number, before.hash) if before else BEGINNING, kept=kept)
    return head, wrong or outside()
