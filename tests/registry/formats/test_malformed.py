"""Every kind of malformed file is told by its own code, in moments and within bounds. `-s` prints the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.registry.formats.malformed.all_kinds import KINDS
from tests.registry.formats.malformed.kind import MEBIBYTES, SECONDS, Kind, measured, row


@pytest.mark.parametrize("kind", KINDS, ids=[f"{kind.family}: {kind.name}" for kind in KINDS])
def test_a_malformed_file(tmp_path: Path, kind: Kind) -> None:
    path = tmp_path / "sent"
    path.write_bytes(kind.build())
    told = measured(path, kind.filename)
    print(row(kind, told))
    if kind.sound:
        assert not told.code, told.message
    elif kind.found:
        assert (told.code, kind.code in told.findings) == ("", True), told.findings
    else:
        assert told.code == kind.code, told.message
        assert told.message.endswith(".")
        assert told.mend
        assert told.where.isprintable()
    assert told.seconds < SECONDS
    assert told.mebibytes < MEBIBYTES
    assert [left.name for left in tmp_path.iterdir()] == ["sent"]


def test_each_family_is_whole() -> None:
    """As many kinds of each as the list has that they are from; several are told in more shapes than one."""
    wanted = {"ZIP": 46, "TAR.GZ": 22, "NuGet": 16, "Python": 14, "XML": 18, "JSON": 12}
    for family, least in wanted.items():
        assert sum(kind.family == family for kind in KINDS) >= least, family
