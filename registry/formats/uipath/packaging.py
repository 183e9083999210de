"""What NuGet asks of a package beyond its manifest's name and version (learn.microsoft.com/nuget/reference/nuspec, and what `nuget pack` refuses)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from registry.errors import Refused, Unreadable
from registry.formats.archive import Archive
from registry.formats.xml import local_name
from registry.values.licences import parse_licence

MAX_ICON = 1024 * 1024  # bytes (NU5047)
MAX_README = 1024 * 1024  # bytes
SIGNATURE = ".signature.p7s"
_VERSION = r"\d{1,10}(?:\.\d{1,10}){0,3}(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
_VERSIONS = re.compile(_VERSION)
_FLOATING = re.compile(r"\*|\d+(?:\.\d+){0,2}\.\*(?:-\*)?|" + _VERSION.replace("(?:-[0-9A-Za-z-]+", "(?:-[0-9A-Za-z-]*\\*?", 1))
_INTERVAL = re.compile(rf"[\[(]\s*(?P<low>{_VERSION}|\d+(?:\.\d+){{0,2}}\.\*)?\s*(?P<comma>,)?\s*(?P<high>{_VERSION})?\s*[\])]")
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # the object identifier 1.2.840.113549.1.7.2 in DER
_AGAIN = "Publish the package again from its tool."


def check(archive: Archive, manifest: str, metadata: etree._Element, identifier: str, version: str) -> None:
    """Raise :class:`Unreadable` for what a NuGet client would refuse or read in two ways: ``nuspec_id_differs``, ``nuspec_version``,
    ``nuspec_dependency...``, ``nuspec_licence...``, ``nuspec_icon``, ``nuspec_readme``, ``nuget_content_types_missing``,
    ``nuget_signature``.

    A version that is not normalised (``1.0``, ``01.0.0``) is sound: Studio writes such, and NuGet reads them.
    """
    if not archive.has("[Content_Types].xml"):
        raise _wrong("nuget_content_types_missing", "The package has no [Content_Types].xml.", manifest)
    if posixpath.splitext(manifest)[0].casefold() != identifier.casefold():
        raise _wrong("nuspec_id_differs", f"{manifest} describes {identifier[:100]}.", manifest)
    if not _VERSIONS.fullmatch(version):
        raise _wrong("nuspec_version", f"{version[:60]} is not a version of NuGet.", manifest)
    _check_dependencies(metadata, manifest, identifier)
    _check_licence(archive, metadata, manifest)
    _check_icon(archive, metadata, manifest)
    _check_readme(archive, metadata, manifest)
    _check_signature(archive)


def _check_dependencies(metadata: etree._Element, manifest: str, identifier: str) -> None:
    """In each target framework every package once, none of them itself, and in a range that can be read."""
    seen: set[tuple[etree._Element | None, str]] = set()
    for element in _all(metadata, "dependency"):
        name, wanted = (element.get("id") or "").strip(), (element.get("version") or "").strip()
        where = f"{manifest}, dependency {name[:100]}"
        if name.casefold() == identifier.casefold():
            raise _wrong("nuspec_dependency_itself", "The package depends on itself.", where)
        if (element.getparent(), name.casefold()) in seen:
            raise _wrong("nuspec_dependency_twice", f"The package asks for {name[:100]} twice.", where)
        seen.add((element.getparent(), name.casefold()))
        if wanted and not is_range(wanted):
            raise _wrong("nuspec_dependency_range", f"{wanted[:60]} is not a range of NuGet.", where)


def is_range(written: str) -> bool:
    """Whether NuGet reads it as a range: ``1.0``, ``[1.2.3]``, ``[1.0, 2.0)``, ``(,1.0]``, ``1.*``; ``(1.0)`` and ``(,)`` are none."""
    if not written.startswith(("[", "(")):
        return bool(_VERSIONS.fullmatch(written) or _FLOATING.fullmatch(written))
    found = _INTERVAL.fullmatch(written)
    if found is None or not (found["low"] or found["high"]):
        return False
    return bool(found["comma"]) or (bool(found["low"]) and not found["high"] and written[0] == "[" and written[-1] == "]")


def _check_licence(archive: Archive, metadata: etree._Element, manifest: str) -> None:
    given = [child for child in metadata if local_name(child) == "license"]
    if len(given) > 1:
        raise _wrong("nuspec_licence_twice", "The manifest names a licence as an expression and as a file.", manifest)
    for element in given:
        kind, text = element.get("type") or "expression", (element.text or "").strip()
        if kind == "file" and _member(archive, text) is None:
            raise _wrong("nuspec_licence_file", f"The licence {text[:100]} is not in the package.", manifest)
        if kind == "expression":
            try:
                parse_licence(text)
            except Refused as error:
                raise Unreadable("nuspec_licence_unknown", error.message, where=manifest, mend=error.mend) from error


def _check_icon(archive: Archive, metadata: etree._Element, manifest: str) -> None:
    for name in _texts(metadata, "icon"):
        path = _member(archive, name)
        if path is None:
            raise _wrong("nuspec_icon", f"The icon {name[:100]} is not in the package.", manifest)
        if archive.size(path) > MAX_ICON or not archive.read(path).startswith(_PICTURES):
            raise _wrong("nuspec_icon", f"The icon {name[:100]} is no PNG or JPEG of at most {MAX_ICON} bytes.", path)


def _check_readme(archive: Archive, metadata: etree._Element, manifest: str) -> None:
    for name in _texts(metadata, "readme"):
        path = _member(archive, name)
        if path is None:
            raise _wrong("nuspec_readme", f"The README {name[:100]} is not in the package.", manifest)
        if archive.size(path) > MAX_README or b"\0" in archive.read(path):
            raise _wrong("nuspec_readme", f"The README {name[:100]} is no text of at most {MAX_README} bytes.", path)


def _check_signature(archive: Archive) -> None:
    """A signature is a CMS ``SignedData`` (RFC 5652). Who signed is not judged: nobody here trusts a certificate for it."""
    if not archive.has(SIGNATURE):
        return
    data = archive.read(SIGNATURE)
    if data[:1] != b"\x30" or _SIGNED_DATA not in data[:32]:
        raise _wrong("nuget_signature", f"{SIGNATURE} is no signature.", SIGNATURE)


def _member(archive: Archive, written: str) -> str | None:
    """The file of the package that a manifest names with either slash, as Windows would find it."""
    wanted = posixpath.normpath(written.replace("\\", "/")).casefold()
    return next((name for name in archive.names if name.casefold() == wanted), None)


def _texts(metadata: etree._Element, name: str) -> Iterator[str]:
    return (text for child in metadata if local_name(child) == name and (text := (child.text or "").strip()))


def _all(metadata: etree._Element, name: str) -> Iterator[etree._Element]:
    return (element for element in metadata.iter(etree.Element) if local_name(element) == name)


def _wrong(code: str, message: str, where: str) -> Unreadable:
    return Unreadable(code, message, where=where, mend=_AGAIN)
