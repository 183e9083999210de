"""What one release changes against another of its module."""

from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from api.answers import conditional
from api.bodies import check_names, check_text, once
from api.endpoint import Endpoint
from api.rest import changes_shapes as shapes
from api.schema import in_path, problems, returns
from registry.index.release_changes import release_changes


class Changes(Endpoint):
    """The differences of two releases."""

    @extend_schema(
        operation_id="read_changes",
        summary="Read what changed between two releases",
        description=(
            "What the release has, lacks or does otherwise than the one that from names: entry points, dependencies, reach, what to set, "
            "steps and files. Without from it is compared with what your organisation runs, else with the release before it."
        ),
        parameters=[*in_path("publisher", "slug", "version"), OpenApiParameter("from", str, description="Another version of the module")],
        responses={200: returns(shapes.ReleaseChangesShape, "The differences"), 304: None, **problems(404, 422)},
    )
    def get(self, request: Request, publisher: str, slug: str, version: str) -> HttpResponse:
        parameters = request._request.GET
        check_names(parameters, {"from"}, "parameter")
        check_text(parameters)
        found = release_changes(self.viewer(), publisher, slug, version, once(parameters, "from"))
        return conditional(request._request, shapes.changes_shape(found))
