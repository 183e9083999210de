"""Chromium and an installation with the demonstration's data, as in production: a second factor is needed to publish.

They live for this folder alone: while Playwright runs, Django refuses to ask its database in the same thread.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

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


class Windows:
    """Opens windows and watches them."""

    def __init__(self, browser: Browser, installation: Installation, keyring: Keyring) -> None:
        self.browser, self.address, self.keyring = browser, installation.environment["BASE_URL"], keyring
        self.watch = Watch(self.address)
        self._contexts: list[BrowserContext] = []
        self._kept: dict[str, Page] = {}

    def open(self, who: str = "", *, javascript: bool = True, says: str = "") -> Page:
        """A new window, signed in as somebody or nobody; ``says`` is what its console is expected to say."""
        context = self.browser.new_context(
            base_url=self.address,
            java_script_enabled=javascript,
            viewport={"width": 1280, "height": 900},
            storage_state=self.keyring.session(who) if who else None,
            locale="en-GB",
        )
        context.set_default_timeout(PATIENCE)
        self.watch.follow(context, expected=says)
        self._contexts.append(context)
        return context.new_page()

    def kept(self, who: str) -> Page:
        """The one window of somebody, which keeps its cache; nobody has a new one each time."""
        if not who:
            return self.open()
        if who not in self._kept:
            self._kept[who] = self.open(who)
        return self._kept[who]

    def close(self) -> None:
        """Close them all, then fail with what they complained of."""
        for context in self._contexts:
            context.close()
        self.watch.check()


@pytest.fixture
def open_page(browser: Browser, installation: Installation, keyring: Keyring) -> Iterator[Opener]:
    """Opens windows of the test's own; what they complain of fails it."""
    windows = Windows(browser, installation, keyring)
    yield windows.open
    windows.close()


@pytest.fixture(scope="module")
def windows(browser: Browser, installation: Installation, keyring: Keyring) -> Iterator[Windows]:
    """Windows that the tests of a file share."""
    windows = Windows(browser, installation, keyring)
    yield windows
    windows.close()


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keeps a picture of a page in the folder that MOOTHALL_PICTURES names, to be looked at by people."""
    folder = os.environ.get("MOOTHALL_PICTURES")

    def taken(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return taken
