"""Which versions a warning speaks of."""

from __future__ import annotations

from registry.lifecycle.models import Advisory
from registry.lifecycle.resolving import covers
from registry.values.ranges import parse_range


def affects(advisory: Advisory, version: str) -> bool:
    """Whether ``advisory`` speaks of ``version`` of its module."""
    if advisory.withdrawn_at is not None:
        return False
    return version in advisory.versions or (bool(advisory.ranges) and covers(parse_range(advisory.ranges), version))
