"""Zips as honest tools write them are read: Python, Info-ZIP to a file and to a pipe, jar, .NET, Windows Explorer, 7-Zip, with ZIP64 and without."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.errors import Unreadable
from registry.formats.archive import open_zip
from tests.registry.formats.hostile import BPMN, Entry, raw_zip
from tests.registry.formats.malformed.zip_kinds import many, streamed, wide_zip, with_wide_field


class Pipe:
    """Something that can be written to and not sought."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> int:
        self.data += data
        return len(data)

    def flush(self) -> None:
        pass


def by_python(*, pipe: bool = False, wide: bool = False, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = Pipe() if pipe else io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:  # type: ignore[arg-type]
        with archive.open("a/pay.bpmn", "w", force_zip64=wide) as member:
            member.write(BPMN)
        archive.writestr("empty.txt", b"")
    return out.data if isinstance(out, Pipe) else out.getvalue()


def by_windows() -> bytes:
    """Explorer: made on FAT (system 0), the UTF-8 flag only where a name needs it, and folders of their own."""
    umlaut = Entry("a/sk\u00e6r.txt".encode(), b"x", both={"flags": 0x800})
    return raw_zip([Entry(b"a/", b"", deflated=False, both={"flags": 0}), Entry(b"a/pay.bpmn", both={"flags": 0}), umlaut])


def by_old_dotnet() -> bytes:
    """.NET Framework before 4.6.1 wrote backslashes."""
    return raw_zip([Entry(b"a\\pay.bpmn"), Entry(b"a\\b\\c.txt", b"x")])


def by_seven_zip() -> bytes:
    """7-Zip tells file times in an NTFS field, in the directory alone."""
    times = struct.pack("<HHIHH3Q", 0x000A, 32, 0, 1, 24, 1, 2, 3)
    return raw_zip([Entry(b"a/pay.bpmn", central={"extra": times})])


def aligned() -> bytes:
    """Tools that align members fill an extra field with zeros."""
    return raw_zip([Entry(b"a/pay.bpmn", local={"extra": b"\0" * 7})])


MADE: dict[str, Callable[[], bytes]] = {
    "Python": by_python,
    "Python, stored": lambda: by_python(method=zipfile.ZIP_STORED),
    "Python to a pipe": lambda: by_python(pipe=True),
    "Python with ZIP64": lambda: by_python(wide=True),
    "Python to a pipe with ZIP64": lambda: by_python(pipe=True, wide=True),
    "Windows Explorer": by_windows,
    "old .NET": by_old_dotnet,
    "7-Zip": by_seven_zip,
    "aligned": aligned,
    "descriptor without its signature": lambda: streamed(Entry().descriptor(signed=False)),
    "descriptor in 64 bits": lambda: streamed(Entry().descriptor(wide=True)),
    "descriptor in 64 bits, without its signature": lambda: streamed(Entry().descriptor(signed=False, wide=True)),
    "end of a large archive": wide_zip,
    "size in a ZIP64 field": lambda: with_wide_field(struct.pack("<HHQ", 1, 8, len(BPMN))),
    "twenty thousand files": lambda: many(20_000),
}


@pytest.mark.parametrize("build", MADE.values(), ids=list(MADE))
def test_honest_zips(build: Callable[[], bytes]) -> None:
    archive = open_zip(io.BytesIO(build()))
    name = next((name for name in archive.names if name.endswith("pay.bpmn")), None)
    assert name is None or archive.read(name) == BPMN
    assert archive.files()


def test_one_more_is_too_many() -> None:
    with pytest.raises(Unreadable) as refused:
        open_zip(io.BytesIO(many(20_001)))
    assert refused.value.code == "archive_too_many_files"


@pytest.mark.parametrize("command", [["zip", "-qr", "-", "."], ["jar", "c", "."]], ids=" ".join)
def test_tools_that_are_here(tmp_path: Path, command: list[str]) -> None:
    if not shutil.which(command[0]):
        pytest.skip(f"no {command[0]} on this machine")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "pay.bpmn").write_bytes(BPMN)
    (tmp_path / "a" / "empty").write_bytes(b"")
    made = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout
    archive = open_zip(io.BytesIO(made))
    assert archive.read("a/pay.bpmn") == BPMN
    assert archive.read("a/empty") == b""


def test_info_zips_large_archives(tmp_path: Path) -> None:
    if not shutil.which("zip"):
        pytest.skip("no zip on this machine")
    (tmp_path / "pay.bpmn").write_bytes(BPMN)
    subprocess.run(["zip", "-q", "-fz", "made.zip", "pay.bpmn"], cwd=tmp_path, check=True)
    made = (tmp_path / "made.zip").read_bytes()
    assert b"PK\6\6" in made
    assert open_zip(io.BytesIO(made)).read("pay.bpmn") == BPMN


def refusal(data: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        open_zip(io.BytesIO(data)).files()
    return refused.value.code


def test_each_part_of_a_descriptor_counts() -> None:
    right = (Entry().fields()["crc"], len(Entry().payload()), len(BPMN))
    for number in range(3):
        for form in ("<4sIII", "<4sIQQ"):
            wrong = [value + (place == number) for place, value in enumerate(right)]
            assert refusal(streamed(struct.pack(form, b"PK\7\x08", *wrong))) == "archive_header_mismatch"
    assert refusal(streamed(b"")) == "archive_header_mismatch"
    assert refusal(streamed(Entry().descriptor()[:-1])) == "archive_header_mismatch"
    assert refusal(streamed(Entry().descriptor() + b"\0" * 9)) == "archive_hidden_data"


def test_sizes_in_a_members_own_zip64_field_must_be_those_of_the_directory() -> None:
    full = {"packed": 0xFFFFFFFF, "size": 0xFFFFFFFF}
    right = struct.pack("<HHQQ", 1, 16, len(BPMN), len(Entry().payload()))
    assert open_zip(io.BytesIO(raw_zip([Entry(local={**full, "extra": right})]))).names == ["pay.bpmn"]
    assert refusal(raw_zip([Entry(local={**full, "extra": struct.pack("<HHQQ", 1, 16, 1, 1)})])) == "archive_header_mismatch"
    assert refusal(raw_zip([Entry(local={**full, "extra": right[:2] + b"\x08\0" + right[4:12]})])) == "archive_zip64"
    assert refusal(raw_zip([Entry(local=full)])) == "archive_header_mismatch"


def test_extra_fields_that_contradict_one_another() -> None:
    field = struct.pack("<HHI", 7, 4, 1)
    for extra in (field * 2, field[:-1], struct.pack("<HH", 7, 60000), b"\1"):
        assert refusal(raw_zip([Entry(local={"extra": extra})])) == "archive_extra_field", extra
    assert refusal(raw_zip([Entry(central={"extra": b"\1"})])) == "archive_extra_field"


@pytest.mark.parametrize("name", ["NUL", "con", "a/AUX.txt", "lpt1.bpmn", "COM\u00b2", "nul .txt", "CONIN$", "prn/a"])
def test_names_of_devices(name: str) -> None:
    assert refusal(raw_zip([Entry(name.encode())])) == "archive_bad_name"


@pytest.mark.parametrize("name", ["null", "console.txt", "a.con", "com10", "com", "auxiliary/x", "printer"])
def test_names_that_only_look_like_it(name: str) -> None:
    assert open_zip(io.BytesIO(raw_zip([Entry(name.encode())]))).names == [name]


def test_a_directory_of_a_million_is_never_made_into_objects() -> None:
    data = many(400_000)
    started = time.process_time()
    assert refusal(data) == "archive_too_many_files"
    assert time.process_time() - started < 1


def test_time_grows_with_the_number_of_files_alone() -> None:
    def taken(count: int) -> float:
        data = io.BytesIO(many(count))
        started = time.process_time()
        open_zip(data)
        return time.process_time() - started

    taken(100)
    assert taken(16_000) < 30 * max(taken(2_000), 0.01)
