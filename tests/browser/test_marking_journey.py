"""Journey J9: marked and kept back until it is assessed, absent for others, asked for, given for a while, out of date with the next version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.hands import Mouse
from tests.browser.people import MET_OFFICER, MET_PUBLISHER, STEWARD, VIEWER
from tests.browser.watched import check_page
from tests.installation import Installation
from tests.make import bpmn

pytestmark = pytest.mark.browser
SLUG, TITLE = "cell-checks", "Checks of cells"
MODULE = f"/modules/met/{SLUG}"
GOVERNANCE = f"{MODULE}/1.0.0/governance"
# Reviews have a journey of their own: here the demonstration's reviewers sign behind the scenes.
LIST_IT = """
from demonstration.reviewing import review
from registry.actions.check_release import check_release
from registry.releases.models import Release
release = Release.objects.get(module__slug="cell-checks", version="1.0.0")
check_release(release.pk)
review(release, "listed")
"""
END_IT = """
from django.utils import timezone
from registry.catalogue.models import ModuleShare
ModuleShare.objects.filter(module__slug="cell-checks", expires_at__isnull=False).update(expires_at=timezone.now())
"""


def day(days: int) -> str:
    return (date.today() + timedelta(days=days)).isoformat()


def test_marked_assessed_asked_for_and_out_of_date(
    open_page: Opener, installation: Installation, tmp_path: Path, picture: Callable[[Page, str], None]
) -> None:
    publisher, officer = Mouse(open_page(MET_PUBLISHER)), Mouse(open_page(MET_OFFICER))
    outsider = Mouse(open_page(VIEWER))
    seen = lambda hands, name: (check_page(hands.page), picture(hands.page, name))  # noqa: E731

    publish(publisher, tmp_path)
    publisher.page.goto(GOVERNANCE)
    expect(publisher.page.locator("main")).to_contain_text("The data protection impact assessment is missing. Rule dpia-law-enforcement")
    seen(publisher, "j9-blocked")

    write_dpia(publisher)
    expect(publisher.page.locator("main")).to_contain_text("is not signed yet")
    seen(publisher, "j9-written")
    officer.page.goto(GOVERNANCE)
    officer.follow("Read and sign")
    seen(officer, "j9-to-sign")
    officer.tick("I have read it in full, and it fits what this version reaches and handles")
    officer.press("Sign it")
    expect(officer.page.locator("main")).to_contain_text("Nothing stands against listing it")
    installation.python(LIST_IT)

    for address in (MODULE, f"{MODULE}/1.0.0", GOVERNANCE):
        answer = outsider.page.goto(address)
        assert answer is not None
        assert answer.status == 404
    outsider.page.goto("/modules?q=cells")
    expect(outsider.page.locator("main")).not_to_contain_text(TITLE)

    publisher.page.goto(f"{MODULE}/public-part")
    seen(publisher, "j9-public-part")
    publisher.press("Show its public part to all members")
    outsider.page.goto("/modules?q=cells")
    seen(outsider, "j9-files-on-request")
    outsider.follow(TITLE)
    expect(outsider.page.locator("main")).to_contain_text("OFFICIAL-SENSITIVE")
    expect(outsider.page.locator("main")).not_to_contain_text("Custody managers only")
    outsider.fill("Why you ask", "Our youth offending team visits cells.")
    outsider.fill("What you will use it for", "A pilot in one suite.")
    outsider.fill("Until when you need it", day(30))
    seen(outsider, "j9-ask")
    outsider.press("Ask for access")
    seen(outsider, "j9-asked")

    publisher.page.goto("/access")
    publisher.follow("Wiltshire Council asks for")
    seen(publisher, "j9-decide")
    publisher.fill("Until the end of", day(7))
    publisher.press("Give access")
    seen(publisher, "j9-given")
    outsider.page.goto(MODULE)
    expect(outsider.page.locator("main")).to_contain_text("Custody managers only")
    seen(outsider, "j9-marked")
    installation.python(END_IT)
    outsider.page.goto(MODULE)
    expect(outsider.page.locator("main")).not_to_contain_text("Custody managers only")

    next_version(publisher, tmp_path)
    publisher.page.goto(f"{MODULE}/1.1.0/governance")
    expect(publisher.page.locator("main")).to_contain_text("does not speak of: new data category health")
    seen(publisher, "j9-out-of-date")

    steward = Mouse(open_page(STEWARD))
    steward.page.goto("/legal-bases/custody/changed")
    steward.fill("What changed", "Checks of detained children are recorded every half hour.")
    steward.fill("From when it holds", day(90))
    steward.press("Record it")
    seen(steward, "j9-law-changed")
    publisher.page.goto("/legal-bases")
    publisher.follow(TITLE)
    seen(publisher, "j9-reassess")
    publisher.fill("What you found", "The interval is a setting; its default is half an hour now.")
    publisher.press("It was looked at")
    expect(publisher.page.locator("h1")).to_contain_text(TITLE)


def attach(hands: Mouse, folder: Path, version: str) -> None:
    path = folder / "cell-checks.bpmn"
    path.write_bytes(bpmn(f"Cell checks {version}"))
    hands.attach("Files", path)
    hands.fill("Version", version)


def publish(hands: Mouse, folder: Path) -> None:
    hands.page.goto("/publish")
    attach(hands, folder, "1.0.0")
    hands.fill("Short name", SLUG)
    hands.fill("Title", TITLE)
    hands.fill("What it does, in one sentence", "Records the checks of cells in custody.")
    hands.fill("Licence", "MIT")
    hands.tick("Criminal offences")
    hands.tick("It processes for law enforcement")
    hands.tick("Organisations named by its publisher")
    hands.tick("Thames Valley Police")
    hands.tick("OFFICIAL-SENSITIVE")
    hands.fill("Handling caveat", "Custody managers only")
    hands.press("Publish")
    expect(hands.page.locator("h1")).to_have_text(f"{TITLE} 1.0.0")
    hands.page.goto(f"{GOVERNANCE}/declare")
    hands.tick("Detention and custody")
    check_page(hands.page)
    hands.press("Save")


def write_dpia(hands: Mouse) -> None:
    hands.follow("Write it")
    expect(hands.page.locator("h1")).to_contain_text("Data protection impact assessment")
    hands.fill("Summary for everybody who sees the module", "It records what officers saw, and decides nothing.")
    for label in (
        "Why the data is processed",
        "Lawful basis",
        "Why it is necessary and no more than that",
        "Risks to people",
        "What is done about each",
        "What risk is left",
        "Advice of the data protection officer",
    ):
        hands.fill(label, "Said in the minutes of 3 November.")
    hands.press("Save")


def next_version(hands: Mouse, folder: Path) -> None:
    hands.page.goto(f"/publish?module=met/{SLUG}")
    attach(hands, folder, "1.1.0")
    hands.tick("Health")
    hands.press("Publish")
    expect(hands.page.locator("h1")).to_have_text(f"{TITLE} 1.1.0")
