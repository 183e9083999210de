"""The demonstration's modules, one file for each organisation, in the order in which they are published."""

from __future__ import annotations

from itertools import chain, zip_longest

from demonstration.modules import (
    brightloop,
    hampshire_blueprism,
    hampshire_people,
    hampshire_rms,
    kobenhavn,
    met,
    more_platforms,
    sequences,
    thames_valley,
    wiltshire,
)
from demonstration.modules.model import Edition, Entry, File

__all__ = ["ENTRIES", "Edition", "Entry", "File"]

_SHELVES = (brightloop, hampshire_rms, thames_valley, kobenhavn, hampshire_blueprism, wiltshire, met, hampshire_people)

# Modules dealt round, so that the newest releases come from several organisations; then what is made of them, and what came out since.
_MODULES = (entry for entry in chain.from_iterable(zip_longest(*(shelf.ENTRIES for shelf in _SHELVES))) if entry is not None)
ENTRIES: tuple[Entry, ...] = (*_MODULES, *sequences.ENTRIES, *kobenhavn.LATER, *more_platforms.ENTRIES)
