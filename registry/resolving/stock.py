"""The shelves of one question, and what stands on them, as resolvelib takes it: candidates and requirements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from registry.resolving.effort import MAX_MODULES, Effort, TooMany
from registry.resolving.model import Asked, Offer
from registry.resolving.shelf import Shelf


class Pick:
    """One offer on its shelf: what resolvelib calls a candidate."""

    __slots__ = ("module", "offer", "place", "wants")

    def __init__(self, module: str, place: int, offer: Offer) -> None:
        self.module, self.place, self.offer = module, place, offer
        self.wants: tuple[Want, ...] | None = None


class Want:
    """Somebody's need, as the bits of what keeps it: what resolvelib calls a requirement. ``by`` is None for what only keeps the order."""

    __slots__ = ("bits", "by", "module", "range")

    def __init__(self, module: str, bits: int, text: str, by: Asked | Pick | None) -> None:
        self.module, self.bits, self.range, self.by = module, bits, text, by


class Stock:
    """Every shelf that was looked at; made once for all attempts at one question."""

    def __init__(self, offers: Mapping[str, Sequence[Offer]], effort: Effort, *, prereleases: bool) -> None:
        self._offers = offers
        self.effort = effort
        self._prereleases = prereleases
        self._shelves: dict[str, Shelf] = {}
        self._picks: dict[tuple[str, int], Pick] = {}

    def shelf(self, module: str) -> Shelf:
        """The shelf of ``module``, empty where nothing may be taken; raises :class:`TooMany`."""
        if module not in self._shelves:
            if len(self._shelves) >= MAX_MODULES:
                raise TooMany
            offers = self._offers.get(module, ())
            self.effort.spend(len(offers))
            self._shelves[module] = Shelf(offers, prereleases=self._prereleases)
        return self._shelves[module]

    def picks(self, module: str, bits: int) -> Iterator[Pick]:
        """Those of ``bits``, newest first."""
        shelf = self.shelf(module)
        for place in shelf.chosen(bits):
            if (module, place) not in self._picks:
                self._picks[module, place] = Pick(module, place, shelf.offers[place])
            yield self._picks[module, place]

    def asked(self, asked: Asked) -> Want:
        """What ``asked`` wants."""
        return Want(asked.need.module, self.shelf(asked.need.module).fits(asked.need.range), asked.need.range, asked)

    def wants(self, pick: Pick) -> tuple[Want, ...]:
        """What ``pick`` wants."""
        if pick.wants is None:
            needs = sorted(pick.offer.needs, key=lambda need: (need.module, need.range))
            self.effort.spend(len(needs))
            found = [Want(need.module, self.shelf(need.module).fits(need.range), need.range, pick) for need in needs]
            # That a release wants its own module keeps resolvelib from jumping back over it, by which it may miss an answer.
            pick.wants = (*found, Want(pick.module, self.shelf(pick.module).everything, "", None))
        return pick.wants
