"""Signing in as the demonstration's people, by the real pages."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, StorageState

from demonstration.people import PASSWORD
from tests.browser.codes import code
from tests.installation import Installation

# One setup key for all of them: it is added behind the scenes, where the setting up itself is not what is tested.
KEY = "MOOTHALLMOOTHALLMOOTHALLMOOTHALL"

VIEWER = "beatrice.longcot@wiltshire.example"
PUBLISHER = "rowan.ashby@hampshire.example"
ADMINISTRATOR = "imogen.tarrant@hampshire.example"
STEWARD = "harriet.moss@partnership.example"
ADOPTER = "gareth.oakhill@wiltshire.example"
AUDITOR = "jonas.wrexby@partnership.example"
TECHNICAL = "kenji.holloway@thames-valley.example"
BUSINESS_OWNER = "marian.colebrook@hampshire.example"
MET_PUBLISHER = "sana.whitcombe@met.example"
DEVELOPER = "freja.holmgaard@kobenhavn.example"
MET_OFFICER = "bram.ostler@met.example"  # signs as information assurance
WITH_FACTOR = (PUBLISHER, ADMINISTRATOR, STEWARD, TECHNICAL, BUSINESS_OWNER, MET_PUBLISHER, MET_OFFICER, ADOPTER, DEVELOPER)


class Keyring:
    """Signs everybody in once and keeps the cookies."""

    def __init__(self, browser: Browser, installation: Installation) -> None:
        self.browser, self.address = browser, installation.environment["BASE_URL"]
        self.sessions: dict[str, StorageState] = {}
        installation.python(
            "from accounts.models import User; from allauth.mfa.totp.internal.auth import TOTP\n"
            f"for email in {WITH_FACTOR!r}: TOTP.activate(User.objects.get(email=email), {KEY!r})"
        )

    def session(self, email: str) -> StorageState:
        """The cookies of somebody signed in."""
        if email not in self.sessions:
            context = self.browser.new_context(base_url=self.address)
            sign_in(context.new_page(), email, PASSWORD, KEY if email in WITH_FACTOR else "")
            self.sessions[email] = context.storage_state()
            context.close()
        return self.sessions[email]


def sign_in(page: Page, email: str, password: str, key: str = "") -> None:
    """By password, and where there is one by the authenticator app's ``key``."""
    page.goto("/account/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("textbox", name="Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    if key:
        page.get_by_label("code").fill(code(key))
        page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/login" not in address and "/authenticate" not in address)
