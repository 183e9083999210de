"""The picture and the list of any artefact's steps: right where much is known of them and where nothing is, bounded, and the same every time."""

from __future__ import annotations

import time
from itertools import pairwise

from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from registry.formats.flow import Shape
from registry.formats.model import EntryPoint, Inspection, Onward, Step
from registry.web.flow_marks import FlowMark
from registry.web.step_diagram import MOST_BOXES, Picture, parts_picture, step_picture
from registry.web.step_layout import Item, Link, Placed, placed
from registry.web.step_list import AT_ONCE, StepsShown, steps_shown
from registry.web.step_parts import Part, part_of, parts_of

# A Blue Prism page: a decision, an error route, code in a language, an end.
PAGE = (
    Step("s", "Start", "start", part="Main", onward=(Onward("open"),)),
    Step("open", "Open Niche", "call", "Niche: Open", part="Main", onward=(Onward("found"), Onward("recover", on_error=True))),
    Step("found", "Found?", "decision", part="Main", onward=(Onward("sum", "Yes"), Onward("ask", "No"))),
    Step("sum", "Add up", "code", part="Main", language="vbnet", onward=(Onward("e"),)),
    Step("ask", "Ask the clerk", "human", human=True, part="Main", onward=(Onward("e"),)),
    Step("recover", "Recover", "exception", part="Main", onward=(Onward("e"),)),
    Step("e", "End", "end", part="Main"),
)
# A UiPath workflow: nested, in the order of the file.
WORKFLOW = (
    Step("1", "Main", "group", "UiPath Sequence", part="Main.xaml"),
    Step("2", "Log in", part="Main.xaml", within="1"),
    Step("3", "Any left?", "decision", part="Main.xaml", within="1", onward=(Onward("4", "Then"), Onward("5", "Else"))),
    Step("4", "Send", "call", "Invoke Framework\\Send.xaml", part="Main.xaml", within="3", onward=(Onward("6"),)),
    Step("5", "Give up", "exception", part="Main.xaml", within="3", onward=(Onward("", on_error=True),)),
    Step("6", "Log out", part="Main.xaml", within="1"),
    Step("1", "Click send", part="Framework/Send.xaml"),
)


def read(*steps: Step, **more: object) -> Inspection:
    return Inspection(platform="uipath", kind="uipath-nupkg-process", steps=steps, **more)  # type: ignore[arg-type]


def shown(inspection: Inspection, **asked: str) -> StepsShown:
    made = steps_shown(inspection, "Letters", asked)
    assert made is not None
    return made


def picture(part: Part, **more: object) -> Picture:
    made = step_picture(part, "Letters", **more)  # type: ignore[arg-type]
    assert made is not None
    return made


def texts(made: Picture) -> list[str]:
    return [mark.text for mark in made.diagram.marks if mark.kind == "text"]


def marks(made: Picture, css: str) -> list[FlowMark]:
    return [mark for mark in made.diagram.marks if css in mark.css.split()]


def page(inspection: Inspection, **asked: str) -> html.HtmlElement:
    return html.fromstring(render_to_string("registry/parts/steps.html", {"steps": steps_shown(inspection, "Letters", asked)}))


class TestPicture:
    def test_branches_have_names_and_errors_are_dashed_copper_and_say_so(self) -> None:
        made = picture(part_of("Main", PAGE))
        assert {"Yes", "No", "on error", "Visual Basic code", "A person decides"} <= set(texts(made))
        error = [mark for mark in made.diagram.marks if mark.kind == "path" and mark.css == "arrow dashed error"]
        assert len(error) == 1
        assert made.diagram.tones == ("robot", "choice", "person", "error")
        assert len([mark for mark in marks(made, "arrow") if "error" not in mark.css]) == 7

    def test_what_is_nested_stands_in_a_frame_with_the_branches_that_lead_in(self) -> None:
        made = picture(part_of("Main.xaml", WORKFLOW[:-1]))
        frames = marks(made, "group")
        assert len(frames) == 2
        assert {"Then", "Else", "Raises an error"} <= set(texts(made))
        outer, inner = sorted(frames, key=lambda mark: -float(mark.width))
        assert float(outer.x) < float(inner.x)
        assert float(inner.y) + float(inner.height) < float(outer.y) + float(outer.height)

    def test_old_inspections_are_drawn_in_the_order_of_the_file(self) -> None:
        old = tuple(Step(f"{number}", f"Step {number}") for number in range(9))
        made = picture(part_of("", old))
        assert len(marks(made, "arrow")) == 8
        assert [text for text in texts(made) if text.startswith("Step")] == [f"Step {number}" for number in range(9)]
        boxes = marks(made, "robot")
        assert len({box.y for box in boxes}) > 2  # several to a row, as one reads

    def test_the_numbers_are_those_of_the_list(self) -> None:
        inspection = read(*PAGE)
        numbers = [text for text in texts(picture(part_of("Main", PAGE))) if text.isdigit()]
        listed = [str(step.number) for step in shown(inspection).first if step.number]
        assert sorted(numbers) == sorted(listed) == ["1", "2", "3", "4", "5"]

    def test_a_screen_reader_is_told_the_steps_in_order_and_who_does_them(self) -> None:
        svg = page(read(*PAGE)).xpath("//svg[@role='img']")[0]
        assert svg.xpath("./desc")[0].text == "1 Open Niche, 2 Found?, 3 Add up, 4 Ask the clerk, a person, 5 Recover."

    def test_signs_are_words_and_patterns(self) -> None:
        made = picture(part_of("Main", PAGE), signs={1: "new", 2: "chg", 3: "gone"})
        assert {"+ New", "± Changed", "− Gone"} <= set(texts(made))
        assert {"new", "chg", "gone"} <= set(made.diagram.tones)
        assert "Added" not in texts(made)
        assert [mark.css for mark in marks(made, "new") if mark.kind == "rect"] == ["robot thick new", "tag new"]


class TestList:
    def test_it_says_in_words_what_the_picture_shows(self) -> None:
        lines = {step.name: step for step in shown(read(*PAGE)).first}
        assert [(lead.words, lead.is_error) for lead in lines["Open Niche"].leads] == [
            ("step 2, Found?", False),
            ("on error: step 5, Recover", True),
        ]
        assert [lead.words for lead in lines["Found?"].leads] == ["Yes: step 3, Add up", "No: step 4, Ask the clerk"]
        assert lines["Recover"].error == "Handles errors"
        assert lines["Add up"].what == "Visual Basic code"
        assert "Start" not in lines

    def test_calls_lead_to_the_part_they_call(self) -> None:
        found = shown(read(*WORKFLOW, entry_points=(EntryPoint("Main.xaml"),)))
        assert found.part.name == "Main.xaml"
        call = next(step for step in found.first if step.name == "Send")
        assert (call.calls, call.calls_address) == ("Framework/Send.xaml", "?part=Framework%2FSend.xaml#steps")
        assert next(step for step in found.first if step.name == "Give up").error == "Raises an error"
        assert found.outline_picture is not None

    def test_one_part_at_a_time_as_the_address_asks(self) -> None:
        assert [step.name for step in shown(read(*WORKFLOW), part="Framework/Send.xaml").first] == ["Click send"]
        assert shown(read(*WORKFLOW), part="nothing", at="-1").part.name == "Main.xaml"

    def test_the_page_has_headings_links_and_no_script(self) -> None:
        made = page(read(*WORKFLOW), part="Main.xaml")
        assert made.xpath("//nav[@aria-label='Parts']//a[@aria-current]")[0].text == "Main.xaml"
        assert made.xpath("//ol/li[contains(@class, 'mh-step--1')]")
        assert not made.xpath("//@style | //script | //style | //@onload")
        assert "A person decides" in html.tostring(page(read(*PAGE)), encoding="unicode")

    def test_what_people_wrote_is_text(self) -> None:
        evil = '<script>alert("1")</script>'
        steps = tuple(Step(each.id, evil, each.kind, evil, each.human, evil, "", evil, each.onward) for each in PAGE)
        assert not page(read(*steps, Step("x", "x", part="other"))).xpath("//script")

    def test_without_steps_it_says_so(self) -> None:
        assert "Its files name no single steps." in html.tostring(page(read()), encoding="unicode")
        assert steps_shown(read(Step("s", "Start", "start")), "Letters") is None


class TestBounds:
    def test_five_thousand_steps_in_one_part(self) -> None:
        steps = tuple(Step(f"s{number}", f"Step {number}", onward=(Onward(f"s{(number * 7) % 5000}", "x"),)) for number in range(5000))
        start = time.perf_counter()
        found = shown(read(*steps), at="4321")
        taken = time.perf_counter() - start
        assert found.stretch == "4,201 to 4,400 of 5,000"
        assert found.first[0].number == 4201
        assert len(found.first) + len(found.more) == AT_ONCE
        assert (found.before, found.after) == ("?part=&at=4000#steps", "?part=&at=4400#steps")
        assert found.picture is not None
        assert len(marks(found.picture, "robot")) - len(marks(found.picture, "badge")) == MOST_BOXES
        assert found.picture.left_out == AT_ONCE - MOST_BOXES
        assert taken < 3

    def test_five_thousand_steps_in_many_parts_deep_inside_one_another(self) -> None:
        steps = tuple(
            Step(
                f"{depth}", f"Step {depth}", "group" if depth % 3 else "action", part=f"Part {part}", within=f"{depth - 1}" if depth else ""
            )
            for part in range(50)
            for depth in range(100)
        )
        start = time.perf_counter()
        found = shown(read(*steps))
        assert time.perf_counter() - start < 3
        assert len(found.outline) == 50
        assert found.picture is not None
        assert found.picture.shut
        assert any(text.endswith("inside") for text in texts(found.picture))

    def test_rings_and_ids_of_nothing_are_no_error(self) -> None:
        ring = (
            Step("a", "A", within="b", onward=(Onward("a"),)),
            Step("b", "B", within="a", onward=(Onward("nothing"),)),
            Step("", "", within="x"),
        )
        part = part_of("", ring)
        assert part.around == (None, 0, None)
        assert picture(part)

    def test_two_steps_of_one_id_lead_on_in_the_order_of_the_file(self) -> None:
        part = part_of("", (Step("1", "A"), Step("2", "B", onward=(Onward("1"),)), Step("1", "C"), Step("2", "D")))
        assert part.ways[1][0].to == 2


PARTS = st.sampled_from(["", "One", "Two"])
IDS = st.sampled_from([*"abcdefgh", ""])
STEPS = st.lists(
    st.builds(
        Step,
        id=IDS,
        name=st.sampled_from(["", "Do", "A rather long name of a step that must be broken", "x" * 90]),
        kind=st.sampled_from(["action", "code", "decision", "call", "start", "end", "event", "human", "group", "exception", "odd"]),
        part=PARTS,
        within=IDS,
        onward=st.lists(st.builds(Onward, IDS, st.sampled_from(["", "Yes"]), st.booleans()), max_size=3).map(tuple),
    ),
    max_size=24,
).map(tuple)


@given(STEPS)
@settings(max_examples=120, deadline=None)
def test_whatever_the_steps_there_is_a_picture_and_it_is_the_same_every_time(steps: tuple[Step, ...]) -> None:
    for part in parts_of(steps):
        made = picture(part)
        assert made == step_picture(part, "Letters")
        assert sum(mark.text.isdigit() for mark in made.diagram.marks) == part.counts.steps
    parts_picture(parts_of(steps), "Letters")
    steps_shown(read(*steps), "Letters")


LINKS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=20, unique=True)


@given(LINKS, st.sets(st.integers(0, 11)))
@settings(max_examples=150, deadline=None)
def test_boxes_stand_apart_and_no_line_crosses_one(pairs: list[tuple[int, int]], wide: set[int]) -> None:
    items = [Item(key, 300.0 if key in wide else 196.0, 120.0 if key in wide else 70.0) for key in range(12)]
    made = placed(items, [Link(one, other) for one, other in pairs])
    shapes = [made.shapes[key] for key in range(12)]
    for number, one in enumerate(shapes):
        assert not any(_overlap(one, other) for other in shapes[number + 1 :])
        assert one.x >= 0
        assert one.x + one.width <= made.width + 0.01
        assert one.y + one.height <= made.height + 0.01
    assert len(made.lines) == len([pair for pair in pairs if pair[0] != pair[1]])
    _no_line_crosses(made, shapes)


def _no_line_crosses(made: Placed, shapes: list[Shape]) -> None:
    for link, points in made.lines:
        for (x, y), (x2, y2) in pairwise(points):
            assert x == x2 or y == y2, link
            run = Shape("", min(x, x2) + 0.5, min(y, y2) + 0.5, abs(x - x2) - 1, abs(y - y2) - 1)
            assert not any(_overlap(run, each) for each in shapes), link


def _overlap(one: Shape, other: Shape) -> bool:
    across = min(one.x + max(one.width, 0), other.x + other.width) - max(one.x, other.x)
    down = min(one.y + max(one.height, 0), other.y + other.height) - max(one.y, other.y)
    return (across > 0.01 or (one.width <= 0 and other.x < one.x < other.x + other.width)) and (
        down > 0.01 or (one.height <= 0 and other.y < one.y < other.y + other.height)
    )
