"""How the demonstration's robots ran in the last year: made up, reported and counted as anybody's are."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from accounts.models import ApiToken, Organisation
from accounts.tokens import issue_token
from accounts.viewer import viewer_of_token
from demonstration.use.adoptions import CONTACTS, FILING, SMS, TRIAGE, VICTIMS
from demonstration.use.stating import viewer
from registry.actions.consent_runs import opt_in_runs
from registry.actions.record_runs import record_runs
from registry.actions.release_held_runs import release_held_runs
from registry.actions.roll_up_runs import roll_up_runs
from registry.telemetry.events import MAX_EVENTS, RunEventIn
from registry.telemetry.holding import HeldKind
from registry.telemetry.models import RunConsent

DAYS = 360  # of history


@dataclass(frozen=True)
class Robot:
    """What runs every so many days at ``organisation`` (a slug); ``fails`` is the share of runs that end in an exception."""

    organisation: str
    module: str
    version: str
    every: int  # days
    items: int  # on a usual day
    seconds: int  # for one item
    fails: float = 0.03


ROBOTS = (
    *(Robot(slug, SMS, version, 2, items, 2, fails) for slug, version, items, fails in (
        ("hampshire", "1.1.0", 320, 0.02), ("thames-valley", "1.0.0", 220, 0.05), ("met", "1.1.0", 660, 0.02),
        ("wiltshire", "1.1.0", 85, 0.03), ("kobenhavn", "1.1.0", 120, 0.01), ("brightloop", "1.1.0", 50, 0.02))),
    Robot("hampshire", FILING, "2.1.0", 2, 1_230, 40, 0.04),
    Robot("thames-valley", FILING, "2.0.3", 2, 650, 44, 0.07),
    Robot("hampshire", TRIAGE, "2.0.0", 3, 1_320, 25),
    Robot("hampshire", CONTACTS, "1.0.1", 3, 1_080, 15),
    Robot("hampshire", VICTIMS, "1.2.0", 3, 480, 20),
)  # fmt: skip
SHOWN = {"hampshire"}  # its figures stand under its name


def report_runs() -> None:
    """Every organisation's runs, where none are there yet. What is older than a month is held apart at first, and let count."""
    if RunConsent.objects.exists():
        return
    chance = random.Random(20)  # noqa: S311 - figures of a story, the same each time
    for slug in dict.fromkeys(robot.organisation for robot in ROBOTS):
        by = viewer(slug)
        opt_in_runs(shows_own=slug in SHOWN, by=by)
        events = [event for robot in ROBOTS if robot.organisation == slug for event in _runs(robot, chance)]
        reporter = viewer_of_token(_token(by.organisation))
        for start in range(0, len(events), MAX_EVENTS):
            record_runs(events=events[start : start + MAX_EVENTS], by=reporter)
        late = {HeldKind("late", robot.module, robot.version) for robot in ROBOTS if robot.organisation == slug}
        release_held_runs(kinds=late, by=by)
    roll_up_runs()


def _token(organisation: Organisation | None) -> ApiToken:
    """By which the story is reported; it ends the same day."""
    assert organisation is not None
    return issue_token(organisation=organisation, name="Runs of the last year", scopes=("telemetry",), modules=(), days=1, by=None)[0]


def _runs(robot: Robot, chance: random.Random) -> Iterator[RunEventIn]:
    today = timezone.now().date()
    for back in range(DAYS, 0, -robot.every):
        day = today - timedelta(days=back)
        began = timezone.make_aware(datetime.combine(day, time(chance.randint(1, 5), chance.randint(0, 59))))
        failed = chance.random() < robot.fails
        items = max(1, round(robot.items * chance.uniform(0.7, 1.3) * (0.3 if failed else 1)))
        outcome = chance.choice(("business_exception", "system_exception")) if failed else "completed"
        yield RunEventIn(
            id=UUID(int=chance.getrandbits(128), version=4),
            module=robot.module,
            version=robot.version,
            started_at=began,
            duration_seconds=round(items * robot.seconds * chance.uniform(0.9, 1.1), 1) % 80_000,
            outcome=outcome,  # type: ignore[arg-type]  # one of the three
            items=items,
        )
