"""J8: a version is recalled; exactly who uses it is told, answers, is followed up; taking it all the same needs a reason, which is kept."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.hands import Mouse
from tests.browser.people import ADOPTER, STEWARD, VIEWER
from tests.browser.watched import check_page
from tests.installation import Installation

pytestmark = pytest.mark.browser

SESSION = "/modules/hampshire/rms-session"
WHY = "It signs out while another robot still writes."
# One council runs it, one force tries it and tells nobody, one force runs a module that needs it; others run other versions, or took it only.
HOLDERS = """
from accounts.models import User
from accounts.viewer import viewer_of
from registry.actions.record_download import record_download
from registry.releases.models import Dependency, Release
from django.utils import timezone
from registry.actions.state_adoption import AdoptionForm, state_adoption
releases = {str(release): release for release in Release.objects.select_related("module__organisation").filter(state="listed")}
def use(email, name, stage="live", sharing="named"):
    by, release = viewer_of(User.objects.get(email=email)), releases[name]
    form = AdoptionForm(since=timezone.localdate(), owner="RPA team lead", sharing=sharing)
    state_adoption(module=release.module, release=release, stage=stage, form=form, organisation=by.organisation, by=by)
use("gareth.oakhill@wiltshire.example", "hampshire/rms-session@1.4.0")
use("sana.whitcombe@met.example", "hampshire/rms-session@1.4.0", "pilot", "kept")
use("freja.holmgaard@kobenhavn.example", "hampshire/rms-session@1.4.2")
use("tess.marlow@brightloop.example", "hampshire/victim-update@1.1.0")
record_download(release=releases["hampshire/rms-session@1.4.0"], by=viewer_of(User.objects.get(email="tess.marlow@brightloop.example")))
needing = next(release for name, release in releases.items() if name.startswith("wiltshire/") and release.module.visibility == "partnership")
Dependency.objects.create(
    release=needing, ecosystem="moothall", name="hampshire/rms-session", wanted="hampshire/rms-session", range="1.4.0", source="declared"
)
use("priya.lockwood@thames-valley.example", str(needing))
"""
LATE = """
from datetime import timedelta
from django.utils import timezone
from registry.lifecycle.models import RecallNotice
from registry.actions.follow_up_recalls import follow_up_recalls
open_ones = RecallNotice.objects.filter(recall__module__slug="rms-session", acknowledged_at=None).exclude(organisation__slug="wiltshire")
open_ones.update(told_at=timezone.now() - timedelta(days=9), due_at=timezone.now() - timedelta(days=2))
print(follow_up_recalls())
"""


def test_a_recall_from_notice_to_end(open_page: Opener, installation: Installation, picture: Callable[[Page, str], None]) -> None:
    installation.python(HOLDERS)
    steward = Mouse(open_page(STEWARD))
    recall(steward, picture)
    case = steward.page.url
    adopter = Mouse(open_page(ADOPTER))
    answer(adopter, picture)
    insist(Mouse(open_page(VIEWER)), picture)
    assert "'escalated': 2" in installation.python(LATE)
    steward.page.goto(case)
    row = steward.page.get_by_role("row").filter(has_text="Thames Valley Police")
    expect(row).to_contain_text("Overdue, escalated")
    # Wiltshire had answered, and then took the version again: it must answer anew.
    expect(steward.page.get_by_role("row").filter(has_text="Wiltshire Council")).to_contain_text("Told")
    expect(steward.page.locator("main")).to_contain_text("We compare the two versions.")
    check_page(steward.page)
    picture(steward.page, "recall-followed")
    mend(steward, picture)


def recall(hands: Mouse, picture: Callable[[Page, str], None]) -> None:
    page = hands.page
    page.goto(SESSION)
    hands.follow("Recall versions")
    hands.fill("Versions", ">=1.4.0 <1.4.2")
    hands.tick("High")
    hands.fill("What is wrong", WHY)
    hands.fill("What to do meanwhile", "Run one robot at a time.")
    hands.press("Show who would be told")
    told = page.get_by_role("status")
    expect(told).to_contain_text("2 organisations would be told: Thames Valley Police, Wiltshire Council")
    expect(told).not_to_contain_text("Metropolitan Police Service")  # it keeps to itself what it tries, until it must be told
    check_page(page)
    picture(page, "recall-preview")
    hands.press("Recall them")
    expect(page.locator("h2#answers")).to_have_text("Organisations told (3)")
    for name in ("Metropolitan Police Service", "Thames Valley Police", "Wiltshire Council"):
        expect(page.get_by_role("table")).to_contain_text(name)
    for name in ("Københavns Kommune", "Brightloop Automation"):
        expect(page.get_by_role("table")).not_to_contain_text(name)


def answer(hands: Mouse, picture: Callable[[Page, str], None]) -> None:
    page = hands.page
    page.goto("/")
    expect(page.locator(".mh-alert")).to_contain_text(re.compile(r"recalls? waits? for an answer of Wiltshire Council"))
    check_page(page)
    picture(page, "recall-told")
    hands.follow("See what to do")
    hands.follow("hampshire/rms-session")
    expect(page.locator("main")).to_contain_text(WHY)
    check_page(page)
    hands.tick("We stopped it")
    hands.fill("Anything its publisher should know", "At noon.")
    before = waiting(page)
    hands.press("Answer for Wiltshire Council")
    assert waiting(page) == before - 1
    expect(page.locator("h2#records")).to_have_text("Your records of use still say otherwise")
    check_page(page)
    picture(page, "recall-answered")


def waiting(page: Page) -> int:
    """How many recalls wait for an answer, as the head of the page says."""
    alert = page.locator(".mh-alert strong")
    return int(alert.inner_text().split()[0]) if alert.count() else 0


def insist(hands: Mouse, picture: Callable[[Page, str], None]) -> None:
    """Somebody must have the recalled version all the same."""
    page = hands.page
    page.goto(f"{SESSION}/1.4.0")
    expect(page.locator("main")).to_contain_text("Version 1.4.0 is recalled.")
    check_page(page)
    picture(page, "recalled-version")
    page.locator("a").filter(has_text="Download").first.click()
    expect(page.locator("h1")).to_contain_text("is recalled")
    check_page(page)
    picture(page, "recalled-download")
    hands.fill("Why you need exactly this version", "We compare the two versions.")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Take it all the same").click()
    assert coming.value.path().stat().st_size > 0


def mend(hands: Mouse, picture: Callable[[Page, str], None]) -> None:
    page = hands.page
    hands.fill("Version to move to", "1.4.2")
    hands.press("Name it")
    expect(page.locator("main")).to_contain_text("1.4.2")
    hands.fill("Why it can end", "Everybody was reached by telephone.")
    hands.press("Close it")
    expect(page.locator("main")).to_contain_text("Everybody was reached by telephone.")
    check_page(page)
    page.goto(f"{SESSION}/1.4.0")
    expect(page.locator("main")).not_to_contain_text("is recalled")
