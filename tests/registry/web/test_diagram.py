"""The picture of a sequence: every step is on it with its number, words stay in their boxes, and nothing a person wrote becomes markup."""

from __future__ import annotations

from dataclasses import replace

from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from registry.formats.flow import Arrow, Flow, Frame, Line, Node, Shape, Use
from registry.sequences.steps import flow_of
from registry.web.diagram import FULL_WIDTH, MOST_STEPS, Diagram, diagram
from registry.web.drawing import room
from registry.web.flow_marks import FlowMark

USE = Use("hampshire/letter", "^1.0")
LETTERS = Flow(
    nodes=(
        Node("s", "", "startEvent", "Robot"),
        Node("fetch", "Fetch application", "serviceTask", "Robot", uses=USE),
        Node("decide", "Decide", "userTask", "Caseworker"),
        Node("g", "Award?", "exclusiveGateway", "Caseworker"),
        Node("send", "Send letter", "serviceTask", "Robot", uses=USE),
        Node("e", "", "endEvent", "Robot"),
    ),
    arrows=tuple(
        Arrow(f"{one}-{other}", one, other, {"send": "Yes", "e": "No"}.get(other, "") if one == "g" else "")
        for one, other in (("s", "fetch"), ("fetch", "decide"), ("decide", "g"), ("g", "send"), ("g", "e"), ("send", "e"))
    ),
    frames=(Frame("p", "Letters", True), Frame("l1", "Robot"), Frame("l2", "Caseworker")),
    shapes=(
        Shape("p", 0, 0, 800, 300), Shape("l1", 30, 0, 770, 150), Shape("l2", 30, 150, 770, 150), Shape("s", 80, 60, 36, 36),
        Shape("fetch", 150, 40, 100, 80), Shape("decide", 150, 180, 100, 80), Shape("g", 320, 195, 50, 50), Shape("send", 450, 40, 100, 80),
        Shape("e", 700, 60, 36, 36),
    ),
    lines=(Line("g-send", ((345, 195), (345, 80), (450, 80))),),
)  # fmt: skip


def _drawn(flow: Flow, breaks: dict[str, str] | None = None) -> Diagram:
    made = diagram(flow, "Letters, steps", breaks)
    assert made is not None
    return made


def _rendered(made: Diagram) -> html.HtmlElement:
    return html.fromstring(f"<figure>{render_to_string('registry/sequences/diagram.html', {'diagram': made})}</figure>")


def _texts(made: Diagram) -> list[str]:
    return [mark.text for mark in made.marks if mark.kind == "text"]


def _boxes(made: Diagram, css: str) -> list[FlowMark]:
    return [mark for mark in made.marks if mark.kind == "rect" and mark.css.split()[0] == css]


def test_every_step_is_drawn_in_the_colour_of_who_does_it_with_its_number_in_the_list() -> None:
    made = _drawn(LETTERS)
    assert len(_boxes(made, "robot")) == 2
    assert len(_boxes(made, "person")) == 1
    assert [mark.text for mark in made.marks if "number" in mark.css] == ["1", "2", "3"]
    assert made.tones == ("robot", "person")
    assert {"Decide", "Award?", "Yes", "No", "Robot", "Caseworker", "Letters"} <= set(_texts(made))


def test_what_an_update_would_break_is_copper_and_says_so() -> None:
    made = _drawn(LETTERS, {"send": "3.0.0 breaks"})
    assert len(_boxes(made, "breaks")) == 1
    assert "3.0.0 breaks" in _texts(made)
    assert "3 Send letter, 3.0.0 breaks" in made.description


def test_a_screen_reader_is_told_the_steps_in_order_and_who_does_them() -> None:
    svg = _rendered(_drawn(LETTERS)).xpath("//svg[@role='img']")[0]
    title, desc = svg.attrib["aria-labelledby"].split()
    assert svg.xpath(f".//*[@id='{title}']")[0].text == "Letters, steps"
    assert svg.xpath(f".//*[@id='{desc}']")[0].text == "1 Fetch application, 2 Decide, a person, 3 Send letter."


def test_nothing_needs_a_style_attribute_or_a_script() -> None:
    page = _rendered(_drawn(LETTERS, {"send": "breaks"}))
    assert not page.xpath("//@style | //script | //style | //@onload")


def test_what_people_wrote_is_text() -> None:
    evil = '<script>alert("1")</script>&amp;'
    nodes = tuple(replace(node, name=evil) for node in LETTERS.nodes)
    frames = tuple(replace(frame, name=evil) for frame in LETTERS.frames)
    arrows = tuple(replace(arrow, name=evil) for arrow in LETTERS.arrows)
    made = diagram(replace(LETTERS, nodes=nodes, frames=frames, arrows=arrows), evil, {"send": evil})
    assert made is not None
    page = _rendered(made)
    assert not page.xpath("//script")
    assert page.xpath("//title")[0].text == evil


def test_steps_without_a_module_are_open() -> None:
    nodes = tuple(replace(node, uses=None) for node in LETTERS.nodes)
    assert _drawn(replace(LETTERS, nodes=nodes)).tones == ("open", "person")


def test_a_drawing_in_millimetres_is_made_readable() -> None:
    shapes = tuple(Shape(each.of, each.x / 10, each.y / 10, each.width / 10, each.height / 10) for each in LETTERS.shapes)
    made = _drawn(replace(LETTERS, shapes=shapes, lines=()))
    assert [box.width for box in _boxes(made, "robot")] == ["80", "80"]


def test_a_picture_a_little_too_wide_is_made_to_fit_and_a_much_wider_one_scrolls() -> None:
    for width, is_fitted in ((1200, True), (2000, False)):
        shapes = tuple(replace(each, width=width) if each.of == "p" else each for each in LETTERS.shapes)
        drawn = float(_drawn(replace(LETTERS, shapes=shapes)).width.removesuffix("rem")) * 16
        assert (abs(drawn - FULL_WIDTH) < 1) if is_fitted else drawn > width


def test_a_long_process_is_outlined_by_lane() -> None:
    steps = tuple(
        Node(f"t{number}", f"Step {number}", "userTask" if number > 20 else "serviceTask", "Robot" if number <= 20 else "Clerk")
        for number in range(MOST_STEPS + 1)
    )
    arrows = tuple(Arrow(f"a{number}", f"t{number}", f"t{number + 1}") for number in range(MOST_STEPS))
    made = _drawn(Flow(nodes=steps, arrows=arrows))
    assert made.is_outline
    assert _texts(made) == ["Robot", "21 steps", "1 to 21", "Clerk", "5 steps, 5 a person’s", "22 to 26"]
    assert any(mark.css == "arrow" for mark in made.marks)
    assert "and 1 more in the list below." in made.description


def test_a_long_process_is_outlined_by_sub_process_where_it_has_some() -> None:
    inner = tuple(Node(f"t{number}", "Step", "task", parent="sub") for number in range(MOST_STEPS))
    nodes = (Node("sub", "Check everything", "subProcess"), *inner, Node("last", "Send", "task", "Robot"))
    assert _texts(_drawn(Flow(nodes=nodes)))[::3] == ["Check everything", "Robot"]


def test_what_is_hardly_drawn_is_outlined() -> None:
    assert _drawn(replace(LETTERS, shapes=LETTERS.shapes[:4])).is_outline


def test_of_a_flow_without_steps_there_is_no_picture() -> None:
    assert diagram(Flow(nodes=(Node("s", "", "startEvent"),)), "Nothing") is None


NUMBERS = st.floats(-100_000, 100_000)
SHAPES = st.builds(Shape, st.sampled_from(["s", "fetch", "decide", "g", "send", "e", "p", "l1"]), NUMBERS, NUMBERS, NUMBERS, NUMBERS)


@settings(max_examples=60)
@given(st.lists(SHAPES, max_size=12), st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=5), st.text(max_size=300))
def test_whatever_a_file_says_there_is_a_picture_of_a_bounded_size(
    shapes: list[Shape], points: list[tuple[float, float]], name: str
) -> None:
    nodes = tuple(replace(node, name=name) for node in LETTERS.nodes)
    made = _drawn(replace(LETTERS, nodes=nodes, shapes=tuple(shapes), lines=(Line("g-send", tuple(points)),)))
    assert 0 < float(made.width.removesuffix("rem")) * 16 <= 6001
    assert 0 <= float(made.height.removesuffix("rem")) * 16 <= 6001
    assert all(float(mark.width or 0) >= 0 for mark in made.marks)


@given(st.text(st.characters(categories=["L", "Nd", "Zs"]), min_size=1, max_size=200))
def test_names_stay_in_their_boxes(name: str) -> None:
    nodes = tuple(replace(node, name=name) for node in LETTERS.nodes)
    made = _drawn(replace(LETTERS, nodes=nodes))
    inside = [mark for mark in made.marks if mark.css == "middle name" and not mark.turned and 40 <= float(mark.y) <= 120]
    assert all(room(mark.text) * 15 <= 90 for mark in inside)


def test_answers_stand_where_their_lines_part() -> None:
    lines = (
        Line("g-send", ((370, 220), (400, 220), (400, 80), (450, 80))),
        Line("g-e", ((370, 220), (400, 220), (400, 20), (690, 20), (690, 60))),
    )
    made = _drawn(replace(LETTERS, lines=lines))
    places = {mark.text: (float(mark.x), float(mark.y)) for mark in made.marks if mark.text in ("Yes", "No")}
    assert places == {"Yes": (425, 74), "No": (545, 14)}


def test_what_steps_wrote_is_drawn_as_its_file_will_be() -> None:
    made = _drawn(
        flow_of({"steps": [{"id": "a", "name": "Check", "uses": {"module": "x/check"}}, {"id": "b", "name": "Decide", "human": True}]})
    )
    assert not made.is_outline
    assert [mark.text for mark in made.marks if "number" in mark.css] == ["1", "2"]
