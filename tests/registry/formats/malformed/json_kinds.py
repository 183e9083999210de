"""The 12 kinds of JSON, in the places where readers take it: a UiPath package's project, a flow, a project in a zip."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from tests.registry.formats.hostile import zipped
from tests.registry.formats.malformed.kind import Kind
from tests.registry.formats.malformed.nuget_kinds import package

PROJECT = (
    '{"name": "Fines", "projectVersion": "1.0.0", "dependencies": {}, "main": "Main.xaml", "designOptions": {"outputType": "Process"}%s}'
)
_json = partial(Kind, "JSON", filename="Fines.1.0.0.nupkg")


def with_project(document: str | bytes) -> Callable[[], bytes]:
    """A package with this ``project.json``."""
    return lambda: package(files={"content/project.json": document if isinstance(document, bytes) else document.encode()})


def project_zip(document: str) -> Callable[[], bytes]:
    return lambda: zipped({"project.json": document.encode()})


KINDS: tuple[Kind, ...] = (
    _json("ill-formed", with_project((PROJECT % "")[:-1]), "json_damaged"),
    _json("ill-formed, in a project", project_zip((PROJECT % "")[:-1]), "json_damaged", filename="Fines.zip"),
    _json("duplicate key", with_project(PROJECT % ', "name": "Other"'), "json_duplicate_key"),
    _json("duplicate key, in a project", project_zip(PROJECT % ', "name": "Other"'), "json_duplicate_key", filename="Fines.zip"),
    _json("not UTF-8", with_project((PROJECT % ', "description": "p\u00e5"').encode("latin-1")), "text_encoding"),
    _json("byte order mark", with_project((PROJECT % "").encode("utf-8-sig")), sound="Studio writes one"),
    _json("UTF-16", with_project((PROJECT % "").encode("utf-16")), sound="Windows PowerShell writes it"),
    _json("NaN", with_project(PROJECT % ', "a": NaN'), "json_number"),
    _json("Infinity", with_project(PROJECT % ', "a": -Infinity'), "json_number"),
    _json("number range", with_project(PROJECT % ', "a": 1e999'), "json_number"),
    _json("number of too many digits", with_project(PROJECT % f', "a": {"9" * 5000}'), "json_number"),
    _json("depth", with_project(PROJECT % f', "a": {"[" * 300}{"]" * 300}'), "json_depth"),
    _json("depth beyond any stack", with_project("[" * 1_000_000), "json_depth"),
    _json("lone surrogate", with_project(PROJECT % ', "description": "cut \\ud83d"'), sound="editors cut texts within an emoji; it is replaced"),
    _json("trailing content", with_project(PROJECT % "" + "{}"), "json_trailing"),
    _json("schema-invalid", lambda: zipped({"manifest.json": json.dumps({"schema": "1.0", "details": {}, "resources": {}}).encode(), "Microsoft.Flow/flows/manifest.json": b"{}"}), "flow_definition_missing", filename="flow.zip"),
    _json("unknown schema version", with_project(PROJECT % ', "schemaVersion": "99.0"'), sound="a newer Studio is read as far as it is known"),
    _json("wrong type", with_project((PROJECT % "").replace('"Fines"', "7")), sound="a value of another shape is left out; the manifest names the package"),
    _json("wrong top level", with_project("[]"), "json_no_object"),
)  # fmt: skip
