"""Tries versions, newest first, going back where they do not fit: our side of resolvelib."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from resolvelib import AbstractProvider, BaseReporter
from resolvelib.resolvers import Resolution, ResolutionImpossible

from registry.resolving.effort import MAX_CHOSEN, Exhausted, TooMany
from registry.resolving.model import Asked
from registry.resolving.pruning import possible
from registry.resolving.stock import Pick, Stock, Want

MAX_CLASHES = 200  # kept to explain by
_TRIAL = 8  # units of effort that resolvelib itself takes about each
_ROUNDS = 1_000_000  # more than the effort allows


class Provider(AbstractProvider[Want, Pick, str]):
    """What resolvelib asks us. What is asked for from outside is settled first, the rest by name; ``clashes`` are the wants no version keeps."""

    def __init__(self, stock: Stock, asked: Iterable[Asked], possible: Mapping[str, int]) -> None:
        self._stock = stock
        self._asked = {each.need.module for each in asked}
        self._possible = possible
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
        if len(requirements) > MAX_CHOSEN:
            raise TooMany
        wants = tuple(requirements[identifier])
        ruled_out = list(incompatibilities[identifier])
        self._stock.effort.spend(_TRIAL + len(wants) + len(ruled_out))
        bits = self._stock.shelf(identifier).everything
        for want in wants:
            bits &= want.bits
        if not bits and len(self.clashes) < MAX_CLASHES:
            self.clashes.setdefault(tuple(want for want in wants if want.by is not None))
        bits &= self._possible.get(identifier, -1)
        for pick in ruled_out:
            bits &= ~(1 << pick.place)
        return lambda: self._stock.picks(identifier, bits)

    def is_satisfied_by(self, requirement: Want, candidate: Pick) -> bool:
        self._stock.effort.spend()
        return bool(requirement.bits >> candidate.place & 1)

    def get_dependencies(self, candidate: Pick) -> Iterable[Want]:
        wants = self._stock.wants(candidate)
        self._stock.effort.spend(_TRIAL + len(wants))
        return wants


class _InOrder(Resolution[Want, Pick, str]):
    """Goes back step by step. resolvelib's hopeful jumps back lose pins when they are undone, and with them answers."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(provider, BaseReporter())
        self._optimistic_backjumping_ratio = 0.0


def attempt(stock: Stock, asked: Sequence[Asked]) -> dict[str, Pick] | None:
    """A pick for each module, or None where there is no answer. Raises :class:`Exhausted`."""
    left = possible(stock, asked)
    if left is None:
        return None
    try:
        return dict(_searched(Provider(stock, asked, left), stock, asked))
    except ResolutionImpossible:
        return None


def clashes(stock: Stock, asked: Sequence[Asked]) -> list[tuple[Want, ...]]:
    """Wants that no version keeps, as they are met on the way of the newest versions, until there is no way or the effort ends."""
    provider = Provider(stock, asked, {})
    with contextlib.suppress(ResolutionImpossible, Exhausted):
        _searched(provider, stock, asked)
    return list(provider.clashes)


def _searched(provider: Provider, stock: Stock, asked: Sequence[Asked]) -> Mapping[str, Pick]:
    return _InOrder(provider).resolve([stock.asked(each) for each in asked], max_rounds=_ROUNDS).mapping
