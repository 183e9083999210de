"""The pages of a sequence: the diagram and the list say the same, every step has a page, and what is not shared has no name."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from accounts.models import Role
from registry.actions.recall_releases import recall_releases
from registry.catalogue.models import Module
from registry.lifecycle.models import RecallOverride
from registry.releases.models import Download, Release
from registry.sequences.models import LockedPart, PartUpdate
from registry.sequences.steps import flow_of
from registry.sequences.writing import bpmn_of
from tests.make import bpmn, letters, make_member, make_release, make_sequence, make_viewer, workflow

pytestmark = pytest.mark.django_db
AT = "/modules/kobenhavn/letters"


@pytest.fixture
def analyst(client: Client) -> Client:
    client.force_login(make_member("wiltshire", Role.VIEWER))
    return client


def page(client: Client, address: str, status: int = 200) -> html.HtmlElement:
    answer = client.get(address)
    assert answer.status_code == status, answer.status_code
    return html.fromstring(answer.content)


def words(element: html.HtmlElement) -> str:
    """Its text, with a space between elements but not before a comma."""
    return re.sub(r" ([,.:;])", r"\1", " ".join(" ".join(element.itertext()).split()))


def part(page: html.HtmlElement, identity: str) -> str:
    return words(page.get_element_by_id(identity))


def hide(slug: str = "send") -> None:
    Module.objects.filter(slug=slug).update(visibility="own")


def breaking(version: str = "2.0.0", **form: Any) -> PartUpdate:
    """A newer version of what sends the letters, that would break its step."""
    newest = make_release("odense/send", version, data=workflow(("in_Other",), ()), filename="Main.xaml", visibility="partnership", **form)
    locked = LockedPart.objects.get(lock__release__module__slug="letters", part__module__slug="send")
    PartUpdate.objects.filter(part=locked).delete()
    reasons = {"send": ["It has no input in_Sag any more, which step 1 fills."]}
    return PartUpdate.objects.create(part=locked, newest=newest, verdict="breaks", reasons=reasons)


# --- The module's page ----------------------------------------------------------------------------------------------------
def test_the_page_says_in_four_answers_what_a_sequence_is(analyst: Client) -> None:
    make_sequence()
    shown = page(analyst, AT)
    said = words(shown.xpath("//section[@aria-label='Summary']")[0])
    assert "What does it do? 3 steps, 2 modules 1 of the steps is a person’s." in said
    assert "Can I take it? Yes, all 2 modules too" in said
    assert "UiPath" in words(shown.xpath("//ul[@class='mh-chips']")[0])


def test_the_diagram_and_the_list_number_the_same_steps(analyst: Client) -> None:
    make_sequence()
    shown = page(analyst, AT)
    assert [each.text for each in shown.xpath("//svg//text[contains(@class, 'number')]")] == ["1", "2", "3"]
    rows = [words(row) for row in shown.xpath("//section[@id='steps']/ol/li")]
    assert rows[0].startswith("Check data kobenhavn/check Takes in_Sag, gives out_Brev Hand-over: The case waits")
    assert "Asks for ^1.0 1.0.0 sha256" in rows[0]
    assert rows[1].startswith("Decide Caseworker. No module. Gives afgoerelse Award? “Yes” leads to step 3, Send letter;")
    assert rows[1].endswith("A person")
    assert shown.xpath("//section[@id='steps']//li[@class='is-human']")


def test_what_to_set_and_licences_are_those_of_every_part(analyst: Client) -> None:
    make_sequence()
    shown = page(analyst, AT)
    assert "Step 1: Check Credential CaseSystem Create it in your own vault" in part(shown, "change")
    assert "Step 3: Send Credential CaseSystem" in part(shown, "change")
    assert "Send 1.0.0 MIT Odense" in part(shown, "licences")


def test_it_is_taken_whole_by_a_link_a_command_or_its_lock(analyst: Client) -> None:
    make_sequence()
    for address in (AT, f"{AT}/1.0.0"):
        shown = page(analyst, address)
        assert shown.xpath(f"//section[@id='get']//a[@href='{AT}/1.0.0/bundle']")
        assert "moothall get kobenhavn/letters@1.0.0" in part(shown, "get")
        assert "GET /api/v1/modules/kobenhavn/letters/releases/1.0.0/lock" in part(shown, "get")


def test_what_would_break_is_said_first_and_marked_on_the_diagram(analyst: Client) -> None:
    make_sequence()
    breaking()
    shown = page(analyst, AT)
    assert "Send 2.0.0 would break step 3. It has no input in_Sag any more, which step 1 fills. This sequence stays on 1.0.0" in words(
        shown
    )
    assert "2.0.0 breaks" in [each.text for each in shown.xpath("//svg//text")]
    assert "An update would break it" in words(shown.xpath("//ul[@class='mh-flow__key']")[0])
    assert "Version 2.0.0 of its module would break it." in words(page(analyst, f"{AT}/1.0.0/steps/send"))


def test_an_update_that_fits_is_available(analyst: Client) -> None:
    make_sequence()
    update = breaking()
    PartUpdate.objects.filter(pk=update.pk).update(verdict="fits", reasons={})
    shown = words(page(analyst, AT))
    assert "1 update is available." in shown
    assert "2.0.0 breaks" not in shown


def test_an_update_that_one_does_not_see_is_not_spoken_of(analyst: Client) -> None:
    make_sequence()
    update = breaking()
    Release.objects.filter(pk=update.newest_id).update(visibility="own")
    assert "2.0.0" not in words(page(analyst, AT))


def test_a_part_that_is_not_shared_has_no_name_version_or_digest(analyst: Client) -> None:
    make_sequence()
    hidden = Release.objects.get(module__slug="send")
    hide()
    for address in (AT, f"{AT}/1.0.0", f"{AT}/1.0.0/steps/send", f"{AT}/1.0.0/documentation"):
        shown = analyst.get(address).content.decode()
        assert "odense" not in shown.casefold()
        assert hidden.digest[:6] not in shown
        assert "not shared with you" in shown
    shown = page(analyst, AT)
    assert "Not all of it" in words(shown)
    assert not shown.xpath("//a[contains(@href, '/bundle')]")


def test_a_drawing_without_modules_shows_its_steps_and_what_any_module_has(analyst: Client) -> None:
    make_release("kobenhavn/plain", data=bpmn("Plain"))
    shown = page(analyst, "/modules/kobenhavn/plain")
    assert "No step is bound to a module yet." in part(shown, "steps")
    assert "Download process.bpmn" in part(shown, "get")
    assert shown.xpath("//svg[@role='img' and contains(@class, 'mh-flow__drawing')]")
    assert analyst.get("/modules/kobenhavn/plain/1.0.0/documentation").status_code == 200


def test_a_module_says_in_which_sequences_it_is_used(analyst: Client) -> None:
    make_sequence()
    make_sequence("kobenhavn/secret", visibility="own")
    shown = words(page(analyst, "/modules/odense/send"))
    assert "Used in sequences Letters Its version 1.0.0 locks 1.0.0" in shown
    assert "Secret" not in shown


def test_only_the_latest_version_of_a_sequence_counts(analyst: Client) -> None:
    make_sequence()
    steps = letters()
    steps["steps"] = steps["steps"][:1]
    make_release("kobenhavn/letters", "2.0.0", data=bpmn_of(flow_of(steps)))
    assert "Used in sequences" not in words(page(analyst, "/modules/odense/send"))
    assert "Used in sequences Letters Its version 2.0.0 locks 1.0.0" in words(page(analyst, "/modules/kobenhavn/check"))


def test_what_a_page_costs_does_not_grow_with_the_parts(analyst: Client) -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            page(analyst, address)
        return len(captured)

    for number in range(6):
        make_release(f"force-a/part-{number}", data=workflow(), filename="Main.xaml")
    for slug, parts in (("shorter", 2), ("longer", 6)):
        steps = [
            {"id": f"s{part}", "name": f"Step {part}", "uses": {"module": f"force-a/part-{part}"}, "inputs": {"in_Sag": {"from": "/sag"}}}
            for part in range(parts)
        ]
        make_sequence(f"kobenhavn/{slug}", steps={"steps": steps})
    for rest in ("", "/1.0.0", "/1.0.0/documentation"):
        assert queries(f"/modules/kobenhavn/longer{rest}") == queries(f"/modules/kobenhavn/shorter{rest}")


# --- Steps and documentation ----------------------------------------------------------------------------------------------
def test_a_step_tells_what_fills_its_inputs_and_what_its_module_says(analyst: Client) -> None:
    make_sequence()
    shown = page(analyst, f"{AT}/1.0.0/steps/send")
    said = words(shown)
    assert "Step 3 of 3" in said
    assert "in_Sag String out_Brev of step 1, Check data" in said
    assert "in_Titel String always Your application" in said
    assert "About odense/send." in said
    assert "Credential CaseSystem" in said
    assert shown.xpath("//a[@rel='prev']/@href") == [f"{AT}/1.0.0/steps/decide"]
    assert not shown.xpath("//a[@rel='next']")


def test_the_readme_is_that_of_the_day_of_the_lock(analyst: Client) -> None:
    make_sequence()
    Module.objects.filter(slug="send").update(readme="Something else.", readme_html="<p>Something else.</p>")
    said = words(page(analyst, f"{AT}/1.0.0/steps/send"))
    assert "About odense/send." in said
    assert "Something else." not in said


def test_what_modellers_call_a_step_may_be_anything(analyst: Client) -> None:
    for identity in ("a/b", "Ø x?#%", "..x", "a&#10;b"):
        data = bpmn("Odd").replace(b'id="t0"', f'id="{identity}"'.encode())
        slug = f"odd-{len(identity)}-{abs(hash(identity)) % 1000}"
        make_release(f"kobenhavn/{slug}", data=data)
        address = page(analyst, f"/modules/kobenhavn/{slug}").xpath("//section[@id='steps']//h3/a/@href")[0]
        assert "Read the record" in words(page(analyst, address))


def test_no_such_step_no_such_page(analyst: Client) -> None:
    make_sequence()
    make_release("odense/alone", data=workflow(), filename="Main.xaml")
    for address in (f"{AT}/1.0.0/steps/nothing", "/modules/odense/alone/1.0.0/documentation", "/modules/odense/alone/1.0.0/steps/x"):
        page(analyst, address, 404)


def test_the_documentation_is_the_process_from_end_to_end(analyst: Client) -> None:
    make_sequence()
    shown = page(analyst, f"{AT}/1.0.0/documentation")
    said = words(shown)
    assert "From application to answer." in said
    assert "Whoever starts it gives sag." in said
    assert "After step 1 The case waits in the caseworker’s list." in part(shown, "hand-overs")
    assert "Step 2, Decide: Caseworker." in part(shown, "people")
    assert "Step 1: Check" in part(shown, "change")
    ids = shown.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert all(target[1:] in ids for target in shown.xpath("//main//a/@href") if target.startswith("#"))


def test_what_people_wrote_is_text_on_every_page(analyst: Client) -> None:
    evil = "<script>alert(1)</script>"
    steps = letters()
    steps |= {"name": evil, "documentation": evil}
    for each in steps["steps"]:
        each |= {"name": evil, "documentation": evil, "hand_over": evil, "who": evil}
    steps["steps"][1] |= {"question": evil, "gives": [{"name": "x", "type": evil}]}
    make_sequence()
    make_sequence("kobenhavn/others", steps=steps)
    at = "/modules/kobenhavn/others"
    for address in (at, f"{at}/1.0.0/documentation", f"{at}/1.0.0/steps/decide"):
        assert evil not in analyst.get(address).content.decode()


# --- Taking it ------------------------------------------------------------------------------------------------------------
def test_all_of_it_is_downloaded_and_counted(analyst: Client) -> None:
    make_sequence()
    assert analyst.head(f"{AT}/1.0.0/bundle").status_code == 200
    assert not Download.objects.exists()
    answer: Any = analyst.get(f"{AT}/1.0.0/bundle")
    data = b"".join(answer.streaming_content)
    assert (len(data), answer["X-Marking"]) == (int(answer["Content-Length"]), "OFFICIAL")
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    assert Download.objects.filter(by_token=False).count() == 3


def test_a_page_says_why_it_cannot_be_had(analyst: Client) -> None:
    make_sequence()
    make_release("kobenhavn/plain", data=bpmn("Plain"))
    assert "locks no modules" in words(page(analyst, "/modules/kobenhavn/plain/1.0.0/bundle", 409))
    hide()
    said = words(page(analyst, f"{AT}/1.0.0/bundle", 409))
    assert "A part of this sequence is not shared with your organisation" in said
    assert "odense" not in said.casefold()
    page(analyst, "/modules/kobenhavn/absent/1.0.0/bundle", 404)


def test_a_recalled_part_is_had_by_saying_why(analyst: Client) -> None:
    make_sequence()
    recalled = Release.objects.select_related("module").get(module__slug="send")
    recall_releases(
        module=recalled.module, by=make_viewer("odense"), severity="high", versions="1.0.0", reason="It writes to the wrong person."
    )
    address = f"{AT}/1.0.0/bundle"
    shown = page(analyst, address, 409)
    assert "1 part of it is recalled: odense/send 1.0.0" in words(shown)
    assert analyst.post(address, {"reason": " "}).status_code == 422
    assert not Download.objects.exists()
    answer: Any = analyst.post(address, {"reason": "We look into it."})
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert RecallOverride.objects.get().reason == "We look into it."


def test_pages_are_whole_headings_in_order_and_no_id_twice(analyst: Client) -> None:
    make_sequence()
    breaking()
    for address in (AT, f"{AT}/1.0.0", f"{AT}/1.0.0/documentation", f"{AT}/1.0.0/steps/check"):
        shown = page(analyst, address)
        levels = [int(each.tag[1]) for each in shown.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")]
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), (address, levels)
        ids = shown.xpath("//@id")
        assert len(ids) == len(set(ids)), address
        assert not re.search(r'style="', html.tostring(shown).decode())
