"""The pieces the OpenAPI schema is written with: components made from the answers' own types, and the problems every call may end in."""

from __future__ import annotations

import dataclasses
import types
from datetime import datetime
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints, is_typeddict

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from api import errors
from api.inspection_words import MEANING
from api.rest import (
    adoption_shapes,
    announcing_shapes,
    changes_shapes,
    claim_shapes,
    comparing_shapes,
    governance_shapes,
    lifecycle_shapes,
    rating_shapes,
    review_shapes,
    run_figure_shapes,
    run_sources_shapes,
    runs_shapes,
    sequence_shapes,
    shapes,
    statistics_shapes,
    trial_shapes,
)
from registry.actions.receive_delivery import Unsigned
from registry.errors import Conflict, Missing, Moved, NotAllowed, RateLimited, Refused, RegistryError, TooLarge, Unreadable

_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
    dict: {"type": "object"},
    Any: {},
}
PROBLEMS: tuple[tuple[type[RegistryError], str], ...] = (
    (Moved, "The module passed to another organisation and has another identifier, which Location names."),
    (errors.Malformed, "The request cannot be read: a damaged or truncated body, or a length that is no number."),
    (Unsigned, "A delivery to a webhook is not signed with its secret, or there is no such webhook: the two answer alike."),
    (errors.Unauthorised, "No token was sent, or it is wrong, expired or revoked. Every address answers so, whether or not it exists."),
    (NotAllowed, "The token lacks the scope, or belongs to another organisation or module."),
    (Missing, "Absent, or not shared with your organisation: the two answer alike."),
    (errors.MethodNotAllowed, "The address does not take this method; the Allow header names those it takes."),
    (Conflict, "What is stored contradicts the request, such as other bytes under a published version."),
    (errors.LengthRequired, "A small body must announce its length."),
    (TooLarge, "The body, or what an archive unpacks to, is over the limit."),
    (errors.UnsupportedType, "The body is of a media type the address does not take, or compressed."),
    (errors.RangeNotSatisfiable, "The file has no such bytes."),
    (Unreadable, "A file cannot be read, or is of a kind the registry does not keep; where names the place in it."),
    (Refused, "What was sent breaks a rule: code, where and mend say which, where, and what to do."),
    (RateLimited, "Too many requests in an hour; Retry-After says how many seconds to wait."),
    (errors.Broken, "Our fault; the detail names a reference to give us."),
    (errors.Unavailable, "Something we stand on does not answer; Retry-After says when to try again."),
)
FILES: dict[str, Any] = {
    "type": "array",
    "minItems": 1,
    "maxItems": 20,
    "items": {"type": "string", "format": "binary"},
    "description": "One file or more",
}
_SHAPES: tuple[type, ...] = tuple(
    value
    for module in (
        shapes,
        review_shapes,
        governance_shapes,
        lifecycle_shapes,
        rating_shapes,
        statistics_shapes,
        claim_shapes,
        comparing_shapes,
        changes_shapes,
        adoption_shapes,
        announcing_shapes,
        run_figure_shapes,
        runs_shapes,
        run_sources_shapes,
        sequence_shapes,
        trial_shapes,
    )
    for value in vars(module).values()
    if is_typeddict(value) and not value.__name__.startswith("_")
)
_TAKEN = frozenset(shape.__name__.removesuffix("Shape") for shape in _SHAPES)
_MEANING = {kind.status: meaning for kind, meaning in PROBLEMS}
_ALWAYS = (401, 403, 429, 500, 503)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema speaks of our tokens."""

    target_class = "api.auth.TokenAuthentication"
    name = ["token", "tokenAsPassword"]  # noqa: RUF012

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "mh_…", "description": "A token of your organisation."},
            {"type": "http", "scheme": "basic", "description": "Any user name, and the token as password, for package clients."},
        ]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[Any]]]:
        return [{name: []} for name in self.name]  # either, not both


def add_components(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """drf-spectacular's post-processing hook: the components our answers refer to."""
    schemas = result["components"].setdefault("schemas", {})
    for shape in _SHAPES:
        _add(shape, schemas)
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result


def returns(shape: type, description: str, **more: Any) -> OpenApiResponse:
    """A successful answer of this shape."""
    return OpenApiResponse(response=_reference(shape), description=description, **more)


def problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    """The problems a call may end in: ``statuses`` and those of every call."""
    return {
        (status, "application/problem+json"): OpenApiResponse(response=_reference(shapes.ProblemShape), description=_MEANING[status])
        for status in sorted({*statuses, *_ALWAYS})
    }


def in_path(*names: str) -> list[OpenApiParameter]:
    """Path parameters, each a text."""
    described = {"publisher": "The organisation's slug", "slug": "The module's slug", "version": "SemVer", "filename": "The file's name"}
    described |= {"key": "As lists give it", "hook": "What the webhook's address ends in"}
    return [OpenApiParameter(name, str, OpenApiParameter.PATH, description=described[name]) for name in names]


def problem_example(name: str, error: RegistryError) -> OpenApiExample:
    """What a problem looks like."""
    body = errors.problem_body(error)
    return OpenApiExample(name, value=body, response_only=True, status_codes=[str(error.status)], media_type="application/problem+json")


def _reference(shape: type) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{_name(shape)}"}


def _name(shape: type) -> str:
    """What an inspection calls like one of our shapes (both know a dependency) is called after where it was read."""
    name = shape.__name__.removesuffix("Shape") or shape.__name__
    return f"Inspected{name}" if dataclasses.is_dataclass(shape) and name in _TAKEN else name


def _add(shape: type, schemas: dict[str, Any]) -> None:
    """Add ``shape`` and all it refers to."""
    if _name(shape) in schemas:
        return
    properties: dict[str, Any] = {}
    schemas[_name(shape)] = component = {
        "type": "object",
        "description": (shape.__doc__ or "").strip().split("\n\n")[0],
        "properties": properties,
        "required": sorted(getattr(shape, "__required_keys__", None) or get_type_hints(shape)),
        "additionalProperties": False,
    }
    for name, hint in get_type_hints(shape, include_extras=True).items():
        properties[name] = _described(_schema(hint, schemas), MEANING.get(shape, {}).get(name))
    component["properties"] = properties


def _described(schema: dict[str, Any], said: str | None) -> dict[str, Any]:
    """What stands beside a reference is not read, so the reference is wrapped."""
    if not said:
        return schema
    return {"allOf": [schema], "description": said} if "$ref" in schema else {**schema, "description": said}


def _schema(hint: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema (OpenAPI 3.0's dialect) of a type."""
    if get_origin(hint) is Annotated:
        inner, said = get_args(hint)[:2]
        return {**_schema(inner, schemas), "description": said} if isinstance(said, str) else _schema(said, schemas)
    if get_origin(hint) in (types.UnionType, Union):
        (inner,) = (part for part in get_args(hint) if part is not types.NoneType)
        found = _schema(inner, schemas)
        return {"allOf": [found], "nullable": True} if "$ref" in found else {**found, "nullable": True}
    if get_origin(hint) in (list, tuple):
        return {"type": "array", "items": _schema(get_args(hint)[0], schemas)}
    if get_origin(hint) is dict:
        return {"type": "object", "additionalProperties": _schema(get_args(hint)[1], schemas)}
    if is_typeddict(hint) or dataclasses.is_dataclass(hint):
        _add(hint, schemas)
        return _reference(hint)
    return dict(_PLAIN[hint])
