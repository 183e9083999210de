"""Tries versions, newest first, going back where they do not fit: our side of resolvelib."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from resolvelib import AbstractProvider, BaseReporter
from resolvelib.resolvers import Resolution, ResolutionImpossible

from registry.resolving.effort import MAX_MODULES, Effort, TooMany
from registry.resolving.model import Asked, Offer
from registry.resolving.shelf import Shelf

MAX_CLASHES = 200  # kept to explain by
_ROUNDS = 1_000_000  # more than the effort allows


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


class Provider(AbstractProvider[Want, Pick, str]):
    """What resolvelib asks us. What is asked for from outside is settled first, the rest by name; ``clashes`` are the wants no version keeps."""

    def __init__(self, stock: Stock, asked: Iterable[Asked]) -> None:
        self._stock = stock
        self._asked = {each.need.module for each in asked}
        self.clashes: dict[tuple[Want, ...], None] = {}

    def identify(self, requirement_or_candidate: Want | Pick) -> str:
        return requirement_or_candidate.module

    def get_preference(self, identifier: str, *others: Any, **more: Any) -> Any:
        return identifier not in self._asked, identifier

    def narrow_requirement_selection(
        self, identifiers: Iterable[str], *others: Any, backtrack_causes: Sequence[Any] = (), **more: Any
    ) -> Iterable[str]:
        """What just failed comes first, so that nothing beside it is tried again and again."""
        failed = {cause.requirement.module for cause in backtrack_causes}
        failed |= {cause.parent.module for cause in backtrack_causes if cause.parent is not None}
        every = list(identifiers)
        self._stock.effort.spend(len(every))
        return [each for each in every if each in failed] or every

    def find_matches(
        self, identifier: str, requirements: Mapping[str, Iterator[Want]], incompatibilities: Mapping[str, Iterator[Pick]]
    ) -> Callable[[], Iterator[Pick]]:
        wants = tuple(requirements[identifier])
        self._stock.effort.spend(len(wants))
        bits = self._stock.shelf(identifier).everything
        for want in wants:
            bits &= want.bits
        if not bits and len(self.clashes) < MAX_CLASHES:
            self.clashes.setdefault(tuple(want for want in wants if want.by is not None))
        for pick in incompatibilities[identifier]:
            bits &= ~(1 << pick.place)
        return lambda: self._stock.picks(identifier, bits)

    def is_satisfied_by(self, requirement: Want, candidate: Pick) -> bool:
        self._stock.effort.spend()
        return bool(requirement.bits >> candidate.place & 1)

    def get_dependencies(self, candidate: Pick) -> Iterable[Want]:
        wants = self._stock.wants(candidate)
        self._stock.effort.spend(len(wants))
        return wants


class _InOrder(Resolution[Want, Pick, str]):
    """Goes back step by step. resolvelib's hopeful jumps back lose pins when they are undone, and with them answers."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(provider, BaseReporter())
        self._optimistic_backjumping_ratio = 0.0


def attempt(stock: Stock, asked: Sequence[Asked]) -> tuple[dict[str, Pick] | None, list[tuple[Want, ...]]]:
    """A pick for each module, or None with the clashes met on the way. Raises :class:`Exhausted`."""
    provider = Provider(stock, asked)
    try:
        state = _InOrder(provider).resolve([stock.asked(each) for each in asked], max_rounds=_ROUNDS)
    except ResolutionImpossible:
        return None, list(provider.clashes)
    return dict(state.mapping), []
