"""Tells a value from an expression in the syntax of each platform: nine in ten of what looks like a secret is one."""

from __future__ import annotations

import re

_LITERAL = re.compile(r'^\[?\s*"((?:[^"]|"")*+)"\s*\]?$', re.DOTALL)
_CLOUD = re.compile(r"^@(?:\{|[A-Za-z]\w*\s*\()|@\{")  # Power Automate and Logic Apps
_SIGNS = ("@", "$", "%", "=")
_OTHER = re.compile(r"\{\{[^{}]*\}\}|\$\{[^{}]*\}|^\$\(|^\$[A-Za-z_]|^%[^%\s]+%$|^=\S")  # templates, shells, desktop flows, n8n

_BOT = re.compile(r"\$[A-Za-z_][^$\r\n]{0,200}\$")  # Automation 360: $name$, $System:Date$, $row{Name}$


def of_workflow(value: str) -> tuple[str, str]:
    """Text and form of an attribute or argument of Windows Workflow: ``[...]`` is an expression, unless it is only a quoted string."""
    if value == "{x:Null}":
        return "", "literal"
    if value.startswith("[") and value.endswith("]"):
        found = _LITERAL.match(value)
        return (found.group(1).replace('""', '"'), "literal") if found else (value, "expression")
    return value, "expression" if _OTHER.search(value) else "literal"


def of_code(value: str) -> tuple[str, str]:
    """Text and form of an expression in Visual Basic or Blue Prism's language: a quoted string alone is a literal."""
    found = _LITERAL.match(value.strip())
    return (found.group(1).replace('""', '"'), "literal") if found else (value, "expression")


def of_json(value: str) -> str:
    """The form of a string in a flow's definition or in settings."""
    if not (value[:1] in _SIGNS or "@{" in value or "{{" in value or "${" in value):
        return "literal"  # the plain strings, which are most: both patterns begin with one of these
    return "expression" if _CLOUD.search(value) or _OTHER.search(value) else "literal"


def of_bot(value: str) -> str:
    """The form of a string of an Automation 360 bot: ``$name$`` stands for a variable, also in the middle of a text."""
    return "expression" if _BOT.search(value) else "literal"
