"""Modules side by side."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from api.answers import conditional
from api.bodies import check_names, check_text
from api.endpoint import Endpoint
from api.rest import comparing_shapes as shapes
from api.schema import problems, returns
from registry.errors import Refused
from registry.index.comparing import MOST, Wanted, comparison, wanted

_MODULE = {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": MOST}


class Compare(Endpoint):
    """Two to four candidates."""

    @extend_schema(
        operation_id="compare",
        summary="Compare modules",
        description=(
            "Up to four modules side by side, each as publisher/slug for its latest version or publisher/slug@version. "
            "What is absent or not shared with your organisation stands in missing; the rest is compared."
        ),
        parameters=[OpenApiParameter("module", _MODULE, required=True, explode=True, description="Give it once for each module")],
        responses={200: returns(shapes.ComparisonShape, "The comparison"), 304: None, **problems(422)},
    )
    def get(self, request: Request) -> HttpResponse:
        return conditional(request._request, shapes.comparison_shape(comparison(self.viewer(), asked(request._request.GET))))


def asked(parameters: QueryDict) -> list[Wanted]:
    """What is to be compared; raises :class:`Refused` (``module_missing``, ``module_invalid``, ``too_many_modules``)."""
    check_names(parameters, {"module"}, "parameter")
    check_text(parameters)
    names = list(dict.fromkeys(parameters.getlist("module")))
    mend = "Give module once for each, such as module=hampshire/victim-update&module=met/letters@1.2.0."
    if not names:
        raise Refused("module_missing", "Nothing says what to compare.", where="module", mend=mend)
    if len(names) > MOST:
        raise Refused("too_many_modules", f"At most {MOST} modules are compared at once.", where="module", mend="Give fewer.")
    found = [wanted(name) for name in names]
    for name, want in zip(names, found, strict=True):
        if want is None:
            raise Refused("module_invalid", f"“{name[:60]}” names no module.", where="module", mend=mend)
    return [want for want in found if want is not None]
