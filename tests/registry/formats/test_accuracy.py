"""The readers against real artefacts of their platforms."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.registry.formats.accuracy import Count, score, table


def test_the_corpus_is_read_right(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows, wrong = score(corpus)
    with capsys.disabled():
        print("\n" + table(rows))
        print("\n".join(wrong))
    for kind, row in rows.items():
        assert (row.kind, row.name, row.version) == (row.files,) * 3, kind
    for name in ("dependencies", "entry_points", "applications"):
        total = Count()
        for row in rows.values():
            one: Count = getattr(row, name)
            total.there, total.found, total.told, total.right = (
                total.there + one.there,
                total.found + one.found,
                total.told + one.told,
                total.right + one.right,
            )
        assert total.found >= 0.97 * total.there, name
        # A library's public workflows are told by rule and not by the truth: they are not counted as wrong.
        assert total.right >= 0.97 * total.told - (3 if name == "entry_points" else 0), name
