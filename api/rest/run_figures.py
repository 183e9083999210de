"""How a module runs, as far as the token's organisation may see (O11)."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse, QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from api.answers import conditional
from api.bodies import check_names, check_text, once
from api.endpoint import Endpoint
from api.rest.run_figure_shapes import RunLineShape, RunLinesShape
from api.schema import in_path, problems, returns
from registry.index.read import visible_module
from registry.index.run_figures import Period, RunLine, lines, module_runs, period
from registry.index.run_files import version_of

MONTHS = [
    OpenApiParameter("from", str, description="The first month, such as 2026-01. A year that ends with the last unless given."),
    OpenApiParameter("to", str, description="The last month. The current one unless given."),
]


class ModuleRuns(Endpoint):
    """The runs of one module."""

    @extend_schema(
        operation_id="read_module_runs",
        summary="Read how a module runs",
        description=(
            "By month: your organisation's own runs in full, those of organisations that show theirs by name, and all others together, "
            "where they are five or more and the month is settled, 31 days after its end. At most 120 months."
        ),
        parameters=[*in_path("publisher", "slug"), *MONTHS],
        responses={200: returns(RunLinesShape, "The figures"), 304: None, **problems(404, 422)},
    )
    def get(self, request: Request, publisher: str, slug: str) -> HttpResponse:
        module = visible_module(self.viewer(), publisher, slug)
        span = asked_period(request._request.GET)
        found = lines(module_runs(self.viewer(), module, span))
        return conditional(request._request, run_lines_shape(span, found))


def asked_period(parameters: QueryDict) -> Period:
    """The months that ``from`` and ``to`` ask for; raises :class:`Refused`."""
    check_names(parameters, frozenset({"from", "to"}), "parameter")
    check_text(parameters)
    return period(once(parameters, "from"), once(parameters, "to"))


def run_lines_shape(span: Period, found: Iterable[RunLine]) -> RunLinesShape:
    """The answer about the months of ``span``."""
    return {"from": _month(span.first), "to": _month(span.last), "results": [_line(each) for each in found]}


def _month(day: object) -> str:
    return str(day)[:7]


def _line(line: RunLine) -> RunLineShape:
    return RunLineShape(
        month=_month(line.month),
        module=line.module,
        shown_as=line.shown_as,
        organisation=line.organisation,
        version=version_of(line),
        organisations=line.organisations,
        runs=line.sums.runs,
        completed=line.sums.completed,
        business_exceptions=line.sums.business,
        system_exceptions=line.sums.system,
        items=line.sums.items,
        duration_ms=line.sums.duration_ms,
    )
