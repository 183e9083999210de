"""Steps are numbered as the work passes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from registry.formats.flow import Arrow, Flow, Node
from registry.sequences.numbered import in_order, numbers


def _flow(*nodes: str, arrows: str = "") -> Flow:
    """Nodes by id, ``(`` a gateway, ``>`` a start, else a task; ``child@parent``. Arrows as ``ab bc``."""
    kinds = {">": "startEvent", "(": "exclusiveGateway", "[": "subProcess", "!": "boundaryEvent"}
    made = [Node(node.partition("@")[0], node, kinds.get(node[0], "task"), parent=node.partition("@")[2]) for node in nodes]
    return Flow(nodes=tuple(made), arrows=tuple(Arrow(pair, pair[0], pair[1]) for pair in arrows.split()))


def _ids(flow: Flow) -> str:
    return "".join(node.id for node in in_order(flow))


def test_steps_come_as_the_work_passes_not_as_the_file_has_them() -> None:
    assert _ids(_flow("c", "b", "a", ">", arrows=">a ab bc")) == "abc"


def test_a_list_that_is_in_order_already_stays_as_it_was_written() -> None:
    assert _ids(_flow(">", "a", "(", "b", "c", "d", arrows=">a a( (b (c bd cd")) == "abcd"


def test_a_step_waits_for_all_branches_that_lead_to_it() -> None:
    assert _ids(_flow(">", "d", "a", "b", "c", arrows=">a ab ac bd cd")) == "abcd"


def test_a_process_that_goes_back_is_cut_where_it_goes_back() -> None:
    assert _ids(_flow(">", "c", "(", "b", "a", arrows=">a ab b( (a (c")) == "abc"


def test_steps_of_a_sub_process_come_in_its_place() -> None:
    assert _ids(_flow(">", "c", "a", "[", "x@[", "y@[", arrows=">a a[ [c yx")) == "ayxc"


def test_what_interrupts_a_step_comes_last() -> None:
    assert _ids(_flow("!", "z", ">", "a", "b", arrows="!z >a ab")) == "abz"


def test_numbers_begin_at_one_and_leave_out_what_is_no_step() -> None:
    assert numbers(_flow(">", "a", "(", "b", arrows=">a a( (b")) == {"a": 1, "b": 2}


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=20))
def test_every_step_is_there_once_whatever_the_arrows(pairs: list[tuple[str, str]]) -> None:
    flow = _flow(*"abcdefgh", arrows=" ".join(map("".join, pairs)))
    assert sorted(_ids(flow)) == list("abcdefgh")


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1]), max_size=20),
    st.permutations("abcdefgh"),
)
def test_without_a_way_back_every_step_comes_after_those_before_it(pairs: list[tuple[int, int]], names: list[str]) -> None:
    flow = _flow(*"abcdefgh", arrows=" ".join(names[one] + names[other] for one, other in pairs))
    places = {name: place for place, name in enumerate(_ids(flow))}
    assert all(places[names[one]] < places[names[other]] for one, other in pairs)
