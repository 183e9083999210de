"""The schema, and a page that shows it to people: our own HTML, so that it needs no script and nobody else's server."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import condition, require_safe
from drf_spectacular.generators import SchemaGenerator

from api.answers import as_text
from api.schema import PROBLEMS

METHODS = ("get", "post")


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, a field of a form, or a member of an answer."""

    name: str
    kind: str
    is_needed: bool
    said: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One way a call may end. ``shape`` names a component, or is empty."""

    status: str
    said: str
    shape: str


@dataclass(frozen=True, slots=True)
class Call:
    """One method of one address."""

    anchor: str
    method: str
    path: str
    title: str
    said: str
    parameters: tuple[Field, ...]
    media_types: tuple[str, ...]
    fields: tuple[Field, ...]
    answers: tuple[Answer, ...]
    examples: tuple[tuple[str, str], ...]  # title, text


@dataclass(frozen=True, slots=True)
class Shape:
    """A component of the schema."""

    name: str
    said: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of problem."""

    anchor: str
    status: int
    title: str
    said: str


@functools.cache
def schema() -> dict[str, Any]:
    """The OpenAPI document."""
    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return document


@functools.cache
def _text() -> bytes:
    return as_text(schema()).encode()


def _etag(request: HttpRequest) -> str:
    return f'"{hashlib.sha256(_text()).hexdigest()[:32]}"'


@require_safe
@condition(etag_func=_etag)
def openapi(request: HttpRequest) -> HttpResponse:
    """The document, for programs; needs no token."""
    return HttpResponse(_text(), content_type="application/vnd.oai.openapi+json;version=3.0")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The document, for people; needs no token."""
    return render(request, "api/docs.html", {"calls": calls(), "shapes": component_shapes(), "problems": problems()})


@functools.cache
def calls() -> tuple[Call, ...]:
    """Every call, in the order of its address."""
    return tuple(_call(path, method, item[method]) for path, item in schema()["paths"].items() for method in METHODS if method in item)


@functools.cache
def component_shapes() -> tuple[Shape, ...]:
    """Every shape an answer may have."""
    return tuple(Shape(name, shape.get("description", ""), _fields(shape)) for name, shape in schema()["components"]["schemas"].items())


def problems() -> tuple[Problem, ...]:
    """Every kind of problem, with the anchor that its ``type`` points to."""
    return tuple(Problem(slugify(kind.title), kind.status, kind.title, said) for kind, said in PROBLEMS)


def _call(path: str, method: str, operation: dict[str, Any]) -> Call:
    content = operation.get("requestBody", {}).get("content", {})
    body: dict[str, Any] = next(iter(content.values()), {})
    parameters = operation.get("parameters", [])
    return Call(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        title=operation.get("summary", ""),
        said=operation.get("description", ""),
        parameters=tuple(Field(p["name"], _kind(p["schema"]), p.get("required", False), p.get("description", "")) for p in parameters),
        media_types=tuple(content),
        fields=_fields(body.get("schema", {})),
        answers=tuple(_answer(status, answer) for status, answer in operation["responses"].items()),
        examples=tuple(_examples(operation)),
    )


def _answer(status: str, answer: dict[str, Any]) -> Answer:
    body: dict[str, Any] = next(iter(answer.get("content", {}).values()), {})
    return Answer(status, answer.get("description", ""), _component(body.get("schema", {})))


def _examples(operation: dict[str, Any]) -> list[tuple[str, str]]:
    parts = [operation.get("requestBody", {}), *operation["responses"].values()]
    found = [example for part in parts for body in part.get("content", {}).values() for example in body.get("examples", {}).items()]
    shown = {example.get("summary", name): json.dumps(example["value"], indent=2, ensure_ascii=False) for name, example in found}
    return list(shown.items())


def _fields(shape: dict[str, Any]) -> tuple[Field, ...]:
    needed = shape.get("required", [])
    return tuple(
        Field(name, _kind(part), name in needed, part.get("description", "")) for name, part in shape.get("properties", {}).items()
    )


def _kind(part: dict[str, Any]) -> str:
    """A schema in a few words."""
    if part.get("type") == "array":
        return f"list of {_kind(part['items'])}"
    words = _component(part) or part.get("format") or part.get("type", "any")
    return f"{words} or null" if part.get("nullable") else str(words)


def _component(part: dict[str, Any]) -> str:
    reference = part.get("$ref") or next((one["$ref"] for one in part.get("allOf", ()) if "$ref" in one), "")
    return str(reference).rsplit("/", 1)[-1]
