"""What the API answers about process sequences."""

from __future__ import annotations

from typing import Annotated, TypedDict


class LockedStepShape(TypedDict):
    """What a step resolved to."""

    id: Annotated[str, "As it was sent"]
    module: Annotated[str, "publisher/slug, as the module is called now"]
    range: Annotated[str, "As it was sent"]
    entry_point: Annotated[str, "What of the module is called; empty for its first"]
    version: str


class LockedFileShape(TypedDict):
    """A file of a locked release."""

    filename: str
    sha256: str
    size: Annotated[int, "Bytes"]


class RequirerShape(TypedDict):
    """Who asks for a module, and in which range."""

    by: Annotated[str, "step: and its id, sequence for what its publisher declares, or publisher/slug@version"]
    range: Annotated[str, "In npm's grammar; empty or * is any version"]


class LockedModuleShape(TypedDict):
    """A release that the sequence comes to, directly or by what others need."""

    module: str
    version: str
    licence: str
    sha256: Annotated[str, "The release's digest, over the names and digests of its files"]
    artefacts: list[LockedFileShape]
    required_by: list[RequirerShape]


class OutsideShape(TypedDict):
    """Something that is needed and that no module here provides."""

    ecosystem: str
    name: str
    range: Annotated[str, "As its platform writes it"]
    required_by: Annotated[list[str], "publisher/slug@version"]


class LockShape(TypedDict):
    """A lock: canonical JSON, of which the same question always has the same bytes while no release changes."""

    lock: Annotated[int, "Version of this format: 1"]
    steps: list[LockedStepShape]
    modules: Annotated[list[LockedModuleShape], "By identifier"]
    outside: list[OutsideShape]
