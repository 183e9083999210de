"""OpenTelemetry's log records: those that name a module are runs, and of those nothing but our attributes is taken."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from registry.errors import Refused
from registry.telemetry.adapters import otlp
from registry.telemetry.adapters.model import Read, Seen

CANARY = "canary-jane-doe-case-4711"
NANOSECONDS = int(datetime(2026, 11, 20, 9, 30, tzinfo=UTC).timestamp()) * 10**9


def attribute(key: str, value: object) -> dict[str, Any]:
    kinds: dict[type, str] = {str: "stringValue", int: "intValue", float: "doubleValue", bool: "boolValue"}
    return {"key": key, "value": {kinds[type(value)]: str(value) if type(value) is int else value}}


def record(given: dict[str, object] | None = None, **more: Any) -> dict[str, Any]:
    usual: dict[str, object] = {
        "module": "hampshire/victim-update",
        "version": "1.2.0",
        "outcome": "completed",
        "items": 3,
        "duration_seconds": 60.0,
    }
    ours = [attribute(f"moothall.{name}", value) for name, value in (usual | (given or {})).items() if value is not None]
    others = [attribute("enduser.id", CANARY), attribute("moothall.case_id", CANARY), attribute("host.name", CANARY)]
    return {
        "timeUnixNano": str(NANOSECONDS),
        "severityText": CANARY,
        "body": {"stringValue": CANARY},
        "attributes": others + ours + [{"key": "tags", "value": {"arrayValue": {"values": [{"stringValue": CANARY}]}}}, {"key": "none"}],
        "traceId": "5b8efff798038103d269b633813fc60c",
        "spanId": "eee19b7ec3c1b174",
        **more,
    }


def export(*records: dict[str, Any], resource: dict[str, object] | None = None) -> bytes:
    attributes = [attribute(name, value) for name, value in (resource or {"service.instance.id": CANARY}).items()]
    logs = {"resource": {"attributes": attributes}, "scopeLogs": [{"scope": {"name": CANARY}, "logRecords": list(records)}]}
    return json.dumps({"resourceLogs": [logs]}).encode()


def read(body: bytes) -> Read:
    found = otlp.read(body, "wiltshire")
    assert CANARY not in repr(found)
    return found


def only(body: bytes) -> Seen:
    (seen,) = read(body).events
    return seen


def test_a_record_that_names_a_module_is_a_run() -> None:
    seen = only(export(record()))
    assert (seen.module, seen.version, seen.outcome, seen.items, seen.duration_seconds) == (
        "hampshire/victim-update",
        "1.2.0",
        "completed",
        3,
        60.0,
    )
    assert seen.started_at == datetime(2026, 11, 20, 9, 29, tzinfo=UTC), "it is written when the run has ended"


def test_numbers_come_in_every_form_that_json_allows() -> None:
    for value in ({"intValue": 3}, {"intValue": "3"}, {"doubleValue": 3.0}, {"stringValue": "3"}, {"doubleValue": "3"}):
        body = record({"items": None})
        body["attributes"].append({"key": "moothall.items", "value": value})
        assert only(export(body)).items == 3
    assert only(export(record(timeUnixNano=NANOSECONDS))).started_at.minute == 29


def test_the_resource_may_name_the_module_for_all_its_records() -> None:
    body = export(record({"module": None, "version": None}), resource={"moothall.module": "a/b", "moothall.version": "2.0.0"})
    assert (only(body).module, only(body).version) == ("a/b", "2.0.0")
    plain = {"timeUnixNano": NANOSECONDS, "attributes": [attribute("level", "info")]}
    assert read(export(plain, resource={"moothall.module": "a/b"})).ignored == 1, "not every line of its log is a run"


def test_the_same_record_sent_again_is_the_same_run() -> None:
    first = only(export(record()))
    assert only(export(record())).id == first.id
    assert otlp.read(export(record()), "hampshire").events[0].id != first.id
    assert only(export(record(spanId="0000000000000001"))).id != first.id
    own = UUID("9cc6c2e4-237d-42f6-8cb8-43010652fb22")
    assert only(export(record({"event_id": str(own)}))).id == own


def test_what_is_not_said_is_usual() -> None:
    seen = only(export(record({"outcome": None, "items": None, "duration_seconds": None, "version": None})))
    assert (seen.outcome, seen.items, seen.duration_seconds, seen.version) == ("completed", 1, 0.0, "")
    assert only(export(record({"started_at": "2026-11-20T10:00:00+01:00"}))).started_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    late = only(export(record(timeUnixNano=0, observedTimeUnixNano=str(NANOSECONDS))))
    assert late.started_at.minute == 29


def test_records_of_others_are_left_alone() -> None:
    found = read(export(record({"module": None}), record(), {}))
    assert (len(found.events), found.ignored, found.refused) == (1, 2, 0)
    assert read(b"{}") == Read()


@pytest.mark.parametrize(
    ("given", "more", "code"),
    [
        ({"outcome": CANARY}, {}, "value_invalid"),
        ({"items": CANARY}, {}, "value_invalid"),
        ({"items": 1.5}, {}, "value_invalid"),
        ({"items": -1}, {}, "items_invalid"),
        ({"items": 10**12}, {}, "items_invalid"),
        ({"items": "NaN"}, {}, "value_invalid"),
        ({"items": "1" + "0" * 400}, {}, "value_invalid"),
        ({"duration_seconds": "Infinity"}, {}, "value_invalid"),
        ({"duration_seconds": -1}, {}, "duration_invalid"),
        ({"event_id": CANARY}, {}, "value_invalid"),
        ({"started_at": "2026-11-20T10:00:00"}, {}, "time_invalid"),
        ({}, {"timeUnixNano": 0}, "time_invalid"),
        ({}, {"timeUnixNano": "9" * 30}, "time_invalid"),
        ({}, {"timeUnixNano": CANARY}, "time_invalid"),
    ],
)
def test_a_record_that_cannot_be_read_is_told_apart(given: dict[str, object], more: dict[str, Any], code: str) -> None:
    found = read(export(record(), record(given, **more)))
    assert (len(found.events), [(problem.where, problem.code) for problem in found.problems]) == (1, [("logRecords[1]", code)])


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b'{"resourceLogs": 1}', b'{"resourceLogs": ' + b"[" * 100_000])
def test_what_is_no_export_is_refused(body: bytes) -> None:
    with pytest.raises(Refused) as caught:
        otlp.read(body, "wiltshire")
    assert caught.value.code == "body_invalid"
