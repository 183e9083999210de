"""Bodies that ask for the lock of steps, read strictly: nothing unknown, nothing twice, every text within bounds."""

from __future__ import annotations

import json
import re
from typing import Any

from api.bodies import check_names
from api.errors import Malformed
from registry.errors import Refused
from registry.formats.flow import Flow, Node, Use
from registry.resolving.effort import MAX_ASKED

MAX_BYTES = 1024 * 1024  # of a body
STEP_FIELDS = {
    "id": ("Its own among the steps, such as check; its number if left out", 100),
    "name": ("What it is called, for the sentence of a conflict", 200),
    "module": ("publisher/slug", 121),
    "range": ("Versions, in npm's grammar, such as ^1.2; any if left out", 120),
    "entry_point": ("What of the module it calls; its first if left out", 200),
}
FIELDS = ("steps", "prereleases")
STEP = {
    "type": "object",
    "required": ["module"],
    "additionalProperties": False,
    "properties": {name: {"type": "string", "description": said, "maxLength": most} for name, (said, most) in STEP_FIELDS.items()},
}
BODY = {
    "type": "object",
    "required": ["steps"],
    "additionalProperties": False,
    "properties": {
        "steps": {"type": "array", "items": STEP, "minItems": 1, "maxItems": MAX_ASKED},
        "prereleases": {"type": "boolean", "description": "Whether pre-releases may be chosen that no range names; false if left out"},
    },
}
_UNSTORABLE = re.compile("[\0\ufffd\ud800-\udfff]")


def asked_flow(body: bytes) -> tuple[Flow, bool]:
    """The steps of a body as a flow, and whether pre-releases are asked for.

    Raises :class:`Malformed` for what is no JSON, and :class:`Refused` (``body_invalid``, ``unknown_field``, ``field_missing``,
    ``field_twice``, ``text_invalid``, ``steps_invalid``) with ``where`` such as ``steps[2].range``.
    """
    try:
        data = json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Malformed("json_invalid", "The body is not JSON.", where="body", mend="Check its commas, quotes and brackets.") from error
    if not isinstance(data, dict):
        raise Refused("body_invalid", "The body is not an object of fields.", where="body", mend='Send {"steps": […]}.')
    check_names(data, FIELDS)
    steps, prereleases = data.get("steps"), data.get("prereleases", False)
    if not isinstance(prereleases, bool):
        raise Refused("flag_invalid", "prereleases is neither true nor false.", where="prereleases", mend="Send true or false.")
    if not isinstance(steps, list) or not 1 <= len(steps) <= MAX_ASKED:
        raise Refused("steps_invalid", f"steps is not a list of 1 to {MAX_ASKED} steps.", where="steps", mend="Send a list of objects.")
    nodes = tuple(_node(step, place) for place, step in enumerate(steps))
    ids = [node.id for node in nodes]
    twice = next((place for place, name in enumerate(ids) if name in ids[:place]), None)
    if twice is not None:
        raise Refused("field_twice", f"Two steps have the id {ids[twice]}.", where=f"steps[{twice}].id", mend="Give each its own.")
    return Flow(nodes=nodes), prereleases


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Refused("field_twice", "A field was sent twice in one object.", where="body", mend="Send each once.")
    return found


def _node(step: Any, place: int) -> Node:
    where = f"steps[{place}]"
    if not isinstance(step, dict):
        raise Refused("steps_invalid", f"{where} is not an object.", where=where, mend='Send such as {"module": "…", "range": "^1"}.')
    try:
        check_names(step, list(STEP_FIELDS))
    except Refused as error:
        raise Refused(error.code, error.message, where=f"{where}.{error.where}", mend=error.mend) from error
    said = {name: _text(step.get(name, ""), most, f"{where}.{name}") for name, (_, most) in STEP_FIELDS.items()}
    if not said["module"]:
        raise Refused("field_missing", "A step names no module.", where=f"{where}.module", mend="Send publisher/slug.")
    uses = Use(said["module"], said["range"], said["entry_point"])
    return Node(said["id"] or str(place + 1), said["name"], "serviceTask", uses=uses)


def _text(value: Any, most: int, where: str) -> str:
    if not isinstance(value, str) or len(value) > most or _UNSTORABLE.search(value):
        raise Refused("text_invalid", f"{where} is not a text of at most {most} characters.", where=where, mend="Send a shorter string.")
    return value
