"""What Moothall is for, from end to end: somebody is invited, secures the account, publishes; an analyst elsewhere finds it, reads it, takes it.

One journey, walked with the mouse, without JavaScript, and by keyboard alone.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from demonstration.people import PASSWORD
from tests.browser.codes import code
from tests.browser.conftest import Opener
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.mailbox import Mailbox
from tests.browser.people import ADMINISTRATOR, VIEWER
from tests.browser.watched import check_page
from tests.installation import Installation

pytestmark = pytest.mark.browser

ARTEFACT = "blueprism/Registration Process.bprelease"
NEW_PASSWORD = "seven-otters-on-a-barge"
CHECKED_WITHIN = 60  # seconds
# The four who must sign do so; how is the subject of test_review_journey.py.
SIGNED = """
from accounts.models import SignOffRole, User
from accounts.viewer import viewer_of
from demonstration.people import signer
from demonstration.reviewing import review
from registry.actions.answer_finding import answer_finding
from registry.releases.models import Release
from registry.reviews.policy import unanswered_findings
release = Release.objects.select_related("module__organisation").get(module__publisher="hampshire", module__slug=SLUG)
technical = viewer_of(User.objects.get(email=signer(SignOffRole.TECHNICAL, "hampshire").email))
for finding in unanswered_findings(release):
    answer_finding(review=release.reviews.get(), finding=finding, verdict="accepted", reason="A folder of the course it is from.", by=technical)
review(release, "listed")
"""


@dataclass(frozen=True)
class Way:
    """How the journey is walked."""

    name: str
    hands: Callable[[Page], Hands]
    javascript: bool = True

    @property
    def email(self) -> str:
        return f"wren.{self.name}@hampshire.example"

    @property
    def slug(self) -> str:
        return f"registrations-by-{self.name}"

    @property
    def title(self) -> str:
        return f"Bereavement registrations by {self.name}"


WAYS = [Way("mouse", Mouse), Way("html", Mouse, javascript=False), Way("keyboard", Keyboard)]


@pytest.fixture
def artefact(corpus: Path) -> Path:
    return corpus / ARTEFACT


@pytest.fixture
def truth(corpus: Path) -> dict[str, Any]:
    """What is known of the artefact from outside this product."""
    rows = map(json.loads, (corpus / "TRUTH.jsonl").read_text().splitlines())
    return next(row for row in rows if row["path"] == ARTEFACT)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_from_an_invitation_to_a_module_taken_elsewhere(
    way: Way, open_page: Opener, mailbox: Mailbox, artefact: Path, truth: dict[str, Any], installation: Installation
) -> None:
    invite(Mouse(open_page(ADMINISTRATOR)), way.email)
    publisher = way.hands(open_page(javascript=way.javascript))
    key = join(publisher, mailbox.link(way.email, "/account/invitations/"), way)
    sign_in(publisher, way.email, NEW_PASSWORD, key)
    publish(publisher, way, artefact)
    wait_until_checked(publisher.page)
    installation.python(f"SLUG = {way.slug!r}\n" + SIGNED)
    publisher.page.reload()
    expect(publisher.page.locator(".mh-title .mh-status").first).to_have_text("Listed")
    analyst = way.hands(open_page(javascript=way.javascript))
    sign_in(analyst, VIEWER, PASSWORD)
    find(analyst, "berevement", way.title)
    read(analyst.page, truth, way)
    assert take(analyst, artefact.name) == truth["sha256"] == hashlib.sha256(artefact.read_bytes()).hexdigest()


def invite(hands: Hands, email: str) -> None:
    hands.page.goto("/account/members/invite")
    hands.fill("E-mail address", email)
    hands.tick("Publisher")
    hands.press("Send the invitation")
    expect(hands.page.get_by_role("alert")).to_contain_text(email)


def join(hands: Hands, address: str, way: Way) -> str:
    """Make the account and set up the authenticator app, which a publisher is led to; returns the app's key."""
    page = hands.page
    page.goto(address)
    expect(page.locator("h1")).to_have_text("Join Hampshire and Isle of Wight Constabulary")
    check_page(page, javascript=way.javascript)
    hands.fill("Full name", "Wren Calloway")
    hands.fill("Password", NEW_PASSWORD)
    hands.press("Make the account and join")
    expect(page.locator("main")).to_contain_text("Your role needs a second factor")
    hands.follow("Set up an authenticator app")
    key = page.locator("#authenticator_secret").inner_text().strip()
    hands.fill("Code", code(key))
    hands.press("Use this app")
    expect(page.locator("h1")).to_have_text("Recovery codes")
    assert len(page.locator("#recovery_codes").inner_text().split()) == 10
    hands.follow("Go on to your account")
    hands.press("Sign out")
    return key


def sign_in(hands: Hands, email: str, password: str, key: str = "") -> None:
    hands.page.goto("/")
    hands.follow("Sign in")
    hands.fill("E-mail address", email)
    hands.fill("Password", password)
    hands.press("Sign in")
    if key:
        hands.fill("Code", code(key))
        hands.press("Sign in")
    expect(hands.page.get_by_role("link", name="Your account")).to_be_visible()


def publish(hands: Hands, way: Way, artefact: Path) -> None:
    hands.follow("Publish")
    hands.attach("Files", artefact)
    hands.fill("Version", "1.0.0")
    hands.fill("Short name", way.slug)
    hands.fill("Title", way.title)
    hands.fill("What it does, in one sentence", "Enters registrations from a queue into the register.")
    hands.choose("Business area", hands.page.get_by_label("Business area").locator("option").nth(1).inner_text())
    hands.fill("Licence", "MIT")
    hands.tick("No data about people")
    hands.tick("Every partner")
    hands.press("Publish")
    expect(hands.page.locator("h1")).to_have_text(f"{way.title} 1.0.0")
    expect(hands.page.locator("main")).to_contain_text("Version 1.0.0 is published")


def wait_until_checked(page: Page) -> None:
    """Load the release's page again until its checks are over and it is in review."""
    state = page.locator(".mh-title .mh-status").first
    deadline = time.monotonic() + CHECKED_WITHIN
    while state.inner_text().strip() == "Being checked" and time.monotonic() < deadline:
        page.wait_for_timeout(500)
        page.reload()
    assert state.inner_text().strip() == "In review"


def find(hands: Hands, mistyped: str, title: str) -> None:
    """From the home page by a word with a slip in it to the module's page."""
    hands.fill("Search modules and sequences", mistyped)
    hands.press("Search")
    expect(hands.page.locator("main")).to_contain_text(f"Nothing has “{mistyped}”, so these are results for bereavement")
    hands.follow(title)
    expect(hands.page.locator("h1")).to_have_text(title)


def read(page: Page, truth: dict[str, Any], way: Way) -> None:
    """The module's page says what the files are known to hold."""
    for name in truth["truth"]["entry_points"]:
        expect(page.locator("#entry")).to_contain_text(name)
    to_set = page.locator("#change tr", has_text="Registration Queue")
    expect(to_set).to_contain_text("Queue")
    expect(to_set).to_contain_text("To set")
    expect(page.locator("#needs")).to_contain_text("MS Excel VBO")
    check_page(page, javascript=way.javascript)


def take(hands: Hands, filename: str) -> str:
    """Download the file; its SHA-256, which the page says too."""
    coming = hands.download(f"Download {filename}")
    digest = hashlib.sha256(Path(coming.path()).read_bytes()).hexdigest()
    assert coming.suggested_filename == filename
    assert hands.page.locator("#get .mh-digest").inner_text() == digest
    return digest
