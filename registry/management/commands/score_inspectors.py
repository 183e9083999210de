"""Holds what the readers find in a folder of real artefacts against its TRUTH.jsonl, and prints the shares found and right."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registry.errors import RegistryError
from registry.formats.scoring import below, score, table


class Command(BaseCommand):
    """Exit 0: every share reaches its floor. Exit 1: one does not, or the corpus has errors."""

    help = __doc__
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="the folder that holds TRUTH.jsonl; its paths are relative to it")
        parser.add_argument("--floors", type=Path, help="JSON: platform (or all) -> field -> least share from 0 to 1")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            floors = json.loads(options["floors"].read_text(encoding="utf-8")) if options["floors"] else {}
            result = score(options["directory"])
        except (OSError, ValueError) as error:
            raise CommandError(f"The floors cannot be read: {error}") from error
        except RegistryError as error:
            raise CommandError(f"{error.message} {error.mend}") from error
        under = below(result, floors)
        if options["json"]:
            self.stdout.write(json.dumps({**result.as_json(), "below": under}, ensure_ascii=False, indent=2))
        else:
            groups = {"wrong": result.wrong, "not understood": result.unknown, "error": result.errors, "below": under}
            self.stdout.write("\n".join([*table(result), *(f"{words}: {line}" for words, lines in groups.items() for line in lines)]))
        if under or result.errors:
            sys.exit(1)
