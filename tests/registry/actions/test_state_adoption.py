"""An organisation states what it runs, moves on, says so again and gives up; nobody else does, and nothing unsound is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from accounts.models import ApiToken, AuditEvent, Role
from accounts.viewer import Viewer, viewer_of_token
from registry.actions.quarantine_release import quarantine_release
from registry.actions.state_adoption import (
    AdoptionForm,
    change_adoption,
    confirm_adoption,
    move_adoption,
    state_adoption,
)
from registry.adoption.models import Adoption, AdoptionEntry, Sharing, Stage
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed
from registry.releases.models import Release
from tests.make import make_adoption, make_organisation, make_release, make_steward, make_token, make_viewer
from tests.race import race
from tests.unchanged import audit_refuses, refuses, unchanged

pytestmark = pytest.mark.django_db
LIVE = AdoptionForm(since=date(2024, 4, 2), owner="Automation team", volume=35_000, unit="case files", systems=("Niche RMS", "Niche RMS"))


@pytest.fixture
def release() -> Release:
    return make_release("hampshire/victim-update")


@pytest.fixture
def kent() -> Viewer:
    return make_viewer("kent")


def state(release: Release | None, by: Viewer, stage: str = "live", form: AdoptionForm = LIVE, module: Module | None = None) -> Adoption:
    """A statement by and for the organisation of ``by``."""
    assert by.organisation is not None
    module = module or (release.module if release else None)
    assert module is not None
    return state_adoption(module=module, release=release, stage=stage, form=form, organisation=by.organisation, by=by)


def column(module: Module) -> tuple[int, dict[str, int], str]:
    """What the catalogue says of its use."""
    module.refresh_from_db()
    return module.adopters, module.adopters_by_kind, module.in_use


def test_what_is_live_counts_for_a_year_and_is_logged(release: Release, kent: Viewer) -> None:
    stated = state(release, kent)
    stated.refresh_from_db()
    assert (stated.stage, stated.release, stated.volume, stated.unit, stated.systems) == (
        "live",
        release,
        35_000,
        "case files",
        ["Niche RMS"],
    )
    assert stated.expires_on == timezone.localdate() + timedelta(days=365)
    assert (stated.confirmed_by, stated.created_by) == (kent.user, kent.user)
    assert stated.held_since == release.listed_at  # it cannot have had this version before
    assert column(release.module) == (1, {"police": 1}, "verified")
    entry = AdoptionEntry.objects.get(adoption=stated)
    assert (entry.what, entry.stage, entry.release, entry.by) == ("stated", "live", release, kent.user)
    event = AuditEvent.objects.get(action="adoption.stated")
    assert (event.subject, event.organisation, event.detail["stage"]) == ("hampshire/victim-update", kent.organisation, "live")


@pytest.mark.parametrize(
    ("stage", "change", "code", "where"),
    [
        ("running", {}, "stage_unknown", "stage"),
        ("live", {"since": None}, "since_missing", "since"),
        ("live", {"since": date(2999, 1, 1)}, "since_in_the_future", "since"),
        ("live", {"owner": "  "}, "owner_missing", "owner"),
        ("live", {"owner": "anna@kent.example"}, "owner_is_a_person", "owner"),
        ("pilot", {"owner": "x" * 121}, "text_too_long", "owner"),
        ("pilot", {"blockers": "nul\x00"}, "text_invalid", "blockers"),
        ("pilot", {"volume": 0}, "volume_invalid", "volume"),
        ("pilot", {"volume": 10**12}, "volume_invalid", "volume"),
        ("pilot", {"unit": ""}, "volume_half_said", "unit"),
        ("pilot", {"volume": None}, "volume_half_said", "volume"),
        ("pilot", {"sharing": "everybody"}, "sharing_unknown", "sharing"),
        ("pilot", {"systems": ("x" * 81,)}, "text_too_long", "systems"),
        ("pilot", {"systems": tuple(f"System {n}" for n in range(21))}, "too_many_systems", "systems"),
        ("retired", {}, "reason_missing", "reason"),
    ],
)
def test_what_breaks_a_rule_is_refused(release: Release, kent: Viewer, stage: str, change: dict[str, Any], code: str, where: str) -> None:
    with refuses(code, where):
        state(release, kent, stage, replace(LIVE, **change))


def test_only_interest_needs_no_version(release: Release, kent: Viewer) -> None:
    for stage in (Stage.ASSESSING, Stage.PILOT, Stage.LIVE):
        with refuses("version_missing", "version"):
            state(None, kent, stage, module=release.module)
    stated = state(None, kent, "interested", AdoptionForm(), module=release.module)
    assert (stated.release, stated.held_since, stated.expires_on) == (None, None, None)
    assert column(release.module) == (0, {}, "")


def test_one_record_a_version_and_one_interest(release: Release, kent: Viewer) -> None:
    state(release, kent)
    with refuses("adoption_exists", "version"):
        state(release, kent, "pilot")
    state(None, kent, "interested", AdoptionForm(), module=release.module)
    with refuses("adoption_exists", "version"):
        state(None, kent, "interested", AdoptionForm(), module=release.module)
    newer = make_release("hampshire/victim-update", "1.1.0")
    state(newer, kent, "pilot")
    assert column(release.module)[0] == 1  # side by side, yet one organisation
    retired = Adoption.objects.get(release=release)
    move_adoption(adoption=retired, stage="retired", reason="Moved.", by=kent)
    state(release, kent)  # what is retired leaves room
    with refuses("adoption_exists", "version"):
        move_adoption(adoption=retired, stage="live", reason="Back again.", by=kent)


def test_only_those_who_answer_for_the_organisation_state(release: Release) -> None:
    organisation = make_organisation("kent")
    token = viewer_of_token(ApiToken.objects.select_related("organisation").get(pk=_token("kent", ("read",))))
    for by in (make_viewer("kent", Role.VIEWER), make_viewer("kent", Role.REVIEWER), make_viewer("surrey"), make_steward(), token):
        with unchanged(), pytest.raises(NotAllowed) as error:
            state_adoption(module=release.module, release=release, stage="live", form=LIVE, organisation=organisation, by=by)
        assert error.value.code == "may_not_answer"
    token = viewer_of_token(ApiToken.objects.select_related("organisation").get(pk=_token("kent", ("publish",))))
    stated = state_adoption(module=release.module, release=release, stage="live", form=LIVE, organisation=organisation, by=token)
    assert (stated.confirmed_by, AdoptionEntry.objects.get().token) == (None, token.token)


def _token(organisation: str, scopes: tuple[str, ...]) -> int:
    make_token(organisation, scopes)
    return ApiToken.objects.latest("pk").pk


def test_the_partnership_runs_nothing(release: Release) -> None:
    by = make_viewer(make_organisation("partnership", kind="partnership"), Role.ADMINISTRATOR)
    with unchanged(), pytest.raises(NotAllowed) as error:
        state(release, by)
    assert error.value.code == "partnership_runs_nothing"


def test_what_an_organisation_does_not_see_it_cannot_state(kent: Viewer) -> None:
    """Answered as what is not there; a version in quarantine too, but what it stated before stays its own."""
    kept = make_release("hampshire/kept", visibility="own")
    absent = Release(pk=10**9, module=kept.module)
    for release in (kept, absent):
        with refuses("module_unknown", "module"):
            state(release, kent)
    own = make_viewer("hampshire")
    assert state(kept, own).stage == "live"  # its publisher runs it too
    shown, hidden = make_release("hampshire/shown"), make_release("hampshire/shown", "1.1.0")
    other = make_release("hampshire/other")
    quarantine_release(release=hidden, reason="Odd.", by=make_viewer("hampshire"))
    for release in (hidden, other, absent):
        with refuses("version_unknown", "version"):
            state(release, kent, module=shown.module)
    stated = state(shown, kent)
    with refuses("version_unknown", "version"):
        move_adoption(adoption=stated, release=hidden, by=kent)


def test_who_lost_sight_of_a_module_may_still_give_it_up(release: Release, kent: Viewer) -> None:
    stated = state(release, kent)
    Module.objects.filter(pk=release.module_id).update(visibility="own")
    assert confirm_adoption(adoption=stated, by=kent).stage == "live"
    gone = move_adoption(adoption=stated, stage="retired", reason="It is not shared with us any more.", by=kent)
    assert gone.held_until is not None
    with refuses("module_unknown", "module"):
        state(release, kent)


def test_an_upgrade_holds_the_new_version_from_then_on(release: Release, kent: Viewer) -> None:
    stated = state(release, kent)
    newer = make_release("hampshire/victim-update", "1.1.0")
    with time_machine.travel(timezone.now() + timedelta(days=90), tick=False):
        moved = move_adoption(adoption=stated, release=newer, by=kent)
        assert (moved.release, moved.stage, moved.held_since) == (newer, "live", timezone.now())
        assert (moved.since, moved.owner, moved.expires_on) == (LIVE.since, LIVE.owner, timezone.localdate() + timedelta(days=365))
    log = list(AdoptionEntry.objects.order_by("pk").values_list("what", "release__version"))
    assert log == [("stated", "1.0.0"), ("version", "1.1.0")]
    with refuses("nothing_changed"):
        move_adoption(adoption=moved, release=newer, by=kent)


def test_stages_go_forward_freely_and_back_with_a_reason(release: Release, kent: Viewer) -> None:
    stated = state(None, kent, "interested", AdoptionForm(), module=release.module)
    with refuses("version_missing", "version"):
        move_adoption(adoption=stated, stage="assessing", by=kent)
    stated = move_adoption(adoption=stated, stage="pilot", release=release, by=kent)
    assert column(release.module) == (0, {}, "pilot")
    held = stated.held_since
    assert held is not None
    with refuses("since_missing", "since"):
        move_adoption(adoption=stated, stage="live", by=kent)
    with refuses("owner_missing", "owner"):
        move_adoption(adoption=stated, stage="live", since=date(2025, 1, 1), by=kent)
    stated = move_adoption(adoption=stated, stage="live", since=date(2025, 1, 1), owner="Digital team", by=kent)
    assert (stated.held_since, column(release.module)) == (held, (1, {"police": 1}, "verified"))
    for stage in ("pilot", "interested", "retired"):
        with refuses("reason_missing", "reason"):
            move_adoption(adoption=stated, stage=stage, by=kent)
    stated = move_adoption(adoption=stated, stage="pilot", reason="Letters went out twice.", by=kent)
    assert (stated.expires_on, stated.held_since, column(release.module)) == (None, held, (0, {}, "pilot"))
    stated = move_adoption(adoption=stated, stage="retired", reason="Too much upkeep.", by=kent)
    assert (stated.held_until is not None, stated.held_since, stated.reason) == (True, held, "Too much upkeep.")
    stated = move_adoption(adoption=stated, stage="live", reason="It is mended.", by=kent)
    assert stated.held_until is None
    assert stated.held_since is not None
    assert stated.held_since > held  # the time between is not held
    log = list(AdoptionEntry.objects.order_by("pk").values_list("what", "stage"))
    expected = [("stated", "interested"), ("version", "pilot"), ("stage", "pilot"), ("stage", "live"), ("stage", "pilot")]
    assert log == [*expected, ("stage", "retired"), ("stage", "live")]


def test_only_what_is_live_is_confirmed_and_for_a_year_from_then(release: Release, kent: Viewer) -> None:
    stated = state(release, kent)
    with time_machine.travel(timezone.now() + timedelta(days=400), tick=False):
        assert not Adoption.objects.verified().exists()
        again = confirm_adoption(adoption=stated, by=kent)
        assert (again.expires_on, again.confirmed_at) == (timezone.localdate() + timedelta(days=365), timezone.now())
        assert Adoption.objects.verified().get() == stated
        assert again.held_since == stated.held_since
        with unchanged(), pytest.raises(NotAllowed):
            confirm_adoption(adoption=stated, by=make_viewer("surrey"))
    pilot = state(make_release("hampshire/victim-update", "1.1.0"), kent, "pilot")
    with refuses("not_live"):
        confirm_adoption(adoption=pilot, by=kent)


def test_who_reads_it_may_be_changed_and_counts_at_once(release: Release, kent: Viewer) -> None:
    stated = state(release, kent)
    changed = change_adoption(adoption=stated, form=replace(LIVE, sharing=Sharing.KEPT, objective="Fewer calls"), by=kent)
    assert (changed.sharing, changed.objective, column(release.module)) == ("kept", "Fewer calls", (0, {}, ""))
    assert AdoptionEntry.objects.latest("pk").what == "edited"
    with refuses("since_missing"):
        change_adoption(adoption=stated, form=replace(LIVE, since=None), by=kent)
    with unchanged(), pytest.raises(NotAllowed):
        change_adoption(adoption=stated, form=LIVE, by=make_viewer("surrey"))
    change_adoption(adoption=stated, form=replace(LIVE, sharing=Sharing.COUNTED), by=kent)
    assert column(release.module) == (1, {"unnamed": 1}, "verified")


def test_nothing_is_done_that_cannot_be_audited(release: Release, kent: Viewer) -> None:
    stated = make_adoption(release, "kent")
    audit_refuses()
    acts = (
        lambda: state(release, make_viewer("surrey")),
        lambda: move_adoption(adoption=stated, stage="retired", reason="Over.", by=kent),
        lambda: confirm_adoption(adoption=stated, by=kent),
        lambda: change_adoption(adoption=stated, form=LIVE, by=kent),
    )
    for act in acts:
        with unchanged(), pytest.raises(IntegrityError), transaction.atomic():
            act()


@pytest.mark.django_db(transaction=True)
def test_statements_at_once_make_one_record_and_count_one_another() -> None:
    release = make_release("hampshire/victim-update")
    kent = make_viewer("kent")
    done = race(4, lambda _: state(release, kent))
    assert [type(each) for each in done if not isinstance(each, Adoption)] == [Conflict] * 3
    others = [make_viewer(f"force-{number}") for number in range(4)]
    assert all(isinstance(each, Adoption) for each in race(4, lambda number: state(release, others[number])))
    assert column(Module.objects.get(pk=release.module_id))[0] == 5


def test_no_record_and_no_line_of_its_log_is_ever_removed(release: Release, kent: Viewer) -> None:
    stated = state(release, kent)
    for rows in (AdoptionEntry.objects.all(), Adoption.objects.filter(pk=stated.pk)):
        with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
            rows._raw_delete(rows.db)
    with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
        AdoptionEntry.objects.update(reason="Otherwise.")
