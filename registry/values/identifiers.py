"""Identifiers of modules: ``publisher/slug``."""

from __future__ import annotations

import re
import unicodedata

from registry.errors import Refused

MAX_SLUG = 80
_SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_DANISH = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})  # as København writes itself in addresses


def check_slug(slug: str) -> str:
    """``slug`` itself when it may name a module; raises :class:`Refused` (``slug_invalid``) with a suggestion."""
    if 2 <= len(slug) <= MAX_SLUG and _SLUG.match(slug):
        return slug
    suggestion = slugify(slug)
    raise Refused(
        "slug_invalid",
        f"“{slug[:MAX_SLUG]}” cannot name a module: use 2 to {MAX_SLUG} small letters, digits and single hyphens.",
        where="slug",
        mend=f"Use {suggestion}." if suggestion else "Choose a name such as victim-update.",
    )


def slugify(text: str) -> str:
    """The slug nearest to ``text``, or an empty string."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text.strip()).lower().translate(_DANISH)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_SLUG].strip("-")
    return slug if len(slug) >= 2 else ""


def split_identifier(identifier: str) -> tuple[str, str]:
    """``publisher`` and ``slug`` of ``publisher/slug``; raises :class:`Refused` (``identifier_invalid``)."""
    publisher, slash, slug = identifier.partition("/")
    if not slash or not _SLUG.match(publisher) or not _SLUG.match(slug):
        raise Refused(
            "identifier_invalid", f"“{identifier[:120]}” is not a module such as hampshire/victim-update.", mend="Write publisher/slug."
        )
    return publisher, slug


def provided_name(ecosystem: str, name: str) -> str:
    """``name`` as artefacts of ``ecosystem`` compare it: PEP 503 for Python, otherwise without regard to case.

    A drawing that is imported by its file counts by the file's own name: its folder is the sender's.
    """
    folded = name.strip().casefold()
    if ecosystem in ("bpmn", "dmn") and folded.endswith((".bpmn", ".dmn", ".xml")):
        return re.split(r"[/\\]", folded)[-1]
    return re.sub(r"[-_.]+", "-", folded) if ecosystem == "pypi" else folded
