"""Chromium and an installation with the demonstration's data, as in production: a second factor is needed to publish.

They live for this folder alone: while Playwright runs, Django refuses to ask its database in the same thread.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.mailbox import Mailbox
from tests.browser.people import Keyring
from tests.browser.watched import Watch
from tests.installation import Installation

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 15_000  # ms until something that should happen counts as missing

Opener = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; where it is missing CI fails, elsewhere the test is skipped."""
    chromium = shutil.which("chromium")
    if not chromium:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing")
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture(scope="package")
def installation(browser: Browser, mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Real processes: two web workers, a worker, PostgreSQL; with the demonstration's people and modules."""
    installation = Installation(tmp_path_factory.mktemp("home"), REQUIRE_SECOND_FACTOR="1", EMAIL_URL=mailbox.address)
    installation.environment["BASE_URL"] = f"http://localhost:{installation.port}"
    with installation:
        installation.manage("load_demonstration")
        installation.start_web()
        installation.start_worker()
        yield installation


@pytest.fixture(scope="package")
def keyring(browser: Browser, installation: Installation) -> Keyring:
    """Who is signed in already."""
    return Keyring(browser, installation)


@pytest.fixture
def open_page(browser: Browser, installation: Installation, keyring: Keyring) -> Iterator[Opener]:
    """Opens windows: signed in as somebody or nobody, with or without JavaScript; what they complain of fails the test."""
    watches, contexts = [], []

    def opened(who: str = "", *, javascript: bool = True, width: int = 1280) -> Page:
        state = keyring.session(who) if who else None
        context = browser.new_context(
            base_url=installation.environment["BASE_URL"],
            java_script_enabled=javascript,
            viewport={"width": width, "height": 900},
            storage_state=state,
            locale="en-GB",
        )
        context.set_default_timeout(PATIENCE)
        watch = Watch(installation.environment["BASE_URL"])
        watch.follow(context)
        watches.append(watch)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    for watch in watches:
        watch.check()


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keeps a picture of a page in the folder that MOOTHALL_PICTURES names, to be looked at by people."""
    folder = os.environ.get("MOOTHALL_PICTURES")

    def taken(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return taken
