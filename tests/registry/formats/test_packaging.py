"""NuGet's rules: what its own tools write is taken, and each rule can be broken alone (`malformed/nuget_kinds.py`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.errors import Unreadable
from registry.formats import inspect
from registry.formats.model import Inspection
from registry.formats.uipath.packaging import is_range
from tests.registry.formats.malformed.nuget_kinds import NAMED, PNG, need, needing, nuspec, package


def read(folder: Path, data: bytes) -> Inspection:
    path = folder / "Fines.1.0.0.nupkg"
    path.write_bytes(data)
    return inspect(path)


@pytest.mark.parametrize("written", [
    "1", "1.0", "1.0.0", "1.0.0.1", "01.0", "1.0.0-beta", "1.0.0-beta.2+build.7", "4.5.0-2.22527.10", "[1.2.3]", "[ 1.2.3 ]", "[1.0,2.0)", "[5.2.7, 5.3.0)", "(1.0,)", "(,1.0]",
    "[1.0, ]", "(1.0, 2.0)", "*", "1.*", "1.2.*", "1.0.0-*", "1.0.0-beta*", "[1.*, 2.0)",
])  # fmt: skip
def test_ranges(written: str) -> None:
    assert is_range(written)


@pytest.mark.parametrize(
    "written",
    [
        "(1.0)",
        "(,)",
        "[,]",
        "[]",
        "[1.0",
        "1.0]",
        "[1.0,2.0,3.0]",
        "1.0 2.0",
        "^1.0",
        ">=1.0",
        "latest",
        "1..0",
        "$version$",
        "[,1.0",
        "1.0.0.0.0",
        "-1",
        "9" * 11,
    ],
)
def test_no_ranges(written: str) -> None:
    assert not is_range(written)


def test_a_long_range_is_told_in_no_time() -> None:
    assert not is_range("1.0.0-" + "a." * 50_000 + "!")
    assert not is_range("[" + " " * 100_000)


SOUND = {
    "nothing more": package(),
    "the same in two frameworks": package(f'{NAMED}<dependencies><group targetFramework="net6.0">{need("A", "1")}</group><group targetFramework="net8.0">{need("A", "2")}</group></dependencies>'),
    "no range": needing('<dependency id="A"/>'),
    "licence": package(f'{NAMED}<license type="expression">MIT OR EUPL-1.2</license>'),
    "own licence": package(f'{NAMED}<license type="expression">LicenseRef-Council-1</license>'),
    "licence in a file, with a backslash": package(f'{NAMED}<license type="file">docs\\LICENCE.txt</license>', {"docs/licence.txt": b"x"}),
    "licence and its old address": package(f'{NAMED}<license type="expression">MIT</license><licenseUrl>https://licenses.nuget.org/MIT</licenseUrl>'),
    "icon": package(f"{NAMED}<icon>images\\icon.png</icon>", {"images/icon.png": PNG}),
    "icon at an address": package(f"{NAMED}<iconUrl>https://example.org/i.png</iconUrl>"),
    "README": package(f"{NAMED}<readme>README.md</readme>", {"README.md": "Sådan".encode()}),
    "manifest in small letters": package(without="Fines.nuspec", files={"fines.nuspec": nuspec(NAMED)}),
    "signed": package(files={".signature.p7s": bytes.fromhex("308201f006092a864886f70d010702a08201e1") + b"\0" * 99}),
    "four parts and a build": package("<id>Fines</id><version>1.0.0.7-rc.1+a.b</version>"),
}  # fmt: skip


@pytest.mark.parametrize("data", SOUND.values(), ids=list(SOUND))
def test_what_nugets_tools_write(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data).kind == "uipath-nupkg-process"


@pytest.mark.parametrize(("data", "where"), [
    (needing(need("A", "x")), "Fines.nuspec, dependency A"),
    (package(f"{NAMED}<icon>i.png</icon>", {"i.png": b"GIF89a"}), "i.png"),
    (package(files={".signature.p7s": b""}), ".signature.p7s"),
    (package(files={".signature.p7s": b"\x30" + b"\0" * 40}), ".signature.p7s"),
])  # fmt: skip
def test_the_place_is_told(tmp_path: Path, data: bytes, where: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, data)
    assert refused.value.where == where
    assert refused.value.mend
