"""What setup.cfg and setup.py say of a project; setup.py is parsed, never run."""

from __future__ import annotations

import ast
import configparser
from typing import Any

from registry.errors import Unreadable
from registry.formats.artefact import decode
from registry.formats.python_code import name_of, parsed

_AGAIN = "Mend the file and pack again."


def read_setup_cfg(data: bytes, where: str) -> dict[str, Any]:
    """Its facts by the names of pyproject.toml's ``project`` table; raises ``setup_cfg_damaged``, ``text_encoding``."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(decode(data, where))
    except configparser.Error as error:
        raise Unreadable("setup_cfg_damaged", "setup.cfg cannot be read.", where=where, mend=_AGAIN) from error
    scripts = _lines(parser, "options.entry_points", "console_scripts")
    return {
        **{key: parser.get("metadata", key, fallback=None) for key in ("name", "version", "description", "license")},
        "authors": [parser.get("metadata", "author", fallback="")],
        "classifiers": _lines(parser, "metadata", "classifiers"),
        "requires-python": parser.get("options", "python_requires", fallback=None),
        "dependencies": _lines(parser, "options", "install_requires"),
        "scripts": _scripts(scripts),
    }


def _lines(parser: configparser.ConfigParser, section: str, key: str) -> list[str]:
    return [line.strip() for line in parser.get(section, key, fallback="").splitlines() if line.strip()]


def _scripts(lines: list[str]) -> dict[str, str]:
    return {name.strip(): target.strip() for name, sign, target in (line.partition("=") for line in lines) if sign}


def read_setup_py(source: str) -> dict[str, Any]:
    """What ``setup(...)`` is given as literals, or as names that stand for one; empty where the file is no Python or computes it."""
    tree = parsed(source)
    if tree is None:
        return {}
    known = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    call = next((node for node in ast.walk(tree) if isinstance(node, ast.Call) and name_of(node.func) == "setup"), None)
    given = {word.arg: _literal(word.value, known) for word in call.keywords if word.arg} if call else {}
    points = given.get("entry_points")
    scripts = points.get("console_scripts") if isinstance(points, dict) else None
    return {
        **{key: given.get(key) for key in ("name", "version", "description", "license", "classifiers")},
        "authors": [given.get("author")],
        "requires-python": given.get("python_requires"),
        "dependencies": given.get("install_requires"),
        "scripts": _scripts([line for line in scripts if isinstance(line, str)]) if isinstance(scripts, list) else {},
    }


def _literal(node: ast.expr, known: dict[str, ast.expr]) -> object:
    if isinstance(node, ast.Name):
        node = known.get(node.id, node)
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
