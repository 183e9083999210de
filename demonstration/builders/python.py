"""Writes Python wheels: code of our own, core metadata 2.4 and a RECORD that installers verify."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from demonstration.builders.packing import zipped


@dataclass(frozen=True)
class Wheel:
    """A pure-Python distribution: ``modules`` maps a path in the wheel to its source, ``scripts`` a command to ``module:function``."""

    name: str
    version: str
    summary: str
    licence: str
    author: str
    modules: Mapping[str, str]
    requires: tuple[str, ...] = ()
    scripts: Mapping[str, str] = field(default_factory=dict)
    readme: str = ""

    @property
    def filename(self) -> str:
        """As PEP 427 writes it."""
        return f"{self.stem}-py3-none-any.whl"

    @property
    def stem(self) -> str:
        return f"{self.name.replace('-', '_')}-{self.version}"


def wheel_file(wheel: Wheel) -> bytes:
    """A ``.whl`` for any Python 3.11 or later."""
    folder = f"{wheel.stem}.dist-info"
    members: dict[str, str] = dict(wheel.modules)
    members[f"{folder}/METADATA"] = _metadata(wheel)
    members[f"{folder}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: moothall-demonstration\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    if wheel.scripts:
        members[f"{folder}/entry_points.txt"] = "[console_scripts]\n" + "".join(
            f"{name} = {target}\n" for name, target in wheel.scripts.items()
        )
    members[f"{folder}/RECORD"] = "".join(_record(path, text) for path, text in members.items()) + f"{folder}/RECORD,,\n"
    return zipped(members)


def _metadata(wheel: Wheel) -> str:
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {wheel.name}",
        f"Version: {wheel.version}",
        f"Summary: {wheel.summary}",
        f"Author: {wheel.author}",
        f"License-Expression: {wheel.licence}",
        "Requires-Python: >=3.11",
        *(f"Requires-Dist: {requirement}" for requirement in wheel.requires),
        "Description-Content-Type: text/markdown",
    ]
    return "\n".join(lines) + f"\n\n{wheel.readme or wheel.summary}\n"


def _record(path: str, text: str) -> str:
    content = text.encode()
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(content)}\n"
