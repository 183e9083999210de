"""The shape of a sequence's steps in JSON: what is sent, and what is told of a release."""

from __future__ import annotations

from typing import Any

from registry.sequences.fields import MAX_INPUTS
from registry.sequences.steps import MAX_NEXT, MAX_STEPS

_TEXT = {"type": "string"}


def _object(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        **({"required": list(required)} if required else {}),
    }


def _text(description: str, longest: int = 200) -> dict[str, Any]:
    return {**_TEXT, "maxLength": longest, "description": description}


_INPUT = _object(
    **{"from": _text("step/output of an earlier step, or /name for what the starter gives"), "value": _text("As it is written", 5000)}
)
_STEP = _object(
    ("id", "name"),
    id=_text("Letters, digits, hyphens, dots and underscores; neither start nor end", 64),
    name=_text("What is done, in a few words"),
    who=_text("Who does it: its lane. Left out, Robot or Person"),
    documentation=_text("What a reader must know of the step", 5000),
    hand_over=_text("How its work passes to whoever is next", 5000),
    human={"type": "boolean", "default": False, "description": "Whether a person does it"},
    uses=_object(
        ("module",),
        module=_text("Identifier, such as hampshire/victim-update"),
        range=_text("npm range of versions; left out, any", 120),
        entry_point=_text("Left out, the module's first"),
    ),
    inputs={
        "type": "object",
        "maxProperties": MAX_INPUTS,
        "additionalProperties": _INPUT,
        "description": "Name of the module's input -> how it is filled; neither from nor value leaves it empty",
    },
    gives={
        "type": "array",
        "maxItems": MAX_INPUTS,
        "items": _object(("name",), name=_text("Under which later steps take it"), type=_text("Such as text")),
        "description": "What a person's step hands on",
    },
    question=_text("What is decided after the step, where several steps may follow"),
    next={
        "type": "array",
        "minItems": 1,
        "maxItems": MAX_NEXT,
        "items": _object(("to",), to=_text("Id of a step, or end"), when=_text("The answer that leads there; needed where several follow")),
        "description": "Left out, the step after it in the list follows, and the last one ends",
    },
)
STEPS_SCHEMA = _object(
    ("steps",),
    name=_text("Of the whole sequence"),
    documentation=_text("Of the whole sequence", 5000),
    steps={"type": "array", "minItems": 1, "maxItems": MAX_STEPS, "items": _STEP},
)
TOLD_SCHEMA = {
    **STEPS_SCHEMA,
    "required": ["composed", "steps"],
    "properties": {
        "composed": {
            "type": "boolean",
            "description": "Whether steps say all that the file says; otherwise they are its tasks with what they are bound to, without what follows each",
        },
        **STEPS_SCHEMA["properties"],
        "steps": {"type": "array", "items": _STEP},
    },
}
