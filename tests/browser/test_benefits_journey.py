"""J7: baseline, claim, evidence, approval by somebody else, the ledger with the seeds' figures, and a forecast for another body."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.hands import Mouse
from tests.browser.people import ADOPTER, PUBLISHER, TECHNICAL
from tests.browser.watched import check_page
from tests.make import PICTURE

pytestmark = pytest.mark.browser

TITLE = "Victims told by themselves, 2024–25"


def test_from_baseline_to_forecast(open_page: Opener, picture: Callable[[Page, str], None], tmp_path: Path) -> None:
    manager = Mouse(open_page(PUBLISHER))
    baseline(manager)
    claim(manager, picture)
    address = manager.page.url
    unevidenced(manager, picture)
    evidence(manager, address, tmp_path)
    decide(Mouse(open_page(TECHNICAL)), address, picture)
    verified(manager, picture)
    forecast(Mouse(open_page(ADOPTER)), picture)


def baseline(hands: Mouse) -> None:
    page = hands.page
    page.goto("/benefits/baselines/add")
    hands.choose("Module", "Victim updates (hampshire/victim-update)")
    hands.fill("Minutes that an item takes by hand", "6")
    hands.fill("What an item is", "updates")
    hands.fill("How many items you measured", "40")
    hands.fill("Day it was measured", "2023-02-06")
    hands.tick("Timed by observation")
    check_page(page)
    button = page.locator("main form button").first.inner_text()
    hands.press(button)
    expect(page.get_by_role("alert").or_(page.locator(".govuk-notification-banner"))).to_be_visible()


def claim(hands: Mouse, picture: Callable[[Page, str], None]) -> None:
    """58,000 updates a year, each 5.5 minutes less: 5,316.67 hours, 3.222 FTE of 1,650 hours."""
    page = hands.page
    page.goto("/benefits/add")
    page.locator("select[name=about]").select_option("hampshire/victim-update")
    hands.fill("A short name for it", TITLE)
    hands.tick("Capacity released: people do something else in that time")
    hands.fill("First day", "2024-04-01")
    hands.fill("Last day", "2025-03-31")
    hands.fill("Items in that time", "58000")
    hands.fill("What an item is", "updates")
    page.locator("select[name=baseline]").select_option(index=1)
    hands.fill("Minutes that people still spend on an item", "0.5")
    hands.fill("Hours that one FTE works in a year", "1650")
    hands.press("Show what it comes to")
    expect(page.locator("main")).to_contain_text("Nothing is saved yet.")
    expect(page.locator("main")).to_contain_text("3.222")
    check_page(page)
    picture(page, "claim-reckoned")
    hands.press("Save it as a draft")
    expect(page.locator("h1")).to_contain_text(TITLE)
    hands.follow("Hand it in")
    hands.press(page.locator("main form button").first.inner_text())
    expect(page.locator("main")).to_contain_text("Unevidenced")
    check_page(page)


def unevidenced(hands: Mouse, picture: Callable[[Page, str], None]) -> None:
    """It is seen, and in no verified total; its claimant cannot approve it."""
    page = hands.page
    address = page.url
    page.goto("/benefits?year=2024–25")
    row = page.get_by_role("row").filter(has_text=TITLE)
    expect(row).to_contain_text("Unevidenced")
    expect(page.get_by_role("row").filter(has_text="Verified").first).to_contain_text("0.0")
    check_page(page)
    picture(page, "ledger-unevidenced")
    answer = page.goto(f"{address}/decide")
    assert answer is not None
    assert answer.status == 403
    page.goto(address)


def evidence(hands: Mouse, address: str, tmp_path: Path) -> None:
    shown = tmp_path / "queue.png"
    shown.write_bytes(PICTURE)
    hands.page.goto(f"{address}/evidence")
    hands.fill("What it is", "The queue of a year")
    hands.attach("Or the file itself", shown)
    check_page(hands.page)
    hands.press(hands.page.locator("main form button").first.inner_text())
    expect(hands.page.locator("main")).to_contain_text("The queue of a year")


def decide(hands: Mouse, address: str, picture: Callable[[Page, str], None]) -> None:
    """Somebody of another force, who opens the evidence first."""
    page = hands.page
    page.goto(address)
    hands.follow("Approve it, or send it back")
    assert hands.download("The queue of a year").path().read_bytes() == PICTURE
    hands.tick("Approve it: the evidence shows the figures")
    hands.fill("What you checked, or what is missing", "The queue holds 58,000 updates.")
    check_page(page)
    picture(page, "claim-to-decide")
    hands.press("Decide")
    page.goto(address)
    expect(page.locator("main")).to_contain_text("Approved")


def verified(hands: Mouse, picture: Callable[[Page, str], None]) -> None:
    """The new claim counts; the published lines come out as the practice bank has them (S0-6, S0-7), Copenhagen's as its paper has (S4-5)."""
    page = hands.page
    page.goto("/benefits?year=2024–25")
    expect(page.get_by_role("row").filter(has_text="Verified").first).to_contain_text("3.2")
    page.goto("/benefits?year=2023–24")
    for name, figures in (
        ("Crime incident filing", ("224,000 case files", "50.0", "£1,900,000", "£38,000", "Approved")),
        ("Contact management", ("131,000 contacts", "3.0", "£117,000", "£39,000", "Joint: counted once")),
        ("Domestic abuse triage", ("161,000 tasks", "2.4", "£88,000", "£36,667", "Joint: counted once")),
        ("Rest of", ("40.6", "£1,495,000", "£36,823", "Not itemised")),
        ("Verified", ("55.4", "£2,105,000")),
        ("Claimed", ("96.0", "£3,600,000")),
    ):
        row = page.get_by_role("row").filter(has_text=name).filter(has_text=figures[0]).first
        for figure in figures:
            expect(row).to_contain_text(figure)
    expect(page.locator("main")).to_contain_text("58% of the £3.6m claimed is itemised and evidenced")
    check_page(page)
    picture(page, "ledger-verified")
    page.goto("/benefits?year=2017")
    for figure in ("10,000 breve", "Indtastning i Opus Personale", "0.6"):
        expect(page.locator("main")).to_contain_text(figure)
    hands.follow("Breve om bevilling og afslag")
    for figure in ("1,666.7", "1,667", "2016 p/l"):
        expect(page.locator("main")).to_contain_text(figure)
    check_page(page)
    picture(page, "claim-in-kroner")


def forecast(hands: Mouse, picture: Callable[[Page, str], None]) -> None:
    """35,000 case files a year: 7.8 FTE are likely, between 4.1 and 11.2, as only one organisation has measured."""
    page = hands.page
    page.goto("/modules/hampshire/crime-incident-filing/forecast?volume=35000&unit=case files&hours_per_fte=1650")
    for figure in ("7.8", "4.1", "11.2"):
        expect(page.locator("main")).to_contain_text(figure)
    check_page(page)
    picture(page, "forecast")
    hands.press("Keep this forecast")
    expect(page.locator("main")).to_contain_text("7.8 FTE likely, 4.1 to 11.2, for 35,000 case files")
