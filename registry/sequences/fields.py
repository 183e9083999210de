"""What people and programs write in a step, checked one field at a time; each error names its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from registry.errors import Refused
from registry.formats.arguments import Argument
from registry.formats.drawn import MAX_NAME, MAX_POINTS, MAX_TEXT, one_line, some_lines
from registry.formats.flow import Filled, Use
from registry.values.identifiers import split_identifier
from registry.values.ranges import parse_range

MAX_INPUTS = MAX_POINTS  # of a step; as many as are read from a file
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")  # the part of NCName that every modelling tool takes for an id
_ENTRY = frozenset({"from", "value"})


def members(value: object, known: Collection[str], where: str) -> Mapping[str, Any]:
    """``value`` as an object of nothing but ``known`` members; raises :class:`Refused` (``steps_invalid``, ``unknown_member``)."""
    if not isinstance(value, dict):
        raise Refused("steps_invalid", f"{_at(where)} is not an object.", where=where, mend="Write it in braces: {}.")
    unknown = next((name for name in value if name not in known), None)
    if unknown is not None:
        place = f"{where}.{unknown}"[:120].lstrip(".")
        raise Refused("unknown_member", f"There is no {place}.", where=place, mend=f"Known are: {', '.join(sorted(known))}.")
    return value


def items(value: object, most: int, where: str) -> Sequence[Any]:
    """``value`` as a list of at most ``most``; raises :class:`Refused` (``steps_invalid``, ``too_many``)."""
    if not isinstance(value, list):
        raise Refused("steps_invalid", f"{_at(where)} is not a list.", where=where, mend="Write it in brackets: [].")
    if len(value) > most:
        raise Refused("too_many", f"{_at(where)} holds {len(value)}; at most {most} are kept.", where=where, mend="Divide it.")
    return value


def raw(value: object, where: str, longest: int = MAX_TEXT) -> str:
    """Text as it is written, with line ends as XML keeps them; raises :class:`Refused` (``text_invalid``, ``text_too_long``)."""
    if not isinstance(value, str):
        raise Refused("text_invalid", f"{_at(where)} is not text.", where=where, mend='Write it in quotation marks, also a number: "5".')
    if _UNWRITABLE.search(value):
        raise Refused("text_invalid", f"{_at(where)} holds a character that XML cannot hold.", where=where, mend="Take it out.")
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > longest:
        raise Refused(
            "text_too_long", f"{_at(where)} is {len(text)} characters long; at most {longest} are kept.", where=where, mend="Shorten it."
        )
    return text


def line(value: object, where: str, longest: int = MAX_NAME) -> str:
    """A name: one line; raises as :func:`raw` does."""
    return one_line(raw(" ".join(raw(value, where).split()), where, longest))


def lines(value: object, where: str) -> str:
    """A description of several lines; raises as :func:`raw` does."""
    return some_lines(raw(value, where))


def is_true(value: object, where: str) -> bool:
    """Raises :class:`Refused` (``steps_invalid``) for what is neither true nor false."""
    if not isinstance(value, bool):
        raise Refused("steps_invalid", f"{_at(where)} is neither true nor false.", where=where, mend="Write true or false.")
    return value


def identity(value: object, where: str) -> str:
    """The id of a step; raises :class:`Refused` (``id_invalid``)."""
    text = line(value, where, 64)
    if _ID.fullmatch(text):
        return text
    raise Refused(
        "id_invalid",
        f"“{text}” cannot be the id of a step.",
        where=where,
        mend="Begin with a letter or underscore, then use letters, digits, hyphens, dots and underscores, such as check-data.",
    )


def checked_use(use: Use, where: str) -> Use:
    """``use`` with every text as it is kept; ``where`` is the step. Raises :class:`Refused`, with the place."""
    module = line(use.module, f"{where}.uses.module")
    try:
        split_identifier(module)
    except Refused as error:
        raise Refused(error.code, error.message, where=f"{where}.uses.module", mend=error.mend) from error
    wanted = line(use.range, f"{where}.uses.range")
    try:
        parse_range(wanted)
    except Refused as error:
        raise Refused(error.code, error.message, where=f"{where}.uses.range", mend=error.mend) from error
    items(list(use.inputs), MAX_INPUTS, f"{where}.inputs")
    inputs = tuple(_filled(each, f"{where}.inputs.{each.name}"[:120]) for each in use.inputs)
    _distinct([each.name for each in inputs], f"{where}.inputs")
    return Use(module, wanted, line(use.entry_point, f"{where}.uses.entry_point"), inputs)


def _filled(filled: Filled, where: str) -> Filled:
    name, source = line(filled.name, where), line(filled.source, f"{where}.from")
    if not name:
        raise Refused("input_nameless", "An input has no name.", where=where, mend="Name it as the module does.")
    _, slash, output = source.partition("/")
    if source and (not slash or not output):
        raise Refused(
            "from_invalid",
            f"“{source}” does not say where the input {name} comes from.",
            where=f"{where}.from",
            mend="Write step/output for what an earlier step gives, or /name for what whoever starts the sequence gives.",
        )
    value = raw(filled.value, f"{where}.value")
    if source and value:
        raise Refused("input_twice", f"The input {name} has both from and value.", where=where, mend="Take one of them out.")
    return Filled(name, source, value)


def inputs_from(value: object, where: str) -> tuple[Filled, ...]:
    """The inputs of a step as JSON writes them: name -> ``from`` or ``value``, or neither. Raises :class:`Refused`."""
    if not isinstance(value, dict):
        raise Refused("steps_invalid", f"{_at(where)} is not an object.", where=where, mend='Write {"name": {"from": "step/output"}}.')
    found = []
    for name, entry in value.items():
        place = f"{where}.{name}"[:120]
        said = members(entry, _ENTRY, place)
        if len(said) > 1:
            raise Refused("input_twice", f"The input {name[:60]} has both from and value.", where=place, mend="Take one of them out.")
        found.append(Filled(name, *(raw(said.get(key, ""), f"{place}.{key}") for key in ("from", "value"))))
    return tuple(found)


def checked_gives(gives: Sequence[Argument], where: str) -> tuple[Argument, ...]:
    """What a person's step hands on, with every text as it is kept; raises :class:`Refused`, with the place."""
    items(list(gives), MAX_INPUTS, f"{where}.gives")
    found = []
    for number, each in enumerate(gives):
        place = f"{where}.gives[{number}]"
        name = line(each.name, f"{place}.name")
        if not name:
            raise Refused("output_nameless", "What the step hands on has no name.", where=f"{place}.name", mend="Name it.")
        found.append(Argument(name, line(each.type, f"{place}.type")))
    _distinct([each.name for each in found], f"{where}.gives")
    return tuple(found)


def _distinct(names: Sequence[str], where: str) -> None:
    twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
    if twice is not None:
        raise Refused("name_twice", f"{_at(where)} names {twice} twice.", where=where, mend="Take one of them out.")


def _at(where: str) -> str:
    return where or "What was sent"
