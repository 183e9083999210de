"""The text of a publiccode.yml, whose makers say on purpose who maintains it: checks know it for that by the name of its field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from registry.formats.publiccode import is_publiccode
from registry.formats.texts import pieces
from registry.formats.texts.model import Fragment

_LOOKED_AT = 64 * 1024  # characters


def looks_like(text: str) -> bool:
    """Whether a text is one."""
    return is_publiccode(text[:_LOOKED_AT])


def read(whole: Fragment) -> Iterator[Fragment]:
    """All of it, line by line."""
    yield from pieces.text(replace(whole, field="what its maintainers say", form="settings", line=1))
