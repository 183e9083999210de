"""The only way to read JSON of an artefact: what two readers would take for two documents is refused."""

from __future__ import annotations

import json
from typing import Any

from registry.errors import Unreadable
from registry.formats.artefact import decode

MAX_JSON_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 200  # objects and arrays in one another; editors of flows stop at a tenth of that
_AGAIN = "Export the file again."


def parse_json(data: bytes | str, where: str = "", *, mend: str = _AGAIN) -> Any:
    """The JSON document in ``data``: text, or UTF-8 or UTF-16 with or without a byte order mark (Windows tools write one).

    Raises :class:`Unreadable`: ``json_too_large``, ``text_encoding``, ``json_damaged`` (ill-formed), ``json_trailing`` (more behind the
    end), ``json_duplicate_key`` (twice with other values; readers differ on which holds), ``json_number`` (NaN, an infinity or more
    digits than programs keep) and ``json_depth``. Half a surrogate pair is let through: editors of flows cut texts in the middle of an
    emoji, and an inspection replaces it.
    """
    if len(data) > MAX_JSON_BYTES:
        raise Unreadable("json_too_large", f"The JSON is {len(data)} bytes; at most {MAX_JSON_BYTES} are read.", where=where, mend=mend)
    text = decode(data, where) if isinstance(data, bytes) else data.removeprefix("\ufeff")
    try:
        document = _Reader(where, mend).decode(text)
    except json.JSONDecodeError as error:
        code, what = ("json_trailing", "has more behind its end") if error.msg == "Extra data" else ("json_damaged", "is not well-formed")
        message = f"The JSON {what} (line {error.lineno}, column {error.colno})."
        raise Unreadable(code, message, where=where, mend=mend) from error
    except RecursionError as error:
        raise _too_deep(where, mend) from error
    _check_depth(document, where, mend)
    return document


def _check_depth(document: Any, where: str, mend: str) -> None:
    level = [document] if isinstance(document, dict | list) else []
    depth = 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise _too_deep(where, mend)
        inner = (child for node in level for child in (node.values() if isinstance(node, dict) else node))
        level = [child for child in inner if isinstance(child, dict | list)]


def _too_deep(where: str, mend: str) -> Unreadable:
    return Unreadable("json_depth", f"The JSON is nested more than {MAX_DEPTH} deep.", where=where, mend=mend)


class _Reader(json.JSONDecoder):
    """The standard decoder, without what JSON does not have (RFC 8259) and without what readers take in several ways."""

    def __init__(self, where: str, mend: str) -> None:
        self._where, self._mend = where, mend
        super().__init__(object_pairs_hook=self._object, parse_constant=self._number, parse_float=self._real, parse_int=self._whole)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            twice = next((key for key, value in pairs if found[key] != value), None)
            if twice is not None:
                message = f"“{twice[:60]}” stands twice in one object, with other values."
                raise Unreadable("json_duplicate_key", message, where=self._where, mend=self._mend)
        return found

    def _number(self, written: str) -> Any:
        raise Unreadable(
            "json_number", f"{written[:40]} is no number that JSON has, or has too many digits.", where=self._where, mend=self._mend
        )

    def _real(self, written: str) -> Any:
        number = float(written)
        return self._number(written) if number in (float("inf"), float("-inf")) else number

    def _whole(self, written: str) -> Any:
        return int(written) if len(written) <= 400 else self._number(written)
