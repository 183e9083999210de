"""OpenTelemetry logs over HTTP in JSON (OTLP 1.x, ``/v1/logs``): the records that say which module ran, by attributes ``moothall.*``.

A record that has no such attribute of its own is an ordinary line of a log and left alone. Attributes of the resource count for all its
records, so that ``OTEL_RESOURCE_ATTRIBUTES=moothall.module=…,moothall.version=…`` names the module once. No record's body is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, get_args
from uuid import UUID

import msgspec

from registry.telemetry.adapters.model import (
    Outcome,
    Read,
    Seen,
    Unread,
    body_invalid,
    fits_century,
    made_id,
    plain_version,
    whole_duration,
    whole_items,
)

MAX_BYTES: Final = 4 * 1024 * 1024  # of a body, once inflated
PREFIX: Final = "moothall."
ATTRIBUTES: Final = ("module", "version", "outcome", "items", "duration_seconds", "started_at", "event_id")
_OUTCOMES: Final = get_args(Outcome)


class _Value(msgspec.Struct):
    stringValue: str | None = None
    intValue: int | str | None = None  # the JSON mapping of Protocol Buffers writes 64-bit integers as strings
    doubleValue: float | str | None = None
    boolValue: bool | None = None


class _Attribute(msgspec.Struct):
    key: str = ""
    value: _Value | None = None


class _Record(msgspec.Struct):
    timeUnixNano: int | str = 0
    observedTimeUnixNano: int | str = 0
    traceId: str = ""
    spanId: str = ""
    attributes: list[_Attribute] = []


class _Scope(msgspec.Struct):
    logRecords: list[_Record] = []


class _Resource(msgspec.Struct):
    attributes: list[_Attribute] = []


class _ResourceLogs(msgspec.Struct):
    resource: _Resource | None = None
    scopeLogs: list[_Scope] = []


class _Export(msgspec.Struct):
    resourceLogs: list[_ResourceLogs] = []


_decoder: Final = msgspec.json.Decoder(_Export)


def read(body: bytes, organisation: str) -> Read:
    """The runs that the log records of ``body`` tell of. Raises :class:`Refused` (``body_invalid``)."""
    try:
        export = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise body_invalid("a request to export logs in OTLP's JSON") from error
    found = Read()
    for number, (shared, record) in enumerate(_records(export)):
        own = _ours(record.attributes)
        given = shared | own
        if not own or "module" not in given:
            found.ignored += 1
            continue
        where = f"logRecords[{number}]"
        try:
            found.events.append(_seen(where, given, record, organisation))
        except Unread as problem:
            found.refuse(problem.at(where))
    return found


def _records(export: _Export) -> Iterator[tuple[dict[str, Any], _Record]]:
    for logs in export.resourceLogs:
        shared = _ours(logs.resource.attributes) if logs.resource else {}
        for scope in logs.scopeLogs:
            for record in scope.logRecords:
                yield shared, record


def _ours(attributes: list[_Attribute]) -> dict[str, Any]:
    """Of the attributes those that are taken, without the prefix."""
    return {
        name: _plain(each.value)
        for each in attributes
        if each.key.startswith(PREFIX) and (name := each.key.removeprefix(PREFIX)) in ATTRIBUTES and each.value is not None
    }


def _plain(value: _Value) -> Any:
    if value.stringValue is not None:
        return value.stringValue
    return value.intValue if value.intValue is not None else value.doubleValue


def _seen(where: str, given: Mapping[str, Any], record: _Record, organisation: str) -> Seen:
    seconds = whole_duration(_number(given, "duration_seconds", 0.0))
    outcome = given.get("outcome", "completed")
    if outcome not in _OUTCOMES:
        raise _wrong("outcome", f"one of {', '.join(_OUTCOMES)}")
    started_at = _started(given, record, seconds)
    items = _number(given, "items", 1.0)
    if not items.is_integer():
        raise _wrong("items", "a whole number")
    module, version = str(given["module"]), plain_version(str(given.get("version", "")))
    key = (record.traceId, record.spanId, record.timeUnixNano, module, version, started_at.isoformat(), seconds, outcome, items)
    return Seen(
        where=where,
        source="otlp",
        id=_id(given) or made_id(organisation, "otlp", key),
        started_at=started_at,
        duration_seconds=seconds,
        outcome=outcome,
        items=whole_items(int(items)),
        module=module if len(module) <= 121 else "",
        version=version,
    )


def _id(given: Mapping[str, Any]) -> UUID | None:
    if "event_id" not in given:
        return None
    try:
        return UUID(str(given["event_id"]))
    except ValueError as error:
        raise _wrong("event_id", "a UUID") from error


def _started(given: Mapping[str, Any], record: _Record, seconds: float) -> datetime:
    """As said, else as long before the record was written as the run lasted: it is written when the run has ended."""
    try:
        if "started_at" in given:
            said = datetime.fromisoformat(str(given["started_at"]))
            if said.tzinfo is None:
                raise ValueError
            return fits_century(said)
        nanoseconds = int(record.timeUnixNano or 0) or int(record.observedTimeUnixNano or 0)
        written = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=nanoseconds // 1000)
        return fits_century(written - timedelta(seconds=seconds))
    except (ValueError, OverflowError) as error:
        raise Unread("time_invalid", "The record has no time that can be read.", "Set timeUnixNano, or moothall.started_at.") from error


def _number(given: Mapping[str, Any], name: str, usual: float) -> float:
    value = given.get(name, usual)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise _wrong(name, "a number") from error
    if not abs(number) < 1e15:  # also what is no number at all
        raise _wrong(name, "a number")
    return number


def _wrong(name: str, wanted: str) -> Unread:
    return Unread("value_invalid", f"The attribute {PREFIX}{name} is not {wanted}.", f"Set {PREFIX}{name} to {wanted}.")
