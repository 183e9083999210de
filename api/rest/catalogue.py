"""Finding and reading: the catalogue, a module, its releases, one release."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from api.answers import conditional
from api.bodies import check_names, check_text, once
from api.endpoint import Endpoint
from api.rest import shapes
from api.schema import in_path, problems, returns
from registry.errors import Refused
from registry.index import read
from registry.index.entries import SearchQuery
from registry.index.search import FACETS, MAX_PAGE, SORTS, search

MAX_PAGE_SIZE = 100
MAX_VALUES = 50  # of one facet
_PARAMETERS = frozenset({"q", *FACETS, "sort", "page", "page_size"})


class Modules(Endpoint):
    """The catalogue."""

    @extend_schema(
        operation_id="list_modules",
        summary="Find modules",
        description=(
            "One page of the modules your organisation may see. Facets may be given several times and then mean any of the values. "
            "Mistyped words of q are mended where they find nothing; corrected then says what was searched for."
        ),
        parameters=[
            OpenApiParameter("q", str, description="Words to find, in English or Danish"),
            *[OpenApiParameter(facet, {"type": "array", "items": {"type": "string"}}, explode=True) for facet in FACETS],
            OpenApiParameter("sort", str, enum=SORTS, default="relevance"),
            OpenApiParameter("page", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": 1}),
            OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": 20}),
        ],
        responses={200: returns(shapes.PageShape, "One page of results, with facets"), 304: None, **problems(422)},
    )
    def get(self, request: Request) -> HttpResponse:
        query = search_query(request._request.GET)
        result = search(self.viewer(), query)
        following = query.page + 1 if query.page < min(result.pages, MAX_PAGE) else None
        links = [_page_link(request._request, page) for page in (following, query.page - 1 or None)]
        return conditional(request._request, shapes.page_shape(result, *links))


class Module(Endpoint):
    """One module."""

    @extend_schema(
        operation_id="read_module",
        summary="Read one module",
        description="Everything about a module, with its releases, newest first.",
        parameters=in_path("publisher", "slug"),
        responses={200: returns(shapes.ModuleDetailShape, "The module"), 304: None, **problems(404)},
    )
    def get(self, request: Request, publisher: str, slug: str) -> HttpResponse:
        return conditional(request._request, shapes.module_detail_shape(read.module_detail(self.viewer(), publisher, slug)))


class Release(Endpoint):
    """One release."""

    @extend_schema(
        operation_id="read_release",
        summary="Read one release",
        description="Everything about a release: what was read from its files, what the checks noticed, what a taker must set.",
        parameters=in_path("publisher", "slug", "version"),
        responses={200: returns(shapes.ReleaseDetailShape, "The release"), 304: None, **problems(404)},
    )
    def get(self, request: Request, publisher: str, slug: str, version: str) -> HttpResponse:
        _, release = read.release_detail(self.viewer(), publisher, slug, version)
        return conditional(request._request, shapes.release_detail_shape(release))


def search_query(parameters: QueryDict) -> SearchQuery:
    """What the query string asks; raises :class:`Refused` for a parameter or value we do not know."""
    check_names(parameters, _PARAMETERS, "parameter")
    check_text(parameters)
    sort = once(parameters, "sort") or "relevance"
    if sort not in SORTS:
        raise Refused("sort_unknown", f"We cannot sort by {sort[:60]}.", where="sort", mend=f"Use one of: {', '.join(SORTS)}.")
    return SearchQuery(
        q=once(parameters, "q"),
        **{facet: _values(parameters, facet) for facet in FACETS},
        sort=sort,
        page=page_number(parameters, "page", 1, MAX_PAGE),
        page_size=page_number(parameters, "page_size", 20, MAX_PAGE_SIZE),
    )


def _values(parameters: QueryDict, name: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(value for value in parameters.getlist(name) if value))
    if len(values) > MAX_VALUES:
        raise Refused("too_many_values", f"Over {MAX_VALUES} values of {name} were given.", where=name, mend="Give fewer.")
    return values


def page_number(parameters: QueryDict, name: str, default: int, highest: int) -> int:
    """The number that a parameter gives; raises :class:`Refused` for one that is none, or not from 1 to ``highest``."""
    text = once(parameters, name)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    if text and not 1 <= number <= highest:
        raise Refused(
            f"{name}_invalid", f"{name} is not a number from 1 to {highest}.", where=name, mend=f"Give a number from 1 to {highest}."
        )
    return number if text else default


def _page_link(request: HttpRequest, page: int | None) -> str | None:
    if page is None:
        return None
    parameters = request.GET.copy()
    parameters["page"] = str(page)
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")
