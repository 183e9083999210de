"""The recall drill: exactly who uses an affected version is told, answers are followed up, and taking one all the same is on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import ApiToken, AuditEvent, Role
from accounts.viewer import Viewer, viewer_of_token
from registry.actions.acknowledge_recall import acknowledge_recall
from registry.actions.close_recall import close_recall, name_remedy
from registry.actions.follow_up_recalls import follow_up_recalls
from registry.actions.override_recall import check_not_recalled, override_recall
from registry.actions.recall_releases import recall_releases
from registry.actions.record_download import record_download
from registry.actions.state_adoption import AdoptionForm, move_adoption, state_adoption
from registry.actions.yank_release import yank_release
from registry.adoption.models import Adoption
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed, Refused, RegistryError
from registry.index import recalls
from registry.lifecycle.models import Recall, RecallHolding, RecallNotice, RecallOverride
from registry.releases.models import Artefact, Release
from tests.make import make_adoption, make_organisation, make_release, make_sequence, make_token, make_viewer
from tests.unchanged import unchanged

pytestmark = pytest.mark.django_db
WHY = "It writes to the wrong case file when two are open."
UPDATE = "hampshire/victim-update"


def published(identifier: str, version: str, *needs: str) -> Release:
    return make_release(identifier, version, dependencies=needs)


def use(release: Release, *slugs: str, **more: object) -> None:
    for slug in slugs:
        make_adoption(release, slug, **more)  # type: ignore[arg-type]


def take(release: Release, slug: str) -> None:
    record_download(release=release, by=make_viewer(slug))


def recall(versions: str = "1.4.x", **more: object) -> Recall:
    by = more.pop("by", None) or make_viewer("hampshire")
    module = Release.objects.filter(module__slug="victim-update").first().module  # type: ignore[union-attr]
    given = {"severity": "high", "reason": WHY, "workaround": "Close every other case first.", **more}
    return recall_releases(module=module, versions=versions, by=by, **given)  # type: ignore[arg-type]


def told(made: Recall) -> set[str]:
    return set(made.notices.values_list("organisation__slug", flat=True))


def steward() -> Viewer:
    return make_viewer(make_organisation("moothall", kind="partnership"), Role.STEWARD)


@pytest.fixture
def versions() -> dict[str, Release]:
    return {version: published(UPDATE, version) for version in ("1.3.0", "1.4.0", "1.4.1", "1.5.0")}


def test_the_drill(versions: dict[str, Release]) -> None:
    """Three among many use it: one runs it, one tries it and says so to nobody, one runs a sequence that needs it. Nobody else is told."""
    use(versions["1.4.0"], "kent")
    use(versions["1.4.1"], "met", stage="assessing", sharing="kept")
    sequence = published("wiltshire/letters", "1.0.0", f"{UPDATE}@~1.4.0")
    use(sequence, "essex", "hampshire")  # its own publisher is not told of its own recall
    use(versions["1.3.0"], "dorset")
    use(versions["1.5.0"], "devon")
    use(published("wiltshire/other", "1.0.0", f"{UPDATE}@^1.5"), "surrey")
    use(published("wiltshire/none", "1.0.0"), "sussex")
    use(versions["1.4.0"], "suffolk", stage="interested")
    use(versions["1.4.0"], "norfolk", stage="retired", reason="Replaced.")
    take(versions["1.4.0"], "cumbria")  # took it, and runs nothing
    made = recall()
    assert sorted(made.releases.values_list("version", flat=True)) == ["1.4.0", "1.4.1"]
    assert told(made) == {"kent", "met", "essex"}
    held = {(h.notice.organisation.slug, str(h.held), h.is_direct) for h in RecallHolding.objects.select_related("notice__organisation")}
    assert held == {
        ("kent", f"{UPDATE}@1.4.0", True),
        ("met", f"{UPDATE}@1.4.1", True),
        ("essex", "wiltshire/letters@1.0.0", False),
    }
    answered = made.notices.get(organisation__slug="kent")
    acknowledge_recall(notice=answered, answer="stopped", text="Switched off at noon.", by=make_viewer("kent"))
    assert follow_up_recalls() == {"told": 0, "reminded": 0, "escalated": 0}
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        assert follow_up_recalls() == {"told": 0, "reminded": 2, "escalated": 0}
        assert follow_up_recalls() == {"told": 0, "reminded": 0, "escalated": 0}
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        assert follow_up_recalls() == {"told": 0, "reminded": 0, "escalated": 2}
        assert follow_up_recalls() == {"told": 0, "reminded": 0, "escalated": 0}
    outstanding = made.notices.filter(acknowledged_at=None)
    assert set(outstanding.values_list("organisation__slug", flat=True)) == {"met", "essex"}
    assert set(AuditEvent.objects.filter(action="recall.escalated").values_list("organisation__slug", flat=True)) == {"met", "essex"}
    file = Artefact.objects.get(release=versions["1.4.1"])
    with pytest.raises(Conflict) as refusal:
        check_not_recalled(artefact=file)
    assert (refusal.value.code, WHY in refusal.value.message, "X-Recall-Override" in refusal.value.mend) == ("recalled", True, True)
    by = make_viewer("devon")
    override_recall(artefact=file, reason="We compare the two versions.", by=by)
    record_download(release=versions["1.4.1"], by=by)
    assert told(made) == {"kent", "met", "essex"}  # devon compares, and runs 1.5.0
    event = AuditEvent.objects.get(action="recall.overridden")
    assert (event.user, event.detail["taken_by"], event.detail["reason"]) == (by.user, "devon", "We compare the two versions.")
    published(UPDATE, "1.4.2")
    made = name_remedy(recall=made, version="1.4.2", by=make_viewer("hampshire"))
    with pytest.raises(Conflict) as refusal:
        check_not_recalled(artefact=file)
    assert refusal.value.mend.startswith("Take version 1.4.2.")
    check_not_recalled(artefact=Artefact.objects.get(release__version="1.4.2"))
    with pytest.raises(Refused):
        close_recall(recall=made, by=make_viewer("hampshire"))
    for notice in made.notices.filter(acknowledged_at=None):
        acknowledge_recall(notice=notice, answer="upgraded", by=make_viewer(notice.organisation))
    close_recall(recall=made, by=make_viewer("hampshire"))
    check_not_recalled(artefact=file)


def _token(slug: str) -> ApiToken:
    make_token(slug)
    return ApiToken.objects.select_related("organisation").latest("pk")


# --- Exactly who holds it --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("wanted", "is_told"),
    [("~1.4.0", True), ("^1.4", False), ("1.4.0", True), ("1.3.0 || 1.4.1", True), ("", False), (">=1.3 <1.4", False), ("^2", False)],
)
def test_a_need_counts_by_what_it_resolved_to(versions: dict[str, Release], wanted: str, is_told: bool) -> None:
    """1.5.0 was there when the sequence was adopted, so a range that allows it led there."""
    use(published("wiltshire/letters", "1.0.0", f"{UPDATE}@{wanted}" if wanted else UPDATE), "kent")
    assert ("kent" in told(recall())) == is_told


def test_who_used_it_while_the_affected_version_was_the_newest_is_told() -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        published(UPDATE, "1.3.0")
        sequence = published("wiltshire/letters", "1.0.0", f"{UPDATE}@^1")
        use(sequence, "kent")  # resolves to 1.3.0, then to 1.4.0 from the day it came
    with time_machine.travel(start + timedelta(days=2), tick=False):
        published(UPDATE, "1.4.0")
    with time_machine.travel(start + timedelta(days=4), tick=False):
        published(UPDATE, "1.5.0")
    with time_machine.travel(start + timedelta(days=6), tick=False):
        use(sequence, "essex")  # 1.5.0 from the first
        assert told(recall()) == {"kent"}


def test_a_version_that_came_to_be_chosen_because_a_higher_one_was_yanked_counts() -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        published(UPDATE, "1.4.0")
        later = published(UPDATE, "1.5.0")
        sequence = published("wiltshire/letters", "1.0.0", f"{UPDATE}@^1")
    with time_machine.travel(start + timedelta(days=2), tick=False):
        use(sequence, "kent")
    with time_machine.travel(start + timedelta(days=3), tick=False):
        made = recall()
        assert told(made) == set()
        yank_release(release=later, reason="Broken.", by=make_viewer("hampshire"))
        assert follow_up_recalls()["told"] == 1
        assert told(made) == {"kent"}


def test_needs_of_needs_count_and_circles_end() -> None:
    published(UPDATE, "1.4.0")
    published("wiltshire/inner", "1.0.0", f"{UPDATE}@^1", "wiltshire/outer@^1")
    outer = published("wiltshire/outer", "1.0.0", "wiltshire/inner@^1")
    beside = published("wiltshire/beside", "1.0.0", "wiltshire/inner@^2")
    use(outer, "kent")
    use(beside, "essex")
    assert told(recall()) == {"kent"}


def test_a_file_that_needs_it_counts_even_without_a_range_we_can_read() -> None:
    published(UPDATE, "1.4.0")
    release = published("wiltshire/letters", "1.0.0", UPDATE)
    release.dependencies.update(range="whatever it takes")
    use(release, "kent")
    assert told(recall()) == {"kent"}


def stated(release: Release, slug: str, stage: str = "live") -> Adoption:
    by = make_viewer(slug)
    assert by.organisation is not None
    form = AdoptionForm(since=timezone.localdate(), owner="Automation team")
    held = None if stage == "interested" else release
    return state_adoption(module=release.module, release=held, stage=stage, form=form, organisation=by.organisation, by=by)


def test_who_comes_to_use_it_or_what_needs_it_later_is_told_at_once(versions: dict[str, Release]) -> None:
    sequence = published("wiltshire/letters", "1.0.0", f"{UPDATE}@~1.4.0")
    made = recall()
    assert told(made) == set()
    stated(sequence, "kent")
    stated(versions["1.4.1"], "surrey", "pilot")
    stated(versions["1.3.0"], "essex")
    stated(versions["1.4.0"], "dorset", "interested")
    stated(versions["1.4.0"], "hampshire")
    assert told(made) == {"kent", "surrey"}
    use(versions["1.4.0"], "devon")  # by whatever door: the worker finds it
    assert follow_up_recalls()["told"] == 1
    assert told(made) == {"kent", "surrey", "devon"}


def test_a_statement_that_has_ended_still_holds(versions: dict[str, Release]) -> None:
    use(versions["1.4.0"], "kent", expires_on=timezone.localdate() - timedelta(days=400))
    assert told(recall()) == {"kent"}


def test_who_moved_on_before_is_not_told_and_who_moves_back_is(versions: dict[str, Release]) -> None:
    moved, by = make_adoption(versions["1.4.0"], "kent"), make_viewer("kent")
    move_adoption(adoption=moved, release=versions["1.5.0"], by=by)
    made = recall()
    assert told(made) == set()
    move_adoption(adoption=moved, release=versions["1.4.1"], by=by)
    assert told(made) == {"kent"}


def test_what_is_published_later_is_not_recalled_by_it(versions: dict[str, Release]) -> None:
    made = recall("1.x")
    stated(published(UPDATE, "1.6.0"), "kent")
    assert (follow_up_recalls()["told"], told(made)) == (0, set())


def test_an_adopters_answer_does_not_outlive_taking_it_again(versions: dict[str, Release]) -> None:
    use(versions["1.4.0"], "kent")
    notice = recall().notices.get()
    acknowledge_recall(notice=notice, answer="not_in_use", by=make_viewer("kent"))
    take(versions["1.5.0"], "kent")  # what is sound may be taken
    take(versions["1.4.0"], "essex")  # by somebody else
    notice.refresh_from_db()
    assert notice.acknowledged_at is not None
    take(versions["1.4.0"], "kent")
    notice.refresh_from_db()
    assert notice.acknowledged_at is None
    assert AuditEvent.objects.filter(action="recall.reopened", organisation__slug="kent").count() == 1


def test_who_gave_it_up_may_compare_what_is_recalled(versions: dict[str, Release]) -> None:
    use(versions["1.4.0"], "kent")
    notice = recall().notices.get()
    acknowledge_recall(notice=notice, answer="stopped", by=make_viewer("kent"))
    Adoption.objects.update(stage="retired", held_until=timezone.now())
    take(versions["1.4.0"], "kent")
    notice.refresh_from_db()
    assert notice.acknowledged_at is not None


def test_an_answer_does_not_outlive_stating_that_one_uses_it(versions: dict[str, Release]) -> None:
    adoption, by = make_adoption(versions["1.4.0"], "kent"), make_viewer("kent")
    notice = recall().notices.get()
    acknowledge_recall(notice=notice, answer="stopped", by=by)
    move_adoption(adoption=adoption, stage="retired", reason="Recalled.", by=by)
    stated(versions["1.3.0"], "kent")
    notice.refresh_from_db()
    assert notice.acknowledged_at is not None
    move_adoption(adoption=adoption, stage="pilot", reason="We must.", by=by)
    notice.refresh_from_db()
    assert (notice.acknowledged_at, notice.reminded_at) == (None, None)
    assert AuditEvent.objects.get(action="recall.reopened").user == by.user
    acknowledge_recall(notice=notice, answer="stopped", by=by)
    move_adoption(adoption=adoption, stage="assessing", reason="Back to the drawing board.", by=by)
    notice.refresh_from_db()
    assert notice.acknowledged_at is not None  # to use it less than before says nothing new


# --- What those who lead it read ------------------------------------------------------------------------------------------
def test_looking_beforehand_names_nobody_who_does_not_show_it(versions: dict[str, Release]) -> None:
    """To preview is no way to learn what organisations keep to themselves; a recall, once made, tells who was told."""
    hidden = published("wiltshire/letters", "1.0.0", f"{UPDATE}@~1.4.0")
    Module.objects.filter(pk=hidden.module_id).update(visibility="own")
    for release, slug, sharing in (
        (versions["1.4.0"], "kent", "named"),
        (versions["1.4.0"], "essex", "counted"),
        (versions["1.4.1"], "devon", "kept"),
        (hidden, "wiltshire", "named"),
    ):
        use(release, slug, sharing=sharing)
    by = make_viewer("hampshire")
    affected = [versions["1.4.0"], versions["1.4.1"]]
    assert recalls.reached(by, affected[0].module, affected) == recalls.Reached(("1.4.0", "1.4.1"), ("Kent",), 1)
    answers = {each.organisation: (each.held, each.hides_held) for each in recalls.answers_to(by, recall(by=by))}
    assert answers == {
        "Kent": ((f"{UPDATE}@1.4.0",), False),
        "Essex": ((f"{UPDATE}@1.4.0",), False),
        "Devon": ((f"{UPDATE}@1.4.1",), False),
        "Wiltshire": ((), True),  # their sequence is theirs alone
    }


def test_an_answer_leads_to_the_records_it_makes_untrue(versions: dict[str, Release], django_assert_num_queries: Any) -> None:
    adoption = make_adoption(versions["1.4.0"], "kent")
    use(versions["1.5.0"], "kent")
    use(versions["1.4.1"], "essex")
    acknowledge_recall(notice=recall().notices.get(organisation__slug="kent"), answer="stopped", by=make_viewer("kent"))
    viewer = make_viewer("kent")
    with django_assert_num_queries(6):
        entry = recalls.notices(viewer)[0]
    assert entry.standing == (recalls.StandingEntry(adoption.pk, f"{UPDATE}@1.4.0", "Live"),)
    Adoption.objects.filter(pk=adoption.pk).update(stage="retired", held_until=timezone.now())
    assert recalls.notices(viewer)[0].standing == ()


# --- Who may, and what is refused -----------------------------------------------------------------------------------------
def test_a_steward_may_recall_too_and_others_may_not(versions: dict[str, Release]) -> None:
    for by in (make_viewer("kent"), make_viewer("hampshire", Role.VIEWER)):
        with unchanged(), pytest.raises(NotAllowed):
            recall(by=by)
    assert recall(by=steward()).recalled_by is not None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"versions": "latest"}, "range_invalid"),
        ({"versions": "^7"}, "no_such_versions"),
        ({"severity": "dire"}, "severity_unknown"),
        ({"reason": " "}, "reason_missing"),
        ({"reason": "x" * 2001}, "text_too_long"),
        ({"workaround": "x" * 2001}, "text_too_long"),
        ({"days": 0}, "days_invalid"),
        ({"days": 91}, "days_invalid"),
    ],
)
def test_a_recall_names_versions_how_bad_and_why(versions: dict[str, Release], given: dict[str, object], code: str) -> None:
    by = make_viewer("hampshire")
    with unchanged(), pytest.raises(RegistryError) as refusal:
        recall(**({"versions": "1.4.x", "by": by} | given))  # type: ignore[arg-type]
    assert refusal.value.code == code


def test_one_open_recall_of_a_version(versions: dict[str, Release]) -> None:
    first = recall()
    with pytest.raises(Conflict) as refusal:
        recall("1.4.1")
    assert refusal.value.code == "already_recalled"
    recall("1.3.0")
    close_recall(recall=first, by=make_viewer("hampshire"))
    recall("1.4.1")


def test_only_who_answers_for_an_organisation_answers_and_once(versions: dict[str, Release]) -> None:
    use(versions["1.4.0"], "kent")
    notice = recall().notices.get()
    for by in (make_viewer("kent", Role.VIEWER), make_viewer("essex"), make_viewer("hampshire"), steward()):
        with unchanged(), pytest.raises(NotAllowed):
            acknowledge_recall(notice=notice, answer="stopped", by=by)
    with pytest.raises(Refused):
        acknowledge_recall(notice=notice, answer="whatever", by=make_viewer("kent"))
    token = _token("kent")
    acknowledge_recall(notice=notice, answer="stopped", by=viewer_of_token(token))
    assert RecallNotice.objects.get().acknowledged_with == token
    with pytest.raises(Conflict) as refusal:
        acknowledge_recall(notice=notice, answer="stopped", by=make_viewer("kent"))
    assert refusal.value.code == "acknowledged_already"


def test_an_override_needs_a_reason_and_a_recall(versions: dict[str, Release]) -> None:
    file = Artefact.objects.get(release=versions["1.4.0"])
    by = make_viewer("kent")
    assert override_recall(artefact=file, reason="No need.", by=by) is None
    recall()
    with unchanged(), pytest.raises(Refused):
        override_recall(artefact=file, reason=" ", by=by)
    override_recall(artefact=file, reason="To compare.", by=by)
    assert RecallOverride.objects.get().organisation == by.organisation


@pytest.mark.parametrize(("version", "code"), [("9.9.9", "remedy_unknown"), ("1.4.0", "remedy_recalled")])
def test_a_remedy_is_a_version_that_can_be_taken(versions: dict[str, Release], version: str, code: str) -> None:
    made = recall()
    with pytest.raises(Conflict) as refusal:
        name_remedy(recall=made, version=version, by=make_viewer("hampshire"))
    assert refusal.value.code == code
    assert name_remedy(recall=made, version="1.5.0", by=steward()).remedy == versions["1.5.0"]


def test_a_recall_closed_with_answers_outstanding_says_why(versions: dict[str, Release]) -> None:
    use(versions["1.4.0"], "kent")
    made = close_recall(recall=recall(), reason="Kent was closed down.", by=make_viewer("hampshire"))
    assert made.closed_reason == "Kent was closed down."
    with pytest.raises(Conflict) as refusal:
        close_recall(recall=made, reason="Again.", by=make_viewer("hampshire"))
    assert refusal.value.code == "recall_closed"
    assert follow_up_recalls() == {"told": 0, "reminded": 0, "escalated": 0}


def test_a_sequence_holds_what_its_lock_names_whatever_its_ranges_allow() -> None:
    """Of two sequences that ask for the same range, who uses the one locked before the affected version came is not told."""
    published(UPDATE, "1.3.0")
    steps = {"name": "Whole", "steps": [{"id": "look", "name": "Look", "uses": {"module": UPDATE, "range": "^1"}}]}
    earlier = make_sequence("wiltshire/earlier", steps=steps)
    published(UPDATE, "1.4.0")
    later = make_sequence("wiltshire/later", steps=steps)
    published(UPDATE, "1.5.0")
    within = published("surrey/around", "1.0.0", "wiltshire/later@^1")
    use(earlier, "met")
    use(later, "kobenhavn")
    use(within, "thames-valley")
    assert told(recall()) == {"kobenhavn", "thames-valley"}
