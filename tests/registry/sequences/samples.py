"""Steps to test with: one sequence with everything in it, and any sequence at all."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

LETTERS: dict[str, Any] = {
    "name": "Award and refusal letters",
    "documentation": "From application to answer.\n\nEvery letter is kept.",
    "steps": [
        {
            "id": "check",
            "name": "Check data",
            "who": "Robot",
            "documentation": "Compares the application with the register.",
            "uses": {"module": "kobenhavn/datavalidering", "range": "^1.0", "entry_point": "Main.xaml"},
            "inputs": {"in_Sag": {"from": "/sag"}, "in_Titel": {"value": "Ansøgning <1> & “2”\nlinje 2"}, "in_X": {}},
        },
        {
            "id": "decide",
            "name": "Decide",
            "who": "Caseworker",
            "hand_over": "The case lies in the team's queue.",
            "human": True,
            "gives": [{"name": "afgoerelse", "type": "text"}, {"name": "note"}],
            "question": "Award?",
            "next": [{"to": "award", "when": "Yes"}, {"to": "refuse", "when": "No"}, {"to": "check", "when": "Data missing"}],
        },
        {
            "id": "award",
            "name": "Write the award",
            "who": "Robot",
            "uses": {"module": "kobenhavn/brev"},
            "inputs": {"in_Svar": {"from": "decide/afgoerelse"}, "in_Data": {"from": "check/out_Data"}},
            "next": [{"to": "send"}],
        },
        {"id": "refuse", "name": "Write the refusal", "who": "Robot"},
        {
            "id": "send",
            "name": "Send",
            "who": "Post room",
            "next": [{"to": "archive", "when": "Delivered"}, {"to": "end", "when": "Returned"}],
        },
        {"id": "archive", "name": "Archive", "who": "Robot"},
    ],
}


def letters() -> dict[str, Any]:
    """A copy of the sample, to spoil."""
    return copy.deepcopy(LETTERS)


def chain(number: int) -> dict[str, Any]:
    """So many steps in a row."""
    return {"name": "Chain", "steps": [{"id": f"s{each}", "name": f"Step {each}", "who": "Robot"} for each in range(number)]}


def names(longest: int = 30) -> st.SearchStrategy[str]:
    """Texts of one line as they are kept."""
    letters = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufffe\uffff")
    return st.text(letters, min_size=1, max_size=longest).map(lambda text: " ".join(text.split())).filter(bool)


def texts() -> st.SearchStrategy[str]:
    """Texts of several lines as they are kept."""
    return st.lists(names() | st.just(""), max_size=4).map(lambda lines: "\n".join(lines).strip())


_IDS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,12}", fullmatch=True).filter(lambda text: text not in ("start", "end"))
_RANGES = st.sampled_from(["", "*", "^1.2", "~1.2.3", ">=1.2 <2", "1.x || 3.0.0-beta.1"])
_MODULES = st.sampled_from(["hampshire/victim-update", "kobenhavn/brev", "leeds/send-letter"])


@st.composite
def sequences(draw: st.DrawFn, most: int = 9) -> dict[str, Any]:
    """Any steps that make a flow, written as :func:`steps_of` writes them."""
    ids = draw(st.lists(_IDS, min_size=1, max_size=most, unique=True))
    who = draw(st.lists(names(), min_size=1, max_size=3))
    steps = [_full(draw(_step(identity, ids, who))) for identity in ids]
    for number, step in enumerate(steps):
        following = ids[number + 1] if number + 1 < len(ids) else "end"
        others = draw(st.lists(st.sampled_from([*ids, "end"]), max_size=3, unique=True)) if draw(st.booleans()) else []
        targets = list(dict.fromkeys([following, *others]))
        if len(targets) > 1:
            targets = draw(st.permutations(targets))
            step["next"] = [{"to": target, "when": draw(names(12))} for target in targets]
            step.update(_full({"question": draw(names() | st.just(""))}))
    return _full({"name": draw(names() | st.just("")), "documentation": draw(texts())}) | {"steps": steps}


@st.composite
def _step(draw: st.DrawFn, identity: str, ids: list[str], who: list[str]) -> dict[str, Any]:
    step = {"id": identity, "name": draw(names()), "who": draw(st.sampled_from(who))}
    step |= {"documentation": draw(texts()), "hand_over": draw(texts())}
    others = [other for other in ids if other != identity]
    kind = draw(st.sampled_from(["module", "person", "open"]))
    if kind == "module":
        sources = [f"/{draw(names(8))}", *(f"{other}/{draw(names(8))}" for other in others)]
        filled = (
            st.just({}) | st.sampled_from(sources).map(lambda text: {"from": text}) | texts().filter(bool).map(lambda text: {"value": text})
        )
        step["uses"] = _full({"module": draw(_MODULES), "range": draw(_RANGES), "entry_point": draw(names() | st.just(""))})
        step["inputs"] = draw(st.dictionaries(names(), filled, max_size=3))
    else:
        given = st.lists(st.tuples(names(), names() | st.just("")), max_size=2, unique_by=lambda pair: pair[0])
        step["human"] = kind == "person"
        step["gives"] = [_full({"name": name, "type": type_}) for name, type_ in draw(given)]
    return step


def _full(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value}
