"""Bodies are read whole or refused, and a refusal names the place."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from registry.errors import Refused
from registry.telemetry.events import RunEventIn, decode, json_schema


def event(**given: Any) -> dict[str, Any]:
    """As an orchestrator sends it; a value of None is left out."""
    usual = {"id": str(uuid4()), "module": "force-a/update", "version": "1.0.0", "started_at": "2026-11-03T09:30:00Z"}
    usual |= {"duration_seconds": 12.5, "outcome": "completed", "items": 4}
    return {name: value for name, value in {**usual, **given}.items() if value is not None}


def refusal(body: bytes | dict[str, Any]) -> Refused:
    with pytest.raises(Refused) as refused:
        decode(body if isinstance(body, bytes) else json.dumps(body).encode())
    assert refused.value.message
    assert refused.value.mend
    return refused.value


def test_events_are_read_as_they_were_written() -> None:
    given = [event(), event(started_at="2026-07-01T10:00:00.123456+02:00", duration_seconds=0, items=0, version="1.0.0-rc.1")]
    read = decode(json.dumps({"events": given}).encode())
    assert [str(one.id) for one in read] == [one["id"] for one in given]
    assert [one.started_at.isoformat() for one in read] == ["2026-11-03T09:30:00+00:00", "2026-07-01T10:00:00.123456+02:00"]
    assert [(one.duration_seconds, one.items, one.outcome) for one in read] == [(12.5, 4, "completed"), (0, 0, "completed")]


def test_the_schema_has_the_fields_of_an_event_and_nothing_else() -> None:
    parts = json_schema()["$defs"]
    assert list(parts["RunEvent"]["properties"]) == list(RunEventIn.__struct_fields__)
    assert parts["RunEvent"]["additionalProperties"] is parts["Batch"]["additionalProperties"] is False


@pytest.mark.parametrize("name", ["case_id", "user", "robot", "comment", "Items", "items "])
def test_fields_that_are_not_in_the_schema_are_refused(name: str) -> None:
    error = refusal({"events": [event(), event(**{name: "Jane Doe"})]})
    assert (error.code, error.where) == ("field_unknown", f"events[1].{name}")
    assert "Jane" not in error.message + error.mend
    assert refusal({"events": [event()], name: 1}).code == "field_unknown"


@pytest.mark.parametrize("name", RunEventIn.__struct_fields__)
def test_every_field_is_needed(name: str) -> None:
    error = refusal({"events": [event(), event(), event(**{name: None})]})
    assert (error.code, error.where) == ("field_missing", f"events[2].{name}")


BAD = [
    *[("id", value) for value in ('"1"', "1", "null", '"6f1c9c0e-54c3-4f0e-9a57-0f6b1c8f2c1z"', "[]", '""')],
    *[("module", value) for value in ('"update"', '"force-a/update\\u0000"', '"force-a/update\\n"', '"FORCE-A/update"', "5", '"a/b/c"', f'"a/{"b" * 130}"')],
    *[("version", value) for value in ('"1"', '"1.0.0\\u0000"', '"1.0.0; DROP"', '"{1.0.0}"', "1.0", f'"1.0.{"0" * 90}"')],
    *[("started_at", value) for value in ('"2026-11-03T09:30:00"', '"2026-11-03"', '"soon"', "1762162200", '"0001-01-01T00:00:00+14:00"')],
    *[("started_at", value) for value in ('"9999-12-31T23:59:59-14:00"', '"2026-02-30T00:00:00Z"', "true")],
    *[("duration_seconds", value) for value in ("-1", '"12"', "1e400", "31622401", "null", "1" + "0" * 5000)],
    *[("outcome", value) for value in ('"success"', '""', "1", '"COMPLETED"')],
    *[("items", value) for value in ("-1", "1.5", '"4"', "1000000001", "99999999999999999999999", "true", "null", "{}")],
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), BAD, ids=[f"{name}={value[:30]}" for name, value in BAD])
def test_values_of_the_wrong_kind_are_refused_where_they_are(name: str, value: str) -> None:
    error = refusal(json.dumps({"events": [event(), event(**{name: "@@"})]}).replace('"@@"', value).encode())
    assert (error.code, error.where) == ("value_invalid", f"events[1].{name}")


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{", b'{"events": [', b"\xff\xfe", b'{"events": [{"id": NaN}]}', b'{"events": [{"items": Infinity}]}', b"{'events': []}",
        b'{"events": []} x', b"\xef\xbb\xbf{}", b'{"events": [{"items": -}]}',
    ],
)  # fmt: skip
def test_what_is_not_json_is_refused(text: bytes) -> None:
    assert refusal(text).code == "json_invalid"


@pytest.mark.parametrize(
    "text", [b"[]", b"null", b"5", b'"events"', b'{"events": {}}', b'{"events": [[]]}', b'{"events": null}', b"[" * 100_000]
)
def test_what_is_no_batch_is_refused(text: bytes) -> None:
    assert refusal(text).code == "value_invalid"


@pytest.mark.parametrize("name", ["items", "module", "id"])
@pytest.mark.parametrize("escaped", [False, True])
def test_a_field_that_comes_twice_is_refused_and_not_taken_for_its_last_value(name: str, escaped: bool) -> None:
    other = {"items": "9", "module": '"force-a/update"', "id": f'"{uuid4()}"'}[name]
    again = f"\\u00{ord(name[0]):02x}{name[1:]}" if escaped else name
    error = refusal((json.dumps({"events": [event(), event()]})[:-3] + f', "{again}": {other}}}]}}').encode())
    assert (error.code, error.where) == ("field_twice", name)


def test_events_that_come_twice_are_refused() -> None:
    assert refusal(b'{"events": [], "events": []}').code == "field_twice"


def test_escapes_alone_are_no_fault() -> None:
    text = json.dumps({"events": [event()]}).replace("force-a/update", "force-a\\/update").replace('"items"', '"item\\u0073"')
    assert decode(text.encode())[0].module == "force-a/update"


def test_more_events_than_a_body_may_have_are_refused() -> None:
    one = event()
    assert len(decode(json.dumps({"events": [one] * 5000}).encode())) == 5000
    assert refusal({"events": [one] * 5001}).code == "too_many_events"
