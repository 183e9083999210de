"""A module's statistics, for its own organisation."""

from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api.answers import conditional
from api.endpoint import Endpoint
from api.rest import statistics_shapes as shapes
from api.schema import in_path, problems, returns
from registry.index import read
from registry.index.statistics import Statistics as Found
from registry.index.statistics import statistics


class Statistics(Endpoint):
    """Downloads, adopters, who is behind."""

    @extend_schema(
        operation_id="read_statistics",
        summary="Read a module's statistics",
        description="Downloads by month and version, adopters by version, who is behind, and open recalls; "
        "of your own organisation's modules only. Organisations that keep their use to themselves are left out.",
        parameters=in_path("publisher", "slug"),
        responses={200: returns(shapes.StatisticsShape, "The statistics"), 304: None, **problems(404)},
    )
    def get(self, request: Request, publisher: str, slug: str) -> HttpResponse:
        found = statistics(self.viewer(), read.visible_module(self.viewer(), publisher, slug))
        return conditional(request._request, _shape(found))


def _shape(found: Found) -> shapes.StatisticsShape:
    return shapes.StatisticsShape(
        module=found.module,
        newest=found.newest,
        adopters=found.adopters,
        downloads=[
            shapes.TakenShape(month=f"{row.month:%Y-%m}", version=row.version, people=row.people, programs=row.programs)
            for row in found.taken
        ],
        versions=[
            shapes.VersionUseShape(
                version=row.version,
                listed_at=row.listed_at,
                newer=row.newer,
                live=row.live,
                trying=row.trying,
                people=row.people,
                programs=row.programs,
            )
            for row in found.versions
        ],
        behind=[shapes.BehindShape(organisation=row.slug, version=row.version, behind=row.behind, count=row.count) for row in found.behind],
        uptake=[shapes.UptakeShape(month=f"{row.month:%Y-%m}", newest=row.newest, older=row.older) for row in found.uptake],
        rated=found.rated,
        recalls=[
            shapes.OpenRecallShape(
                key=row.key, versions=row.versions, severity=row.severity, told=row.told, outstanding=row.outstanding, overdue=row.overdue
            )
            for row in found.recalls
        ],
    )
