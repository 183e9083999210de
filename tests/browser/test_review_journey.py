"""A review with separation of duties (J5): handed in, taken, asked, mended, signed by four people, listed.

Walked with the mouse, and without JavaScript.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Opener
from tests.browser.hands import Hands, Mouse
from tests.browser.people import BUSINESS_OWNER, MET_OFFICER, PUBLISHER, STEWARD, TECHNICAL, VIEWER
from tests.browser.watched import check_page
from tests.make import PICTURE, bpmn

pytestmark = pytest.mark.browser
CHECKED_WITHIN = 60  # seconds
QUESTION = "Who is told when the court does not answer?"


@dataclass(frozen=True)
class Way:
    """How the journey is walked."""

    name: str
    javascript: bool

    @property
    def title(self) -> str:
        return f"Court letters by {self.name}"


WAYS = [Way("mouse", javascript=True), Way("html", javascript=False)]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_from_handing_in_to_listed(way: Way, open_page: Opener, tmp_path: Path) -> None:
    author, licence, technical, business, assurance = (
        Mouse(open_page(who, javascript=way.javascript)) for who in (PUBLISHER, STEWARD, TECHNICAL, BUSINESS_OWNER, MET_OFFICER)
    )
    first, mended, picture = tmp_path / "letters.bpmn", tmp_path / "mended.bpmn", tmp_path / "shown.png"
    first.write_bytes(bpmn(way.title, tasks=("Read the case",)))
    mended.write_bytes(bpmn(way.title, tasks=("Read the case", "Tell a person")))
    picture.write_bytes(PICTURE)
    hand_in(author, way, first)
    expect(author.page.get_by_role("button", name="Record decision")).to_have_count(0)

    sign(licence, way, picture)
    expect(licence.page.get_by_role("alert")).to_contain_text(
        "Signed. 3 sign-offs to come: technical, business owner, information assurance."
    )
    ask(technical, way)
    mend(author, way, mended)
    card = author.page.locator(".mh-signoffs li", has_text="Licence")
    expect(card).to_contain_text("To come")  # new files void what was signed

    for hands in (technical, business, assurance, licence):
        open_review(author, way)
        expect(author.page.get_by_role("button", name="List version 1.0.0")).to_have_count(0)
        sign(hands, way, picture)
    expect(licence.page.get_by_role("alert")).to_contain_text("All have signed, so it can be listed.")
    open_review(author, way)
    check_page(author.page, javascript=way.javascript)
    author.press("List version 1.0.0")
    expect(author.page.get_by_role("alert")).to_contain_text("is listed")
    log = author.page.locator("#log")
    for said in (
        QUESTION,
        "sent new files",
        "signed as technical",
        "signed as business owner",
        "signed as information assurance",
        "listed it",
    ):
        expect(log).to_contain_text(said)
    taker = open_page(VIEWER, javascript=way.javascript)
    taker.goto(f"/modules/hampshire/court-letters-{way.name}/1.0.0")
    expect(taker.locator("h1")).to_have_text(f"{way.title} 1.0.0")


def hand_in(hands: Hands, way: Way, file: Path) -> None:
    hands.page.goto("/publish")
    hands.attach("Files", file)
    hands.fill("Version", "1.0.0")
    hands.fill("Short name", f"court-letters-{way.name}")
    hands.fill("Title", way.title)
    hands.fill("What it does, in one sentence", "Writes letters to the court and files them.")
    hands.fill("Licence", "MIT")
    hands.tick("No data about people")
    hands.tick("Every partner")
    hands.press("Publish")
    expect(hands.page.locator("main")).to_contain_text("It is being checked, then reviewed; partners see it once it is signed off.")
    wait_for(hands.page, "In review")
    hands.follow("See the review")


def wait_for(page: Page, wanted: str) -> None:
    """Load the page again until the checks are over."""
    state = page.locator(".mh-title .mh-status").first
    deadline = time.monotonic() + CHECKED_WITHIN
    while not state.inner_text().strip().startswith(wanted) and time.monotonic() < deadline:
        page.wait_for_timeout(500)
        page.goto(page.url)
    assert state.inner_text().strip().startswith(wanted)


def open_review(hands: Hands, way: Way) -> None:
    hands.page.goto("/")
    hands.follow("Reviews")
    hands.follow(way.title)
    expect(hands.page.locator("h1")).to_have_text(f"{way.title} 1.0.0")


def ask(hands: Hands, way: Way) -> None:
    open_review(hands, way)
    hands.press("Take it")
    expect(hands.page.get_by_role("alert")).to_contain_text("You see to this review now.")
    hands.tick("Ask the author")
    hands.fill("Reason, shown in the log", QUESTION)
    hands.press("Record decision")
    expect(hands.page.get_by_role("alert")).to_contain_text("Asked.")
    hands.page.goto("/reviews")
    expect(hands.page.locator("tr", has_text=way.title)).to_contain_text("Waiting for the author")


def mend(hands: Hands, way: Way, file: Path) -> None:
    open_review(hands, way)
    expect(hands.page.locator("#part")).to_contain_text(QUESTION)
    check_page(hands.page, javascript=way.javascript)
    hands.attach("Files", file)
    hands.fill("What you mended", "A person is told now.")
    hands.press("Send the files")
    expect(hands.page.get_by_role("alert")).to_contain_text("The files are replaced.")
    wait_for(hands.page, "In review")


def sign(hands: Hands, way: Way, picture: Path) -> None:
    """Go through the checklist, then sign."""
    open_review(hands, way)
    check_page(hands.page, javascript=way.javascript)
    rows = hands.page.locator("#checklist > table tbody tr")
    for number in range(rows.count()):
        confirm(rows.nth(number), picture)
    hands.tick("Sign")
    hands.fill("Reason, shown in the log", "Looked at all of it.")
    hands.press("Record decision")
    expect(hands.page.get_by_role("alert")).to_contain_text("Signed.")


def confirm(row: Locator, picture: Path) -> None:
    """An item of the checklist, with a picture where one is asked for."""
    at_once = row.locator("td > form button")
    with row.page.expect_navigation():
        if at_once.count():
            at_once.click()
        else:
            row.locator("summary").click()
            row.locator("input[type=file]").set_input_files(picture)
            row.get_by_role("button", name="Confirm with this").click()
    expect(row).to_contain_text("Confirmed")
