"""What counts as doing the same: renamed and touched-up copies do, strangers and small ones do not."""

from __future__ import annotations

import dataclasses

from registry.formats.model import EntryPoint, Inspection, Reach, Step
from registry.releases.signatures import LEAST_STEPS, actions_of, features_of
from registry.values.likeness import jaccard

ACTIONS = (
    "Open Browser", "Type Into", "Type Into", "Click", "Get Text", "If", "Add Queue Item", "Log Message", "Read Range", "For Each Row",
    "Send Mail", "Write Cell", "Delay", "Close Browser",
)  # fmt: skip


def made(actions: tuple[str, ...] = ACTIONS, platform: str = "uipath", words: str = "Step", **more: object) -> Inspection:
    steps = tuple(Step(f"{words}{number}", f"{words} {number}", "action", action) for number, action in enumerate(actions))
    points, reach = (EntryPoint("Main.xaml"),), Reach(applications=("niche.exe",))
    return Inspection(platform, "any", steps=steps, entry_points=points, reach=reach, **more)  # type: ignore[arg-type]


def alike(one: Inspection, other: Inspection) -> float:
    return jaccard(features_of(one), features_of(other))


def test_names_do_not_count() -> None:
    assert alike(made(), made(words="Trin", name="Another", title="Quite another")) == 1


def test_a_copy_with_some_steps_more_is_alike() -> None:
    longer = (*ACTIONS[:5], "Take Screenshot", "Assign", *ACTIONS[5:])
    assert alike(made(), made(longer)) > 0.6


def test_a_stranger_that_uses_some_of_the_same_is_not() -> None:
    assert alike(made(), made(("Click", "Invoke Code", "If", "Get Mail", "Download", "Move File", "Click", "Assign"))) < 0.3


def test_how_often_something_is_done_counts() -> None:
    assert alike(made(("Click", "If", "Type") * 3), made(("Click", "If", "Type") * 12)) < 0.4


def test_containers_starts_and_ends_do_not_count() -> None:
    wrapped = tuple(Step(f"g{number}", "Sequence", "group", "Sequence") for number in range(20))
    one = made()
    assert alike(one, dataclasses.replace(one, steps=(*wrapped, *one.steps))) == 1


def test_what_is_too_small_tells_nothing() -> None:
    assert features_of(made(ACTIONS[: LEAST_STEPS - 1])) == frozenset()
    assert features_of(made(("Click",) * 30)) == frozenset()
    assert actions_of(made(ACTIONS[: LEAST_STEPS - 1])) == []
    assert features_of(made(ACTIONS[:LEAST_STEPS]))


def test_the_same_process_on_another_platform_is_not_found() -> None:
    assert alike(made(), made(platform="blueprism")) == 0


def test_drawn_processes_are_alike_by_their_words() -> None:
    """All of their tasks are of a few kinds."""
    one, other = made(platform="bpmn", words="Read"), made(platform="bpmn", words="Write")
    assert alike(one, made(platform="bpmn", words="read")) == 1
    assert alike(one, other) < 0.1


def test_a_package_under_another_name_is_still_the_same() -> None:
    functions = ("read", "check", "ask", "tell", "close", "log", "mend")
    one = made(tuple(f"kk_validering/core.py: {name}" for name in functions), platform="python")
    assert alike(one, made(tuple(f"oslo/regler.py: {name}" for name in functions), platform="python")) == 1
