"""Leaves out beforehand what no answer can hold, so that most conflicts are seen at once and little is tried in vain."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence

from registry.resolving.model import Asked
from registry.resolving.stock import Pick, Stock

MAX_PRUNED = 2_000  # modules; what lies beyond is taken to be possible
MAX_WORK = 400_000  # wants looked at


class Nothing(Exception):
    """No version of some module that must be there is possible."""


def possible(stock: Stock, asked: Sequence[Asked]) -> dict[str, int] | None:
    """By module the bits of what may be part of an answer, or None where there is no answer. Raises :class:`Exhausted`.

    A release is impossible once nothing possible keeps one of its needs. A module that must be there, and whose every possible release
    needs another, makes that one needed too, in a version that some of them takes. Cut short, it leaves out less and is as true.
    """
    pruning = _Pruning(stock)
    try:
        for each in asked:
            want = stock.asked(each)
            pruning.require(want.module, want.bits)
        while pruning.todo and pruning.work < MAX_WORK:
            pruning.look_at(pruning.todo.popleft())
    except Nothing:
        return None
    return pruning.possible


class _Pruning:
    """What is known so far."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self.possible: dict[str, int] = {}
        self._required: set[str] = set()
        self._users: dict[str, set[str]] = defaultdict(set)  # who needs it in some version
        self.todo: deque[str] = deque()
        self._waiting: set[str] = set()
        self.work = 0

    def require(self, module: str, bits: int) -> None:
        """That ``module`` must be there, in one of ``bits``."""
        if module not in self._required:
            self._required.add(module)
            self._later(module)
        self._narrow(module, self._of(module) & bits)

    def look_at(self, module: str) -> None:
        """Leave out of ``module`` what is impossible, and see what it makes needed."""
        self._waiting.discard(module)
        bits, common = 0, None
        for pick in self._stock.picks(module, self._of(module)):
            needs = self._needs(pick)
            if needs is None:
                continue
            bits |= 1 << pick.place
            if module in self._required:
                common = needs if common is None else {each: common[each] | needs[each] for each in common if each in needs}
        self._narrow(module, bits)
        for needed, those in (common or {}).items():
            self.require(needed, those)

    def _needs(self, pick: Pick) -> dict[str, int] | None:
        """By module what keeps the needs of ``pick``; None where nothing does."""
        needs: dict[str, int] = {}
        wants = self._stock.wants(pick)
        self.work += len(wants)
        self._stock.effort.spend(len(wants))
        for want in wants:
            if want.module == pick.module:
                left = want.bits >> pick.place & 1
            else:
                self._users[want.module].add(pick.module)
                left = needs[want.module] = needs.get(want.module, -1) & self._of(want.module) & want.bits
            if not left:
                return None
        return needs

    def _of(self, module: str) -> int:
        if module not in self.possible:
            everything = self._stock.shelf(module).everything
            if len(self.possible) >= MAX_PRUNED:
                return everything
            self.possible[module] = everything
            self._later(module)
        return self.possible[module]

    def _narrow(self, module: str, bits: int) -> None:
        if bits == self._of(module):
            return
        self.possible[module] = bits
        if not bits and module in self._required:
            raise Nothing
        for user in sorted(self._users[module]):
            self._later(user)
        if module in self._required:
            self._later(module)

    def _later(self, module: str) -> None:
        if module not in self._waiting:
            self._waiting.add(module)
            self.todo.append(module)
