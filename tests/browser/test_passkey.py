"""A passkey of Chromium's own virtual authenticator: added, renamed, used in place of the password, removed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from demonstration.people import PASSWORD
from tests.browser.conftest import Opener
from tests.browser.hands import Mouse
from tests.browser.people import sign_in
from tests.browser.watched import check_page

pytestmark = pytest.mark.browser

# Nobody else's tests sign in as these two.
HOLDER = "callum.denholm@hampshire.example"
OTHER = "dorothy.penhale@met.example"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_device(page: Page) -> None:
    """Give the window a device that holds passkeys; a person nods at whatever it asks."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def add_passkey(hands: Mouse) -> None:
    hands.page.goto("/account/2fa/webauthn/add/")
    hands.fill("Name", "Work laptop")
    hands.tick("Sign in with it without a password")
    hands.press("Add the key")
    expect(hands.page.locator("h1")).to_have_text("Recovery codes")


def sign_out(hands: Mouse) -> None:
    hands.page.goto("/account/logout/")
    hands.press("Sign out")


def test_a_passkey_signs_in_without_a_password(open_page: Opener) -> None:
    page = open_page()
    hands = Mouse(page)
    with_device(page)
    sign_in(page, HOLDER, PASSWORD)
    add_passkey(hands)
    sign_out(hands)
    page.goto("/account/")
    expect(page.locator("h1")).to_have_text("Sign in")
    hands.press("Sign in with a passkey")
    expect(page.locator("h1")).to_have_text("Your account")
    expect(page.locator("main")).to_contain_text(HOLDER)
    rename_and_remove(hands)


def rename_and_remove(hands: Mouse) -> None:
    """On the pages that only somebody with a key can open."""
    page = hands.page
    page.goto("/account/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("Without a password")
    check_page(page)
    hands.follow("Rename")
    check_page(page)
    hands.fill("Name", "Old laptop")
    hands.press("Save the name")
    expect(page.locator("main")).to_contain_text("Old laptop")
    hands.follow("Remove")
    check_page(page)
    hands.press("Remove the key")
    expect(page.locator("main")).not_to_contain_text("Old laptop")


def test_a_device_without_the_passkey_does_not_sign_in(open_page: Opener) -> None:
    holder, stranger = open_page(), open_page(says="NotAllowedError")
    with_device(holder)
    sign_in(holder, OTHER, PASSWORD)
    add_passkey(Mouse(holder))
    with_device(stranger)
    stranger.goto("/account/login/")
    with stranger.expect_console_message(lambda message: "NotAllowedError" in message.text):
        stranger.get_by_role("button", name="Sign in with a passkey").click()
    stranger.goto("/account/")
    expect(stranger.locator("h1")).to_have_text("Sign in")
