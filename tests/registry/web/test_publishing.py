"""The publishing pages: what a browser sends comes to the one door, and every refusal comes back to the field that mends it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from accounts.models import Organisation, Role
from registry.catalogue.models import BusinessArea, Module, TargetSystem
from registry.releases.models import Artefact, Release
from tests.make import bpmn, make_member, make_module, make_organisation, make_release, stored_files

pytestmark = pytest.mark.django_db
FIELDS = {
    "slug": "victim-update",
    "version": "1.0.0",
    "summary": "Sends victims an update.",
    "licence": "MIT",
    "visibility": "partnership",
    "marking": "OFFICIAL",
    "language": "en-GB",
    "do": "publish",
}


def file(data: bytes = b"", name: str = "process.bpmn") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or bpmn(), "application/xml")


@pytest.fixture
def publisher(client: Client) -> Client:
    client.force_login(make_member("hampshire", Role.PUBLISHER))
    return client


def send(client: Client, address: str = "/publish", *files: SimpleUploadedFile, **fields: Any) -> Any:
    given = {**FIELDS, **fields}
    return client.post(
        address, {**{name: value for name, value in given.items() if value is not None}, "artefact": list(files) or [file()]}
    )


class Errors(HTMLParser):
    """The error summary's links: ``{anchor: sentence}``."""

    def __init__(self, page: Any) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._inside, self._anchor = False, ""
        self.feed(page.content.decode())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self._inside = self._inside or "govuk-error-summary__list" in (given.get("class") or "")
        self._anchor = (given.get("href") or "") if tag == "a" and self._inside else self._anchor if tag != "li" else ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "ul"

    def handle_data(self, text: str) -> None:
        if self._inside and text.strip():
            self.found[self._anchor] = text.strip()


def test_a_first_release_makes_the_module_as_described(publisher: Client) -> None:
    make_organisation("wiltshire")
    area = BusinessArea.objects.order_by("slug").first()
    assert area is not None
    fields = {
        "title": "Victim updates",
        "business_area": area.slug,
        "systems": "Niche RMS@>=6.8 <7\n\n Microsoft Outlook ",
        "visibility": "named",
        "share_with": ["wiltshire"],
        "marking": "OFFICIAL-SENSITIVE",
        "handling": "Not for suppliers",
        "owner_name": "Automation team",
        "owner_email": "automation@hampshire.example",
        "ip_owner_type": "chief_officer",
        "ip_owner": "The Chief Constable",
        "reuse": "change",
        "readme": "# Use\n\nStart it *daily*.",
        "changes": "First.",
        "dependencies": "hampshire/send-letter@^1.2",
    }
    answer = send(publisher, "/publish", **fields)

    assert (answer.status_code, answer["Location"]) == (302, "/modules/hampshire/victim-update/1.0.0")
    module = Module.objects.get()
    assert {
        name: getattr(module, name) for name in fields if name not in ("business_area", "systems", "share_with", "changes", "dependencies")
    } == {
        name: value for name, value in fields.items() if name not in ("business_area", "systems", "share_with", "changes", "dependencies")
    }
    assert module.area == area.slug
    assert dict(module.systems.values_list("system__name", "versions")) == {"Niche RMS": ">=6.8 <7", "Microsoft Outlook": ""}
    assert list(module.shares.values_list("organisation__slug", flat=True)) == ["wiltshire"]
    release = module.releases.get()
    assert release.changes == "First."
    assert list(release.dependencies.filter(source="declared").values_list("name", "range")) == [("hampshire/send-letter", "^1.2")]
    assert "<em>daily</em>" in module.readme_html


def test_the_page_after_publishing_says_so_and_shows_the_release(publisher: Client) -> None:
    page = publisher.get(send(publisher).headers["Location"])
    assert "Version 1.0.0 is published." in page.content.decode()
    assert "This version is being checked." in page.content.decode()


def test_several_files_make_one_release(publisher: Client) -> None:
    send(publisher, "/publish", file(bpmn("One"), "one.bpmn"), file(bpmn("Two"), "two.bpmn"))
    assert sorted(Artefact.objects.values_list("filename", flat=True)) == ["one.bpmn", "two.bpmn"]


def test_a_trial_reports_and_stores_nothing(publisher: Client) -> None:
    before = stored_files()
    page = send(publisher, do="check")
    assert page.status_code == 200
    text = page.content.decode()
    assert "nothing has been stored" in text
    assert "Choose the files again." in text
    assert 'value="victim-update"' in text, "what was typed stays in the form"
    assert (Module.objects.count(), Release.objects.count()) == (0, 0)
    assert stored_files() == before


@pytest.mark.parametrize(
    ("fields", "anchor", "said"),
    [
        ({"slug": "Victim Update"}, "#id_slug", "Use victim-update."),
        ({"slug": ""}, "#id_slug", "Enter a short name"),
        ({"version": "1.0"}, "#id_version", "Use 1.0.0."),
        ({"version": ""}, "#id_version", "The file carries no version."),
        ({"licence": "Apache"}, "#id_licence", "Did you mean Apache-2.0?"),
        ({"licence": ""}, "#id_licence", "Enter a licence"),
        ({"summary": ""}, "#id_summary", "Write one plain sentence"),
        ({"summary": "x" * 301}, "#id_summary", "over 300 characters"),
        ({"visibility": "named"}, "#id_share_with_0", "Tick at least one organisation"),
        ({"visibility": "everybody"}, "#id_visibility_0", ""),
        ({"marking": "SECRET"}, "#id_marking_0", ""),
        ({"owner_email": "nobody"}, "#id_owner_email", "Enter an e-mail address"),
        ({"systems": "x"}, "#id_systems", "does not name a system"),
        ({"dependencies": "victim update"}, "#id_dependencies", "Write publisher/slug."),
        ({"dependencies": "hampshire/victim-update"}, "#id_dependencies", "cannot depend on itself"),
        ({"changes": "x" * 20_001}, "#id_changes", "over 20000 characters"),
        ({"title": "a\x00b"}, "#id_title", "Null characters"),
    ],
)
def test_a_refusal_leads_to_the_field_that_mends_it_and_stores_nothing(
    publisher: Client, fields: dict[str, str], anchor: str, said: str
) -> None:
    make_organisation("wiltshire")
    before = stored_files()
    page = send(publisher, **fields)
    assert page.status_code == 422
    errors = Errors(page).found
    assert set(errors) == {anchor}
    assert said in errors[anchor]
    assert f'id="{anchor[1:]}"' in page.content.decode()
    assert "Error: Publish a module" in page.content.decode()
    assert not Module.objects.exists()
    assert stored_files() == before


def test_all_that_can_be_told_before_reading_is_told_at_once(publisher: Client) -> None:
    page = send(publisher, slug="A b", licence="Nix", version="1", summary="")
    assert set(Errors(page).found) == {"#id_slug", "#id_licence", "#id_version", "#id_summary"}


def test_what_cannot_be_read_is_said_at_the_files(publisher: Client) -> None:
    before = stored_files()
    page = send(publisher, "/publish", file(b"MZ\x90\x00 not an artefact", "tool.exe"))
    assert set(Errors(page).found) == {"#id_artefact"}
    assert stored_files() == before


def test_no_file_is_no_publish(publisher: Client) -> None:
    page = publisher.post("/publish", FIELDS)
    assert Errors(page).found == {"#id_artefact": "Choose the file to publish."}


def test_a_module_that_is_there_is_not_made_again(publisher: Client) -> None:
    make_module("hampshire/victim-update")
    page = send(publisher, version="2.0.0")
    assert "is there already" in Errors(page).found["#id_slug"]
    assert Release.objects.count() == 1


def test_a_version_asks_only_for_what_is_new_and_keeps_the_rest(publisher: Client) -> None:
    make_release("hampshire/victim-update", "1.0.0", summary="As before.", licence="EUPL-1.2", dependencies=("hampshire/other@^1",))
    page = publisher.get("/publish?module=hampshire/victim-update").content.decode()
    assert 'value="EUPL-1.2"' in page
    assert "hampshire/other@^1" in page
    assert 'name="summary"' not in page

    answer = publisher.post(
        "/publish?module=hampshire/victim-update",
        {"version": "1.1.0", "licence": "EUPL-1.2", "artefact": file(bpmn("New")), "do": "publish"},
    )
    assert answer["Location"] == "/modules/hampshire/victim-update/1.1.0"
    assert Module.objects.get().summary == "As before."


def test_other_bytes_under_a_version_are_a_conflict_and_the_same_are_not(publisher: Client) -> None:
    make_release("hampshire/victim-update", "1.0.0", data=bpmn("First"))
    address = "/publish?module=hampshire/victim-update"
    fields = {"version": "1.0.0", "licence": "MIT", "do": "publish"}
    page = publisher.post(address, {**fields, "artefact": file(bpmn("Other"))})
    assert (page.status_code, set(Errors(page).found)) == (422, {"#id_version"})
    again = publisher.post(address, {**fields, "artefact": file(bpmn("First"))}, follow=True)
    assert "Nothing changed." in again.content.decode()
    assert Release.objects.count() == 1


def test_names_ticked_for_another_answer_do_not_share(publisher: Client) -> None:
    make_organisation("wiltshire")
    send(publisher, visibility="own", share_with=["wiltshire"])
    assert not Module.objects.get().shares.exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER])
def test_who_may_not_publish_is_told_before_anything_is_read(client: Client, role: str) -> None:
    client.force_login(make_member("hampshire", role))
    assert client.get("/publish").status_code == 403
    assert send(client).status_code == 403
    assert not Module.objects.exists()


def test_nobody_publishes_for_another_organisation(publisher: Client) -> None:
    make_module("wiltshire/letters")
    for address in ("/publish?module=wiltshire/letters", "/publish?module=wiltshire/absent", "/publish?module=nowhere/absent"):
        assert publisher.get(address).status_code == 403
    assert publisher.get("/publish?module=nonsense").status_code == 422


def test_a_form_without_its_secret_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_member("hampshire", Role.PUBLISHER))
    assert send(client).status_code == 403
    assert not Module.objects.exists()
    page = client.get("/publish")
    assert send(client, csrfmiddlewaretoken=page.context["csrf_token"]).status_code == 302


@override_settings(MAX_UPLOAD_BYTES=2000)
def test_too_large_is_refused_while_it_comes(publisher: Client) -> None:
    page = send(publisher, "/publish", file(b"x" * 2001))
    assert page.status_code == 413
    assert "larger than" in page.content.decode()
    assert list(settings.UPLOAD_DIR.iterdir()) == []


@override_settings(RATES={**settings.RATES, "publish": 3})
def test_a_person_sends_only_so_many_files_an_hour(publisher: Client) -> None:
    codes = [publisher.post("/publish/check", {"artefact": file()}).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]


def test_pages_without_files_receive_none(publisher: Client) -> None:
    make_module("hampshire/victim-update")
    answer = publisher.post("/modules/hampshire/victim-update/deprecate", {"reason": "Old.", "surprise": file(b"x" * 100_000)})
    assert answer.status_code < 500
    assert list(settings.UPLOAD_DIR.iterdir()) == []


class TestCheck:
    def test_it_tells_what_partners_would_see(self, client: Client) -> None:
        client.force_login(make_member("wiltshire", Role.VIEWER))
        before = stored_files()
        page = client.post("/publish/check", {"artefact": file(bpmn("Letters", tasks=("Write", "Send"), start="Letters asked for"))})
        text = page.content.decode()
        assert page.status_code == 200
        for expected in ("nothing has been stored", "process.bpmn", "2 steps, 2 of them a person’s", "Letters asked for"):
            assert expected in text
        assert "Publish it" not in text, "a viewer cannot"
        assert stored_files() == before

    def test_what_it_cannot_read_it_says(self, publisher: Client) -> None:
        page = publisher.post("/publish/check", {"artefact": file(b"nothing", "notes.txt")})
        assert (page.status_code, set(Errors(page).found)) == (422, {"#id_artefact"})


class TestEdit:
    ADDRESS = "/modules/hampshire/victim-update/edit"

    def fields(self, **changed: Any) -> dict[str, Any]:
        kept = ("summary", "visibility", "marking", "language")
        return {**{name: FIELDS[name] for name in kept}, "title": "Victim updates", **changed}

    def test_it_changes_what_is_given_and_empties_what_is_emptied(self, publisher: Client) -> None:
        make_release("hampshire/victim-update", handling="Careful", owner_email="a@b.example", systems=("Niche RMS",), readme="Old")
        page = publisher.get(self.ADDRESS).content.decode()
        for shown in ("Careful", "a@b.example", "Niche RMS", "Old"):
            assert shown in page
        assert publisher.post(self.ADDRESS, self.fields(title="New title", owner_email="c@d.example")).status_code == 302
        module = Module.objects.get()
        assert (module.title, module.owner_email, module.handling, module.readme, module.readme_html) == (
            "New title",
            "c@d.example",
            "",
            "",
            "",
        )
        assert not module.systems.exists()
        assert TargetSystem.objects.exists(), "the system's name is other modules' too"

    def test_fewer_see_it_at_once_and_more_not_without_a_second_person(self, publisher: Client) -> None:
        other = Client()
        other.force_login(make_member("wiltshire", Role.VIEWER))
        make_release("hampshire/victim-update", visibility="named", share_with=("wiltshire",))
        assert other.get("/modules/hampshire/victim-update").status_code == 200
        publisher.post(self.ADDRESS, self.fields(visibility="own"))
        assert other.get("/modules/hampshire/victim-update").status_code == 404
        page = publisher.post(self.ADDRESS, self.fields(visibility="named", share_with=["wiltshire"]))
        assert page.status_code == 422
        assert "needs a second person" in page.content.decode()
        assert other.get("/modules/hampshire/victim-update").status_code == 404

    def test_a_title_and_a_summary_must_stay(self, publisher: Client) -> None:
        make_release("hampshire/victim-update")
        page = publisher.post(self.ADDRESS, self.fields(title="", summary=""))
        assert set(Errors(page).found) == {"#id_title", "#id_summary"}


class TestWithdrawing:
    def test_a_yank_says_why_to_everybody_and_can_be_taken_back(self, publisher: Client) -> None:
        make_release("hampshire/victim-update", "1.0.0")
        other = Client()
        other.force_login(make_member("wiltshire", Role.VIEWER))
        address = "/modules/hampshire/victim-update/1.0.0"
        assert publisher.post(f"{address}/yank", {"reason": ""}).status_code == 422
        assert publisher.post(f"{address}/yank", {"reason": "Sends twice. Use 1.0.1."}).status_code == 302
        assert "Sends twice. Use 1.0.1." in other.get(address).content.decode()
        again = publisher.post(f"{address}/yank", {"reason": "Again."})
        assert (again.status_code, "is yanked already" in again.content.decode()) == (422, True)
        assert publisher.post(f"{address}/unyank", {"reason": "It was the gateway."}).status_code == 302
        assert "Sends twice" not in other.get(address).content.decode()

    def test_a_deprecation_names_what_to_use(self, publisher: Client) -> None:
        make_release("hampshire/victim-update")
        make_module("wiltshire/letters")
        page = publisher.post("/modules/hampshire/victim-update/deprecate", {"reason": "Old.", "successor": "wiltshire/none"})
        assert set(Errors(page).found) == {"#id_successor"}
        publisher.post("/modules/hampshire/victim-update/deprecate", {"reason": "Old.", "successor": "wiltshire/letters"})
        page = publisher.get("/modules/hampshire/victim-update").content.decode()
        assert "Deprecated on" in page
        assert 'href="/modules/wiltshire/letters"' in page

    @pytest.mark.parametrize("page", ["edit", "deprecate", "1.0.0/yank", "1.0.0/unyank"])
    def test_others_may_not_and_strangers_do_not_learn_that_it_is_there(self, client: Client, page: str) -> None:
        make_release("hampshire/shown")
        make_release("hampshire/hidden", visibility="own")
        client.force_login(make_member("wiltshire", Role.ADMINISTRATOR))
        for method in (client.get, client.post):
            assert method(f"/modules/hampshire/shown/{page}").status_code == 403
            assert method(f"/modules/hampshire/hidden/{page}").status_code == 404
        assert Organisation.objects.get(slug="hampshire").modules.filter(deprecated_at=None, releases__yanked_at=None).count() == 2
