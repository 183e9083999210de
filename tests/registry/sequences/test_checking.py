"""Steps that do not fit together are found, certain or not; what fits is left alone."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from registry.formats.arguments import Argument
from registry.formats.flow import Arrow, Filled, Flow, Node, Use
from registry.formats.model import EntryPoint
from registry.sequences.checking import Interface, Problem, problems, step_points, wanted_inputs

READ = Interface(
    "hampshire/read",
    "1.0.0",
    "blueprism",
    (
        EntryPoint(
            "Read Record",
            inputs=(Argument("Number", "text"),),
            outputs=(
                Argument("Header", "text"),
                Argument("Fields", "collection"),
                Argument("Open", "flag"),
                Argument("Secret", "password"),
            ),
        ),
        EntryPoint("Close"),
    ),
)
WRITE = Interface(
    "met/write",
    "2.1.0",
    "uipath",
    (
        EntryPoint(
            "Main.xaml",
            inputs=(
                Argument("in_Text", "String", True),
                Argument("in_Table", "DataTable", False),
                Argument("in_Count", "Int32", False),
                Argument("in_Code", "SecureString", False),
                Argument("in_Handle", "UiElement", False),
            ),
            outputs=(Argument("out_Result", "String"),),
        ),
    ),
)
LETTER = Interface("kobenhavn/letter", "1.0.0", "power_automate", (EntryPoint("manual", inputs=(Argument("Name", "string", True),)),))
COMMAND = Interface("kobenhavn/check", "1.1.0", "python", (EntryPoint("kk-check = kk_check.command:main"),))
KNOWN = {each.module: each for each in (READ, WRITE, LETTER, COMMAND)}


def uses(interface: Interface, entry_point: str = "", **inputs: str) -> Use:
    """``name="=text"`` writes a value, everything else is a source."""
    filled = tuple(Filled(name, value=text[1:]) if text.startswith("=") else Filled(name, source=text) for name, text in inputs.items())
    return Use(interface.module, "*", entry_point, filled)


def flow(*nodes: Node, arrows: str = "") -> Flow:
    """Without ``arrows`` the nodes follow one another; else ``"a>b b>c"``."""
    pairs = [pair.split(">") for pair in arrows.split()] or [[one.id, other.id] for one, other in itertools.pairwise(nodes)]
    return Flow(nodes=nodes, arrows=tuple(Arrow(f"{source}-{target}", source, target) for source, target in pairs))


def task(key: str, use: Use | None = None, element: str = "serviceTask", *gives: Argument, parent: str = "") -> Node:
    return Node(key, key.capitalize(), element, parent=parent, uses=use, gives=gives)


def codes(found: tuple[Problem, ...]) -> list[tuple[str, str, bool]]:
    return [(problem.code, problem.step, problem.is_certain) for problem in found]


def two(entry_point: str = "", **inputs: str) -> Flow:
    return flow(task("read", uses(READ, "Read Record", Number="/number")), task("write", uses(WRITE, entry_point, **inputs)))


def test_what_fits_has_no_problem() -> None:
    assert problems(two(in_Text="read/Header", in_Table="read/Fields"), KNOWN) == ()


def test_names_fit_in_whatever_case() -> None:
    assert problems(two("main.XAML", IN_TEXT="read/header"), KNOWN) == ()


def test_a_module_without_an_interface_is_not_judged() -> None:
    assert problems(two(in_Nothing="read/Nothing"), {}) == ()


@pytest.mark.parametrize(
    ("made", "code", "is_certain", "where", "words"),
    [
        (
            two("Other.xaml", in_Text="=x"),
            "entry_point_unknown",
            True,
            "entry_point",
            ["“Write” calls “Other.xaml”", "met/write 2.1.0 does not have", "Main.xaml"],
        ),
        (two(in_Text="=x", in_Sag="=1"), "input_unknown", True, "inputs.in_Sag", ["in_Sag", "It takes in_Text, in_Table, in_Count"]),
        (two(), "input_missing", True, "inputs.in_Text", ["leaves in_Text empty"]),
        (two(in_Text=""), "input_missing", True, "inputs.in_Text", ["leaves in_Text empty"]),
        (two(in_Text="gone/Header"), "source_unknown", True, "inputs.in_Text", ["“gone”, which is not there"]),
        (two(in_Text="read"), "source_unclear", True, "inputs.in_Text", ["names no output"]),
        (two(in_Text="write/out_Result"), "source_not_before", True, "inputs.in_Text", ["cannot have run before"]),
        (two(in_Text="read/Footer"), "output_unknown", True, "inputs.in_Text", ["does not give", "It gives Header, Fields"]),
        (
            two(in_Text="=x", in_Table="read/Header"),
            "types_differ",
            True,
            "inputs.in_Table",
            ["DataTable (UiPath)", "text (Blue Prism)", "a text is not a table"],
        ),
        (two(in_Text="read/Secret"), "types_differ", True, "inputs.in_Text", ["a secret would be readable"]),
        (two(in_Text="read/Open"), "types_converted", False, "inputs.in_Text", ["yes or no is written out as text"]),
        (two(in_Text="=x", in_Handle="read/Header"), "types_unknown", False, "inputs.in_Handle", ["cannot be told"]),
        (two(in_Text="=x", in_Code="=hunter2"), "secret_written", True, "inputs.in_Code", ["for all to read"]),
        (two(in_Text="=x", in_Count="=many"), "value_doubtful", False, "inputs.in_Count", ["does not look like a whole number"]),
    ],
)
def test_a_step_that_does_not_fit(made: Flow, code: str, is_certain: bool, where: str, words: list[str]) -> None:
    (found,) = problems(made, KNOWN)
    assert (found.code, found.step, found.is_certain, found.where) == (code, "write", is_certain, where)
    assert [word for word in words if word not in f"{found.message} {found.mend}"] == []
    assert found.message.endswith(".")
    assert found.mend.endswith(".")


def test_an_input_is_filled_once() -> None:
    use = Use(WRITE.module, "", "", (Filled("in_Text", value="x"), Filled("IN_TEXT", value="y")))
    assert codes(problems(flow(task("write", use)), KNOWN)) == [("input_twice", "write", True)]


def test_an_entry_point_that_is_not_named_is_the_first() -> None:
    made = flow(task("read", uses(READ)), task("write", uses(WRITE, in_Text="read/Header")))
    assert codes(problems(made, KNOWN)) == [("entry_point_not_named", "read", False)]


def test_of_several_entry_points_of_one_name_the_first_is_taken() -> None:
    twice = replace(READ, entry_points=(READ.entry_points[0], READ.entry_points[0]))
    made = flow(task("read", uses(READ, "Read Record")))
    assert codes(problems(made, {READ.module: twice})) == [("entry_point_ambiguous", "read", False)]


def test_a_module_that_names_no_entry_point_may_be_called() -> None:
    assert codes(
        problems(flow(task("check", uses(replace(COMMAND, entry_points=())))), {COMMAND.module: replace(COMMAND, entry_points=())})
    ) == [("no_entry_points", "check", False)]


def test_what_a_platform_does_not_list_is_not_certain() -> None:
    made = flow(
        task("letter", uses(LETTER, Name="=A", Colour="=red")),
        task("check", uses(COMMAND, "kk-check", file="letter/Receipt")),
    )
    assert codes(problems(made, KNOWN)) == [
        ("input_unknown", "letter", True),
        ("output_unknown", "check", False),
        ("input_unknown", "check", False),
    ]


def test_a_person_hands_on_what_was_said() -> None:
    person = task("decide", None, "userTask", Argument("afgoerelse", "tekst"))
    made = flow(person, task("write", uses(WRITE, in_Text="decide/afgoerelse", in_Count="decide/afgoerelse")))
    assert codes(problems(made, KNOWN)) == [("types_converted", "write", False)]
    made = flow(person, task("write", uses(WRITE, in_Text="decide/grund")))
    assert codes(problems(made, KNOWN)) == [("output_not_declared", "write", True)]


def test_what_is_not_bound_yet_is_a_note_and_a_gateway_gives_nothing() -> None:
    made = flow(task("ask"), task("write", uses(WRITE, in_Text="ask/x")))
    assert codes(problems(made, KNOWN)) == [("source_not_bound", "write", False)]
    made = flow(task("way", None, "exclusiveGateway"), task("write", uses(WRITE, in_Text="way/x")))
    assert codes(problems(made, KNOWN)) == [("source_gives_nothing", "write", True)]


BRANCHES = "start>way way>read way>other read>meet other>meet meet>write"


@pytest.mark.parametrize(
    ("gateway", "source", "target", "found"),
    [
        ("exclusiveGateway", "read", "write", ["source_passed_over"]),
        ("parallelGateway", "read", "write", []),
        ("exclusiveGateway", "read", "other", ["source_not_before"]),
        ("parallelGateway", "read", "other", ["source_order_unknown"]),
        ("inclusiveGateway", "read", "write", ["source_passed_over"]),
    ],
)
def test_branches(gateway: str, source: str, target: str, found: list[str]) -> None:
    nodes = {
        "start": task("start", None, "startEvent"),
        "way": task("way", None, gateway),
        "read": task("read", uses(READ, "Read Record")),
        "other": task("other", uses(WRITE, in_Text="=x")),
        "meet": task("meet", None, gateway),
        "write": task("write", uses(WRITE, in_Text="=x")),
    }
    nodes[target] = task(target, uses(WRITE, in_Text=f"{source}/Header"))
    made = flow(*nodes.values(), arrows=BRANCHES)
    assert [problem.code for problem in problems(made, KNOWN)] == found


def test_a_loop_hands_back_what_the_first_round_does_not_have() -> None:
    nodes = (task("start", None, "startEvent"), task("write", uses(WRITE, in_Text="read/Header")), task("read", uses(READ, "Read Record")))
    made = flow(*nodes, task("way", None, "exclusiveGateway"), arrows="start>write write>read read>way way>write")
    assert [problem.code for problem in problems(made, KNOWN)] == ["source_passed_over"]


def test_what_runs_in_a_frame_has_run_when_it_is_left() -> None:
    nodes = (
        task("start", None, "startEvent"),
        task("frame", None, "subProcess"),
        task("begin", None, "startEvent", parent="frame"),
        task("read", uses(READ, "Read Record"), parent="frame"),
        task("write", uses(WRITE, in_Text="read/Header")),
    )
    assert problems(flow(*nodes, arrows="start>frame frame>write begin>read"), KNOWN) == ()


def test_what_begins_at_a_moment_nobody_knows_is_not_certain() -> None:
    nodes = (
        task("start", None, "startEvent"),
        task("read", uses(READ, "Read Record")),
        task("late", None, "boundaryEvent"),
        task("write", uses(WRITE, in_Text="read/Header")),
    )
    assert [problem.code for problem in problems(flow(*nodes, arrows="start>read late>write"), KNOWN)] == ["source_order_unknown"]


def test_a_flow_of_2000_nodes_drawn_backwards_is_judged() -> None:
    nodes = [task(f"n{number}", uses(WRITE, in_Text=f"n{number - 1}/out_Result" if number else "=x")) for number in range(2_000)]
    arrows = " ".join(f"n{number}>n{number + 1}" for number in range(1_999))
    assert problems(flow(*reversed(nodes), arrows=arrows), KNOWN) == ()


def test_the_inputs_of_the_whole_sequence() -> None:
    made = flow(
        task("read", uses(READ, "Read Record", Number="/number")),
        task("write", uses(WRITE, in_Text="/number", in_Count="/count")),
        task("unknown", Use("met/hidden", "", "", (Filled("x", "/other"),))),
    )
    assert wanted_inputs(made, KNOWN) == (
        Argument("number", "text", True),
        Argument("count", "whole number", False),
        Argument("other", "", False),
    )


def test_steps_that_take_one_thing_of_the_starter_as_two_types() -> None:
    made = flow(task("write", uses(WRITE, in_Text="=x", in_Table="/thing", in_Count="/thing")))
    assert codes(problems(made, KNOWN)) == [("starter_types_differ", "write", False)]


def test_each_step_is_an_entry_point_of_its_own() -> None:
    made = two(in_Text="read/Header", in_Count="=3")
    assert step_points(made, KNOWN) == (
        EntryPoint("Read", (Argument("Number", "text", False),), (Argument("Header", "text", False),)),
        EntryPoint("Write", (Argument("in_Text", "text", False), Argument("in_Count", "whole number", False))),
    )
