"""J4: a developer composes award and refusal letters from five modules, publishes them with a lock, takes the whole, and sees what an
upstream release would break. Walked without JavaScript; a shorter one by keyboard alone."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.hands import Keyboard, Mouse
from tests.browser.people import ADOPTER, DEVELOPER
from tests.browser.watched import check_page

pytestmark = pytest.mark.browser

TITLE = "Svar på ansøgninger"
SLUG = "svar-paa-ansoegninger"
CHECKED_WITHIN = 60  # seconds
STEPS = (  # name, what to search for, the module's title, what fills its inputs
    ("Kontroller felter", "datavalidering", "Datavalidering", {}),
    ("Skriv og send brevet", "brevudsendelse", "Brevudsendelse", {"Skabelon": "bevilling.docx", "Navn": "/navn"}),
    ("Send besked", "sms", "SMS gateway", {"Number": "afgoer/mobil", "Text": "Se din Digital Post."}),
    ("Journaliser", "journalisering", "Journalisering", {"in_Sagsnummer": "afgoer/sag", "in_Dokumenttype": "Afgørelse"}),
    ("Arkiver", "arkivering", "Arkivering", {}),
)


@pytest.mark.parametrize("javascript", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_from_modules_to_a_broken_step(open_page: Opener, picture: Callable[[Page, str], None], javascript: bool) -> None:
    hands = Mouse(open_page(DEVELOPER, javascript=javascript))
    page = hands.page

    def seen(name: str) -> None:
        check_page(page, javascript=javascript)
        if javascript:
            picture(page, f"sequence-{name}")

    title = f"{TITLE} {'med' if javascript else 'uden'} script"
    page.goto("/modules?kind=sequence")
    hands.follow("Compose a sequence")
    seen("drafts")
    hands.follow("Begin a new one")
    hands.fill("What is the process called?", title)
    hands.press("Continue")
    draft = page.url
    for name, word, module, inputs in STEPS[:1]:
        add_module(hands, draft, name, word, module, inputs)
    add_person(hands, draft, seen)
    for name, word, module, inputs in STEPS[1:]:
        add_module(hands, draft, name, word, module, inputs)
    branch(hands, draft, seen)
    page.goto(draft)
    expect(page.locator("main")).to_contain_text("Steps (6)")
    expect(page.locator("main")).to_contain_text("Versions it would take today")
    expect(page.locator(".mh-compose-wrong").filter(has_text="To mend")).to_have_count(0)
    seen("draft")
    conflict(hands, draft, seen)
    publish(hands, draft, seen)
    shown(hands, seen, page.url)


def add_module(hands: Mouse, draft: str, name: str, word: str, module: str, inputs: dict[str, str]) -> None:
    page = hands.page
    page.goto(f"{draft}/add")
    hands.fill("What is done in this step?", name)
    hands.tick("A module")
    hands.press("Save and continue")
    hands.fill("Search your modules and those shared with you", word)
    find(page)
    page.get_by_role("radio", name=module, exact=True).check()
    hands.press("Save and continue")
    hands.press(page.locator("main form button").last.inner_text())
    for row in page.locator("fieldset.mh-compose-row").all():
        wanted = inputs.get(row.locator("legend").inner_text().split(" (")[0], "")
        fill_input(row, wanted)
    if "/inputs" in page.url:
        hands.press(page.locator("main form button").last.inner_text())


def find(page: Page) -> None:
    """By Enter: the page has two buttons called Search."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill_input(row: object, wanted: str) -> None:
    """``step/output``, ``/name`` of the starter, or a fixed text."""
    if not wanted:
        return
    source, text = row.locator("select[name^=from-]"), row.locator("[name^=text-]")  # type: ignore[attr-defined]
    if wanted.startswith("/"):
        source.select_option("start")
        text.fill(wanted[1:])
    elif wanted.startswith("afgoer/"):
        value = next(
            each for each in source.locator("option").evaluate_all("all => all.map(one => one.value)") if each.endswith(wanted[6:])
        )
        source.select_option(value)
    else:
        source.select_option("text")
        text.fill(wanted)


def add_person(hands: Mouse, draft: str, seen: Callable[[str], None]) -> None:
    page = hands.page
    page.goto(f"{draft}/add")
    hands.fill("What is done in this step?", "Træf afgørelse")
    hands.tick("A person, who decides or checks something")
    hands.fill("In whose hands is it?", "Sagsbehandler")
    hands.fill("How it hands over", "Afgørelsen lægges i robottens kø.")
    seen("step")
    hands.press("Save and continue")
    for number, name in enumerate(("sag", "mobil"), 1):
        page.locator(f"[name=name-{number}]").fill(name)
        page.locator(f"[name=type-{number}]").select_option("text")
    seen("gives")
    hands.press(page.locator("main form button").last.inner_text())


def branch(hands: Mouse, draft: str, seen: Callable[[str], None]) -> None:
    """Awarded: a letter; refused: a message alone."""
    page = hands.page
    page.goto(draft)
    decide = page.locator("li.mh-compose-step").filter(has_text="Træf afgørelse").first
    with page.expect_navigation():
        decide.get_by_role("link", name="What comes next").click()
    hands.fill("The question that is answered, if it is one of several", "Bevilget?")
    for number, (answer, step) in enumerate((("Ja", "Skriv og send brevet"), ("Nej", "Send besked")), 1):
        page.locator(f"[name=when-{number}]").fill(answer)
        choices = page.locator(f"[name=to-{number}] option").filter(has_text=step)
        page.locator(f"[name=to-{number}]").select_option(choices.first.get_attribute("value"))
    seen("next")
    hands.press(page.locator("main form button").last.inner_text())


def conflict(hands: Mouse, draft: str, seen: Callable[[str], None]) -> None:
    """Ranges that cannot be had are told in a sentence at once, and put right."""
    page = hands.page
    archive = page.locator("li.mh-compose-step").filter(has_text="Arkiver").last
    with page.expect_navigation():
        archive.get_by_role("link", name="Versions").click()
    before = page.get_by_label("Which versions may do it?").input_value()
    hands.fill("Which versions may do it?", "^9")
    hands.press(page.locator("main form button").last.inner_text())
    page.goto(draft)
    expect(page.locator("main")).to_contain_text("kobenhavn/arkivering ^9")
    seen("conflict")
    archive = page.locator("li.mh-compose-step").filter(has_text="Arkiver").last
    with page.expect_navigation():
        archive.get_by_role("link", name="Versions").click()
    hands.fill("Which versions may do it?", before)
    hands.press(page.locator("main form button").last.inner_text())
    page.goto(draft)
    expect(page.locator("main")).not_to_contain_text("^9")


def publish(hands: Mouse, draft: str, seen: Callable[[str], None]) -> None:
    page = hands.page
    hands.follow("Continue to publish")
    page.locator("[name=summary]").fill("Fører en ansøgning frem til svar.")
    page.locator("[name=version]").fill("1.0.0")
    page.locator("[name=licence]").fill("EUPL-1.2")
    seen("publish")
    with page.expect_navigation():
        page.locator("button[name=do][value=publish]").click()
    expect(page.locator("h1")).to_contain_text(TITLE)


def shown(hands: Mouse, seen: Callable[[str], None], address: str) -> None:
    """Its page: diagram, steps and lock; a step's page; the whole documentation; the bundle; and it lists itself, being for its own alone."""
    page = hands.page
    until = time.monotonic() + CHECKED_WITHIN
    while time.monotonic() < until and "Listed" not in page.locator("main").inner_text():
        page.wait_for_timeout(500)
        page.goto(address)
    main = page.locator("main")
    expect(main).to_contain_text("Steps and the lock")
    expect(main).to_contain_text("Sagsbehandler")
    expect(page.locator("main svg").first).to_be_visible()
    seen("release")
    bundle = hands.download("Download all").path().read_bytes()
    with zipfile.ZipFile(io.BytesIO(bundle)) as files:
        assert any(name.endswith("lock.json") for name in files.namelist())
        assert sum(name.endswith((".whl", ".zip", ".nupkg", ".xml")) for name in files.namelist()) >= 5
    page.goto(f"{address}/documentation")
    expect(page.locator("main")).to_contain_text("Træf afgørelse")
    seen("documentation")


def test_a_breaking_release_is_told(open_page: Opener, picture: Callable[[Page, str], None]) -> None:
    """The demonstration's letters stay on the filing module that they were locked to; the next one takes other inputs."""
    page = open_page(ADOPTER)
    page.goto("/modules/kobenhavn/bevillings-og-afslagsbreve")
    expect(page.locator("main")).to_contain_text("3.0.0")
    expect(page.locator("main")).to_contain_text("in_Titel")
    check_page(page)
    picture(page, "sequence-breaks")
    page.goto("/modules/kobenhavn/journalisering")
    expect(page.locator("main")).to_contain_text("Used in sequences")
    check_page(page)
    picture(page, "sequence-used-in")


def test_by_keyboard_alone(open_page: Opener) -> None:
    hands = Keyboard(open_page(DEVELOPER))
    page = hands.page
    page.goto("/sequences/drafts/new")
    hands.fill("What is the process called?", "Kun med tastatur")
    hands.press("Continue")
    draft = page.url
    hands.follow("Add a step")
    hands.fill("What is done in this step?", "Arkiver")
    hands.tick("A module")
    hands.press("Save and continue")
    hands.fill("Search your modules and those shared with you", "arkivering")
    find(page)
    hands.tick("Arkivering")
    hands.press("Save and continue")
    hands.press(page.locator("main form button").last.inner_text())
    page.goto(draft)
    hands.follow("Add a step at the end")
    hands.fill("What is done in this step?", "Se efter")
    hands.tick("A person, who decides or checks something")
    hands.press("Save and continue")
    page.goto(draft)
    hands._reach(lambda: page.locator("li.mh-compose-step").last.get_by_role("button"))
    with page.expect_navigation():
        page.keyboard.press("Space")
    expect(page.locator("li.mh-compose-step").first).to_contain_text("Se efter")
    hands.follow("Throw the draft away")
    hands.press(page.locator("main form button").last.inner_text())
