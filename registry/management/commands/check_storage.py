"""Holds database and artefact store against each other, and says what does not agree."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand

from registry.releases.keeping import named, remove_unused
from registry.releases.models import Artefact, Attachment
from registry.releases.storage import store

GRACE = 24 * 3600  # seconds in which bytes may wait for their transaction


class Command(BaseCommand):
    """Exit 0: everything agrees. Exit 1: something does not, and it is named."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="remove bytes that no release names")
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument("--grace", type=int, default=GRACE, help="seconds for which unnamed bytes are left alone (default: a day)")

    def handle(self, *args: Any, **options: Any) -> None:
        problems = [*wrong_bytes(), *unnamed_bytes(options["grace"])]
        if options["repair"]:
            for problem in problems:
                problem["repaired"] = problem["problem"] == "unnamed" and remove_unused(problem["sha256"])
        if options["json"]:
            self.stdout.write(json.dumps({"artefacts": Artefact.objects.count(), "problems": problems}, indent=2))
        else:
            for problem in problems:
                self.stdout.write(" ".join(f"{key}={value}" for key, value in problem.items()))
            self.stdout.write(f"{Artefact.objects.count()} artefacts checked, {len(problems)} problems")
        if any(not problem.get("repaired") for problem in problems):
            sys.exit(1)


def wrong_bytes() -> Iterator[dict[str, Any]]:
    """Artefacts and attachments whose bytes are missing, of another size, or no longer what their digest says."""
    artefacts = Artefact.objects.select_related("release__module").order_by("sha256").iterator(chunk_size=500)
    yield from _wrong((file, "release", str(file.release)) for file in artefacts)
    attachments = Attachment.objects.select_related("module").order_by("sha256").iterator(chunk_size=500)
    yield from _wrong((file, "module", str(file.module)) for file in attachments)


def _wrong(files: Iterable[tuple[Artefact | Attachment, str, str]]) -> Iterator[dict[str, Any]]:
    checked: dict[str, str] = {}
    for file, kind, owner in files:
        if file.sha256 not in checked:
            checked = {file.sha256: _problem(file)}
        if checked[file.sha256]:
            yield {"problem": checked[file.sha256], "sha256": file.sha256, kind: owner, "filename": file.filename}


def _problem(file: Artefact | Attachment) -> str:
    try:
        if store().size(file.sha256) != file.size:
            return "size"
    except FileNotFoundError:
        return "missing"
    return "" if store().verify(file.sha256) else "damaged"


def unnamed_bytes(grace: int) -> Iterator[dict[str, Any]]:
    """Bytes older than ``grace`` seconds that no release names."""
    now = time.time()
    for digest, written in store().digests():
        if now - written >= grace and not named([digest]):
            yield {"problem": "unnamed", "sha256": digest}
