"""Texts of Automation 360 bots, action by action, with the line numbers that the editor shows beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from registry.formats.fragments import mapping, sequence
from registry.formats.texts import expressions, pieces
from registry.formats.texts.model import Fact, Fragment

MAX_DEPTH = 100  # actions in actions, and values in values
_PAYLOADS = ("expression", "string", "number")
_PICTURES = ("capture", "thumbnail", "screenshot")
_SILENT = ("blob", "credential", "uid", "window")  # what only the recorder reads, and what is a reference or a title
_LANGUAGES = {"python": "python", "vbscript": "vbscript", "javascript": "javascript", "powershell": "powershell"}
_STARTERS = ("application", "vbscript", "powershell", "dll")
_SCRIPTS = ("script", "scripttext", "code", "javascript", "command")
_NAMING = ("name", "key", "parametername", "headername", "columnname", "column_name")
_VALUES = ("value", "parametervalue", "headervalue")
_TARGETED = ("sourcestring", "value", "input", "source", "text")


def is_bot(document: object) -> bool:
    """A JSON object that is a bot: its nodes are actions."""
    given = mapping(document)
    nodes = sequence(given.get("nodes"))
    return any("commandName" in mapping(node) for node in nodes) or ("packages" in given and "variables" in given and "nodes" in given)


def read(document: dict[str, Any], at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    """Every setting of every action, those that are switched off as well: who takes the bot can switch them on."""
    for variable in (mapping(each) for each in sequence(document.get("variables"))):
        yield from _variable(variable, at, inside)
    for trigger in (mapping(each) for each in sequence(document.get("triggers"))):
        yield from _action(trigger, 0, at, inside)
    for number, node in enumerate(_lines(document.get("nodes")), 1):
        yield from _action(node, number, at, inside)


def _lines(nodes: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Actions in the order of their lines: each, what it holds, and each of its branches with what that holds."""
    for node in (mapping(each) for each in sequence(nodes)):
        yield node
        if depth < MAX_DEPTH:
            yield from _lines(node.get("children"), depth + 1)
            yield from _lines(node.get("branches"), depth + 1)


def _variable(variable: dict[str, Any], at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    name = str(variable.get("name") or "")[:80]
    here = replace(at, inside=(*at.inside, f"variable “{name}”"), name=name)
    secret = "password" if variable.get("type") == "CREDENTIAL" else ""
    yield from _value(variable.get("defaultValue"), replace(here, field="default value", type=secret), inside, 0)
    if isinstance(told := variable.get("description"), str):
        yield replace(here, text=told, field="description", form="prose")


def _action(node: dict[str, Any], line: int, at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    package, command = str(node.get("packageName") or ""), str(node.get("commandName") or "")
    folded = package.replace(" ", "").casefold()
    words = f"action “{package}: {command}”" if package else f"action “{command}”"
    here = replace(at, inside=(*at.inside, words), line=line)
    if folded == "comment":
        yield from _comment(node, replace(at, inside=(*at.inside, "comment"), field="", form="prose", line=line))
        return
    language = "javascript" if "javascript" in command.casefold() else _LANGUAGES.get(folded, "")
    if language and "close" not in command.casefold():
        yield Fact("code", here.at(0), language)
    if folded in _STARTERS and "close" not in command.casefold():
        yield Fact("command", here.at(0), f"{package}: {command}")
    target = mapping(node.get("returnTo")).get("variableName")
    control = _control(node)
    for given in (mapping(each) for each in sequence(node.get("attributes"))):
        name = str(given.get("name") or "")[:80]
        called = control or (target if isinstance(target, str) else "") if name.casefold() in _TARGETED else ""
        own = replace(here, field=name, name=called or name, language=language if name.casefold() in _SCRIPTS else "")
        yield from _value(given, own, inside, 0)


def _comment(node: dict[str, Any], here: Fragment) -> Iterator[Fragment]:
    for given in sequence(node.get("attributes")):
        if isinstance(told := mapping(mapping(given).get("value")).get("string"), str):
            yield _placed(replace(here, text=told))


def _control(node: dict[str, Any]) -> str:
    """What a recorded control is called: what is typed into one called “Password” is no plain text."""
    for given in (mapping(each) for each in sequence(node.get("attributes"))):
        criteria = mapping(mapping(mapping(given.get("value")).get("uiObject")).get("criteria"))
        for key in ("Name", "HTML Name", "ID", "HTML ID"):
            told = mapping(mapping(criteria.get(key)).get("value")).get("string")
            if isinstance(told, str) and told:
                return told[:80]
    return ""


def _value(value: object, here: Fragment, inside: pieces.Inside, depth: int) -> Iterator[Fragment | Fact]:
    """A tagged value, and the lists, records and settings in it."""
    if depth > MAX_DEPTH:
        yield Fact("unread", here.place, "what is nested deeper")
    elif isinstance(value, list):
        for each in value:
            yield from _value(each, _entry(each, value, here), inside, depth + 1)
    elif isinstance(value, dict):
        yield from _payload(value, here, inside)
        for key, child in value.items():
            if key in _PICTURES:
                yield from _pictures(child, here, inside, 0)
            elif isinstance(child, dict | list) and key not in _SILENT:
                yield from _value(child, here, inside, depth + 1)


def _entry(each: object, siblings: list[Any], here: Fragment) -> Fragment:
    """A setting among others by its own name; the value of a header or parameter by the name that stands beside it."""
    given = mapping(each)
    own = given.get("key") if isinstance(given.get("key"), str) else given.get("name")
    if not isinstance(own, str) or not own:
        return here
    named = own
    if own.casefold() in _VALUES:
        beside = (mapping(one) for one in siblings)
        names = (mapping(one.get("value")).get("string") for one in beside if str(one.get("key") or "").casefold() in _NAMING)
        named = next((name for name in names if isinstance(name, str) and name), own)
    return replace(here, field=own[:80], name=named[:80])


def _payload(value: dict[str, Any], here: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    for key in _PAYLOADS:
        written = value.get(key)
        if isinstance(written, int | float) and not isinstance(written, bool):
            written = str(written)
        if isinstance(written, str) and written:
            if here.language:
                code = replace(here, inside=_with_line(here), text=written, form="code", line=1)
                yield from pieces.text(code)
            else:
                yield from pieces.value(_placed(replace(here, text=written, form=expressions.of_bot(written))), inside)


def _placed(fragment: Fragment) -> Fragment:
    """A text of several lines lies at one line of the editor, from which its own are not counted on."""
    return replace(fragment, inside=_with_line(fragment), line=0) if "\n" in fragment.text else fragment


def _with_line(fragment: Fragment) -> tuple[str, ...]:
    return (*fragment.inside, f"line {fragment.line}") if fragment.line else fragment.inside


def _pictures(value: object, here: Fragment, inside: pieces.Inside, depth: int) -> Iterator[Fragment | Fact]:
    """Pictures of the screen that the recorder kept in a bot, as long strings somewhere in what it captured."""
    if isinstance(value, str) and len(value) > 400:
        yield from (found for found in pieces.value(replace(here, text=value, line=0), inside) if isinstance(found, Fact))
    elif isinstance(value, dict | list) and depth < 10:
        for each in value.values() if isinstance(value, dict) else value:
            yield from _pictures(each, here, inside, depth + 1)
