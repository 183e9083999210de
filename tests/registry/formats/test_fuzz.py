"""Ten thousand mutations of real files, each read and judged as the child does it: read or refused, never a crash, never a hang.

``MOOTHALL_FUZZ=200000`` tries more, of larger files too. Each case follows from its number alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from registry.checks.reading import read_and_judge
from registry.errors import RegistryError
from registry.formats import INSPECTORS
from registry.formats.model import inspection_from_json
from tests.api.conftest import Caller
from tests.make import make_token
from tests.registry.checks.planted import PLANTED
from tests.registry.checks.planted_bots import PLANTED_BOTS
from tests.registry.formats.mutations import mutated

CASES = int(os.environ.get("MOOTHALL_FUZZ", "10000"))
LARGEST = 60_000 if CASES <= 10_000 else 500_000  # bytes of a file that is mutated
SECONDS = 5  # of processor time for one case; the slowest takes a twentieth of that
SHOWN = 12


@dataclass(frozen=True)
class Seed:
    name: str
    data: bytes


class TooSlowError(BaseException):
    """Raised into a case that takes too long; nothing on the way may catch it."""


@pytest.fixture(scope="module")
def seeds(corpus: Path) -> list[Seed]:
    """The real files that are not too large, and a file of each platform with things that the checks find."""
    rows = [json.loads(line) for line in (corpus / "TRUTH.jsonl").read_text(encoding="utf-8").splitlines()]
    real = [Seed(Path(row["path"]).name, (corpus / row["path"]).read_bytes()) for row in rows if row["size"] <= LARGEST]
    return [*real, *(Seed(one.filename, one.data()) for one in (*PLANTED, *PLANTED_BOTS))]


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """End what takes longer than :data:`SECONDS`."""

    def too_slow(*_: object) -> None:
        raise TooSlowError

    former = signal.signal(signal.SIGPROF, too_slow)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, former)


def cases(seeds: Sequence[Seed], count: int) -> Iterator[tuple[int, Seed, str, bytes]]:
    """Small files more often than large ones, so that ten thousand cases take a minute."""
    weights = [1 / (len(seed.data) + 3_000) for seed in seeds]
    datas = [seed.data for seed in seeds]
    for number in range(count):
        chance = random.Random(number)
        (seed,) = chance.choices(seeds, weights)
        way, data = mutated(seed.data, datas, chance)
        for _ in range(chance.choice((0, 0, 0, 1, 2))):  # some more than once
            way, data = mutated(data or b"x", datas, chance)
        yield number, seed, way, data


def outcome(path: Path, name: str) -> str:
    """``read`` and its platform, or the code of the refusal; raises what else happens."""
    try:
        with watched():
            told = read_and_judge(path, name, {"key": "00"})
    except RegistryError as error:
        assert error.code
        assert error.message
        json.dumps([error.code, error.message, error.where, error.mend], ensure_ascii=False).encode()
        return error.code
    failed = [found["where"] or found["title"] for found in told["findings"] if found["code"] == "check_failed"]
    assert not failed, failed
    written = json.dumps(told, ensure_ascii=False)
    written.encode()
    assert "\\u0000" not in written, "a zero byte, which no database keeps"
    inspection = told["inspection"]
    assert inspection_from_json(json.loads(json.dumps(inspection))).as_json() == inspection
    return f"read: {inspection['platform']}"


def test_mutated_files_are_read_or_refused(seeds: list[Seed], tmp_path: Path) -> None:
    path, wrong, outcomes, slowest = tmp_path / "sent", [], Counter[str](), (0.0, "")
    started = time.monotonic()
    for number, seed, way, data in cases(seeds, CASES):
        path.write_bytes(data)
        begun = time.process_time()
        try:
            outcomes[outcome(path, seed.name)] += 1
        except (TooSlowError, Exception) as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            wrong.append(f"case {number}, {seed.name}, {way}: {error!r:.200} at {last.filename.rpartition('/')[2]}:{last.lineno}")
            if len(wrong) == SHOWN:
                break
        slowest = max(slowest, (time.process_time() - begun, f"case {number}, {seed.name}, {way}"))
    print(f"\n{sum(outcomes.values())} cases in {time.monotonic() - started:.1f} s, the slowest {slowest[0] * 1000:.0f} ms ({slowest[1]})")
    print(", ".join(f"{code} {count}" for code, count in outcomes.most_common()))
    assert not wrong, "\n".join(wrong)
    read = {code.removeprefix("read: ") for code in outcomes if code.startswith("read: ")}
    assert read >= {inspector.PLATFORM for inspector in INSPECTORS}, "the mutations reach the inside of every reader"


@pytest.mark.django_db
def test_no_mutated_file_makes_the_api_answer_5xx(seeds: list[Seed]) -> None:
    caller = Caller(make_token("force-a"))
    for number, seed, way, data in cases(seeds, max(60, CASES // 100)):
        answer = caller.form("/api/v1/inspect", {"artefact": SimpleUploadedFile("sent" + Path(seed.name).suffix, data)})
        assert answer.status_code in (200, 422), f"case {number}, {seed.name}, {way}: {answer.status_code} {answer.content[:300]!r}"
