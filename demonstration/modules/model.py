"""What a module of the demonstration consists of, before it is published like any other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "readme"


@dataclass(frozen=True)
class File:
    """One artefact as its publisher would send it."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Edition:
    """One release: ``build`` makes its files for the given version; ``yanked`` is the reason of one that was withdrawn.

    ``stays`` names the state in which its review stands when the demonstration begins; by default it was listed.
    """

    version: str
    changes: str
    build: Callable[[str], tuple[File, ...]]
    yanked: str = ""
    stays: str = "listed"


@dataclass(frozen=True)
class Owner:
    """Who answers for a module (a post or team, never a person) and whose property it is."""

    name: str
    email: str
    ip_type: str
    ip_owner: str


@dataclass(frozen=True)
class Entry:
    """One module with its releases, oldest first. Empty texts take the registry's defaults."""

    publisher: str
    slug: str
    title: str
    summary: str
    business_area: str
    licence: str
    systems: tuple[str, ...]
    owner: Owner
    editions: tuple[Edition, ...]
    reuse: str = "offer"
    visibility: str = "partnership"
    marking: str = "OFFICIAL"
    handling: str = ""
    language: str = "en-GB"
    dependencies: tuple[str, ...] = ()
    share_with: tuple[str, ...] = ()
    data: tuple[str, ...] = ("contact",)  # categories of data about people
    law_enforcement: bool = False
    is_offered: bool = False  # its public part is listed, so that others can ask for it
    deprecated: str = ""
    successor: str = ""

    @property
    def identifier(self) -> str:
        return f"{self.publisher}/{self.slug}"

    @property
    def readme(self) -> str:
        """The Markdown beside this package."""
        return (README / self.publisher / f"{self.slug}.md").read_text(encoding="utf-8")
