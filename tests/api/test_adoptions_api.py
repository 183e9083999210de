"""Programs state, confirm and move what their organisation runs, and read of others what those share."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from registry.adoption.models import Adoption, AdoptionEntry
from registry.catalogue.models import Module
from registry.releases.models import Release
from tests.api.conftest import Caller
from tests.api.test_publish import assert_shape
from tests.make import make_adoption, make_release, make_token

AT = "/api/v1/modules/hampshire/victim-update/adoptions"
LIVE = {"stage": "live", "version": "1.0.0", "since": "2024-04-02", "owner": "Automation team", "volume": "1200", "unit": "letters"}
Problem = Callable[[Any, int, str], dict[str, Any]]


@pytest.fixture
def release(db: None) -> Release:
    return make_release("hampshire/victim-update")


def test_a_program_states_confirms_and_moves(publisher: Caller, release: Release, is_problem: Problem) -> None:
    stated = publisher.json(AT, {**LIVE, "systems": "Niche RMS; SharePoint", "is_adapted": "true"})
    assert stated.status_code == 201, stated.json()
    assert_shape(stated.json(), "OwnAdoption")
    record = Adoption.objects.get()
    assert (record.systems, record.is_adapted, record.confirmed_by) == (["Niche RMS", "SharePoint"], True, None)
    assert stated.json()["standing"] == "verified"
    is_problem(publisher.json(AT, LIVE), 409, "adoption_exists")
    at = f"/api/v1/adoptions/{record.pk}"
    confirmed = publisher.json(f"{at}/confirm", {})
    assert confirmed.status_code == 200, confirmed.json()
    make_release("hampshire/victim-update", "1.1.0")
    listed = publisher.get("/api/v1/adoptions").json()
    assert_shape(listed, "OwnAdoptions")
    assert [(one["key"], one["behind"], one["newest"]) for one in listed["results"]] == [(record.pk, 1, "1.1.0")]
    assert publisher.json(f"{at}/move", {"version": "1.1.0"}).json()["version"] == "1.1.0"
    is_problem(publisher.json(f"{at}/move", {"stage": "retired"}), 422, "reason_missing")
    retired = publisher.json(f"{at}/move", {"stage": "retired", "reason": "Over.", "shares_reason": "true"}).json()
    assert (retired["stage"], retired["shares_reason"], retired["standing"]) == ("retired", True, "")
    assert list(AdoptionEntry.objects.order_by("pk").values_list("what", flat=True)) == ["stated", "confirmed", "version", "stage"]
    assert all(entry.token is not None for entry in AdoptionEntry.objects.all())
    is_problem(publisher.json(f"{at}/confirm", {}), 409, "not_live")


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        ({"stage": "running"}, "stage_unknown", "stage"),
        ({"version": "9.9.9"}, "version_unknown", "version"),
        ({"version": ""}, "version_missing", "version"),
        ({"since": "2nd of April"}, "since_invalid", "since"),
        ({"since": "2999-01-01"}, "since_in_the_future", "since"),
        ({"volume": "many"}, "volume_invalid", "volume"),
        ({"volume": "9" * 30}, "volume_invalid", "volume"),
        ({"is_adapted": "perhaps"}, "truth_invalid", "is_adapted"),
        ({"sharing": "all"}, "sharing_unknown", "sharing"),
        ({"owner": "x" * 121}, "text_too_long", "owner"),
        ({"colour": "red"}, "unknown_field", "colour"),
    ],
)
def test_what_is_unsound_is_refused(
    publisher: Caller, release: Release, is_problem: Problem, change: dict[str, str], code: str, where: str
) -> None:
    assert is_problem(publisher.json(AT, LIVE | change), 422, code)["where"] == where
    assert not Adoption.objects.exists()


def test_others_read_what_is_shared(publisher: Caller, neighbour: Caller, release: Release, is_problem: Problem) -> None:
    kept = make_adoption(release, "force-a", sharing="kept", owner="Zyxteam")
    make_adoption(release, "surrey", owner="Zyxteam", volume=77, unit="letters", shares_volume=False)
    make_adoption(release, "sussex", sharing="counted", volume=4711, unit="zyxitems")
    found = neighbour.get(AT).json()
    assert_shape(found, "Adoptions")
    assert (found["verified"], found["by_kind"], [one["organisation"] for one in found["adopters"]]) == (
        2,
        {"police": 1, "unnamed": 1},
        ["surrey"],
    )
    assert found["own"] == []
    texts = [neighbour.get(path).content.decode().lower() for path in (AT, "/api/v1/modules", "/feeds/powerbi/adoptions.csv")]
    for text in texts:
        for hidden in ("zyx", "sussex", "force-a", "4711", ": 77"):
            assert hidden not in text, hidden
    module = neighbour.get("/api/v1/modules?in_use=verified").json()["results"][0]
    assert (module["adopters"], module["adopters_by_kind"], module["in_use"]) == (2, {"police": 1, "unnamed": 1}, "verified")
    assert [one["sharing"] for one in publisher.get(AT).json()["own"]] == ["kept"]
    for act in ("confirm", "move"):
        is_problem(neighbour.json(f"/api/v1/adoptions/{kept.pk}/{act}", {}), 404, "not_found")
        is_problem(neighbour.json(f"/api/v1/adoptions/nonsense/{act}", {}), 404, "not_found")
    Module.objects.filter(pk=release.module_id).update(visibility="own")
    is_problem(neighbour.get(AT), 404, "not_found")
    is_problem(neighbour.json(AT, LIVE), 404, "not_found")
    assert "surrey" not in neighbour.get("/feeds/powerbi/adoptions.csv").content.decode()


def test_a_token_bound_to_some_modules_speaks_for_nobody(release: Release, is_problem: Problem) -> None:
    bound = Caller(make_token("kent", modules=("letters",)))
    is_problem(bound.json(AT, LIVE), 403, "may_not_answer")
    assert bound.get("/api/v1/adoptions").json() == {"count": 0, "results": []}


def test_power_bi_reads_a_table(publisher: Caller, release: Release) -> None:
    make_adoption(release, "force-a", sharing="kept", volume=12, unit="=1+1")
    make_adoption(release, "surrey")
    answer = publisher.get("/feeds/powerbi/adoptions.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["organisation"], row["stage"], row["version"], row["sharing"]) for row in rows] == [
        ("force-a", "live", "1.0.0", "kept"),
        ("surrey", "live", "1.0.0", "named"),
    ]
    assert not rows[0]["unit"].startswith("=")
    assert publisher.get("/feeds/powerbi/adoptions.csv", **{"If-None-Match": answer["ETag"]}).status_code == 304


def test_the_catalogue_sorts_by_use(publisher: Caller, release: Release) -> None:
    letters = make_release("hampshire/letters")
    make_adoption(letters, "surrey")
    make_adoption(release, "force-a", "assessing")
    assert [one["slug"] for one in publisher.get("/api/v1/modules?sort=used").json()["results"]] == ["letters", "victim-update"]
    assert [one["slug"] for one in publisher.get("/api/v1/modules?mine=yes").json()["results"]] == ["victim-update"]
    for sort in ("benefit", "rating"):
        assert publisher.get(f"/api/v1/modules?sort={sort}").json()["count"] == 2
