"""A publisher's figures: exact, for its own organisation alone, and never more of others than they share."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, Role
from accounts.viewer import NOBODY, Viewer, viewer_of, viewer_of_token
from registry.actions.acknowledge_recall import acknowledge_recall
from registry.actions.recall_releases import recall_releases
from registry.actions.record_download import record_download
from registry.actions.yank_release import yank_release
from registry.adoption.models import Adoption, AdoptionEntry
from registry.errors import Missing
from registry.index.statistics import BehindRow, OpenRecall, TakenRow, UptakeRow, reach_of, statistics
from registry.releases.models import Download, Release
from tests.make import make_adoption, make_member, make_organisation, make_release, make_token, make_viewer

pytestmark = pytest.mark.django_db
UPDATE = "hampshire/victim-update"
AT = "/modules/hampshire/victim-update/statistics"


@pytest.fixture
def versions() -> dict[str, Release]:
    return {version: make_release(UPDATE, version) for version in ("1.0.0", "1.1.0", "1.2.0")}


def token(slug: str, *modules: str) -> Viewer:
    make_token(slug, modules=modules)
    return viewer_of_token(ApiToken.objects.select_related("organisation").latest("pk"))


def took(release: Release, slug: str, *days: str, by_token: bool = False) -> None:
    organisation = make_organisation(slug)
    for day in days:
        Download.objects.create(release=release, organisation=organisation, day=date.fromisoformat(day), by_token=by_token)


def test_it_is_for_its_own_organisation_and_auditors(versions: dict[str, Release]) -> None:
    module = versions["1.0.0"].module
    partnership = make_organisation("partnership", kind="partnership")
    for viewer in (
        make_viewer("hampshire", Role.VIEWER),
        token("hampshire"),
        token("hampshire", "victim-update"),
        make_viewer(partnership, Role.AUDITOR),
    ):
        assert statistics(viewer, module).module == UPDATE
    for viewer in (make_viewer("kent"), make_viewer(partnership, Role.STEWARD), token("kent"), token("hampshire", "letters"), NOBODY):
        with pytest.raises(Missing):
            statistics(viewer, module)
        assert reach_of(viewer, module.organisation) == ()


def test_downloads_by_month_and_version_people_and_programs_apart(versions: dict[str, Release]) -> None:
    took(versions["1.0.0"], "kent", "2026-01-31", "2026-02-01", "2026-02-02")
    took(versions["1.0.0"], "essex", "2026-02-01")
    took(versions["1.0.0"], "essex", "2026-02-01", "2026-02-02", by_token=True)
    took(versions["1.1.0"], "kent", "2026-02-02")
    took(versions["1.1.0"], "hampshire", "2026-02-02")  # who had it before it passed to Hampshire
    record_download(release=versions["1.2.0"], by=make_viewer("hampshire"))
    found = statistics(make_viewer("hampshire"), versions["1.0.0"].module)
    assert found.taken == (
        TakenRow(date(2026, 2, 1), "1.1.0", 1, 0),
        TakenRow(date(2026, 2, 1), "1.0.0", 3, 2),
        TakenRow(date(2026, 1, 1), "1.0.0", 1, 0),
    )
    assert [(row.version, row.people, row.programs) for row in found.versions] == [("1.2.0", 0, 0), ("1.1.0", 1, 0), ("1.0.0", 4, 2)]


def test_who_uses_which_version_and_who_is_behind(versions: dict[str, Release]) -> None:
    make_release(UPDATE, "2.0.0-rc.1")  # a preview leaves nobody behind
    yank_release(release=make_release(UPDATE, "1.3.0"), reason="Broken.", by=make_viewer("hampshire"))
    for version, slug, stage, sharing in (
        ("1.0.0", "kent", "live", "named"),
        ("1.0.0", "essex", "live", "counted"),
        ("1.0.0", "surrey", "pilot", "counted"),
        ("1.1.0", "devon", "assessing", "named"),
        ("1.2.0", "dorset", "live", "named"),
        ("1.0.0", "met", "live", "named"),
        ("1.2.0", "met", "pilot", "named"),  # tries the newest beside the old: not behind
        ("1.0.0", "hampshire", "live", "named"),  # its own use is no reach
        ("1.0.0", "suffolk", "retired", "named"),
        ("1.0.0", "norfolk", "interested", "named"),
    ):
        make_adoption(versions[version], slug, stage, sharing)
    found = statistics(make_viewer("hampshire"), versions["1.0.0"].module)
    assert found.newest == "1.2.0"
    shown = {row.version: (row.is_offered, row.newer, row.live, row.trying) for row in found.versions}
    assert shown == {
        "2.0.0-rc.1": (False, 0, 0, 0),
        "1.3.0": (False, 0, 0, 0),
        "1.2.0": (True, 0, 1, 1),
        "1.1.0": (True, 1, 0, 1),
        "1.0.0": (True, 2, 3, 1),
    }
    assert found.behind == (
        BehindRow("Kent", "kent", "1.0.0", "Live", 2),
        BehindRow("", "", "1.0.0", "", 2, 2),
        BehindRow("Devon", "devon", "1.1.0", "Assessing", 1),
    )
    assert (found.adopters, found.behind_count) == (6, 4)


@pytest.mark.parametrize("stage", ["live", "pilot", "assessing", "retired"])
def test_what_is_kept_changes_nothing(versions: dict[str, Release], stage: str) -> None:
    """Not a name, not a number, not a month."""
    viewer, module = make_viewer("hampshire"), versions["1.0.0"].module
    make_adoption(versions["1.1.0"], "kent")
    before = statistics(viewer, module), reach_of(viewer, module.organisation)
    make_adoption(versions["1.0.0"], "essex", stage, "kept", held_since=timezone.now() - timedelta(days=400))
    assert (statistics(viewer, module), reach_of(viewer, module.organisation)) == before


def test_the_uptake_of_the_newest_follows_the_log(versions: dict[str, Release]) -> None:
    kent, essex = make_adoption(versions["1.1.0"], "kent"), make_adoption(versions["1.2.0"], "essex")
    gone = make_adoption(versions["1.0.0"], "devon", "retired")
    since = {kent: datetime(2026, 1, 10, tzinfo=UTC), essex: datetime(2026, 3, 20, tzinfo=UTC)}
    for adoption, at in since.items():
        Adoption.objects.filter(pk=adoption.pk).update(held_since=at)
    _log(gone, versions["1.0.0"], ("live", datetime(2026, 1, 5, tzinfo=UTC)), ("retired", datetime(2026, 2, 5, tzinfo=UTC)))
    moved = make_adoption(versions["1.2.0"], "surrey", held_since=datetime(2026, 2, 20, tzinfo=UTC))
    _log(moved, versions["1.1.0"], ("live", datetime(2026, 1, 20, tzinfo=UTC)))
    _log(moved, versions["1.2.0"], ("live", datetime(2026, 2, 20, tzinfo=UTC)), keep=True)
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        found = statistics(make_viewer("hampshire"), versions["1.0.0"].module).uptake
    assert found == (
        UptakeRow(date(2026, 1, 1), 0, 3),
        UptakeRow(date(2026, 2, 1), 1, 1),
        UptakeRow(date(2026, 3, 1), 2, 1),
        UptakeRow(date(2026, 4, 1), 2, 1),
    )


def _log(adoption: Adoption, release: Release, *changes: tuple[str, datetime], keep: bool = False) -> None:
    """Write an adoption's log anew, as it would stand had all happened then."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # the log is never changed otherwise
        if not keep:
            cursor.execute("DELETE FROM registry_adoptionentry WHERE adoption_id = %s", [adoption.pk])
        for stage, at in changes:
            AdoptionEntry.objects.create(adoption=adoption, what="stage", stage=stage, release=release, at=at)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_open_recalls_say_what_is_outstanding(versions: dict[str, Release]) -> None:
    for slug in ("kent", "essex", "devon"):
        make_adoption(versions["1.0.0"], slug)
    by, module = make_viewer("hampshire"), versions["1.0.0"].module
    made = recall_releases(module=module, versions="1.0.0", severity="high", reason="It fails.", by=by)
    acknowledge_recall(notice=made.notices.get(organisation__slug="kent"), answer="stopped", by=make_viewer("kent"))
    assert statistics(by, module).recalls == (OpenRecall(made.pk, "1.0.0", "high", 3, 2, 0),)
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        assert statistics(by, module).recalls == (OpenRecall(made.pk, "1.0.0", "high", 3, 2, 2),)


def test_it_asks_as_often_however_much_there_is(versions: dict[str, Release], django_assert_num_queries: Any) -> None:
    viewer, module = make_viewer("hampshire"), versions["1.0.0"].module
    organisation = module.organisation
    for count in range(1, 8):
        for version in versions.values():
            make_adoption(version, f"force-{count}-{version.version.replace('.', '-')}")
        if count in (1, 7):
            with django_assert_num_queries(6):
                statistics(viewer, module)
            with django_assert_num_queries(3):
                reach_of(viewer, organisation)


def signed_in(slug: str, role: str = Role.PUBLISHER) -> Client:
    client = Client()
    client.force_login(make_member(slug, role))
    return client


def test_the_pages_show_it_to_its_organisation(versions: dict[str, Release]) -> None:
    make_adoption(versions["1.0.0"], "kent")
    make_adoption(versions["1.1.0"], "essex", sharing="counted")
    make_adoption(versions["1.2.0"], "devon", sharing="kept")
    record_download(release=versions["1.0.0"], by=make_viewer("kent"))
    own, kent = signed_in("hampshire"), signed_in("kent")
    assert f'href="{AT}"' in own.get("/modules/hampshire/victim-update").content.decode()
    page = own.get(AT).content.decode()
    for said in ("Kent</a>: 1.0.0", "2 versions behind 1.2.0", "1 organisation that shows no name: 1.1.0", "Taken once by people"):
        assert said in page, said
    assert "0 of 2 organisations use the newest version, 1.2.0" in page
    assert "Devon" not in page
    assert "Essex" not in page
    assert kent.get(AT).status_code == kent.get(f"{AT}.csv").status_code == 404
    assert AT not in kent.get("/modules/hampshire/victim-update").content.decode()
    month = timezone.localdate().strftime("%Y-%m-01")
    assert own.get(f"{AT}.csv").content.decode("utf-8-sig").splitlines() == ["month,version,people,programs", f"{month},1.0.0,1,0"]
    rows = own.get(f"{AT}.csv?of=versions").content.decode("utf-8-sig").splitlines()
    assert [row.partition(",")[0] for row in rows] == ["version", "1.2.0", "1.1.0", "1.0.0"]
    organisation = own.get("/organisations/hampshire").content.decode()
    assert "In use at 2 other organisations. 2 behind 1.2.0." in organisation
    assert "Your modules elsewhere" not in kent.get("/organisations/hampshire").content.decode()


def test_a_page_without_anything_says_so(versions: dict[str, Release]) -> None:
    page = signed_in("hampshire").get(AT).content.decode()
    assert "No other organisation has taken it yet" in page
    assert "No other organisation states that it uses a version of it" in page


def test_the_api_gives_the_same_and_to_nobody_else(versions: dict[str, Release]) -> None:
    make_adoption(versions["1.0.0"], "kent")
    make_adoption(versions["1.2.0"], "devon", sharing="kept")
    at = f"/api/v1{AT}"
    client = Client(headers={"Authorization": f"Bearer {make_token('hampshire')}"})
    body = json.loads(client.get(at).content)
    assert (body["adopters"], body["newest"]) == (1, "1.2.0")
    assert body["behind"] == [{"organisation": "kent", "version": "1.0.0", "behind": 2, "count": 1}]
    assert "devon" not in json.dumps(body)
    for slug in ("kent", "devon"):
        assert Client(headers={"Authorization": f"Bearer {make_token(slug)}"}).get(at).status_code == 404


def test_a_member_of_several_reads_the_reach_of_each(versions: dict[str, Release]) -> None:
    user = make_member("hampshire")
    make_member("kent", user=user)
    make_adoption(versions["1.0.0"], "kent", sharing="kept")
    assert [row.adopters for row in reach_of(viewer_of(user), versions["1.0.0"].module.organisation)] == [1]  # their own statement
