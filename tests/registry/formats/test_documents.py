"""JSON of artefacts: what readers agree on is read, whatever encoding Windows wrote it in; everything else has its code."""

from __future__ import annotations

import time

import pytest

from registry.errors import Unreadable
from registry.formats import documents
from registry.formats.documents import MAX_DEPTH, parse_json

SOUND = {
    "plain": b'{"a": 1}',
    "with a mark": '\ufeff{"a": 1}'.encode(),
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "UTF-16 without a mark": '{"a": 1}'.encode("utf-16-le"),
    "text": '{"a": 1}',
    "text with a mark": '\ufeff{"a": 1}',
    "blanks around": b' \r\n{"a": 1}\n ',
    "the same twice": b'{"a": 1, "a": 1}',
}


@pytest.mark.parametrize("data", SOUND.values(), ids=list(SOUND))
def test_what_honest_tools_write(data: bytes | str) -> None:
    assert parse_json(data) == {"a": 1}


def test_values() -> None:
    assert parse_json(b'[null, true, -0, 1.5e3, "\\ud83d\\ude00", "\\ud83d", {}]') == [None, True, 0, 1500.0, "\U0001f600", "\ud83d", {}]
    assert parse_json("9" * 400) == int("9" * 400)
    assert parse_json("[" * MAX_DEPTH + "]" * MAX_DEPTH)


REFUSED = {
    "nothing": (b"", "json_damaged"),
    "cut": (b'{"a": ', "json_damaged"),
    "comma at the end": (b'{"a": 1,}', "json_damaged"),
    "apostrophes": (b"{'a': 1}", "json_damaged"),
    "comment": (b'{"a": 1 /* one */}', "json_damaged"),
    "line break in a text": (b'{"a": "\n"}', "json_damaged"),
    "two documents": (b"{} {}", "json_trailing"),
    "text behind": (b"{}x", "json_trailing"),
    "twice with other values": (b'{"a": 1, "b": 0, "a": 2}', "json_duplicate_key"),
    "twice inside": (b'[{"x": {"a": 1, "a": null}}]', "json_duplicate_key"),
    "twice, one escaped": (b'{"a": 1, "\\u0061": 2}', "json_duplicate_key"),
    "NaN": (b"[NaN]", "json_number"),
    "infinity": (b"[-Infinity]", "json_number"),
    "beyond a float": (b"[1e999]", "json_number"),
    "digits": (b"9" * 401, "json_number"),
    "deep arrays": (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "json_depth"),
    "deep objects": (b'{"a":' * 300 + b"1" + b"}" * 300, "json_depth"),
    "beyond any stack": (b"[" * 1_000_000, "json_depth"),
    "Latin": ("å".encode("latin-1"), "text_encoding"),
}


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_json(data, "content/project.json", mend="Export it again.")
    assert (refused.value.code, refused.value.where) == (code, "content/project.json")
    assert refused.value.message.endswith(".")
    assert refused.value.mend
    assert len(refused.value.message) < 300


def test_more_than_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_JSON_BYTES", 10)
    assert parse_json(b'"12345678"') == "12345678"
    with pytest.raises(Unreadable) as refused:
        parse_json(b'"123456789"')
    assert refused.value.code == "json_too_large"


def test_time_grows_with_the_length_alone() -> None:
    def taken(count: int) -> float:
        data = b"[" + b",".join(b'{"a": [{"b": %d}]}' % number for number in range(count)) + b"]"
        started = time.process_time()
        parse_json(data)
        return time.process_time() - started

    taken(1_000)
    assert taken(80_000) < 30 * max(taken(10_000), 0.01)
