"""The 16 kinds of NuGet package that are turned away."""

from __future__ import annotations

import base64
import random
import re
from functools import partial

from tests.registry.formats.hostile import Entry, raw_zip, zipped
from tests.registry.formats.malformed.kind import Kind

NAMED = "<id>Fines</id><version>1.0.0</version><authors>Hampshire</authors>"
PROJECT = (
    b'{"name": "Fines", "projectVersion": "1.0.0", "dependencies": {}, "main": "Main.xaml", "designOptions": {"outputType": "Process"}}'
)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
NOISE = random.Random(1).randbytes(1_100_000)
_nuget = partial(Kind, "NuGet", filename="Fines.1.0.0.nupkg")


def nuspec(metadata: str) -> bytes:
    return f'<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata>{metadata}</metadata></package>'.encode()


def members(metadata: str = NAMED, files: dict[str, bytes] | None = None) -> dict[str, bytes]:
    """What a package of a UiPath process holds."""
    return {"[Content_Types].xml": b"<Types/>", "Fines.nuspec": nuspec(metadata), "content/project.json": PROJECT, **(files or {})}


def package(metadata: str = NAMED, files: dict[str, bytes] | None = None, without: str = "") -> bytes:
    return zipped({name: data for name, data in members(metadata, files).items() if name != without})


def needing(*needs: str) -> bytes:
    """A package with these dependencies, as ``<dependency>`` elements of one target framework."""
    return package(f'{NAMED}<dependencies><group targetFramework="net6.0">{"".join(needs)}</group></dependencies>')


def need(name: str, wanted: str) -> str:
    return f'<dependency id="{name}" version="{wanted}"/>'


def lying() -> bytes:
    """A package of which a member is longer than it declares."""
    entries = [Entry(name.encode(), data) for name, data in members().items()]
    entries[-1].both = {"size": 10}
    return raw_zip(entries)


KINDS: tuple[Kind, ...] = (
    _nuget("no nuspec", lambda: package(without="Fines.nuspec", files={"content/project.json": b"{}"}), "not_recognised"),
    _nuget("several nuspecs", lambda: package(files={"Other.nuspec": nuspec(NAMED)}), "nuspec_several"),
    _nuget("nuspec not at root", lambda: package(without="Fines.nuspec", files={"package/Fines.nuspec": nuspec(NAMED)}), "nuspec_not_at_root"),
    _nuget("id mismatch", lambda: package(re.sub("Fines", "Taxes", NAMED)), "nuspec_id_differs"),
    _nuget("invalid id", lambda: package("<id>../x</id><version>1.0</version>"), "nuspec_id"),
    _nuget("invalid version", lambda: package("<id>Fines</id><version>$version$</version>"), "nuspec_version"),
    _nuget("version not normalised", lambda: package("<id>Fines</id><version>01.0</version>"), sound="NuGet and Studio take it; we normalise"),
    _nuget("bad dependency range", lambda: needing(need("A", "[1.0")), "nuspec_dependency_range"),
    _nuget("duplicate dependency", lambda: needing(need("A", "1.0"), need("a", "2.0")), "nuspec_dependency_twice"),
    _nuget("self dependency", lambda: needing(need("fines", "1.0")), "nuspec_dependency_itself"),
    _nuget("unknown SPDX expression", lambda: package(f'{NAMED}<license type="expression">Council-Own</license>'), "nuspec_licence_unknown"),
    _nuget("licence file missing", lambda: package(f'{NAMED}<license type="file">LICENCE.txt</license>'), "nuspec_licence_file"),
    _nuget("expression and file together", lambda: package(f'{NAMED}<license type="expression">MIT</license><license type="file">L</license>', {"L": b"x"}), "nuspec_licence_twice"),
    _nuget("icon missing", lambda: package(f"{NAMED}<icon>images/icon.png</icon>"), "nuspec_icon"),
    _nuget("icon too large", lambda: package(f"{NAMED}<icon>i.png</icon>", {"i.png": PNG + NOISE}), "nuspec_icon"),
    _nuget("icon of the wrong type", lambda: package(f"{NAMED}<icon>i.png</icon>", {"i.png": b"<svg/>"}), "nuspec_icon"),
    _nuget("README missing", lambda: package(f"{NAMED}<readme>README.md</readme>"), "nuspec_readme"),
    _nuget("README too long", lambda: package(f"{NAMED}<readme>R.md</readme>", {"R.md": base64.b64encode(NOISE)}), "nuspec_readme"),
    _nuget("README binary", lambda: package(f"{NAMED}<readme>R.md</readme>", {"R.md": b"\0\1\2"}), "nuspec_readme"),
    _nuget("content types missing", lambda: package(without="[Content_Types].xml"), "nuget_content_types_missing"),
    _nuget("declared length differs", lying, "archive_member_damaged"),
    _nuget("invalid signature", lambda: package(files={".signature.p7s": b"signed, honestly"}), "nuget_signature"),
)  # fmt: skip
