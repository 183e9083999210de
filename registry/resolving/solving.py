"""Finds one version of each module so that every range is kept, newest first, or says in one sentence why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from registry.resolving.effort import MAX_ASKED, MAX_CHOSEN, Effort, Exhausted, TooMany, too_hard, too_large
from registry.resolving.explaining import no_solution
from registry.resolving.model import Asked, Chosen, Offer
from registry.resolving.search import attempt
from registry.resolving.stock import Pick, Stock


def resolve(asked: Sequence[Asked], offers: Mapping[str, Sequence[Offer]], *, prereleases: bool = False) -> tuple[Chosen, ...]:
    """The newest versions that keep every range, each module once, by identifier; what nobody requires is not among them.

    Raises :class:`Conflict`: ``no_solution``, ``resolution_too_large``, ``resolution_too_hard``; :class:`Refused` for what is no range.
    """
    if len(asked) > MAX_ASKED:
        raise too_large(f"More than {MAX_ASKED} modules are asked for.")
    ordered = sorted(asked, key=lambda each: (each.need.module, each.need.range, each.by))
    try:
        stock = Stock(offers, Effort(), prereleases=prereleases)
        picks = attempt(stock, ordered)
    except TooMany as error:
        raise too_large(f"More than {MAX_CHOSEN} modules would be needed together, or too many would have to be looked at.") from error
    except Exhausted as error:
        raise too_hard() from error
    if picks is None:
        raise no_solution(stock, asked)
    return _reached(ordered, picks)


def _reached(asked: Sequence[Asked], picks: Mapping[str, Pick]) -> tuple[Chosen, ...]:
    """What leads from what is asked for by needs alone."""
    required: dict[str, set[tuple[str, str]]] = {}
    for each in asked:
        required.setdefault(each.need.module, set()).add((each.by, each.need.range))
    todo = sorted(required)
    seen = set(todo)
    while todo:
        offer = picks[todo.pop()].offer
        for need in offer.needs:
            required.setdefault(need.module, set()).add((str(offer), need.range))
            if need.module not in seen:
                seen.add(need.module)
                todo.append(need.module)
    return tuple(Chosen(picks[module].offer, tuple(sorted(required[module]))) for module in sorted(required))
