"""J10: opting in, runs by version, what is refused, too few to show, opting out, export and deletion; then a module is retired at its adopters."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.hands import Mouse
from tests.browser.people import ADOPTER, PUBLISHER, STEWARD
from tests.browser.watched import check_page
from tests.installation import Installation
from tests.make import PICTURE

pytestmark = pytest.mark.browser

MODULE, VERSION = "hampshire/annual-leave", "1.3.0"  # nobody reports runs of it in the demonstration
COUNTED = "from registry.actions.roll_up_runs import roll_up_runs; print(roll_up_runs())"
LEFT = """
from registry.telemetry.database import cursor
from registry.actions.delete_runs import delete_runs
with cursor() as run:
    for table in ("runevent", "runid", "heldevent", "dailyruns", "monthlyruns"):
        run.execute(f"SELECT count(*) FROM telemetry_{table} WHERE organisation = 'wiltshire'")
        print(table, run.fetchone()[0])
"""


def test_runs_from_opting_in_to_deletion(open_page: Opener, installation: Installation, picture: Callable[[Page, str], None]) -> None:
    ops = Mouse(open_page(ADOPTER))
    token = installation.manage("issue_token", "--organisation", "wiltshire", "--scopes", "telemetry").strip()
    opt(ops, "Opt out")
    assert send(ops.page, token, [run()]) == (403, "runs_not_opted_in")
    opt(ops, "Opt in")
    sound = [run(outcome="business_exception", items=1), *(run(items=20) for _ in range(9))]
    assert send(ops.page, token, sound) == (202, {"accepted": 10, "duplicates": 0, "held": 0})
    assert send(ops.page, token, [*sound, run(days=60)]) == (202, {"accepted": 0, "duplicates": 10, "held": 1})
    assert send(ops.page, token, [run(case_id="C-1")]) == (422, "field_unknown")
    installation.python(COUNTED)
    report(ops, picture)
    too_few(Mouse(open_page(PUBLISHER)), picture)
    leave(ops, token, installation, picture)


def run(*, days: int = 1, **given: Any) -> dict[str, Any]:
    started = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    usual = {"module": MODULE, "version": VERSION, "started_at": started, "duration_seconds": 60, "outcome": "completed", "items": 5}
    return {"id": str(uuid4()), **usual, **given}


def send(page: Page, token: str, events: list[dict[str, Any]]) -> tuple[int, Any]:
    """The answer's status, and what it says: the counts, or the code of the problem."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    answer = page.request.post("/api/v1/runs", headers=headers, data=json.dumps({"events": events}))
    told = answer.json()
    return answer.status, told.get("code", told)


def opt(hands: Mouse, how: str) -> None:
    hands.page.goto("/runs")
    check_page(hands.page)
    hands.follow(how)
    check_page(hands.page)
    hands.press(how)
    expect(hands.page.locator(".govuk-notification-banner")).to_be_visible()


def report(hands: Mouse, picture: Callable[[Page, str], None]) -> None:
    """One's own figures in full, by version; and the late run waits apart."""
    page = hands.page
    page.goto(f"/modules/{MODULE}/runs")
    for figure in ("10", "90%", "181 items", VERSION):
        expect(page.locator("main")).to_contain_text(figure)
    check_page(page)
    picture(page, "runs-own")
    page.goto("/runs/held")
    expect(page.locator("main")).to_contain_text(MODULE)
    check_page(page)


def too_few(hands: Mouse, picture: Callable[[Page, str], None]) -> None:
    """The publisher of the module learns nothing of the one organisation that reports."""
    page = hands.page
    page.goto(f"/modules/{MODULE}/runs")
    expect(page.locator("main")).to_contain_text("Fewer than 5 organisations share runs, so we show none.")
    expect(page.locator("main")).not_to_contain_text("181")
    check_page(page)
    picture(page, "runs-too-few")
    assert "181" not in page.request.get(f"/modules/{MODULE}/runs.csv").text()


def leave(hands: Mouse, token: str, installation: Installation, picture: Callable[[Page, str], None]) -> None:
    page = hands.page
    opt(hands, "Opt out")
    assert send(page, token, [run()]) == (403, "runs_not_opted_in")
    page.goto("/runs")
    exported = hands.download("Every run that counts").path().read_text(encoding="utf-8-sig")
    assert exported.count(MODULE) == 10
    hands.follow("Delete everything we reported")
    check_page(page)
    picture(page, "runs-delete")
    for box in page.locator("main form input[type=checkbox]").all():
        box.check()
    hands.press(page.locator("main form button").first.inner_text())
    for _ in range(60):
        left = installation.python(LEFT).split("\n")
        if all(line.endswith(" 0") for line in left if line):
            return
        page.wait_for_timeout(500)
    raise AssertionError(left)


def test_a_module_is_retired_once_its_adopter_removed_its_access(
    open_page: Opener, installation: Installation, picture: Callable[[Page, str], None], tmp_path: Path
) -> None:
    shown = tmp_path / "removed.png"
    shown.write_bytes(PICTURE)
    adopter, owner = Mouse(open_page(ADOPTER)), Mouse(open_page(PUBLISHER))
    state(adopter, picture)
    case = retire(owner)
    adopter.page.goto(case)
    for _ in range(4):
        adopter.page.locator("main input[type=radio]").first.check()
        adopter.attach("What shows it", shown)
        adopter.press("Tick it")
    expect(adopter.page.locator("main")).to_contain_text("All done")
    check_page(adopter.page)
    picture(adopter.page, "retirement-ticked")
    owner.page.goto(case)
    owner.press("Retire the module")
    expect(owner.page.locator("main")).to_contain_text("Retired")
    steward = open_page(STEWARD)
    steward.goto("/modules?q=road traffic")
    expect(steward.locator("main")).not_to_contain_text("Road traffic incident entry")


def state(hands: Mouse, picture: Callable[[Page, str], None]) -> None:
    """Wiltshire says that it runs the module."""
    page = hands.page
    page.goto("/modules/hampshire/road-traffic-input/use")
    hands.tick("Live: it does real work every day")
    hands.fill("Live since", "2026-02-02")
    hands.fill("Who answers for it", "Highways systems lead")
    hands.press("State it")
    page.goto("/modules/hampshire/road-traffic-input")
    expect(page.locator("#use")).to_contain_text("Verified in use by 1 council")
    check_page(page)
    picture(page, "in-use-by-one")


def retire(hands: Mouse) -> str:
    """Begun by its publisher; not to be closed while the adopter's list is open. Returns the address of the case."""
    page = hands.page
    page.goto("/modules/hampshire/road-traffic-input/retire")
    hands.fill("Last day of service", f"{datetime.now(UTC).date() + timedelta(days=90)}")
    hands.fill("Why", "The records system takes these reports itself now.")
    hands.press("Begin its retirement")
    hands.follow("Road traffic incident entry")
    case = page.url
    expect(page.locator("main")).to_contain_text("Wiltshire Council")
    hands.press("Retire the module")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    check_page(page)
    return case
