"""YAML is read as text, lists and mappings, and what could grow, run or be read in two ways is refused."""

from __future__ import annotations

import time

import pytest

from registry.errors import Unreadable
from registry.formats.yaml import MAX_DEPTH, MAX_YAML_CHARACTERS, parse_yaml


def refused(text: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse_yaml(text, "conda.yaml")
    assert caught.value.where == "conda.yaml"
    return caught.value


def test_numbers_and_dates_stay_as_they_are_written() -> None:
    text = "version: 1.10\nreleased: 2026-11-26\nplain: 0.4\nquoted: '0.4'\nbig: 0x1F\n"
    assert parse_yaml(text) == {"version": "1.10", "released": "2026-11-26", "plain": "0.4", "quoted": "0.4", "big": "0x1F"}


def test_true_false_and_null_are_values_unless_quoted_and_never_keys() -> None:
    assert parse_yaml("a: true\nb: 'true'\nc: ~\nd:\ne: \"\"\nno: Norsk\ntrue: x\nf: yes") == {
        "a": True,
        "b": "true",
        "c": None,
        "d": None,
        "e": "",
        "no": "Norsk",
        "true": "x",
        "f": "yes",
    }


def test_blocks_and_flow_are_read() -> None:
    text = "tasks:\n  Run all:\n    command: [python, -m, robot]\n    note: |\n      two\n      lines\nlist:\n- a\n- b: {c: d}\n"
    assert parse_yaml(text) == {
        "tasks": {"Run all": {"command": ["python", "-m", "robot"], "note": "two\nlines\n"}},
        "list": ["a", {"b": {"c": "d"}}],
    }


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n...\n"])
def test_nothing_is_none(text: str) -> None:
    assert parse_yaml(text) is None


def test_aliases_and_merges_are_followed() -> None:
    text = "base: &b {python: '3.12', pip: '24'}\ncopy: *b\nlinux:\n  <<: *b\n  pip: '25'\nboth:\n  <<: [{a: first}, {a: second, b: c}]\n"
    read = parse_yaml(text)
    assert isinstance(read, dict)
    assert read["copy"] == {"python": "3.12", "pip": "24"}
    assert read["linux"] == {"python": "3.12", "pip": "25"}
    assert read["both"] == {"a": "first", "b": "c"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: 1\nb: 2\na: 3\n", "yaml_duplicate_key"),
        ("a: !!python/object/apply:os.system [id]\n", "yaml_tag"),
        ("a: !secret b\n", "yaml_tag"),
        ("a: [1\nb: 2\n", "yaml_damaged"),
        ("a: \x07\n", "yaml_damaged"),
        ("a: \ud800\n", "yaml_damaged"),
        ("? [a, b]\n: c\n", "yaml_key"),
        ("? &x [a]\n: c\n", "yaml_key"),
        ("a: *nowhere\n", "yaml_alias"),
        ("a: &a [*a]\n", "yaml_alias"),
        ("a: 1\n---\nb: 2\n", "yaml_several"),
        ("[" * (MAX_DEPTH + 2), "yaml_too_deep"),
        ("- " * 100_000, "yaml_too_deep"),
        ("a: " + "x" * MAX_YAML_CHARACTERS, "yaml_too_large"),
        ("[" + "a," * 100_001 + "]", "yaml_too_large"),
    ],
)
def test_what_is_not_read_has_a_code_of_its_own(text: str, code: str) -> None:
    assert refused(text).code == code


def test_aliases_of_aliases_do_not_grow() -> None:
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{number}: &l{number} [{', '.join([f'*l{number - 1}'] * 10)}]" for number in range(1, 10)]
    began = time.monotonic()
    assert refused("\n".join(lines)).code == "yaml_alias"
    assert time.monotonic() - began < 2


def test_a_refusal_names_the_line_and_never_its_text() -> None:
    error = refused("password: hunter2\npassword: hunter3\n")
    assert "line 2" in error.message
    assert "hunter" not in error.message
    assert "hunter" not in refused("ok: 1\nsecret: 'hunter2\n").message
