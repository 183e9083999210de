"""The wheels of the demonstration: which of the sources beside this package each version holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from demonstration.builders.python import Wheel, wheel_file
from demonstration.modules.model import File

_SOURCES = Path(__file__).resolve().parent.parent / "wheels"


def wheel(
    name: str,
    version: str,
    *,
    summary: str,
    licence: str,
    author: str,
    sources: tuple[str, ...],
    requires: tuple[str, ...] = (),
    scripts: Mapping[str, str] | None = None,
) -> tuple[File, ...]:
    """One wheel of the named source files of its own package."""
    package = name.replace("-", "_")
    modules = {f"{package}/{source}": (_SOURCES / package / source).read_text(encoding="utf-8") for source in ("__init__.py", *sources)}
    built = Wheel(name, version, summary, licence, author, modules, requires, scripts or {})
    return (File(built.filename, wheel_file(built)),)
