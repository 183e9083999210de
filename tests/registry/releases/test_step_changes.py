"""What became of steps between two versions: by part, with people's decisions and error handling looked at."""

from __future__ import annotations

from registry.formats.model import Inspection, Onward, Step
from registry.releases.differences import differences
from registry.releases.step_changes import Told, changes, step_changes


def read(*steps: Step) -> Inspection:
    return Inspection(platform="uipath", kind="uipath-nupkg-process", steps=steps)


BEFORE = (
    Step("Click_1", "Read", part="Main", onward=(Onward("2"), Onward("3", on_error=True))),
    Step("2", "Decide", "human", part="Main", human=True, onward=(Onward(""),)),
    Step("3", "Recover", "exception", part="Main", onward=(Onward(""),)),
    Step("Click_1", "Read", part="Send"),
)


def test_an_id_is_one_steps_own_within_its_part() -> None:
    renamed = Step("Click_1", "Read the queue", part="Send")
    found = step_changes(BEFORE, (*BEFORE[:3], renamed))
    assert found.changed == ((3, 3),)
    assert found.signs == {3: "chg"}
    assert (found.added, found.removed, found.moved) == ((), (), ())


def test_a_persons_decision_and_an_error_route_that_are_gone_are_worth_a_sentence() -> None:
    after = (
        Step("Click_1", "Read", part="Main", onward=(Onward("2"),)),
        Step("2", "Decide", "decision", part="Main", onward=(Onward(""),)),
        Step("9", "Score", "code", part="Main", language="python"),
        BEFORE[3],
    )
    found = differences(read(*BEFORE), read(*after))
    assert found.of_oversight == (
        "1 step is no longer a person’s: Decide",
        "2 steps no longer handle errors: Recover, Read",
        "1 new step with code: Score",
    )
    assert set(found.of_oversight) <= set(found.verdict)
    assert not found.is_breaking


def test_nothing_is_said_of_what_stayed_or_is_the_first() -> None:
    assert differences(read(*BEFORE), read(*BEFORE)).is_empty
    assert differences(None, read(*BEFORE)).of_oversight == ()


def test_what_an_older_inspection_did_not_read_is_no_change() -> None:
    old = tuple(Step(f"uuid-{number}", step.name, step.kind, step.action, step.human) for number, step in enumerate(BEFORE))
    new = tuple(
        Step(f"uuid-{number}", step.name, step.kind, step.action, step.human, step.part, "", "vbnet", step.onward)
        for number, step in enumerate(BEFORE)
    )
    found = differences(read(*old), read(*new))
    assert (found.steps_added.count, found.steps_removed.count, found.steps_changed.count, found.steps_moved.count) == (0, 0, 0, 0)
    assert found.oversight == ()


def test_a_step_in_another_part_has_moved() -> None:
    found = step_changes(
        (Step("a", "Log", part="One"), Step("b", "Send", part="One")), (Step("b", "Send", part="One"), Step("a", "Log", part="Two"))
    )
    assert 1 in found.moved
    assert found.added == found.removed == found.changed == ()


def test_changes_are_told_in_words() -> None:
    one = Step("1", "Open", "code", "Code", language="vbnet", onward=(Onward("2", "Yes"), Onward("3", on_error=True)))
    other = Step("1", "Open it", "code", "Code", language="csharp", onward=(Onward("2", "No"),))
    assert list(changes(one, other)) == [
        "was called Open",
        "code in csharp, was vbnet",
        "the branch Yes is gone",
        "an error route is gone",
        "a new branch No",
    ]
    assert list(changes(one, other, Told(routes=False))) == ["was called Open", "code in csharp, was vbnet"]


def test_steps_that_an_older_reader_named_after_their_page_are_the_same_steps() -> None:
    old = (Step("stage-1", "Main Page: Open", action="Niche: Open"), Step("stage-2", "Recover: Recover"))
    new = (
        Step("3c", "Open", "call", "Niche: Open", part="Letters / Main Page", onward=(Onward("9"),)),
        Step("4d", "Recover", "exception", part="Letters / Recover"),
    )
    assert differences(read(*old), read(*new)).steps_changed.count == 0
    found = differences(read(*old), read(new[0], Step("4d", "Recover all", "exception", part="Letters / Recover")))
    assert (found.steps_added.count, found.steps_removed.count) == (1, 1)
