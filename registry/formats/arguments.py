"""A typed input or output, of an entry point or of a step."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Argument:
    """One typed input or output; ``type`` is as the platform writes it."""

    name: str
    type: str = ""
    required: bool | None = None
    description: str = ""
