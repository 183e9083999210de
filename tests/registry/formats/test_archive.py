"""Damaged and hostile archives: each is refused with its own code, in the child process as well, and nothing stays behind."""

from __future__ import annotations

import gzip
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.errors import Unreadable
from registry.formats import archive, inspect
from registry.formats.artefact import Artefact
from registry.formats.sandbox import inspect_in_child
from tests.registry.formats.hostile import BPMN, Entry, fifield, raw_zip, sdist, tar_gz, tar_member, tarred, zipped

MEGABYTE = 1 << 20


def refusal(path: Path) -> Unreadable:
    """How the file is refused, wherever it is read."""
    with pytest.raises(Unreadable) as refused:
        inspect(path)
    return refused.value


def unicode_path(name: bytes, written: bytes) -> bytes:
    """The extra field in which Info-ZIP gives a second name."""
    return struct.pack("<HHBI", 0x7075, 5 + len(name), 1, zlib.crc32(written)) + name


def link(mode: int = stat.S_IFLNK) -> dict[str, int]:
    return {"attributes": (mode | 0o777) << 16}


ZIPS: dict[str, tuple[Callable[[], bytes], str]] = {
    # Where a name leads
    "parent": (lambda: raw_zip([Entry(b"../pay.bpmn")]), "archive_bad_path"),
    "parent inside": (lambda: raw_zip([Entry(b"a/../../pay.bpmn")]), "archive_bad_path"),
    "parent at the end": (lambda: raw_zip([Entry(b"a/..")]), "archive_bad_path"),
    "absolute": (lambda: raw_zip([Entry(b"/etc/pay.bpmn")]), "archive_bad_path"),
    "drive": (lambda: raw_zip([Entry(b"C:/pay.bpmn")]), "archive_bad_path"),
    "drive without a slash": (lambda: raw_zip([Entry(b"c:pay.bpmn")]), "archive_bad_path"),
    "backslashes": (lambda: raw_zip([Entry(b"..\\pay.bpmn")]), "archive_bad_path"),
    "network share": (lambda: raw_zip([Entry(b"\\\\server\\share\\pay.bpmn")]), "archive_bad_path"),
    "folder outside": (lambda: raw_zip([Entry(), Entry(b"../", b"", deflated=False)]), "archive_bad_path"),
    "stream of a file": (lambda: raw_zip([Entry(b"pay.bpmn:hidden")]), "archive_bad_name"),
    "too long": (lambda: raw_zip([Entry(b"a/" * 300 + b"pay.bpmn")]), "archive_path_too_long"),
    # What a name is made of
    "zero byte": (lambda: raw_zip([Entry(b"pay.bpmn\0.txt")]), "archive_bad_name"),
    "zero byte first": (lambda: raw_zip([Entry(b"\0pay.bpmn")]), "archive_bad_name"),
    "line break": (lambda: raw_zip([Entry(b"pay\n.bpmn")]), "archive_bad_name"),
    "escape": (lambda: raw_zip([Entry(b"pay\x1b[2J.bpmn")]), "archive_bad_name"),
    "turned about": (lambda: raw_zip([Entry("pay\u202enpmb.bpmn".encode())]), "archive_bad_name"),
    "no name": (lambda: raw_zip([Entry(), Entry(b"")]), "archive_bad_name"),
    "not UTF-8": (lambda: raw_zip([Entry(b"p\xff\xfey.bpmn")]), "archive_damaged"),
    "second name": (
        lambda: raw_zip([Entry(b"pay.bpmn", both={"flags": 0, "extra": unicode_path(b"run.exe", b"pay.bpmn")})]),
        "archive_header_mismatch",
    ),
    "second name outside": (
        lambda: raw_zip([Entry(b"pay.bpmn", both={"flags": 0, "extra": unicode_path(b"../pay.bpmn", b"pay.bpmn")})]),
        "archive_header_mismatch",
    ),
    "second name of an outside one": (
        lambda: raw_zip([Entry(b"../p\x91.bpmn", both={"flags": 0, "extra": unicode_path("pæ.bpmn".encode(), b"../p\x91.bpmn")})]),
        "archive_bad_path",
    ),
    # Two of one
    "twice": (lambda: raw_zip([Entry(), Entry()]), "archive_duplicate"),
    "twice by case": (lambda: raw_zip([Entry(), Entry(b"PAY.bpmn")]), "archive_duplicate"),
    "twice by sharp s": (lambda: raw_zip([Entry("straße".encode()), Entry(b"STRASSE")]), "archive_duplicate"),
    "twice by form": (lambda: raw_zip([Entry("bl\u00e5.bpmn".encode()), Entry("bla\u030a.bpmn".encode())]), "archive_duplicate"),
    "twice by slash": (lambda: raw_zip([Entry(b"a/pay.bpmn"), Entry(b"a\\pay.bpmn")]), "archive_duplicate"),
    "twice by dot folder": (lambda: raw_zip([Entry(b"a/pay.bpmn"), Entry(b"./a/./pay.bpmn")]), "archive_duplicate"),
    "twice by doubled slash": (lambda: raw_zip([Entry(b"a/pay.bpmn"), Entry(b"a//pay.bpmn")]), "archive_duplicate"),
    "twice by a dot at the end": (lambda: raw_zip([Entry(), Entry(b"pay.bpmn. ")]), "archive_duplicate"),
    "file and folder": (lambda: raw_zip([Entry(b"A"), Entry(b"a/pay.bpmn")]), "archive_duplicate"),
    # What is no plain file
    "symbolic link": (lambda: raw_zip([Entry(data=b"/etc/passwd", central=link())]), "archive_link"),
    "encrypted": (lambda: raw_zip([Entry(both={"flags": 0x801})]), "archive_encrypted"),
    "strongly encrypted": (lambda: raw_zip([Entry(both={"flags": 0x841})]), "archive_encrypted"),
    "bzip2": (lambda: zipped({"pay.bpmn": BPMN}, zipfile.ZIP_BZIP2), "archive_method"),
    "lzma": (lambda: zipped({"pay.bpmn": BPMN}, zipfile.ZIP_LZMA), "archive_method"),
    "method nobody knows": (lambda: raw_zip([Entry(both={"method": 99})]), "archive_method"),
    "folder with data": (lambda: raw_zip([Entry(b"a/", both={"flags": 0x801})]), "archive_encrypted"),
    # Bombs
    "ratio": (lambda: raw_zip([Entry(data=b"\0" * 4 * MEGABYTE)]), "archive_bomb"),
    "ratio in small parts": (lambda: raw_zip([Entry(b"%d.bpmn" % number, b"\0" * 900_000) for number in range(10)]), "archive_bomb"),
    "zip in a zip in a zip": (
        lambda: zipped({"pay.bpmn": zipped({"b.zip": zipped({"c": b"\0" * 99 * MEGABYTE})})}),
        "xml_damaged",  # the inner archive is opened by nobody; as BPMN it is nothing
    ),
    "says a gigabyte": (lambda: raw_zip([Entry(both={"size": 1 << 30})]), "archive_member_too_large"),
    "says all it can": (lambda: raw_zip([Entry(both={"size": 0xFFFFFFFE})]), "archive_member_too_large"),
    "says less than it holds": (lambda: raw_zip([Entry(both={"size": 10})]), "archive_member_damaged"),
    "says less packed": (lambda: raw_zip([Entry(both={"packed": 10})]), "archive_hidden_data"),
    "one stream, many entries": (lambda: fifield(50, MEGABYTE), "archive_overlap"),
    "nested headers": (
        lambda: raw_zip([Entry(b"outer.bpmn", raw_zip([Entry()]), deflated=False), Entry(b"inner.bpmn", central={"offset": 40})]),
        "archive_overlap",
    ),
    "one entry told twice": (lambda: raw_zip([Entry(), Entry(central={"offset": 0})]), "archive_overlap"),
    # Two descriptions of one entry
    "other name": (lambda: raw_zip([Entry(local={"name": b"nap.bpmn"})]), "archive_header_mismatch"),
    "longer name": (lambda: raw_zip([Entry(local={"name": b"pay.bpmn.exe"})]), "archive_header_mismatch"),
    "other name's script": (lambda: raw_zip([Entry(central={"flags": 0})]), "archive_header_mismatch"),
    "other method": (lambda: raw_zip([Entry(deflated=False, local={"method": 8})]), "archive_header_mismatch"),
    "other size": (lambda: raw_zip([Entry(local={"size": 5})]), "archive_header_mismatch"),
    "other packed size": (lambda: raw_zip([Entry(local={"packed": 5})]), "archive_header_mismatch"),
    "other checksum": (lambda: raw_zip([Entry(local={"crc": 5})]), "archive_header_mismatch"),
    "encrypted at one place": (lambda: raw_zip([Entry(local={"flags": 0x801})]), "archive_header_mismatch"),
    "descriptor and other sizes": (lambda: raw_zip([Entry(both={"flags": 0x808}, local={"size": 5})]), "archive_header_mismatch"),
    "points at nothing": (lambda: raw_zip([Entry(), Entry(b"b.bpmn", central={"offset": 5000})]), "archive_hidden_data"),
    "points into data": (lambda: raw_zip([Entry(), Entry(b"b.bpmn", central={"offset": 60})]), "archive_overlap"),
    "wrong checksum": (lambda: raw_zip([Entry(both={"crc": 7})]), "archive_member_damaged"),
    # What stands around
    "data before": (lambda: raw_zip([Entry()], prefix=b"MZ program"), "not_recognised"),
    "another zip before": (lambda: zipped({"a.bpmn": BPMN}) + zipped({"b.bpmn": BPMN}), "archive_leading_data"),
    "data before, in the offsets": (lambda: raw_zip([Entry(before=b"PK\3\4 program")]), "archive_leading_data"),
    "unlisted entry": (lambda: raw_zip([Entry(), Entry(b"b.bpmn", before=raw_zip([Entry(b"hidden")])[:60])]), "archive_hidden_data"),
    "unlisted entry at the end": (lambda: raw_zip([Entry(after=raw_zip([Entry(b"hidden")])[:60])]), "archive_hidden_data"),
    "data after": (lambda: raw_zip([Entry()], suffix=b"and more"), "archive_trailing_data"),
    "data after the comment": (lambda: raw_zip([Entry()], comment=b"a comment", suffix=b"\0"), "archive_trailing_data"),
    "a zip as comment": (lambda: raw_zip([Entry()], comment=b"x" + zipped({"b.bpmn": BPMN})), "archive_leading_data"),
    "end record in the comment": (lambda: raw_zip([Entry()], comment=b"PK\5\6 and so on"), "archive_damaged"),
    "end record in the directory": (
        lambda: raw_zip([Entry(central={"extra": struct.pack("<HH4s", 0x9999, 4, b"PK\5\6")})]),
        "archive_header_mismatch",
    ),
    "counts more": (lambda: raw_zip([Entry()], count=2), "archive_header_mismatch"),
    "counts fewer": (lambda: raw_zip([Entry(), Entry(b"b.bpmn")], count=1), "archive_header_mismatch"),
    "second disk": (lambda: raw_zip([Entry()], disk=1), "archive_header_mismatch"),
    "directory too long": (lambda: raw_zip([Entry()], length=500), "archive_damaged"),
    "directory elsewhere": (lambda: raw_zip([Entry()], start=9000), "archive_header_mismatch"),
    "truncated": (lambda: raw_zip([Entry()])[:-10], "archive_damaged"),
    "truncated in the directory": (lambda: raw_zip([Entry()])[:-50], "archive_damaged"),
    "first half": (lambda: zipped({"a.bpmn": os.urandom(5000)})[:2500], "archive_damaged"),
    "only an end record": (lambda: raw_zip([]), "not_recognised"),
    "deflate that is none": (lambda: raw_zip([Entry(data=b"\xff" * 90, deflated=False, both={"method": 8})]), "archive_member_damaged"),
}


@pytest.mark.parametrize(("build", "code"), ZIPS.values(), ids=list(ZIPS))
def test_zips_are_refused(tmp_path: Path, build: Callable[[], bytes], code: str) -> None:
    refused_with(tmp_path, build(), code)


GZIPS: dict[str, tuple[Callable[[], bytes], str]] = {
    "parent": (lambda: tar_gz(sdist(("thing-1.0/../../pay.py", b"x"))), "archive_bad_path"),
    "absolute": (lambda: tar_gz(sdist(("/etc/pay.py", b"x"))), "archive_bad_path"),
    "backslashes": (lambda: tar_gz(sdist(("thing-1.0\\..\\..\\pay.py", b"x"))), "archive_bad_path"),
    "drive": (lambda: tar_gz(sdist(("C:\\pay.py", b"x"))), "archive_bad_path"),
    "control character": (lambda: tar_gz(sdist(("thing-1.0/a\x07.py", b"x"))), "archive_bad_name"),
    "not UTF-8": (
        lambda: gzip.compress(tarred(sdist(("thing-1.0/p\udcff.py", b"x")), form=tarfile.GNU_FORMAT)),
        "archive_bad_name",
    ),
    "twice": (lambda: tar_gz(sdist(("thing-1.0/a.py", b"x"), ("thing-1.0/a.py", b"y"))), "archive_duplicate"),
    "twice by case": (lambda: tar_gz(sdist(("thing-1.0/a.py", b"x"), ("thing-1.0/A.py", b"y"))), "archive_duplicate"),
    "file and folder": (lambda: tar_gz(sdist(("thing-1.0/a", b"x"), ("thing-1.0/a/b", b"y"))), "archive_duplicate"),
    "symbolic link": (lambda: tar_gz(sdist(tar_member(tarfile.SYMTYPE, target="/etc/passwd"))), "archive_link"),
    "symbolic link inside": (lambda: tar_gz(sdist(tar_member(tarfile.SYMTYPE, target="PKG-INFO"))), "archive_link"),
    "hard link": (lambda: tar_gz(sdist(tar_member(tarfile.LNKTYPE, target="thing-1.0/PKG-INFO"))), "archive_link"),
    "character device": (lambda: tar_gz(sdist(tar_member(tarfile.CHRTYPE))), "archive_link"),
    "block device": (lambda: tar_gz(sdist(tar_member(tarfile.BLKTYPE))), "archive_link"),
    "pipe": (lambda: tar_gz(sdist(tar_member(tarfile.FIFOTYPE))), "archive_link"),
    "sparse": (lambda: tar_gz(sdist(tar_member(tarfile.GNUTYPE_SPARSE))), "archive_link"),
    "type nobody knows": (lambda: tar_gz(sdist(tar_member(b"Z"))), "archive_link"),
    "link outside the folder": (lambda: tar_gz(sdist(tar_member(tarfile.SYMTYPE, "../../x"))), "archive_bad_path"),
    "bomb": (lambda: tar_gz(sdist(("thing-1.0/a.py", b"\0" * 20 * MEGABYTE))), "archive_bomb"),
    "bomb in parts": (lambda: tar_gz(sdist(*((f"thing-1.0/{n}.py", b"\0" * MEGABYTE) for n in range(20)))), "archive_bomb"),
    "bomb behind the end": (lambda: gzip.compress(tarred(sdist()) + b"\0" * 20 * MEGABYTE), "archive_trailing_data"),
    "says a gigabyte": (
        lambda: gzip.compress(_sized(tar_member(tarfile.REGTYPE), 1 << 30).tobuf() + tarred(sdist())),
        "archive_member_too_large",
    ),
    "second tar behind the end": (lambda: gzip.compress(tarred(sdist()) + tarred(sdist())), "archive_trailing_data"),
    "header with a wrong checksum": (
        lambda: gzip.compress(_spoilt(tarred(sdist(("thing-1.0/a.py", b"x" * 2000))))),
        "archive_trailing_data",
    ),
    "bytes behind the gzip": (lambda: tar_gz(sdist()) + b"and more", "archive_damaged"),
    "wrong gzip checksum": (lambda: tar_gz(sdist())[:-8] + b"\1\2\3\4" + tar_gz(sdist())[-4:], "archive_damaged"),
    "truncated": (lambda: tar_gz(sdist())[:-20], "archive_damaged"),
    "truncated in the header": (lambda: tar_gz(sdist())[:7], "archive_damaged"),
    "gzip of no tar": (lambda: gzip.compress(b"hello"), "archive_damaged"),
    "gzip of nothing": (lambda: gzip.compress(b""), "archive_damaged"),
    "no gzip behind the mark": (lambda: b"\x1f\x8b and more", "archive_damaged"),
    "malformed PAX": (lambda: gzip.compress(_pax(b"9999999999 size=1\n")), "archive_damaged"),
    "PAX size at odds": (lambda: gzip.compress(_pax(b"20 size=99999999999\n")), "archive_member_too_large"),
}


def _sized(info: tarfile.TarInfo, size: int) -> tarfile.TarInfo:
    info.size = size
    return info


def _spoilt(data: bytes) -> bytes:
    """The second header's checksum broken."""
    return data[: 1024 + 148] + b"7777777" + data[1024 + 155 :]


def _pax(records: bytes) -> bytes:
    """A tar whose first member is described by these PAX records."""
    info = tar_member(tarfile.XHDTYPE, "pax")
    info.size = len(records)
    return info.tobuf(tarfile.USTAR_FORMAT) + records.ljust(512, b"\0") + tarred(sdist())


@pytest.mark.parametrize(("build", "code"), GZIPS.values(), ids=list(GZIPS))
def test_tars_are_refused(tmp_path: Path, build: Callable[[], bytes], code: str) -> None:
    refused_with(tmp_path, build(), code)


def refused_with(folder: Path, data: bytes, code: str) -> None:
    """Here and in the child the same code, a sentence and a way to mend it; and no file but the one that was sent."""
    path = folder / "sent"
    path.write_bytes(data)
    refused = refusal(path)
    assert refused.code == code, refused.message
    assert refused.message.endswith(".")
    assert refused.mend
    assert refused.where.isprintable()
    with pytest.raises(Unreadable) as in_child:
        inspect_in_child(path)
    assert (in_child.value.code, in_child.value.message) == (code, refused.message)
    assert [path.name for path in folder.iterdir()] == ["sent"]
    assert path.read_bytes() == data


def test_too_many_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    for name, build in (
        ("x.zip", lambda count: zipped({f"{number}.bpmn": BPMN for number in range(count)})),
        ("x.tar.gz", lambda count: tar_gz(sdist(*((f"thing-1.0/{number}", b"x") for number in range(count - 1))))),
    ):
        path = tmp_path / name
        path.write_bytes(build(3))
        with Artefact(path) as artefact:
            assert len(artefact.archive.names) == 3
        path.write_bytes(build(4))
        assert refusal(path).code == "archive_too_many_files"


def test_too_many_empty_folders_count_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    path = tmp_path / "x.tar.gz"
    path.write_bytes(tar_gz([tar_member(tarfile.DIRTYPE, f"thing-1.0/{number}") for number in range(4)]))
    assert refusal(path).code == "archive_too_many_files"


@pytest.mark.parametrize("build", [zipped, lambda data: tar_gz(list(data.items()))], ids=["zip", "tar"])
def test_too_much_in_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build: Callable[[dict[str, bytes]], bytes]) -> None:
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", 5000)
    path = tmp_path / "x"
    path.write_bytes(build({"a/1": os.urandom(3000), "a/2": os.urandom(2001)}))
    assert refusal(path).code == "archive_too_large"


def test_a_member_above_what_is_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(zipped({"pay.bpmn": BPMN}))
    with Artefact(path) as artefact:
        assert artefact.archive.read("pay.bpmn", limit=len(BPMN)) == BPMN
        for name, limit, code in (("pay.bpmn", len(BPMN) - 1, "archive_member_too_large"), ("none", 99, "archive_member_missing")):
            with pytest.raises(Unreadable) as refused:
                artefact.archive.read(name, limit)
            assert (refused.value.code, refused.value.where) == (code, name)


SOUND = {
    "plain": zipped({"a/pay.bpmn": BPMN}),
    "stored": zipped({"a/pay.bpmn": BPMN}, zipfile.ZIP_STORED),
    "comment": raw_zip([Entry(b"a/pay.bpmn")], comment=b"Made on a Tuesday"),
    "leading dot": raw_zip([Entry(b"./a/pay.bpmn")]),
    "backslashes of old .NET": raw_zip([Entry(b"a\\", b"", deflated=False), Entry(b"a\\pay.bpmn")]),
    "folders": raw_zip([Entry(b"a/", b"", deflated=False), Entry(b"a/pay.bpmn")]),
    "folder that is deflated": raw_zip([Entry(b"a/", b""), Entry(b"a/pay.bpmn")]),
    "descriptor": raw_zip(
        [
            Entry(b"a/pay.bpmn", both={"flags": 0x808}, local={"crc": 0, "packed": 0, "size": 0}, after=Entry().descriptor()),
            Entry(b"b.txt"),
        ]
    ),
    "sizes in a ZIP64 field": raw_zip([Entry(b"a/pay.bpmn", local={"packed": 0xFFFFFFFF, "size": 0xFFFFFFFF, "extra": struct.pack("<HHQQ", 1, 16, len(BPMN), len(Entry().payload()))})]),
    "second name of letters beyond ASCII": raw_zip(
        [Entry(b"a/p\x91y.bpmn", both={"flags": 0, "extra": unicode_path(b"a/pay.bpmn", b"a/p\x91y.bpmn")})]
    ),
    "a zip inside, stored": raw_zip([Entry(b"a/pay.bpmn"), Entry(b"inner.zip", zipped({"b": b"c"}), deflated=False)]),
    "a file of zeros that is small": raw_zip([Entry(b"a/pay.bpmn"), Entry(b"zeros", b"\0" * 900_000)]),
}  # fmt: skip


@pytest.mark.parametrize("data", SOUND.values(), ids=list(SOUND))
def test_what_honest_tools_write_is_read(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    read = inspect_in_child(path)
    assert read.name == "Pay a fine"
    assert read.files[0].path == "a/pay.bpmn"
    assert read.files[0].size == len(BPMN)


def test_a_sound_tar_is_read(tmp_path: Path) -> None:
    path = tmp_path / "thing-1.0.tar.gz"
    folder = tar_member(tarfile.DIRTYPE, "./thing-1.0/src")
    long = "thing-1.0/" + "long-" * 40 + ".py"
    path.write_bytes(tar_gz(sdist(folder, (long, b"import os"), ("./thing-1.0/æ.py", b""))))
    read = inspect_in_child(path)
    assert [record.path for record in read.files] == ["thing-1.0/PKG-INFO", long, "thing-1.0/æ.py"]


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    """The nursery outlives every file it was asked about."""
    path = tmp_path / "x.zip"
    path.write_bytes(raw_zip([Entry(b"../pay.bpmn")]))
    with pytest.raises(Unreadable):
        inspect_in_child(path)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(10):
        with pytest.raises(Unreadable):
            inspect_in_child(path)
    assert len(os.listdir("/proc/self/fd")) == before
