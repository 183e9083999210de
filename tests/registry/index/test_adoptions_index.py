"""Of others one reads what they share and nothing else, whatever is combined; of one's own organisation everything."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import ApiToken, Organisation, Role
from accounts.viewer import Viewer, viewer_of_token
from api.rest.adoption_shapes import adoptions_shape
from registry.actions.refresh_use import refresh_use
from registry.adoption.models import Adoption, Sharing, Stage
from registry.catalogue.models import Module
from registry.errors import Missing
from registry.index import read
from registry.index.adoptions import confirmed_by, mine, own_entry, readable, record_of, use_entry
from registry.index.entries import SearchQuery
from registry.index.search import search
from registry.index.use_entries import UseEntry
from registry.releases.models import Download, Release
from tests.make import make_adoption, make_organisation, make_release, make_token, make_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def release() -> Release:
    return make_release("hampshire/victim-update")


@pytest.fixture
def reader() -> Viewer:
    return make_viewer("kent", Role.VIEWER)


def use(viewer: Viewer, module: Module) -> UseEntry:
    """Who runs it, as ``viewer`` reads it."""
    return use_entry(viewer, read.entry_of(read.visible_module(viewer, module.publisher, module.slug), viewer))


def test_who_runs_it_named_counted_and_kept(release: Release, reader: Viewer) -> None:
    make_adoption(release, "surrey", volume=1200, unit="letters")
    make_adoption(release, make_organisation("aarhus", kind="council"), volume=9, unit="letters", shares_volume=False, is_adapted=True)
    make_adoption(release, make_organisation("essex-fire", kind="fire"), sharing="counted")
    make_adoption(release, "sussex", sharing="kept")
    make_release("hampshire/victim-update", "1.1.0")
    make_adoption(Release.objects.get(version="1.1.0"), "dorset", "pilot")
    make_adoption(release, "devon", "interested", sharing="counted")
    found = use(reader, release.module)
    assert [(row.slug, row.version, row.behind, row.volume) for row in found.verified] == [
        ("aarhus", "1.0.0", 1, None),
        ("surrey", "1.0.0", 1, 1200),
    ]
    assert (found.count, found.by_kind, found.unnamed) == (3, {"council": 1, "police": 1, "unnamed": 1}, 1)
    assert found.by_version == {"1.0.0": 3}
    assert [(each.stage, each.count, each.names) for each in found.stages] == [("pilot", 1, ("Dorset",)), ("interested", 1, ())]
    assert (found.own, found.taken, found.may_state) == ((), None, False)
    module = Module.objects.get(pk=release.module_id)
    assert (module.adopters, module.adopters_by_kind) == (found.count, found.by_kind)


def test_an_organisation_is_counted_once_where_it_is_furthest(release: Release, reader: Viewer) -> None:
    newer = make_release("hampshire/victim-update", "1.1.0")
    make_adoption(release, "surrey")
    make_adoption(newer, "surrey", "pilot")
    make_adoption(release, "dorset", "interested")
    make_adoption(newer, "dorset", "assessing", sharing="counted")
    lapsed = make_adoption(release, "devon")
    Adoption.objects.filter(pk=lapsed.pk).update(expires_on=timezone.localdate() - timedelta(days=1))
    make_adoption(release, "sussex", "retired", reason="Too dear.", shares_reason=True)
    make_adoption(release, "essex", "retired", reason="Nobody else may know.", shares_reason=False)
    make_adoption(release, "norfolk", "retired", sharing="counted", reason="Hidden.", shares_reason=True)
    make_adoption(release, "suffolk", "retired", sharing="kept")
    make_adoption(release, "surrey", "retired", reason="An older try.", shares_reason=True)
    found = use(reader, release.module)
    assert (found.count, found.by_version) == (1, {"1.0.0": 1})
    assert [(each.stage, each.count, each.names) for each in found.stages] == [("lapsed", 1, ("Devon",)), ("assessing", 1, ())]
    assert {(row.slug, row.reason) for row in found.gave_up} == {("sussex", "Too dear."), ("essex", "")}
    assert found.stopped == 3


def test_a_version_that_one_does_not_see_is_not_named(release: Release, reader: Viewer) -> None:
    hidden = make_release("hampshire/victim-update", "2.0.0", checked=False)
    make_adoption(hidden, "hampshire")
    found = use(reader, release.module)
    assert [(row.slug, row.version, row.behind) for row in found.verified] == [("hampshire", "", 0)]
    assert found.by_version == {}
    assert "2.0.0" not in str(found)
    assert use(make_viewer("hampshire"), release.module).verified[0].version == "2.0.0"
    assert "2.0.0" not in str(readable(reader))
    assert "2.0.0" not in str(confirmed_by(reader, make_organisation("hampshire")))


def test_ones_own_records_say_everything_and_what_was_taken_is_asked_about(release: Release) -> None:
    by = make_viewer("kent")
    assert by.organisation is not None
    Download.objects.create(release=release, organisation=by.organisation, day=timezone.localdate(), by_token=False)
    taken = use(by, release.module).taken
    assert taken is not None
    assert (taken.version, taken.day, use(by, release.module).may_state) == ("1.0.0", timezone.localdate(), True)
    make_adoption(release, "kent", sharing="kept", objective="Fewer calls", systems=["Niche"], blockers="None")
    found = use(by, release.module)
    assert (found.taken, found.count, found.verified) == (None, 0, ())
    own = found.own[0]
    assert (own.objective, own.systems, own.sharing, own.standing, own.may_change) == ("Fewer calls", ("Niche",), "kept", "verified", True)
    assert use(make_viewer("kent", Role.VIEWER), release.module).own[0].may_change is False
    other = make_viewer("surrey")
    assert use(other, release.module) == UseEntry("hampshire/victim-update", may_state=True)


def test_what_a_module_that_was_lost_sight_of_leaves(release: Release) -> None:
    by = make_viewer("kent")
    stated = make_adoption(release, "kent")
    Module.objects.filter(pk=release.module_id).update(visibility="own")
    (entry,) = mine(by)
    assert (entry.module, entry.version, entry.is_visible, entry.title, entry.newest) == ("hampshire/victim-update", "1.0.0", False, "", "")
    assert own_entry(by, record_of(by, stated.pk)) == entry
    assert confirmed_by(by, make_organisation("kent")) == ()
    for viewer in (make_viewer("surrey"), make_viewer("hampshire")):
        with pytest.raises(Missing):
            record_of(viewer, stated.pk)


def test_a_token_bound_to_some_modules_reads_the_records_of_those_alone(release: Release) -> None:
    own = make_release("kent/letters")
    make_adoption(release, "kent")
    make_adoption(own, "kent")
    make_token("kent", modules=("letters",))
    token = viewer_of_token(ApiToken.objects.select_related("organisation").latest("pk"))
    assert [entry.module for entry in mine(token)] == ["kent/letters"]
    with pytest.raises(Missing):
        record_of(token, Adoption.objects.get(module=release.module).pk)
    assert [module for module, _, _ in readable(token)] == ["kent/letters"]


def test_what_ends_comes_first_and_what_is_retired_last() -> None:
    by = make_viewer("kent")
    days = {"ended": -1, "ending": 9, "verified": 200}
    for name, left in days.items():
        stated = make_adoption(make_release(f"hampshire/{name}"), "kent")
        Adoption.objects.filter(pk=stated.pk).update(expires_on=timezone.localdate() + timedelta(days=left))
    make_adoption(make_release("hampshire/gone"), "kent", "retired")
    make_adoption(make_release("hampshire/try"), "kent", "pilot")
    assert [entry.slug for entry in mine(by)] == ["ended", "ending", "verified", "try", "gone"]
    assert [entry.standing for entry in mine(by)] == ["ended", "ending", "verified", "", ""]
    assert [entry.slug for entry in mine(by, stage="pilot")] == ["try"]


def test_it_costs_the_same_however_many_run_it(release: Release, reader: Viewer) -> None:
    entry = read.entry_of(read.visible_module(reader, "hampshire", "victim-update"), reader)

    def cost(work: Any) -> int:
        with CaptureQueriesContext(connection) as caught:
            work()
        return len(caught)

    works = {
        "use": lambda: use_entry(reader, entry),
        "mine": lambda: mine(reader),
        "readable": lambda: readable(reader),
        "organisation": lambda: confirmed_by(reader, Organisation.objects.get(slug="force-0")),
    }
    make_adoption(release, "force-0")
    make_adoption(release, "kent")
    before = {name: cost(work) for name, work in works.items()}
    for number in range(1, 6):
        make_adoption(make_release(f"hampshire/module-{number}"), "force-0")
        make_adoption(make_release(f"hampshire/module-{number}", "1.1.0"), "kent")
        make_adoption(release, f"force-{number}")
    assert {name: cost(work) for name, work in works.items()} == before
    assert before["use"] <= 3
    assert before["mine"] <= 3
    assert before["readable"] <= 2


# --- Whatever is stated, nobody outside reads what is kept, or whose it is that is only counted ---------------------------------
NAMES = ("amber", "birch", "cedar", "drift")
_STATED = st.lists(
    st.tuples(
        st.integers(0, len(NAMES) - 1), st.integers(0, 1), st.sampled_from(Stage.values), st.sampled_from(Sharing.values), st.booleans()
    ),
    max_size=7,
    unique_by=lambda each: (each[0], each[1] if each[2] != Stage.INTERESTED else "interest"),
)
Statement = tuple[int, int, str, str, bool]


@pytest.fixture
def releases() -> list[Release]:
    """Two versions of a module, and organisations that may state something of it: each with a double of another kind."""
    for name in NAMES:
        make_organisation(name)
        make_organisation(f"{name}-double", kind="council")
    return [make_release("hampshire/victim-update"), make_release("hampshire/victim-update", "1.1.0")]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stated=_STATED)
def test_whatever_is_stated_nobody_outside_reads_more_than_is_shared(
    releases: list[Release], reader: Viewer, stated: list[Statement]
) -> None:
    """To an outsider the same world looks the same without what is kept, and with somebody else in the place of whoever is only counted."""
    shown = {place for place, _, _, sharing, _ in stated if sharing == Sharing.NAMED}
    with time_machine.travel(timezone.now(), tick=False):
        world = _read(reader, releases, stated)
        assert world == _read(reader, releases, [each for each in stated if each[3] != Sharing.KEPT])
        hidden = set(range(len(NAMES))) - shown  # who shows its name in one record is that one organisation in its others too
        assert world == _read(reader, releases, stated, doubled=hidden)
    for place, name in enumerate(NAMES):
        assert (name.title() in world) == (place in shown and any(_tells(each) for each in stated if each[0] == place)), name


def _tells(statement: Statement) -> bool:
    return statement[3] == Sharing.NAMED


def _read(viewer: Viewer, releases: list[Release], stated: list[Statement], doubled: Collection[int] = ()) -> str:
    """Everything that ``viewer`` reads of it on every surface of the read model, once ``stated`` is all that there is."""
    with transaction.atomic():
        for place, version, stage, sharing, shares in stated:
            name = f"{NAMES[place]}-double" if place in doubled else NAMES[place]
            more = {"volume": 1234, "unit": "letters", "reason": f"Because {name}.", "shares_reason": shares, "owner": f"Team {name}"}
            make_adoption(releases[version], name, stage, sharing, **more)
        refresh_use(releases[0].module)
        entry = use(viewer, releases[0].module)
        found = [search(viewer, SearchQuery(in_use=ticked, sort="used")) for ticked in ((), ("verified",), ("pilot",))]
        organisations = [confirmed_by(viewer, make_organisation(f"{name}{end}")) for name in NAMES for end in ("", "-double")]
        module = read.entry_of(read.visible_module(viewer, "hampshire", "victim-update"), viewer)
        told = (adoptions_shape(entry), entry, readable(viewer), mine(viewer), organisations, replace(module, revision=0))
        text = str((told, [(page.count, page.facets) for page in found]))
        transaction.set_rollback(True)
    return text
