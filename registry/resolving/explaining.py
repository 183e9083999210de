"""Why no versions fit together, in one sentence, and what would free it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from registry.errors import Conflict
from registry.resolving.effort import Effort, Exhausted
from registry.resolving.model import Asked, Need
from registry.resolving.search import attempt, clashes
from registry.resolving.stock import Pick, Stock, Want

MAX_MENDS = 3  # that are offered
MAX_TRIED = 8  # ranges that are relaxed to find them
ANY = "*"


@dataclass(frozen=True, slots=True)
class Mend:
    """That ``asked`` in ``range`` would free it; ``is_all`` tells that nothing else is in the way."""

    asked: Asked
    range: str
    is_all: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """The smallest part of what is asked for that cannot be had, the wants in it that no version keeps, and what would free it."""

    asked: tuple[Asked, ...]
    wants: tuple[Want, ...]
    ways: dict[Pick, tuple[Asked | Pick, ...]]  # from what is asked for to each release among those that want
    mends: tuple[Mend, ...]


def no_solution(stock: Stock, asked: Sequence[Asked]) -> Conflict:
    """The conflict that says so."""
    found = explained(stock, asked)
    return Conflict("no_solution", _sentence(stock, found), where="steps", mend=_mend(stock, found))


def explained(stock: Stock, asked: Sequence[Asked]) -> Explanation:
    """What is to be told; where the effort ends early, of more steps than need be, or without a way to mend it."""
    stock.effort = Effort.to_explain()
    core = list(asked)
    try:
        core = _smallest(lambda some: attempt(stock, some) is None, core)
    except Exhausted:
        core = list(asked)
    stock.effort = Effort.to_explain()
    met = clashes(stock, core)
    stock.effort = Effort.to_explain()
    ways = _ways(stock, core, {want.by for wants in met for want in wants if isinstance(want.by, Pick)})
    wants = _telling(met, ways)
    return Explanation(tuple(core), wants, ways, tuple(_mends(stock, asked, core)))


def _smallest(fails: Callable[[list[Asked]], bool], asked: list[Asked]) -> list[Asked]:
    """A part of ``asked`` that fails and of which nothing can be left out, by halves (Junker's QuickXplain)."""

    def within(kept: list[Asked], is_new: bool, rest: list[Asked]) -> list[Asked]:
        if is_new and fails(kept):
            return []
        if len(rest) == 1:
            return rest
        left, right = rest[: len(rest) // 2], rest[len(rest) // 2 :]
        of_right = within(kept + left, True, right)
        return within(kept + of_right, bool(of_right), left) + of_right

    return within([], False, asked)


def _ways(stock: Stock, asked: Iterable[Asked], sought: set[Pick]) -> dict[Pick, tuple[Asked | Pick, ...]]:
    """The shortest way to each of ``sought``, as far as the effort reaches."""
    came: dict[Pick, Asked | Pick] = {}
    todo: deque[Want] = deque(stock.asked(each) for each in asked)
    left = set(sought)
    try:
        while todo and left:
            want = todo.popleft()
            for pick in stock.picks(want.module, want.bits):
                stock.effort.spend()
                if pick not in came and want.by is not None:
                    came[pick] = want.by
                    left.discard(pick)
                    todo += stock.wants(pick)
    except Exhausted:
        stock.effort = Effort.to_explain()
    return {pick: _back(pick, came) for pick in sought if pick in came}


def _back(pick: Pick, came: dict[Pick, Asked | Pick]) -> tuple[Asked | Pick, ...]:
    way: list[Asked | Pick] = [pick]
    while isinstance(last := way[-1], Pick):
        way.append(came[last])
    return tuple(reversed(way))


def _telling(met: Sequence[tuple[Want, ...]], ways: dict[Pick, tuple[Asked | Pick, ...]]) -> tuple[Want, ...]:
    """Of all clashes that in which most steps have a part; of those the first, which is met on the way of the newest versions."""
    least = [_fewest(wants) for wants in met]

    def steps(wants: tuple[Want, ...]) -> int:
        return len(
            {want.by if isinstance(want.by, Asked) else ways[want.by][0] for want in wants if want.by in ways or isinstance(want.by, Asked)}
        )

    return max(least, key=steps, default=())


def _fewest(wants: tuple[Want, ...]) -> tuple[Want, ...]:
    """The fewest of ``wants`` that no version keeps: one, two, or what is left when none can be left out."""
    for size in (1, 2):
        for some in combinations(wants, size):
            if not _both(some):
                return some
    kept = list(wants)
    for want in wants:
        others = [each for each in kept if each is not want]
        if not _both(others):
            kept = others
    return tuple(kept)


def _both(wants: Iterable[Want]) -> int:
    bits = -1
    for want in wants:
        bits &= want.bits
    return bits


def _mends(stock: Stock, asked: Sequence[Asked], core: Sequence[Asked]) -> list[Mend]:
    """Other ranges for one of ``core``, best such that all of ``asked`` can then be had."""
    found: list[Mend] = []
    for is_all, those in ((True, asked), (False, core)):
        try:
            for each in core[:MAX_TRIED]:
                version = _relaxed(stock, those, each)
                found += [Mend(each, f"^{version}", is_all)] if version else []
        except Exhausted:
            stock.effort = Effort.to_explain()
        if found:
            break
    return found[:MAX_MENDS]


def _relaxed(stock: Stock, asked: Sequence[Asked], one: Asked) -> str:
    """The version to which ``one`` comes when it asks for any; empty for none."""
    free = Asked(one.by, Need(one.need.module, ANY))
    picks = attempt(stock, [free if each == one else each for each in asked])
    return "" if picks is None else picks[one.need.module].offer.version


# --- In words -------------------------------------------------------------------------------------------------------------
def _sentence(stock: Stock, found: Explanation) -> str:
    if not found.wants:
        return "No versions of what the steps ask for fit together."
    order = {each: place for place, each in enumerate(found.asked)}
    wants = sorted(found.wants, key=lambda want: (isinstance(want.by, Pick), order.get(want.by, 0) if isinstance(want.by, Asked) else 0))
    told = [_told(want, found.ways) for want in wants]
    if len(told) == 1:
        said = f"{told[0]}, but {_had(stock, wants[0])}."
    else:
        end = "no version is both" if len(told) == 2 else "no version is in all of these ranges"
        said = f"{', '.join(told[:-1])}, and {told[-1]}: {end}."
    return said if isinstance(wants[0].by, Pick) else said[0].upper() + said[1:]  # a module's name stays as it is


def _told(want: Want, ways: dict[Pick, tuple[Asked | Pick, ...]]) -> str:
    what = want.module if want.range in ("", ANY) else f"{want.module} {want.range}"
    if not isinstance(want.by, Pick):
        return f"{want.by.by if want.by else ''} asks for {what}"
    first, *between, _ = ways.get(want.by, (None, None))
    name = f"{_named(want.by)}"
    if not isinstance(first, Asked):
        return f"{name} needs {what}"
    if not between:
        return f"{name}, which {first.by} asks for, needs {what}"
    through = " and ".join(_named(each) for each in between[:2] if isinstance(each, Pick))
    return f"{name}, to which {first.by} comes by way of {through}{' and others' if len(between) > 2 else ''}, needs {what}"


def _named(pick: Pick) -> str:
    return f"{pick.offer.module} {pick.offer.version}"


def _had(stock: Stock, want: Want) -> str:
    """What can be had of a module of which nothing is in the range."""
    shelf = stock.shelf(want.module)
    newest = shelf.newest()
    if newest is None:
        return f"no version of {want.module} can be taken"
    if not shelf.has_whole:
        return f"only pre-releases of it can be taken, such as {newest.version}"
    if shelf.is_beyond(want.range):
        return f"the newest that can be taken is {newest.version}"
    return f"no version in that range can be taken; the newest that can is {newest.version}"


def _mend(stock: Stock, found: Explanation) -> str:
    if found.mends:
        ways = [f"for {each.asked.need.module} {each.range} in {each.asked.by}" for each in found.mends]
        after = "" if found.mends[0].is_all else " Another conflict remains then."
        return f"Ask {', or '.join(ways)}.{after}"
    if not found.wants:
        return "Ask for fewer modules, to see which of them do not fit."
    want = found.wants[0]
    if len(found.wants) == 1 and stock.shelf(want.module).newest() is None:
        return (
            f"Check the identifier {want.module}. To be taken, a module must be shared with your organisation, and have a release"
            " that is listed, not yanked and not recalled; or choose another."
        )
    if len(found.wants) == 1:
        return f"{_publisher(want.module)} would have to release a version of {want.module} in {want.range}; or choose another module."
    bound = next((each for each in found.wants if isinstance(each.by, Pick)), want)
    holder = bound.by.module if isinstance(bound.by, Pick) else want.module
    others = ", ".join(sorted({each.range for each in found.wants if each is not bound}))
    return f"{_publisher(holder)} would have to release a version of {holder} that takes {bound.module} {others}; or choose another module."


def _publisher(module: str) -> str:
    return module.partition("/")[0]
