"""Composing a process sequence on the pages, from nothing to a published BPMN file, as a browser without JavaScript does it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Role
from registry.catalogue.models import Module
from registry.formats.flow import Filled, Use, flow_from_json
from registry.releases.models import Release
from registry.sequences import drafts
from registry.sequences.models import SequenceDraft
from tests.make import bpmn, make_release, no_people
from tests.registry_pages import person, shown, words_of
from tests.sequence_parts import CHECK, LETTER, make_check, make_letter

pytestmark = pytest.mark.django_db
DRAFTS = "/sequences/drafts"


@pytest.fixture
def wiltshire() -> Client:
    return person("wiltshire")


def begin(client: Client, title: str = "Award letters") -> str:
    """The address of a new draft."""
    return str(client.post(f"{DRAFTS}/new", {"title": title})["Location"])


def send(client: Client, address: str, status: int = 302, **said: Any) -> str:
    """Fills in a form as the page holds it; where it leads to, or the page that refuses."""
    page = shown(client, address)
    revision = re.search(r'name="revision" value="(\d+)"', page)
    response = client.post(address, ({"revision": revision[1]} if revision else {}) | said)
    assert response.status_code == status, words_of(response.content.decode())[:2000]
    return str(response.get("Location") or response.content.decode())


def step(client: Client, at: str, name: str, does: str, after: str = "", **said: str) -> str:
    """Adds a step; its address."""
    to = send(client, f"{at}/add" + (f"?after={after}" if after else ""), name=name, does=does, **said)
    found = re.search(r"steps/([^/]+)|#step-(.+)", to)
    assert found is not None
    return f"{at}/steps/{found[1] or found[2]}"


def bind(client: Client, at: str, module: str, **inputs: str) -> None:
    """Has a module do the step at ``at``, from the search to its inputs."""
    word = module.partition("/")[2].split("-")[1]
    page = shown(client, f"{at}/module?q={word}")
    assert f'value="{module}"' in page
    assert send(client, f"{at}/module", module=module) == f"{at}/call"
    wanted = re.search(r'name="range" value="([^"]+)"', shown(client, f"{at}/call"))
    assert wanted is not None
    assert send(client, f"{at}/call", range=wanted[1]) == f"{at}/inputs"
    send(client, f"{at}/inputs", **inputs)


def composed(client: Client) -> str:
    """A sequence of two platforms with a person who decides."""
    make_check()
    make_letter()
    at = begin(client)
    check = step(client, at, "Check data", "module", who="Robot", documentation="Looks the case up.", hand_over="A queue.")
    bind(client, check, CHECK, **{"from-1": "start", "text-1": "case", "from-2": "text", "text-2": "Standard form"})
    decide = step(client, at, "Decide", "person", who="Caseworker")
    send(client, f"{decide}/gives", **{"name-1": "afgoerelse", "type-1": "text"})
    for name in ("Write award", "Write refusal"):
        letter = step(client, at, name, "module")
        page = shown(client, f"{letter}/inputs", 302) if "uses" not in letter else ""
        assert page == ""
        bind(client, letter, LETTER, **{"from-1": "check-data/out_Id", "from-2": "decide/afgoerelse"})
    sent = step(client, at, "Post it", "nobody", hand_over="The post room.")
    send(
        client, f"{decide}/next", **{"question": "Award?", "when-1": "Yes", "to-1": "write-award", "when-2": "No", "to-2": "write-refusal"}
    )
    send(client, f"{at}/steps/write-award/next", to="post-it")
    assert sent.endswith("post-it")
    return at


def test_a_whole_sequence_is_composed_and_published(wiltshire: Client) -> None:
    at = composed(wiltshire)
    page = words_of(shown(wiltshire, at)).replace(" ,", ",").replace(" :", ":")
    for said in (
        "Steps (5)", "Check Data of Kobenhavn, asks for ^1.2.0, begins at Main.xaml", "in_Case: case, given when the sequence starts",
        "in_Form: the text “Standard form”", "In the hands of: Caseworker", "Hands on: afgoerelse (text)", "Award?", "If Yes: 3. Write award",
        "If No: 4. Write refusal", "Case Number: out_Id of step 1. Check data", "Outcome: afgoerelse of step 2. Decide", "Then 5. Post it",
        "Then the process ends", "Nobody does it yet", "Nobody does one of the steps yet.", "Hands over: The post room.",
    ):  # fmt: skip
        assert said in page, said
    draft = SequenceDraft.objects.get()
    flow = drafts.flow_in(draft.steps)
    form = {"slug": "award-letters", "version": "1.0.0", "title": "Award letters", "summary": "Answers applications.", "licence": "MIT"}
    form |= {"language": "en-GB", "visibility": "own", "marking": "OFFICIAL", **no_people()}
    assert "nothing has been stored" in words_of(send(wiltshire, f"{at}/publish", 200, do="check", **form))
    assert not Release.objects.filter(module__slug="award-letters").exists()
    assert send(wiltshire, f"{at}/publish", do="publish", **form) == "/modules/wiltshire/award-letters/1.0.0"
    release = Release.objects.get(module__slug="award-letters")
    assert release.artefact_kind == "bpmn"
    published = flow_from_json(release.inspection["flow"])
    assert published is not None
    assert (published.nodes, published.arrows, published.name) == (flow.nodes, flow.arrows, flow.name)
    assert published.shapes
    check = next(node for node in published.nodes if node.id == "check-data")
    assert check.uses == Use(CHECK, "^1.2.0", "", (Filled("in_Case", "/case"), Filled("in_Form", "", "Standard form")))
    assert (check.lane, check.documentation, check.hand_over) == ("Robot", "Looks the case up.", "A queue.")
    assert not SequenceDraft.objects.exists()
    assert shown(wiltshire, at, 404)


def test_each_form_says_what_is_wrong_with_it(wiltshire: Client) -> None:
    at = composed(wiltshire)
    wrong: tuple[tuple[str, dict[str, str], str], ...] = (
        ("/add", {"name": "", "does": "module"}, "Say in a few words what is done"),
        ("/add", {"name": "Check", "does": ""}, "Choose who or what does it."),
        ("/add", {"name": "Ring \x07 twice", "does": "nobody"}, "holds a character that no file can keep"),
        ("/add", {"name": "x" * 201, "does": "nobody"}, "Use at most 200 characters."),
        ("/words", {"title": ""}, "Enter a few words that name the process."),
        ("/steps/check-data/module", {}, "Choose a module."),
        ("/steps/check-data/module", {"module": "hampshire/unheard-of"}, "We cannot find that module"),
        ("/steps/check-data/module", {"module": "nonsense"}, "is not a module such as"),
        ("/steps/check-data/call", {"range": "newest"}, "is not a range of versions"),
        ("/steps/check-data/call", {"range": ""}, "Enter the versions, such as ^1.4.0."),
        ("/steps/check-data/inputs", {"from-1": "text"}, "Enter the text for in_Case"),
        ("/steps/check-data/inputs", {"text-1": "case"}, "Choose what the text for in_Case is"),
        ("/steps/check-data/inputs", {"from-1": "start", "text-1": "a/b"}, "without a slash"),
        ("/steps/check-data/inputs", {"from-1": "decide/afgoerelse"}, "Select a valid choice"),
        ("/steps/decide/gives", {"name-1": "a", "name-2": "a"}, "a is there already."),
        ("/steps/decide/gives", {"type-1": "text"}, "Enter its name"),
        ("/steps/decide/gives", {"name-1": "a/b"}, "A name has no slash."),
        ("/steps/decide/next", {"question": "Well?", "when-1": "Yes", "to-1": "post-it"}, "Enter a second answer"),
        ("/steps/decide/next", {"when-1": "Yes", "to-1": "post-it", "when-2": "No", "to-2": "end"}, "Enter the question"),
        ("/steps/decide/next", {"question": "Well?"}, "Enter the answers to the question"),
        ("/steps/decide/next", {"when-1": "Yes"}, "Choose what comes after “Yes”."),
        ("/steps/decide/next", {"to-1": "end"}, "Enter the answer by which it goes there."),
        ("/steps/decide/next", {"question": "?", "when-1": "A", "to-1": "end", "when-2": "B", "to-2": "end"}, "Two answers lead there."),
        ("/steps/decide/next", {"to": "nowhere"}, "Select a valid choice"),
        ("/publish", {"do": "publish"}, "Enter a licence"),
    )
    before = SequenceDraft.objects.values().get()
    for page, said, sentence in wrong:
        refused = send(wiltshire, f"{at}{page}", 422, **said)
        assert "There is a problem" in refused, page
        assert sentence in words_of(refused), (page, said)
        assert "<title>Error: " in refused, page
    assert SequenceDraft.objects.values().get() == before
    for gone in ("/steps/unheard-of", "/steps/unheard-of/inputs", "/add?after=unheard-of"):
        shown(wiltshire, f"{at}{gone}", 404)
    assert "Enter a few words" in send(wiltshire, f"{DRAFTS}/new", 422, title=" ")


def test_two_people_never_overwrite_each_other_unseen(wiltshire: Client) -> None:
    at = begin(wiltshire)
    step(wiltshire, at, "Check data", "nobody")
    late = {"revision": "0", "name": "Another", "does": "nobody"}
    response = wiltshire.post(f"{at}/add", late)
    assert response.status_code == 422
    assert "Somebody changed this draft since you opened it" in response.content.decode()
    moved = wiltshire.post(f"{at}/steps/check-data/move", {"revision": "0", "to": "down"})
    assert moved.status_code == 409
    assert [each["name"] for each in SequenceDraft.objects.get().steps["steps"]] == ["Check data"]
    assert send(wiltshire, f"{at}/discard") == DRAFTS
    assert "The draft is gone." in shown(wiltshire, DRAFTS)
    shown(wiltshire, at, 404)


def test_steps_are_moved_taken_out_and_described(wiltshire: Client) -> None:
    at = composed(wiltshire)
    revision = SequenceDraft.objects.get().revision
    wiltshire.post(f"{at}/steps/post-it/move", {"revision": revision, "to": "up"})
    assert [each["id"] for each in SequenceDraft.objects.get().steps["steps"]][-2:] == ["post-it", "write-refusal"]
    send(wiltshire, f"{at}/steps/check-data/remove")
    page = words_of(shown(wiltshire, at))
    assert "It filled inputs of Write award, Write refusal. They are left empty now." in page
    send(wiltshire, f"{at}/words", title="Letters", documentation="From application\r\nto answer.\r\n")
    draft = SequenceDraft.objects.get()
    assert (draft.title, draft.steps["name"], draft.steps["documentation"]) == ("Letters", "Letters", "From application\nto answer.")
    send(wiltshire, f"{at}/steps/write-award", name="Write award", does="person", who="Clerk")
    changed = next(each for each in SequenceDraft.objects.get().steps["steps"] if each["id"] == "write-award")
    assert changed["human"] is True
    assert not {"uses", "inputs"} & changed.keys()


def test_a_module_that_is_hidden_again_is_one_you_cannot_see(wiltshire: Client) -> None:
    at = composed(wiltshire)
    Module.objects.filter(slug="check-data").update(visibility="own")
    for page in ("", "/steps/check-data/module", "/steps/check-data/call", "/steps/check-data/inputs", "/steps/write-award/inputs"):
        text = words_of(shown(wiltshire, f"{at}{page}"))
        assert "check-data" not in text.replace("#step-check-data", ""), page
        assert CHECK not in text, page
    assert "“Check data” is done by a module you cannot see." in words_of(shown(wiltshire, at))
    for page in ("/steps/check-data/call", "/steps/check-data/module"):
        assert "a module you cannot see" in words_of(shown(wiltshire, f"{at}{page}"))
    kept = send(wiltshire, f"{at}/steps/check-data/inputs", **{"from-1": "start", "text-1": "number", "from-2": ""})
    assert kept.endswith("#step-check-data")
    assert SequenceDraft.objects.get().steps["steps"][0]["inputs"] == {"in_Case": {"from": "/number"}}
    assert "a/b" not in words_of(send(wiltshire, f"{at}/steps/decide/module", 422, module=CHECK))


def test_what_does_not_fit_is_said_beside_its_step(wiltshire: Client) -> None:
    at = composed(wiltshire)
    send(wiltshire, f"{at}/steps/check-data/inputs", **{"from-1": ""})
    page = shown(wiltshire, at)
    assert '<a href="#step-check-data">“Check data” leaves in_Case empty' in page
    send(wiltshire, f"{at}/steps/check-data/call", range="^7")
    page = words_of(shown(wiltshire, at))
    assert "To mend" in page
    assert "^7" in page
    assert "No listed version is in these versions." in words_of(shown(wiltshire, f"{at}/steps/check-data/call"))


def test_nobody_else_finds_a_draft_and_readers_may_not_change_it(wiltshire: Client) -> None:
    at = composed(wiltshire)
    reader, other = person("wiltshire", Role.VIEWER), person("hampshire")
    for page in ("", "/words", "/add", "/discard", "/bpmn", "/publish", "/steps/decide", "/steps/decide/next"):
        assert shown(other, f"{at}{page}", 404) == shown(other, f"{DRAFTS}/999999{page}", 404), page
        assert shown(reader, f"{at}{page}", 403), page
    assert "Compose a sequence" in shown(wiltshire, "/modules?kind=sequence")
    assert "Compose a sequence" not in shown(reader, "/modules?kind=sequence")
    assert "Award letters" in shown(wiltshire, DRAFTS)
    assert "Award letters" not in shown(other, DRAFTS)
    shown(reader, DRAFTS, 403)


@pytest.mark.parametrize(
    "name",
    [
        "bpmn.io_(Camunda_Modeler)_18.6.1__C.1.0-export.bpmn",
        "Reference__A.4.1.bpmn",
        "research_Warenversand_c2fb2853071947b4b5453b4c8936f154.bpmn",
    ],
)
def test_a_drawing_from_another_tool_is_bound_and_published(wiltshire: Client, corpus: Path, name: str) -> None:
    make_check()
    data = (corpus / "bpmn" / name).read_bytes()
    sent = wiltshire.post(f"{DRAFTS}/upload", {"artefact": SimpleUploadedFile("drawing.bpmn", data)})
    assert sent.status_code == 302, words_of(sent.content.decode())[:1500]
    at = sent["Location"]
    page = words_of(shown(wiltshire, at))
    assert "are changed in the tool that drew them" in page
    assert "What comes next" not in page
    assert wiltshire.get(f"{at}/bpmn").content == data
    draft = SequenceDraft.objects.get()
    task = next(each for each in draft.steps["steps"] if not each["human"])
    bind(wiltshire, f"{at}/steps/{task['id']}", CHECK, **{"from-1": "start"})
    send(wiltshire, f"{at}/add", 422, name="One more", does="nobody")
    form = {"slug": "drawn", "version": "1.0.0", "title": "Drawn", "summary": "Answers applications.", "licence": "MIT"}
    form |= {"language": "en-GB", "visibility": "own", "marking": "OFFICIAL", **no_people()}
    flow = drafts.flow_in(SequenceDraft.objects.get().steps)
    assert send(wiltshire, f"{at}/publish", do="publish", **form) == "/modules/wiltshire/drawn/1.0.0"
    release = Release.objects.get(module__slug="drawn")
    assert flow_from_json(release.inspection["flow"]) == flow
    assert [node.id for node in flow.bound] == [task["id"]]
    assert release.artefacts.get().filename == "drawing.bpmn"


@pytest.mark.parametrize(("data", "sentence"), [
    (b"not a drawing", "There is a problem"), (b"", "Choose the .bpmn file."), (bpmn("Nothing in it", tasks=()), "There is no task in that process"),
    (b"x" * (5 * 1024**2 + 1), "A drawing may have 5 MiB."),
])  # fmt: skip
def test_what_is_no_drawing_is_refused(wiltshire: Client, data: bytes, sentence: str) -> None:
    sent = wiltshire.post(f"{DRAFTS}/upload", {"artefact": SimpleUploadedFile("drawing.bpmn", data)} if data else {})
    assert sent.status_code == 422
    assert sentence in words_of(sent.content.decode())
    assert not SequenceDraft.objects.exists()


def test_the_next_version_begins_with_the_last(wiltshire: Client) -> None:
    at = composed(wiltshire)
    form = {"slug": "award-letters", "version": "1.0.0", "title": "Award letters", "summary": "Answers applications.", "licence": "MIT"}
    form |= {"language": "en-GB", "visibility": "own", "marking": "OFFICIAL", **no_people()}
    steps = SequenceDraft.objects.get().steps
    send(wiltshire, f"{at}/publish", do="publish", **form)
    begun = f"{DRAFTS}/new?module=wiltshire/award-letters&version=1.0.0"
    assert "Compose the next version" in shown(wiltshire, begun)
    link = begun.replace("/award", "%2Faward").replace("&", "&amp;")
    assert f'<a href="{link}">Compose the next version</a>' in shown(wiltshire, "/modules/wiltshire/award-letters/1.0.0")
    again = wiltshire.post(begun)["Location"]
    draft = SequenceDraft.objects.get()
    assert draft.module == Module.objects.get(slug="award-letters")
    assert drafts.flow_in(draft.steps).arrows == drafts.flow_in(steps).arrows
    assert "next version of" in shown(wiltshire, again)
    assert send(wiltshire, f"{again}/publish", version="1.0.0", licence="MIT", do="publish").endswith("/award-letters/1.0.0")
    assert "These files were published as version 1.0.0 before." in shown(wiltshire, again)  # and the draft stays
    send(wiltshire, f"{again}/steps/post-it", name="Post it today", does="nobody")
    refused = words_of(send(wiltshire, f"{again}/publish", 422, version="1.0.0", licence="MIT", do="publish"))
    assert "Version 1.0.0 is already published with other files." in refused
    assert send(wiltshire, f"{again}/publish", version="1.1.0", licence="MIT", do="publish").endswith("/award-letters/1.1.0")
    shown(person("hampshire"), begun, 404)


def test_others_make_their_own_of_what_they_see(wiltshire: Client) -> None:
    data = bpmn("Theirs")
    release = make_release("hampshire/theirs", data=data)
    begun = f"{DRAFTS}/new?module={release.module.identifier}&version={release.version}"
    assert "Make your own from it" in shown(wiltshire, begun)
    at = wiltshire.post(begun)["Location"]
    draft = SequenceDraft.objects.get()
    assert (draft.module, draft.organisation.slug) == (None, "wiltshire")
    assert wiltshire.get(f"{at}/bpmn").content == data
    make_check()
    assert wiltshire.post(f"{DRAFTS}/new?module={CHECK}&version=1.2.0").status_code == 422
