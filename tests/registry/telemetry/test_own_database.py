"""An installation whose runs have a database server of their own: they are there and nowhere else, and pages stand while it is away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import postgres
from tests.installation import Installation
from tests.make import bpmn

EVENT = {
    "id": "6f1c9c0e-54c3-4f0e-9a57-0f6b1c8f2c11", "module": "hampshire/own", "version": "1.0.0", "duration_seconds": 4,
    "outcome": "completed", "items": 3,
}  # fmt: skip
SET_UP = """
from django.utils import timezone
from accounts.models import Organisation
from registry.releases.models import Release
from registry.telemetry.models import RunConsent
RunConsent.objects.create(organisation="hampshire", opted_in_at=timezone.now())
"""
ADD_UP = """
from registry.actions.roll_up_runs import roll_up_runs
from registry.actions.keep_runs import keep_runs
from registry.telemetry import read
from datetime import date
keep_runs()
print(roll_up_runs(), [row.runs for row in read.monthly(None, None, date(2000, 1, 1), date(2100, 1, 1))])
"""
ACTIONS = """
from accounts.models import AuditEvent, Organisation
from registry.actions.consent_runs import opt_out_runs
from registry.actions.delete_runs import delete_asked_runs, delete_runs
from registry.telemetry.models import RunEvent, RunId
from tests.make import make_viewer
by = make_viewer("hampshire")
opt_out_runs(by=by)
delete_runs(by=by)
delete_asked_runs()
print(RunEvent.objects.count(), RunId.objects.count(), list(AuditEvent.objects.filter(action__startswith="runs.").order_by("pk").values_list("action", flat=True)))
"""


@pytest.fixture
def telemetry(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """The folder and address of a server that holds nothing yet."""
    folder = tmp_path / "telemetry-postgres"
    address = postgres.ensure(folder, fast=True)
    yield folder, address
    postgres.stop(folder)


def test_runs_live_in_their_own_database_and_pages_stand_without_it(tmp_path: Path, telemetry: tuple[Path, str]) -> None:
    folder, address = telemetry
    with Installation(tmp_path / "home", TELEMETRY_DATABASE_URL=address) as running:
        running.manage("prepare", "--verbosity", "0")  # again, as at the next deployment
        publisher = running.token("hampshire", "publish", "read")
        token = running.token("hampshire", "telemetry")
        running.start_web()
        assert running.publish(publisher, "hampshire/own", bpmn())[0] == 201
        running.python(SET_UP)
        body = json.dumps(
            {"events": [{**EVENT, "started_at": running.python("from django.utils.timezone import now; print(now().isoformat())").strip()}]}
        )
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        assert running._request("POST", "/api/v1/runs", body.encode(), headers)[0] == 202
        assert running.python(ADD_UP).split() == ["1", "[1]"]
        assert tables(address) == {"telemetry_runevent": 1, "telemetry_runid": 1, "telemetry_monthlyruns": 1}
        assert tables(postgres.address(tmp_path / "home" / "postgres")) == {}
        postgres.stop(folder)
        status, answer = running._request("POST", "/api/v1/runs", body.encode(), headers)
        assert (status, json.loads(answer)["code"]) == (503, "unavailable")
        assert running.get("/api/v1/modules/hampshire/own", publisher)[0] == 200
        assert running.get("/runs/schema")[0] == running.get("/readyz")[0] == 200
        postgres.ensure(folder, fast=True)
        status, answer = running._request("POST", "/api/v1/runs", body.encode(), headers)
        assert (status, json.loads(answer)) == (202, {"accepted": 0, "duplicates": 1, "held": 0})
        assert running.python(ACTIONS).strip() == "0 0 ['runs.opted_out', 'runs.deletion_asked', 'runs.deleted']"


def tables(address: str) -> dict[str, int]:
    """The rows of some tables of telemetry, of those that are there."""
    names = ("telemetry_runevent", "telemetry_runid", "telemetry_monthlyruns")
    with psycopg.connect(address) as connection:
        there = [name for name in names if connection.execute("SELECT to_regclass(%s)", [name]).fetchone() != (None,)]
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in there}  # type: ignore[arg-type, index]
