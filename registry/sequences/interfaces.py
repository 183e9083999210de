"""The interfaces of releases, as the check of a sequence's steps reads them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from registry.formats.arguments import Argument
from registry.formats.model import EntryPoint
from registry.releases.models import Release
from registry.sequences.checking import Interface


def interface_of(release: Release) -> Interface:
    """What ``release`` can be called by; its module and inspection must be loaded."""
    points = entry_points_from_json(release.inspection.get("entry_points", ()))
    return Interface(release.module.identifier, release.version, release.platform, points)


def interfaces_of(releases: Iterable[Release]) -> dict[str, Interface]:
    """The interfaces by the identifier of the module; of several releases of one module the last counts."""
    return {release.module.identifier: interface_of(release) for release in releases}


def entry_points_from_json(data: Iterable[dict[str, Any]]) -> tuple[EntryPoint, ...]:
    """The entry points as a stored inspection has them."""
    return tuple(_point(point) for point in data)


def _point(data: dict[str, Any]) -> EntryPoint:
    inputs, outputs = (tuple(Argument(**argument) for argument in data[side]) for side in ("inputs", "outputs"))
    return EntryPoint(data["name"], inputs, outputs, data.get("description", ""))
