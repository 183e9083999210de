"""What files say in other languages: filled in, kept, replaced, searched, shown in the visitor's language, and never wider than the module."""

from __future__ import annotations

import io
import zipfile
from contextlib import ExitStack
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Role
from registry.actions.publish_release import Published, publish_release
from registry.actions.quarantine_release import quarantine_release
from registry.actions.update_module import update_module
from registry.catalogue.models import Module, ModuleWords
from registry.errors import Missing, Refused
from registry.formats.model import inspection_from_json
from registry.index.entries import SearchQuery
from registry.index.read import module_detail
from registry.index.search import search
from registry.releases.gates import ReleaseForm
from registry.releases.models import Finding, Release
from registry.releases.upload import spooled
from tests.make import bpmn, check_release, make_member, make_organisation, make_release, make_steward, make_viewer, no_people, pass_review
from tests.registry.formats.public_code import document, public_code

pytestmark = pytest.mark.django_db


def publish(*files: tuple[str, bytes], version: str = "", listed: bool = False, slug: str = "letters", **form: Any) -> Published:
    """Released by Hampshire with exactly the given fields."""
    said = ReleaseForm(version=version, visibility="partnership", **{**no_people(), **form})
    with ExitStack() as spool:
        uploads = [spool.enter_context(spooled([data], name)) for name, data in files or (("publiccode.yml", public_code()),)]
        done = publish_release(publisher="hampshire", slug=slug, uploads=uploads, form=said, by=make_viewer("hampshire"))
    if listed:
        assert done.release is not None
        check_release(done.release.pk)
        pass_review(done.release)
    return done


def test_a_first_release_takes_what_was_left_out_from_the_file() -> None:
    done = publish()
    module = Module.objects.get()
    assert (done.licence, module.licence, done.version) == ("EUPL-1.2", "EUPL-1.2", "2.1.0")
    assert (module.title, module.summary) == ("Letter post", "Files letters with the cases they belong to.")
    assert (module.owner_name, module.ip_owner, module.language) == ("Københavns Kommune", "Københavns Kommune", "en-GB")
    assert module.readme.endswith("* Files them")
    assert {(one.field, one.filename) for one in done.filled} == {
        (name, "publiccode.yml") for name in ("licence", "title", "summary", "readme", "owner_name", "ip_owner")
    }


def test_what_the_publisher_says_stands() -> None:
    done = publish(licence="MIT", summary="Files post.", title="Post", owner_name="Post room", ip_owner="Hampshire", readme="Ours.")
    module = Module.objects.get()
    assert (done.licence, module.summary, module.title, module.owner_name, module.ip_owner, module.readme) == (
        "MIT",
        "Files post.",
        "Post",
        "Post room",
        "Hampshire",
        "Ours.",
    )
    assert done.filled == ()


def test_words_come_in_the_modules_language() -> None:
    publish(language="da")
    assert Module.objects.get().summary == "Lægger breve på de sager, de hører til."


def test_a_module_takes_the_files_language_where_its_organisations_is_not_spoken() -> None:
    danish = document()["description"]["da"]
    done = publish(("publiccode.yml", public_code(description={"da": danish})))
    assert (Module.objects.get().language, "language" in {one.field for one in done.filled}) == ("da", True)


def test_words_in_no_language_of_ours_are_not_taken() -> None:
    german = {**document()["description"]["en"], "shortDescription": "Legt Briefe ab."}
    with pytest.raises(Refused) as refused:
        publish(("publiccode.yml", public_code(description={"de": german})))
    assert refused.value.code == "summary_missing"


def test_a_later_release_takes_nothing_and_files_without_words_give_nothing() -> None:
    publish(listed=True)
    done = publish(("publiccode.yml", public_code(softwareVersion="2.2.0", legal={"license": "MIT"})))
    assert (done.filled, done.licence) == ((), "EUPL-1.2")
    with pytest.raises(Refused) as refused:
        publish(("p.bpmn", bpmn()), version="1.0.0", slug="other")
    assert refused.value.code == "licence_missing"


def test_the_other_languages_are_kept_once_it_is_listed() -> None:
    done = publish()
    assert not ModuleWords.objects.exists()
    assert done.release is not None
    check_release(done.release.pk)
    pass_review(done.release)
    words = ModuleWords.objects.get()
    assert (words.language, words.title, words.summary) == ("da", "Brevpost", "Lægger breve på de sager, de hører til.")
    assert "<li>Læser breve</li>" in words.description_html


def test_html_in_them_does_nothing() -> None:
    danish = document()["description"]["da"]
    danish = {**danish, "longDescription": danish["longDescription"] + "\n\n<script>alert(1)</script> [x](javascript:alert(1))"}
    publish(("publiccode.yml", public_code(description={"en": document()["description"]["en"], "da": danish})), listed=True)
    html = ModuleWords.objects.get().description_html
    assert "<script" not in html
    assert "href" not in html


def test_a_new_release_replaces_them_and_one_without_words_leaves_them() -> None:
    publish(listed=True)
    danish = {**document()["description"]["da"], "localisedName": "Post"}
    newer = public_code(softwareVersion="2.2.0", description={"en": document()["description"]["en"], "da": danish})
    publish(("publiccode.yml", newer), listed=True)
    assert ModuleWords.objects.get().title == "Post"
    make_release("hampshire/letters", "2.3.0", filename="flow.json", data=b'{"nodes": [], "connections": {}}')
    assert Module.objects.get().latest_version == "2.3.0"
    assert ModuleWords.objects.get().title == "Post"


def test_words_of_what_was_hidden_go_with_it() -> None:
    publish(listed=True)
    danish = {**document()["description"]["da"], "localisedName": "Post"}
    newer = public_code(softwareVersion="2.2.0", description={"en": document()["description"]["en"], "da": danish})
    publish(("publiccode.yml", newer), listed=True)
    quarantine_release(release=Release.objects.get(version="2.2.0"), reason="Under inquiry.", by=make_steward())
    assert ModuleWords.objects.get().title == "Brevpost"


def test_a_module_that_changes_its_language_is_told_in_the_other() -> None:
    publish(listed=True)
    update_module(module=Module.objects.get(), form=ReleaseForm(language="da", summary="Journaliserer."), by=make_viewer("hampshire"))
    assert [words.language for words in ModuleWords.objects.all()] == ["en"]


def test_they_are_searched_and_seen_only_with_the_module() -> None:
    publish(listed=True)
    reader = make_viewer("wiltshire", "viewer")
    for typed in ("brevpost", "breve sager", "journaliserer"):
        assert [entry.id for entry in search(reader, SearchQuery(q=typed)).results] == ["hampshire/letters"], typed
    assert [words.language for words in module_detail(reader, "hampshire", "letters").words] == ["da"]
    update_module(module=Module.objects.get(), form=ReleaseForm(visibility="own"), by=make_viewer("hampshire"))
    assert not search(reader, SearchQuery(q="brevpost")).results
    with pytest.raises(Missing):
        module_detail(reader, "hampshire", "letters")


def test_two_licences_are_told() -> None:
    wheel = b'[project]\nname = "letters"\nversion = "2.1.0"\nlicense = "MIT"\n'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("pyproject.toml", wheel)
    done = publish(("letters.zip", out.getvalue()), ("publiccode.yml", public_code()), licence="MIT", summary="Files post.")
    (told,) = [one for one in done.findings if one.code == "licence_differs"]
    assert (told.severity, told.where) == ("answer", "publiccode.yml")
    assert told.why == "publiccode.yml says EUPL-1.2; letters.zip says MIT."
    assert done.release is not None
    check_release(done.release.pk)
    assert Finding.objects.filter(code="licence_differs").count() == 1
    same = publish(("publiccode.yml", public_code()), slug="same")
    assert not [one for one in same.findings if one.code == "licence_differs"]


def test_the_inspection_is_stored_whole() -> None:
    publish()
    assert [one.language for one in inspection_from_json(Release.objects.get().inspection).words] == ["en", "da"]


# -- pages


@pytest.fixture
def publisher(client: Client) -> Client:
    client.force_login(make_member("hampshire", Role.PUBLISHER))
    return client


def page(client: Client, asked: str) -> str:
    response = client.get("/modules/hampshire/letters", headers={"accept-language": asked})
    assert "Accept-Language" in response["Vary"]
    return response.content.decode()


def test_the_page_speaks_the_visitors_language_where_it_can(publisher: Client) -> None:
    publish(listed=True)
    english, danish, german = page(publisher, "en"), page(publisher, "da-DK,da;q=0.9,en;q=0.5"), page(publisher, "de, fr;q=0.9")
    lead = '<p lang="da">Lægger breve på de sager, de hører til. <a class="mh-small" href="#languages">Dansk</a></p>'
    assert [lead in one for one in (english, danish, german)] == [False, True, False]
    assert '<details class="mh-more" open><summary><span lang="da">Dansk</span>' in danish
    for shown in (english, german):
        assert '<details class="mh-more"><summary><span lang="da">Dansk</span></summary><div lang="da">' in shown


def test_a_module_without_other_words_has_no_such_section(publisher: Client) -> None:
    make_release("hampshire/letters")
    assert 'id="languages"' not in page(publisher, "da")


FIELDS = {"slug": "letters", "visibility": "partnership", "marking": "OFFICIAL", "language": "en-GB"}


def sent(client: Client, **fields: str) -> Any:
    file = SimpleUploadedFile("publiccode.yml", public_code(), "application/yaml")
    return client.post("/publish", {**FIELDS, **fields, "artefact": [file]})


def test_the_publish_page_fills_what_was_left_empty_and_says_where_from(publisher: Client) -> None:
    checked = sent(publisher, do="check", title="Post")
    shown = checked.content.decode()
    assert checked.status_code == 200, shown
    assert 'value="EUPL-1.2"' in shown
    assert 'value="Post"' in shown
    assert 'value="Files letters with the cases they belong to."' in shown
    assert "Licence (from <code>publiccode.yml</code>)" in shown
    assert "Title (from" not in shown
    assert not Module.objects.exists()
    assert sent(publisher, do="publish").status_code == 302
    assert Module.objects.get().summary == "Files letters with the cases they belong to."


def test_it_fills_nothing_for_a_next_version(publisher: Client) -> None:
    publish(listed=True)
    file = SimpleUploadedFile("publiccode.yml", public_code(softwareVersion="3.0.0"), "application/yaml")
    response = publisher.post("/publish?module=hampshire/letters", {"artefact": [file], "do": "check", "licence": ""})
    assert response.status_code == 422
    assert "Filled in for you" not in response.content.decode()


def test_others_do_not_see_the_words_of_what_is_not_theirs(client: Client) -> None:
    make_organisation("wiltshire")
    publish(listed=True)
    update_module(module=Module.objects.get(), form=ReleaseForm(visibility="own"), by=make_viewer("hampshire"))
    client.force_login(make_member("wiltshire", Role.VIEWER))
    answer = client.get("/modules/hampshire/letters", headers={"accept-language": "da"})
    assert "Lægger breve" not in answer.content.decode()
