"""The catalogue: one GET form of search words, facets and sort, whose answers can be linked to and kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.viewer import viewer_in
from accounts.views.access import signed_in
from registry.index import read
from registry.index.entries import FacetValue, SearchQuery, SearchResult
from registry.index.governance import on_request
from registry.index.search import FACETS, MAX_PAGE, SORTS, search, words_of
from registry.web import words

MAX_QUERY = 200  # characters
MAX_TICKED = 20  # values of one facet
SHOWN = 6  # values of one facet before "more"
_BY_ABSENCE = ("mine", "in_use", "evidence", "owner")  # what lacks the value is told apart too, so that one value is a choice
MAX_WAYS = 3  # filters offered to be dropped when nothing is found


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet as the page shows it: ``first`` at once, ``more`` on request."""

    name: str
    label: str
    first: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter that is on, with the address of the page without it and, where nothing is found, what that page would show."""

    label: str
    without: str
    count: int = 0


@require_safe
@signed_in
def catalogue(request: HttpRequest) -> HttpResponse:
    """One page of what the viewer may see and asked for."""
    query = query_of(request.GET)
    viewer = viewer_in(request)
    result = search(viewer, query)
    if query.page > result.pages:
        raise read.missing()
    context: dict[str, Any] = {
        "result": result,
        "facets": list(_facets(result)),
        "chosen": [Chosen(label, _address(_without(query, facet, value))) for facet, value, label in _chosen(result)],
        "cleared": _address(SearchQuery(q=query.q, sort=query.sort)),
        "sorts": [(value, words.SORTS[value], value == query.sort) for value in SORTS],
        "pages": _pages(result),
        "on_request": on_request(viewer, words_of(query.q)) if query.page == 1 and not any(_chosen(result)) else (),
    }
    if not result.count:
        context["ways_out"] = _ways_out(viewer, result)
    return render(request, "registry/catalogue.html", context)


def query_of(given: QueryDict) -> SearchQuery:
    """What the address asks for; whatever makes no sense is left out."""
    ticked = {
        facet: tuple(dict.fromkeys(value for value in given.getlist(facet) if value and "\0" not in value))[:MAX_TICKED] for facet in FACETS
    }
    page = given.get("page", "")
    sort = given.get("sort", "")
    return SearchQuery(
        q=" ".join(given.get("q", "").replace("\0", " ").split())[:MAX_QUERY],
        sort=sort if sort in SORTS else "relevance",
        page=max(1, min(int(page), MAX_PAGE)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        **ticked,  # type: ignore[arg-type]  # its keys are FACETS, each a field of texts
    )


def _address(query: SearchQuery, page: int = 1) -> str:
    """The address of a query, as short as it can be; the form and every link of the page write it alike."""
    given = QueryDict(mutable=True)
    if query.q:
        given["q"] = query.q
    for facet in FACETS:
        given.setlist(facet, list(getattr(query, facet)))
    if query.sort != "relevance":
        given["sort"] = query.sort
    if page > 1:
        given["page"] = str(page)
    return f"?{given.urlencode()}"


def _without(query: SearchQuery, facet: str, value: str) -> SearchQuery:
    kept = tuple(each for each in getattr(query, facet) if each != value)
    return dataclasses.replace(query, **{facet: kept, "page": 1})  # type: ignore[arg-type]


def _facets(result: SearchResult) -> Iterator[Facet]:
    for name in FACETS:
        values = tuple(dataclasses.replace(each, label=words.facet_label(name, each.value, each.label)) for each in result.facets[name])
        if len(values) > (name not in _BY_ABSENCE) or any(value.is_chosen for value in values):
            first = tuple(each for number, each in enumerate(values) if number < SHOWN or each.is_chosen)
            yield Facet(name, words.FACETS[name], first, tuple(each for each in values if each not in first))


def _chosen(result: SearchResult) -> Iterator[tuple[str, str, str]]:
    for name in FACETS:
        for each in result.facets[name]:
            if each.is_chosen:
                yield name, each.value, words.facet_label(name, each.value, each.label)


def _ways_out(viewer: Any, result: SearchResult) -> list[Chosen]:
    """The filters without which something would be found, the best first."""
    ways = []
    for facet, value, label in list(_chosen(result))[: 2 * MAX_WAYS]:
        query = _without(result.query, facet, value)
        count = search(viewer, dataclasses.replace(query, page_size=1)).count
        if count:
            ways.append(Chosen(label, _address(query), count))
    return sorted(ways, key=lambda way: -way.count)[:MAX_WAYS]


def _pages(result: SearchResult) -> dict[str, Any] | None:
    """Links to the other pages: numbers with gaps, and to the one before and after."""
    if result.pages < 2:
        return None
    query = result.query
    last = min(result.pages, MAX_PAGE)
    numbers = Paginator(range(last), 1).get_elided_page_range(query.page, on_each_side=2, on_ends=1)
    return {
        "before": _address(query, query.page - 1) if query.page > 1 else "",
        "after": _address(query, query.page + 1) if query.page < last else "",
        "numbers": [(each, _address(query, each) if isinstance(each, int) else "", each == query.page) for each in numbers],
        "first": (query.page - 1) * query.page_size + 1,
        "last": min(query.page * query.page_size, result.count),
    }
