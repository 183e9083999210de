"""The pages of who runs what: stated, confirmed, moved and given up without a script; nobody else's word shows more than it shares."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Role, User
from registry.adoption.models import Adoption, AdoptionEntry
from registry.releases.models import Download, Release
from registry.web import words
from tests.make import make_adoption, make_member, make_organisation, make_release

pytestmark = pytest.mark.django_db
AT = "/modules/hampshire/victim-update"
LIVE = {"stage": "live", "version": "1.4.0", "since": "2024-04-02", "owner": "Automation team", "sharing": "named", "volume": "1200"}
LIVE |= {"unit": "letters", "shares_volume": "on", "systems": "Niche RMS\nSharePoint\n"}


@pytest.fixture
def release() -> Release:
    return make_release("hampshire/victim-update", "1.4.0")


def person(slug: str, role: str = Role.PUBLISHER, kind: str = "police") -> tuple[Client, User]:
    user = make_member(make_organisation(slug, kind=kind), role)
    client = Client()
    client.force_login(user)
    return client, user


def shown(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code)
    return response.content.decode()


def post(client: Client, address: str, data: dict[str, str], to: str = "") -> str:
    response = client.post(address, data)
    if to:
        assert (response.status_code, response.get("Location")) == (302, to), response.content.decode()
    return response.content.decode()


def test_from_the_first_word_to_the_last(release: Release) -> None:
    kent, user = person("kent")
    assert "No organisation confirms it runs this yet" in shown(kent, AT)
    assert "Nobody confirms it yet" in shown(kent, AT)
    assert "Say what you do with it" in shown(kent, f"{AT}/use")
    told = post(kent, f"{AT}/use", {**LIVE, "owner": ""})
    assert "Nobody answers for it" in told
    assert not Adoption.objects.exists()
    post(kent, f"{AT}/use", LIVE, to=f"{AT}/use")
    record = Adoption.objects.get()
    assert (record.systems, record.volume, record.created_by) == (["Niche RMS", "SharePoint"], 1200, user)
    at = f"/adoptions/{record.pk}"

    other, _ = person("surrey", Role.VIEWER)
    page = shown(other, AT)
    for said in ("Verified in use by 1 force", "1 force, verified", "Kent: 1,200 letters a year", "1,200 letters", "Since April 2024"):
        assert said in page, said
    for kept in ("Automation team", "Niche RMS", "SharePoint", at):
        assert kept not in page, kept
    assert "1 force, verified" in shown(other, "/modules")
    assert "Confirms to run (1)" in shown(other, "/organisations/kent")

    make_release("hampshire/victim-update", "1.5.0")
    assert "1 behind" in shown(other, AT)
    page = shown(kent, at)
    assert "Version 1.5.0 is newer" in page
    assert "We still run 1.4.0" in page
    post(kent, f"{at}/confirm", {}, to=at)
    assert 'value="1.5.0" selected' in shown(kent, f"{at}/move?version=1.5.0")
    assert "what your record says already" in post(kent, f"{at}/move", {"stage": "live", "version": ""})
    post(kent, f"{at}/move", {"stage": "live", "version": "1.5.0"}, to=at)
    assert "Niche RMS" in shown(kent, f"{at}/change")
    post(kent, f"{at}/change", {**LIVE, "sharing": "counted", "objective": "Fewer calls"}, to=at)
    page = shown(other, AT)
    assert "Verified in use by 1 organisation" in page
    assert "1 organisation that is not named" in page
    assert "Kent" not in page
    assert "Confirms to run" not in shown(other, "/organisations/kent")
    assert "Say in a sentence why you give it up" in post(kent, f"{at}/retire", {"reason": ""})
    post(kent, f"{at}/retire", {"reason": "Too much upkeep.", "shares_reason": "on"}, to=at)
    log = list(AdoptionEntry.objects.order_by("pk").values_list("what", flat=True))
    assert log == ["stated", "confirmed", "version", "edited", "stage"]
    page = shown(kent, at)
    assert all(words.ADOPTION_ENTRIES[what] in page for what in log)
    assert "Too much upkeep." in page
    page = shown(other, f"{AT}/use")
    assert "1 organisation gave it up" in page
    assert "Too much upkeep." not in page  # whoever is only counted gives no reason that could name it


def test_who_gave_it_up_says_why_where_it_wants(release: Release) -> None:
    make_adoption(release, "kent", "retired", reason="Letters went out twice.", shares_reason=True)
    make_adoption(release, "sussex", "retired", reason="Our own affair.")
    other, _ = person("surrey", Role.VIEWER)
    assert "read what they say" in shown(other, AT)
    page = shown(other, f"{AT}/use")
    assert "2 organisations gave it up" in page
    assert "Letters went out twice." in page
    assert "It does not say why." in page
    assert "Our own affair." not in page


def test_a_download_is_asked_about(release: Release) -> None:
    kent, user = person("kent")
    viewer, _ = person("kent", Role.VIEWER)
    Download.objects.create(release=release, organisation=user.memberships.get().organisation, day=timezone.localdate(), by_token=False)
    asked = "Do you run it?"
    assert asked in shown(kent, AT)
    assert asked not in shown(viewer, AT)  # who cannot answer is not asked
    assert asked not in shown(person("surrey")[0], AT)
    page = shown(kent, f"{AT}/use?version=1.4.0")
    assert 'value="1.4.0" selected' in page
    post(kent, f"{AT}/use", {"stage": "interested", "version": "", "sharing": "kept"}, to=f"{AT}/use")
    assert asked not in shown(kent, AT)


def test_what_one_runs_is_one_list_with_what_ends_first(release: Release) -> None:
    kent, _ = person("kent")
    assert "Your organisation states nothing yet" in shown(kent, "/adoptions")
    old = make_adoption(release, "kent", volume=10, unit="=cmd|' /C calc'!A0", owner="RPA team")
    Adoption.objects.filter(pk=old.pk).update(expires_on=timezone.localdate() + timedelta(days=9))
    make_adoption(make_release("hampshire/letters"), "kent", "pilot", sharing="kept")
    make_adoption(make_release("hampshire/stamps"), "surrey")
    page = shown(kent, "/adoptions")
    assert "1 statement" in page
    assert page.index("Victim Update") < page.index("Letters")
    assert "Stamps" not in page
    page = shown(kent, "/adoptions?stage=pilot")
    assert "Letters" in page
    assert "Victim Update" not in page
    assert "Victim Update" in shown(kent, "/adoptions?stage=nonsense")
    response = kent.get("/adoptions.csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert [(row["module"], row["standing"], row["sharing"]) for row in rows] == [
        ("hampshire/victim-update", "ending", "named"),
        ("hampshire/letters", "", "kept"),
    ]
    assert not rows[0]["unit"].startswith("=")  # no spreadsheet takes it for a formula
    assert 'filename="in-use.csv"' in response["Content-Disposition"]


def test_only_who_speaks_for_an_organisation_changes_its_records(release: Release) -> None:
    record = make_adoption(release, "kent", sharing="kept")
    at = f"/adoptions/{record.pk}"
    viewer, _ = person("kent", Role.VIEWER)
    page = shown(viewer, at)
    assert "We still run" not in page
    assert "Give it up" not in page
    assert viewer.post(f"{at}/confirm").status_code == 403
    assert viewer.post(f"{AT}/use", LIVE).status_code == 403
    auditor, _ = person("moothall", Role.AUDITOR, "partnership")
    assert "Kept to yourselves" in shown(auditor, at)
    assert "auditors alone read this row" in shown(auditor, AT)
    assert auditor.post(f"{at}/retire", {"reason": "No."}).status_code == 403
    for stranger in (person("surrey")[0], person("hampshire")[0], person("moothall", Role.STEWARD, "partnership")[0]):
        for page in (at, f"{at}/move", f"{at}/change", f"{at}/retire"):
            shown(stranger, page, 404)
        assert "Kent" not in shown(stranger, AT)
        assert "Kent" not in shown(stranger, f"{AT}/use")
    record.refresh_from_db()
    assert record.stage == "live"


def test_of_a_module_one_no_longer_sees_the_record_stays(release: Release) -> None:
    kent, _ = person("kent")
    record = make_adoption(release, "kent")
    release.module.visibility = "own"
    release.module.save()
    shown(kent, AT, 404)
    shown(kent, f"{AT}/use", 404)
    assert "No longer shared with you" in shown(kent, "/adoptions")
    page = shown(kent, f"/adoptions/{record.pk}")
    assert "hampshire/victim-update" in page
    assert "Victim Update" not in page
    shown(kent, f"/adoptions/{record.pk}/move")
    post(kent, f"/adoptions/{record.pk}/retire", {"reason": "It is not shared with us."}, to=f"/adoptions/{record.pk}")


def test_the_catalogue_is_narrowed_and_sorted_by_use(release: Release) -> None:
    kent, _ = person("kent")
    letters, stamps = make_release("hampshire/letters"), make_release("hampshire/stamps")
    for force in ("surrey", "sussex"):
        make_adoption(letters, force)
    make_adoption(release, "kent", sharing="kept")
    make_adoption(stamps, "kent", "pilot")
    everything = shown(kent, "/modules?sort=used")
    assert everything.index("hampshire/letters") < everything.index("hampshire/stamps")
    assert "Most organisations using it" in everything
    verified = shown(kent, "/modules?in_use=verified")
    assert "hampshire/letters" in verified
    assert "hampshire/victim-update" not in verified  # kept to itself it counts for nobody, its own organisation neither
    mine = shown(kent, "/modules?mine=yes")
    assert "hampshire/letters" not in mine
    for slug in ("victim-update", "stamps"):
        assert f"hampshire/{slug}" in mine
    nobodys = shown(person("devon")[0], "/modules?mine=yes")
    assert "hampshire/stamps" not in nobodys
    assert "Nothing matches" in nobodys


@pytest.mark.parametrize(
    ("by_kind", "said"),
    [
        ({"police": 3}, "3 forces"),
        ({"council": 1, "police": 3}, "3 forces and 1 council"),
        ({"council": 1, "fire": 2, "police": 3, "unnamed": 1}, "3 forces, 2 fire services, 1 council and 1 other"),
        ({"police": 1, "unnamed": 2}, "1 force and 2 others"),
        ({"unnamed": 1}, "1 organisation"),
        ({"unnamed": 12}, "12 organisations"),
        ({"something new": 2}, "2 organisations"),
        ({}, ""),
    ],
)
def test_so_many_of_each_kind(by_kind: dict[str, int], said: str) -> None:
    assert words.organisations(by_kind) == said
