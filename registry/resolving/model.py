"""What a resolution is about: who asks for which module in which range, what may be chosen, and what was."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """A module by its identifier, and the range of versions as npm writes it; empty is any."""

    module: str
    range: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One release that may be chosen, and what it needs. ``key`` is the release's."""

    module: str
    version: str
    needs: tuple[Need, ...]
    key: int

    def __str__(self) -> str:
        return f"{self.module}@{self.version}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for from outside. ``by`` names who asks, as a sentence has it: ``step 2 (Check data)``."""

    by: str
    need: Need


@dataclass(frozen=True, slots=True)
class Chosen:
    """A release that was chosen, and by whom it is required in which range: the words of who asks, or ``publisher/slug@version``."""

    offer: Offer
    required_by: tuple[tuple[str, str], ...]
