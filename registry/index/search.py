"""The catalogue's search: one statement for matches, ranks, facets and the page; a second try with mistyped words mended."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery as TextQuery
from django.contrib.postgres.search import SearchRank, TrigramSimilarity
from django.db import connection
from django.db.models import Case, CharField, F, FloatField, Value, When
from django.db.models.functions import Cast

from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.adoption.models import HOLDING, Adoption
from registry.catalogue.models import BusinessArea, Module, SearchWord, SearchWordUse
from registry.catalogue.visibility import visible
from registry.index.entries import FacetValue, SearchQuery, SearchResult
from registry.index.read import entries_of

MAX_WORDS = 12  # of a query; the rest is left out
MAX_PAGE = 500
FACETS = (
    "mine",
    "in_use",
    "platform",
    "application",
    "business_area",
    "evidence",
    "publisher",
    "licence",
    "kind",
    "status",
    "assurance",
    "owner",
)
_COLUMN = {
    "platform": "platforms",
    "application": "applications",
    "business_area": "area",
    "publisher": "publisher",
    "licence": "licence",
    "kind": "kind",
    "status": "status",
    "assurance": "tier",
    "owner": "needs_owner",
    "in_use": "in_use",
    "mine": "is_mine",
    "evidence": "evidence",
}
_SORTED = ("adopters", "verified_fte", "rating")  # columns that results are put in order by
_VALUE = _COLUMN | {"assurance": "tier::text"}  # as compared and counted: text
_LISTS = {"platform", "application"}
_NEWEST = "latest_at DESC NULLS LAST, id"
_ORDER = {
    "relevance": f"rank DESC, {_NEWEST}",
    "used": f"adopters DESC, rank DESC, {_NEWEST}",
    "benefit": f"verified_fte DESC, rank DESC, {_NEWEST}",
    "rating": f"rating DESC, rank DESC, {_NEWEST}",  # docs/ratings.md says how it is weighed
    "newest": _NEWEST,
    "title": "lower(title), id",
}
SORTS = tuple(_ORDER)
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


def search(viewer: Viewer, query: SearchQuery) -> SearchResult:
    """One page of what ``viewer`` may see and ``query`` asks for, with facet counts. Unknown sorts mean relevance."""
    if not viewer.is_member:
        return SearchResult(query=query, count=0, pages=1, results=(), facets=_facets(query, []))
    words = words_of(query.q)
    rows = _run(viewer, query, words)
    corrected = ""
    if words and not any(kind == "text" and count for kind, _, count in rows) and (mended := _mended(viewer, words)) != words:
        rows, corrected = _run(viewer, query, mended), " ".join(mended)
    keys = [int(value) for kind, value, _ in rows if kind == "page"]
    count = next((number for kind, _, number in rows if kind == "total"), 0)
    return SearchResult(
        query=query,
        count=count,
        pages=max(1, -(-count // query.page_size)),
        results=entries_of(viewer, keys),
        facets=_facets(query, rows),
        corrected=corrected,
    )


def words_of(text: str) -> list[str]:
    """The words that are searched for."""
    return _WORD.findall(text)[:MAX_WORDS]


def _run(viewer: Viewer, query: SearchQuery, words: list[str]) -> list[tuple[str, str, int]]:
    """Rows ``(what, value, number)``: ``total``; ``text`` (matches before facets); ``page`` with the key of each result; each facet's counts."""
    matched = Module.objects.visible_to(viewer)
    if Module.Status.RETIRED not in query.status:
        matched = matched.exclude(status=Module.Status.RETIRED)
    if words:
        wanted = _wanted(words)
        matched = matched.filter(search=wanted).annotate(rank=SearchRank(F("search"), wanted))
    else:
        matched = matched.annotate(rank=Cast(Value(0.0), FloatField()))
    matched = matched.annotate(is_mine=_mine(viewer))
    columns = ("id", "title", "latest_at", "rank", *_SORTED, *_COLUMN.values())
    sql, parameters = matched.order_by().values_list(*columns).query.sql_with_params()
    values: list[Any] = [*parameters]
    tests = []
    for facet in FACETS:
        chosen = list(getattr(query, facet))
        column = _VALUE[facet]
        condition = f"{column} && %s::varchar[]" if facet in _LISTS else f"{column} = ANY(%s::varchar[])"
        tests.append(f"({condition}) AS ok_{facet}" if chosen else f"true AS ok_{facet}")
        if chosen:
            values.append(chosen)
    names = ", ".join(f'"{column}"' for column in columns)
    parts = ["SELECT 'total', '', count(*) FROM flagged WHERE " + _all(), "SELECT 'text', '', count(*) FROM matched"]
    parts += [_counting(facet) for facet in FACETS]
    page = max(1, min(query.page, MAX_PAGE))
    order = _ORDER.get(query.sort, _ORDER["relevance"])
    parts.append(f"SELECT 'page', id::text, 0 FROM (SELECT id FROM flagged WHERE {_all()} ORDER BY {order} LIMIT %s OFFSET %s) AS page")
    values += [query.page_size, (page - 1) * query.page_size]
    statement = (
        f"WITH matched ({names}) AS MATERIALIZED ({sql}), flagged AS MATERIALIZED (SELECT *, {', '.join(tests)} FROM matched) "
        + " UNION ALL ".join(parts)
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[str, str, int]] = cursor.fetchall()
    return rows


def _mine(viewer: Viewer) -> Case:
    """Whether the organisation acted for states that it runs or tries the module: "yes" or nothing."""
    held = Adoption.objects.filter(organisation=viewer.organisation, stage__in=HOLDING).values("module")
    return Case(When(pk__in=held, then=Value("yes")), default=Value(""), output_field=CharField())


def _all(but: str = "") -> str:
    return " AND ".join(f"ok_{facet}" for facet in FACETS if facet != but)


def _counting(facet: str) -> str:
    """The counts of one facet with every other facet's choice kept. Lists are unpacked after equal ones were counted together: few differ."""
    column = _VALUE[facet]
    counted = f"SELECT {column} AS value, count(*) AS number FROM flagged WHERE {_all(facet)} GROUP BY {column}"
    if facet in _LISTS:
        return f"SELECT '{facet}', item::text, sum(number)::bigint FROM ({counted}) AS counted, unnest(value) AS item GROUP BY item"
    return f"SELECT '{facet}', value::text, number FROM ({counted}) AS counted WHERE value <> ''"


def _wanted(words: list[str]) -> Any:
    """Every word in English, or every word in Danish, or every word as the beginning of one."""
    text = " ".join(words)
    beginnings = " & ".join(f"{word}:*" for word in words)
    return (
        TextQuery(text, config="moothall_en", search_type="plain")
        | TextQuery(text, config="moothall_da", search_type="plain")
        | TextQuery(beginnings, config="moothall_plain", search_type="raw")
    )


def _mended(viewer: Viewer, words: list[str]) -> list[str]:
    """The words with each one that finds nothing replaced by the nearest that a visible module uses."""
    return [word if len(word) < 3 or _finds(viewer, word) else _nearest(viewer, word.casefold()) or word for word in words]


def _finds(viewer: Viewer, word: str) -> bool:
    return Module.objects.visible_to(viewer).filter(search=_wanted([word])).exists()


def _nearest(viewer: Viewer, word: str) -> str | None:
    """By trigram similarity (pg_trgm's default threshold is 0.3), among words of modules that ``viewer`` may see and of none other."""
    seen = SearchWordUse.objects.filter(visible(viewer, "module__")).values("word")
    near = SearchWord.objects.filter(word__trigram_similar=word, pk__in=seen).annotate(near=TrigramSimilarity("word", word))
    return near.order_by("-near", "word").values_list("word", flat=True).first()


def _facets(query: SearchQuery, rows: list[tuple[str, str, int]]) -> dict[str, tuple[FacetValue, ...]]:
    labels: dict[str, dict[str, str]] = {
        "business_area": dict(BusinessArea.objects.values_list("slug", "name")),
        "publisher": dict(
            Organisation.objects.filter(slug__in=[value for what, value, _ in rows if what == "publisher"]).values_list("slug", "name")
        ),
    }
    facets: dict[str, tuple[FacetValue, ...]] = {}
    for facet in FACETS:
        chosen = getattr(query, facet)
        counts = {value: number for what, value, number in rows if what == facet}
        counts |= {value: 0 for value in chosen if value not in counts}
        named = labels.get(facet, {})
        values = [FacetValue(value, named.get(value, value), number, value in chosen) for value, number in counts.items()]
        facets[facet] = tuple(sorted(values, key=lambda value: (-value.count, value.label.casefold())))
    return facets
