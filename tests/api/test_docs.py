"""The schema is whole and valid, needs no token, and the page shows all of it without a script."""

from __future__ import annotations

import dataclasses
import re

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from api.docs import problems, schema
from api.errors import problem_type
from api.inspection_words import MEANING
from api.urls import urlpatterns
from registry.errors import RegistryError
from tests.api.conftest import Caller


def operations() -> list[tuple[str, str, dict]]:
    return [(path, method, operation) for path, item in schema()["paths"].items() for method, operation in item.items()]


def test_the_schema_is_valid_and_was_made_without_a_warning() -> None:
    schema.cache_clear()
    GENERATOR_STATS.reset()
    validate_schema(schema())
    assert not GENERATOR_STATS, (dict(GENERATOR_STATS._warn_cache), dict(GENERATOR_STATS._error_cache))


def test_every_address_is_described() -> None:
    ours = [pattern for pattern in urlpatterns if getattr(pattern, "name", None) not in (None, "api_docs", "openapi")]
    assert len(schema()["paths"]) == len(ours)


@pytest.mark.parametrize(("path", "method", "operation"), operations())
def test_every_call_says_what_it_does_needs_and_may_answer(path: str, method: str, operation: dict) -> None:
    assert operation["summary"]
    assert operation["description"]
    signed = path == "/api/v1/runs/uipath/{hook}"  # by Orchestrator, which sends no token
    assert operation.get("security") == (None if signed else [{"token": []}, {"tokenAsPassword": []}])
    assert {"401", "403", "429", "500", "503"} <= set(operation["responses"])
    assert set(operation["responses"]) & {"200", "201", "202"}
    for status, answer in operation["responses"].items():
        if status >= "400":
            assert answer["content"]["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
    for parameter in operation.get("parameters", []):
        assert parameter["in"] in ("path", "query", "header")
    assert bool(operation.get("requestBody")) == (method == "post")


def test_every_reference_leads_somewhere() -> None:
    names = set(re.findall(r"#/components/schemas/(\w+)", str(schema())))
    assert names
    assert names <= set(schema()["components"]["schemas"])


def test_programs_get_it_without_a_token(client) -> None:
    response = client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert response.json()["info"]["title"] == "Moothall"
    assert client.get("/api/v1/openapi.json", headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert client.head("/api/v1/openapi.json").status_code == 200


def test_people_get_a_page_without_a_token(db) -> None:
    response = Caller().get("/api/docs")
    page = response.content.decode()
    assert response.status_code == 200
    for path, _, operation in operations():
        assert path in page
        assert f'id="{operation["operationId"]}"' in page
    assert not re.search(r"(src|href)=\"(https?:)?//(?!localhost)", page), "nothing from anybody else's server"
    assert not re.search(r"<script(?![^>]*(nonce=|src=))", page)
    assert " style=" not in page
    assert " onclick=" not in page


def test_every_kind_of_problem_is_explained_where_its_type_points() -> None:
    anchors = {problem.anchor for problem in problems()}
    kinds = [RegistryError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    assert len(kinds) > 10
    for kind in kinds[1:]:
        assert problem_type(kind.title).partition("#")[2] in anchors, kind


def test_an_inspection_is_described_member_by_member() -> None:
    schemas = schema()["components"]["schemas"]
    for shape, words in MEANING.items():
        own = f"Inspected{shape.__name__}"  # where the catalogue has a shape of that name
        properties = schemas[own if own in schemas else shape.__name__]["properties"]
        assert properties.keys() == {one.name for one in dataclasses.fields(shape)}
        assert words.keys() <= properties.keys()
        assert {name: properties[name]["description"] for name in words} == words
    assert {"owner", "words"} <= schemas["Inspection"]["properties"].keys()
    assert {"part", "within", "onward", "language"} <= schemas["Step"]["properties"].keys()
