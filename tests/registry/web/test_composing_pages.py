"""Composing a process sequence on the pages, from nothing to a published BPMN file, as a browser without JavaScript does it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from registry.formats.flow import Filled, Use, flow_from_json
from registry.releases.models import Release
from registry.sequences.models import SequenceDraft
from tests.make import no_people
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
        "Then the process ends", "Nobody does it yet", "Hands over: The post room.",
    ):  # fmt: skip
        assert said in page, said
    draft = SequenceDraft.objects.get()
    flow = _flow(draft)
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


def _flow(draft: SequenceDraft) -> Any:
    from registry.sequences.drafts import flow_in

    return flow_in(draft.steps)
