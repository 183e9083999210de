"""Assurance tiers: each criterion alone decides, tiers rest on those below, and what is stored and shown agrees."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import SignOffRole
from registry.actions.refresh_tiers import refresh_tiers
from registry.actions.update_module import update_module
from registry.actions.yank_release import yank_release
from registry.catalogue.models import Module
from registry.governance.blocking import Blocker
from registry.index import read
from registry.index.entries import SearchQuery
from registry.index.search import search
from registry.releases.gates import ReleaseForm
from registry.releases.models import Finding, Release
from registry.reviews.models import FindingAnswer
from registry.reviews.tiers import CRITERIA, HIGHEST, THEMES, TIERS, Facts, Judged, judged, tier_of
from tests.make import make_member, make_release, make_viewer

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
BEST = Facts(
    now=NOW,
    is_checked=True,
    licence="EUPL-1.2",
    summary="Sends victims an update.",
    readme="Put your queue's name into the setting.",
    owner_name="Automation team",
    owner_email="automation@example.org",
    owner_confirmed_at=NOW - timedelta(days=365),
    business_area="victims",
    systems=1,
    signed_roles=frozenset(SignOffRole.values),
    signing_organisations=2,
    is_assessed=True,
    entry_points=1,
    rights_said=True,
    listed_at=NOW - timedelta(days=730),
)
# For each criterion: every change of the best facts by which it, and no other, is missed.
MISSES = {
    "checks_passed": [{"open_findings": 1}],
    "licence_fits": [
        {"licence": ""},
        {"standing": frozenset({"licence_missing"})},
        {"standing": frozenset({"licence_incompatible"})},
    ],
    "said_plainly": [{"summary": ""}, {"readme": " \n"}, {"standing": frozenset({"summary_not_plain"})}],
    "placed": [{"business_area": ""}, {"systems": 0}],
    "owner_named": [{"owner_name": ""}, {"owner_email": ""}],
    "four_signed": [{"signed_roles": BEST.signed_roles - {"licence"}}, {"signing_organisations": 1}],
    "assessed": [{"is_assessed": False}],
    "dependencies_had": [{"standing": frozenset({"missing_dependency"})}],
    "owner_confirmed": [{"owner_confirmed_at": None}, {"owner_confirmed_at": NOW - timedelta(days=365, seconds=1)}],
    "changes_described": [{"is_first": False}, {"is_first": False, "changes": "  "}],
    "hosts_declared": [{"standing": frozenset({"host_reach"})}],
    "nothing_risky": [{"standing": frozenset({"risky_code"})}, {"standing": frozenset({"stored_test_data"})}],
    "entry_points_typed": [{"entry_points": 0}, {"untyped": 1}],
    "rights_said": [{"rights_said": False}],
    "recent": [{"listed_at": None}, {"listed_at": NOW - timedelta(days=730, seconds=1)}, {"is_withdrawn": True}],
}


def missed(facts: Facts) -> list[str]:
    return [one.criterion.code for one in judged(facts) if not one.is_met]


def test_there_are_three_tiers_of_three_themes_each() -> None:
    assert list(TIERS) == [1, 2, 3]
    assert {(each.tier, each.theme) for each in CRITERIA} == {(tier, theme) for tier in TIERS for theme in THEMES}
    assert len({each.code for each in CRITERIA}) == len(CRITERIA)
    assert [each.tier for each in CRITERIA] == sorted(each.tier for each in CRITERIA)
    assert set(MISSES) == {each.code for each in CRITERIA}


def test_the_best_meets_all() -> None:
    assert missed(BEST) == []
    assert tier_of(judged(BEST)) == HIGHEST
    assert missed(dataclasses.replace(BEST, is_first=False, changes="Waits for the queue.")) == []


@pytest.mark.parametrize(("code", "change"), [(code, change) for code, changes in MISSES.items() for change in changes])
def test_each_criterion_alone_keeps_its_tier_from_being_reached(code: str, change: dict) -> None:
    facts = dataclasses.replace(BEST, **change)
    assert missed(facts) == [code]
    assert tier_of(judged(facts)) == next(each.tier for each in CRITERIA if each.code == code) - 1


def test_what_was_not_checked_yet_has_no_clean_files() -> None:
    assert missed(dataclasses.replace(BEST, is_checked=False)) == ["checks_passed", "hosts_declared", "nothing_risky"]


@given(st.lists(st.booleans(), min_size=len(CRITERIA), max_size=len(CRITERIA)))
def test_a_tier_is_reached_with_all_below_it(met: list[bool]) -> None:
    found = [Judged(criterion, is_met) for criterion, is_met in zip(CRITERIA, met, strict=True)]
    tier = tier_of(found)
    assert all(one.is_met for one in found if one.criterion.tier <= tier)
    assert tier == HIGHEST or any(not one.is_met for one in found if one.criterion.tier == tier + 1)


GOOD = {
    "readme": "Put your queue's name into the setting.",
    "owner_name": "Automation team",
    "owner_email": "automation@example.org",
    "business_area": "victims-witnesses",
    "systems": ("Niche RMS",),
}


@pytest.fixture
def area(db: None) -> str:
    from registry.catalogue.models import BusinessArea

    return str(BusinessArea.objects.values_list("slug", flat=True)[0])


def tiers_of(release: Release) -> tuple[int, int]:
    """As stored with the module, and as a partner's page of the release has it."""
    module = Module.objects.get(pk=release.module_id)
    _, current = read.release_detail(make_viewer("wiltshire"), module.publisher, module.slug, release.version)
    return module.tier, current.tier


def missed_by(release: Release) -> set[str]:
    module = release.module
    _, current = read.release_detail(make_viewer("wiltshire"), module.publisher, module.slug, release.version)
    return {one.code for one in current.criteria if not one.is_met}


def test_a_listed_release_has_its_tier_at_once_and_an_edit_changes_it(area: str) -> None:
    by = make_viewer("hampshire")
    bare = make_release("hampshire/update", by=by)
    assert tiers_of(bare) == (0, 0)
    assert missed_by(bare) >= {"said_plainly", "placed", "owner_named"}
    update_module(module=bare.module, form=ReleaseForm(**{**GOOD, "business_area": area}), by=by)
    assert tiers_of(bare) == (1, 1)
    assert missed_by(bare) == {"owner_confirmed", "rights_said"}


def test_what_a_partner_lists_unsigned_is_not_reviewed(area: str) -> None:
    """An own module is listed by its checks alone."""
    release = make_release("hampshire/update", visibility="own", **{**GOOD, "business_area": area})
    release.module.refresh_from_db()
    assert (release.state, release.module.tier) == ("listed", 1)
    _, current = read.release_detail(make_viewer("hampshire"), "hampshire", "update", "1.0.0")
    assert not next(one for one in current.criteria if one.code == "four_signed").is_met


def test_the_next_version_must_say_what_changed(area: str) -> None:
    make_release("hampshire/update", "1.0.0", **{**GOOD, "business_area": area})
    release = make_release("hampshire/update", "1.1.0")
    assert "changes_described" in missed_by(release)


def test_an_answer_that_it_is_none_lifts_a_finding_and_one_that_accepts_it_does_not(area: str) -> None:
    release = make_release("hampshire/update", **{**GOOD, "business_area": area})
    finding = Finding.objects.create(
        release=release, code="risky_code", severity="answer", title="Runs a command", digest=release.digest, fingerprint="f" * 64
    )
    assert {"checks_passed", "nothing_risky"} <= missed_by(release)
    person = make_member("wiltshire", "reviewer")
    answer = FindingAnswer.objects.create(
        module=release.module,
        finding=finding,
        fingerprint=finding.fingerprint,
        verdict=FindingAnswer.Verdict.ACCEPTED,
        reason="It starts the calculator.",
        answered_by=person,
        organisation=person.memberships.get().organisation,
    )
    assert missed_by(release) & {"checks_passed", "nothing_risky"} == {"nothing_risky"}
    FindingAnswer.objects.filter(pk=answer.pk).update(withdrawn_at=NOW)
    FindingAnswer.objects.create(
        module=release.module,
        finding=finding,
        fingerprint=finding.fingerprint,
        verdict=FindingAnswer.Verdict.FALSE,
        reason="It is a comment.",
        answered_by=person,
        organisation=answer.organisation,
    )
    assert not missed_by(release) & {"checks_passed", "nothing_risky"}


def test_what_stands_against_it_in_governance_is_an_assessment_missing(area: str, monkeypatch) -> None:
    release = make_release("hampshire/update", **{**GOOD, "business_area": area})
    assert "assessed" not in missed_by(release)
    monkeypatch.setattr("registry.index.assurance.blockers", lambda *_: [Blocker("dpia_missing", "It needs one.", "Write it.")])
    assert "assessed" in missed_by(release)


def test_the_night_finds_what_went_out_of_date_and_leaves_the_rest_alone(area: str) -> None:
    stale = make_release("hampshire/update", **{**GOOD, "business_area": area})
    other = make_release("hampshire/letters", **{**GOOD, "business_area": area})
    Finding.objects.create(release=stale, code="user_folder", severity="answer", title="A path", digest=stale.digest)
    before = {module.pk: module.revision for module in Module.objects.all()}
    assert refresh_tiers() == 1
    assert tiers_of(stale) == (0, 0)
    assert tiers_of(other) == (1, 1)
    after = {module.pk: module.revision for module in Module.objects.all()}
    assert (after[stale.module_id], after[other.module_id]) == (before[stale.module_id] + 1, before[other.module_id])
    assert refresh_tiers() == 0


def test_a_yanked_version_keeps_its_first_tiers_and_is_not_recent(area: str) -> None:
    by = make_viewer("hampshire")
    release = make_release("hampshire/update", by=by, **{**GOOD, "business_area": area})
    yank_release(release=release, reason="Sends it twice.", by=by)
    assert tiers_of(release) == (1, 1)
    assert "recent" in missed_by(release)


def test_the_facet_counts_what_its_asker_sees(area: str) -> None:
    make_release("hampshire/update", **{**GOOD, "business_area": area})
    make_release("hampshire/bare")
    make_release("met/hidden", visibility="own", **{**GOOD, "business_area": area})
    reader = make_viewer("wiltshire")
    found = search(reader, SearchQuery())
    assert [(value.value, value.count) for value in found.facets["assurance"]] == [("0", 1), ("1", 1)]
    assert [entry.id for entry in search(reader, SearchQuery(assurance=("1",))).results] == ["hampshire/update"]
    assert search(reader, SearchQuery(assurance=("x' OR true",))).count == 0


def test_pages_say_it_in_words_and_how_to_meet_the_rest(area: str, client: Client) -> None:
    make_release("hampshire/update", **{**GOOD, "business_area": area})
    make_release("hampshire/bare")
    client.force_login(make_member("wiltshire", "viewer"))
    listed = client.get("/modules").content.decode()
    assert listed.count("Assurance: 1 of 3") == 1
    assert "Assurance: 0" not in listed
    page = client.get("/modules/hampshire/update/1.0.0").content.decode()
    for each in CRITERIA:
        assert each.text in page
    assert "Have the owner confirm it" in page
    told = client.get("/assurance").content.decode()
    for each in CRITERIA:
        assert each.text in told
        assert each.mend in told
    assert Client().get("/assurance").status_code == 302
