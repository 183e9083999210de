"""Reads an artefact and runs the checks of its content, both in one child process: one reading gives inspection and findings."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from registry.checks import CHECKS
from registry.checks.model import Found, Reading, Subject, fingerprint
from registry.formats import read
from registry.formats.sandbox import MEMORY, SECONDS, in_child

_SEVERITIES = {"stop": 0, "answer": 1, "note": 2}


def read_in_child(path: Path, filename: str, *, key: bytes, memory: int = MEMORY, seconds: int = SECONDS) -> Reading:
    """What the file at ``path`` says and what the checks of content notice in it; ``key`` is what fingerprints are made with.

    Raises whatever the reader refuses, and what :func:`registry.formats.sandbox.in_child` raises.
    """
    return Reading.from_json(in_child(read_and_judge, path, filename, {"key": key.hex()}, memory=memory, seconds=seconds), filename)


def read_and_judge(path: Path, filename: str, told: dict[str, Any]) -> dict[str, Any]:
    """In the child: the inspection and the findings as JSON."""
    inspection, content = read(path, filename)
    subject = Subject(inspection, content, bytes.fromhex(told["key"]))
    findings = sorted(_judged(subject), key=lambda found: _SEVERITIES[found.severity])
    return {"inspection": inspection.as_json(), "findings": [dataclasses.asdict(found) for found in findings]}


def _judged(subject: Subject) -> Iterator[Found]:
    for check in CHECKS:
        try:
            yield from check.run(subject)
        except Exception as error:  # a check that fails has judged nothing, and the release may not pass for that
            yield Found(
                "check_failed",
                "answer",
                f"The check {check.CODE} could not be done",
                why=f"It ended with {type(error).__name__}, so it has judged nothing.",
                mend="Tell the stewards. A reviewer has to look for what it would have found.",
                fingerprint=fingerprint(subject.key, "check_failed", check.CODE),
            )
