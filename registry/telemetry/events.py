"""The published schema of run events, and the one door by which they are read from JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal, Never, get_args
from uuid import UUID

import msgspec
from msgspec import Meta

from registry.errors import Refused
from registry.telemetry.models import Outcome

MAX_EVENTS: Final = 5_000  # in one body
MAX_BYTES: Final = 4 * 1024 * 1024  # of one body, once inflated: 5,000 events, well spaced, have about two
MAX_SECONDS: Final = 366 * 24 * 3600
MAX_ITEMS: Final = 1_000_000_000
FIRST_YEAR, LAST_YEAR = 2000, 2099
MODULE: Final = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$")
VERSION: Final = re.compile(r"^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$")

OutcomeName = Literal["completed", "business_exception", "system_exception"]
OUTCOMES: Final = {name: str(Outcome[name.upper()].value) for name in get_args(OutcomeName)}  # as they are stored


class RunEventIn(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """One run of a module. There is no place for a person, a case or any other text."""

    id: Annotated[UUID, Meta(description="Given by you, a new one for each run; the same id sent again counts once")]
    # The patterns are published here and asked in :func:`check`, once for each name instead of once for each event.
    module: Annotated[
        str, Meta(max_length=121, description="publisher/slug, as on its page", extra_json_schema={"pattern": MODULE.pattern})
    ]
    version: Annotated[
        str, Meta(max_length=80, description="The release that ran, such as 1.2.0", extra_json_schema={"pattern": VERSION.pattern})
    ]
    started_at: Annotated[datetime, Meta(tz=True, description="RFC 3339 with a time zone, such as 2026-11-03T09:30:00Z")]
    duration_seconds: Annotated[float, Meta(ge=0, le=MAX_SECONDS, description="From start to end, in seconds; parts of a second count")]
    outcome: Annotated[OutcomeName, Meta(description="How it ended. A business exception is a case a rule kept from the robot")]
    items: Annotated[int, Meta(ge=0, le=MAX_ITEMS, description="How many cases, files or letters it worked on")]


class Batch(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """Runs of modules, as they are sent to POST /api/v1/runs."""

    events: Annotated[list[RunEventIn], Meta(max_length=MAX_EVENTS, description="The runs, in any order")]


FIELDS: Final = RunEventIn.__struct_fields__
_TEXTS: Final = 5  # values of an event that are texts: id, module, version, started_at and outcome
_decoder: Final = msgspec.json.Decoder(Batch)
_AT: Final = re.compile(r" - at `(?P<place>.*)`$")
_NAMED: Final = re.compile(r"field `(?P<name>[^`]*)`")
_TOO_MANY: Final = re.compile(r"Expected `array` of length <= ")


def json_schema() -> dict[str, Any]:
    """The published schema of a body, in JSON Schema's dialect of 2020-12."""
    found = msgspec.json.schema(Batch)
    names = {"Batch": "Batch", "RunEventIn": "RunEvent"}
    parts = {names[name]: {**part, "title": names[name]} for name, part in found["$defs"].items()}
    parts["Batch"]["properties"]["events"]["items"]["$ref"] = "#/$defs/RunEvent"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#/$defs/Batch", "$defs": parts}


def decode(body: bytes) -> list[RunEventIn]:
    """The events of a JSON body.

    Raises :class:`Refused`, naming the place, such as ``events[3].items``: ``json_invalid``, ``field_unknown``, ``field_missing``,
    ``field_twice``, ``value_invalid`` or ``too_many_events``. Nothing of a refused body is taken.
    """
    try:
        events = _decoder.decode(body).events
    except msgspec.ValidationError as error:
        _refuse(str(error))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(
            "json_invalid", f"The body is not JSON: {error}.", where="body", mend="Send UTF-8 JSON as /runs/schema shows."
        ) from error
    _check_once(body, len(events))
    check(events)
    return events


def check(events: Sequence[RunEventIn]) -> None:
    """What types cannot say: names look like names, and times are of this century. Raises :class:`Refused` (``value_invalid``)."""
    for field, form, mend in (
        ("module", MODULE, "Write publisher/slug."),
        ("version", VERSION, "Write it with three numbers, such as 1.2.0."),
    ):
        names = {getattr(event, field) for event in events}
        if wrong := {name for name in names if not form.fullmatch(name)}:
            number, name = next((number, name) for number, event in enumerate(events) if (name := getattr(event, field)) in wrong)
            raise invalid(number, field, f"“{name[:80]}” is no {field}.", mend)
    for number, event in enumerate(events):
        if not FIRST_YEAR <= event.started_at.year <= LAST_YEAR:
            raise invalid(number, "started_at", f"The year is before {FIRST_YEAR} or after {LAST_YEAR}.")


def invalid(number: int, field: str, message: str, mend: str = "See /runs/schema.") -> Refused:
    """That the value of ``field`` of the event ``number`` breaks a rule."""
    return Refused("value_invalid", message, where=f"events[{number}].{field}", mend=mend)


def _refuse(text: str) -> Never:
    """The refusal that msgspec's sentence ``text`` stands for."""
    at = _AT.search(text)
    sentence, place = (text[: at.start()], at["place"].removeprefix("$").removeprefix(".")) if at else (text, "")
    name = found["name"] if (found := _NAMED.search(sentence)) else ""
    inner = f"{place}.{name}".removeprefix(".")[:120]
    if sentence.startswith("Object contains unknown"):
        raise Refused(
            "field_unknown",
            f"There is no field {name[:60]}. We take no case, no person and no text.",
            where=inner,
            mend=f"Leave it out. An event has {', '.join(FIELDS)}.",
        )
    if sentence.startswith("Object missing"):
        raise Refused("field_missing", f"The field {name} is missing.", where=inner, mend="Every field is needed; see /runs/schema.")
    if _TOO_MANY.match(sentence):
        raise Refused("too_many_events", f"There are over {MAX_EVENTS:,} events.", where="events", mend="Send them in several requests.")
    raise Refused("value_invalid", f"{sentence}.", where=place or "body", mend="See /runs/schema.")


def _check_once(body: bytes, count: int) -> None:
    """No field comes twice, of which decoders take the last without a word. Raises :class:`Refused` (``field_twice``).

    Without escapes a quotation mark only begins or ends a text, and the texts of ``count`` events are known: one more means a field that
    came twice. Bodies with escapes are read again.
    """
    if b"\\" in body or body.count(b'"') != 2 + 2 * (len(FIELDS) + _TEXTS) * count:
        json.loads(body, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, object]]) -> None:
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Refused("field_twice", f"The field {twice[:60]} comes twice in one object.", where=twice[:60], mend="Send it once.")
