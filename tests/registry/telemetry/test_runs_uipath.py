"""UiPath Orchestrator's deliveries: which are runs, what is taken of them and what never, and their signatures."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from registry.errors import Refused
from registry.telemetry.adapters import uipath
from registry.telemetry.adapters.model import Seen

KEY = "9cc6c2e4-237d-42f6-8cb8-43010652fb22"
CANARY = "canary-jane-doe-case-4711"


def job_event(kind: str = "job.completed", **job: Any) -> dict[str, Any]:
    """As Orchestrator's guide shows one, with a canary in everything that is not ours to know."""
    given = {
        "Id": 148671,
        "Key": KEY,
        "State": "Successful",
        "StartTime": "2026-11-20T14:14:25.637Z",
        "EndTime": "2026-11-20T14:14:26.2529616Z",
        "Info": CANARY,
        "InputArguments": json.dumps({"case": CANARY}),
        "OutputArguments": {"CaseNumber": CANARY},
        "Robot": {"Id": 4778, "Name": CANARY, "MachineName": CANARY, "UserName": CANARY},
        "Release": {"Id": 358, "Key": KEY, "ProcessKey": "VictimUpdate", "ProcessVersion": "1.0.3", "Name": CANARY, "Description": CANARY},
    }
    return {
        "Type": kind,
        "EventId": CANARY,
        "Timestamp": "2026-11-20T14:14:27Z",
        "Job": given | job,
        "TenantId": 777,
        "OrganizationUnitId": 1,
        "UserId": 2,
    }


def item_event(kind: str = "queueItem.transactionCompleted", status: str = "Successful", failure: str = "") -> dict[str, Any]:
    item = {
        "Id": 22193,
        "Key": KEY,
        "Status": status,
        "Reference": CANARY,
        "StartProcessing": "2026-11-20T14:30:18.127Z",
        "EndProcessing": "2026-11-20T14:30:20.127Z",
        "Robot": {"UserName": CANARY},
        "SpecificContent": {"name": CANARY},
        "Output": {"result": CANARY},
    }
    if failure:
        item["ProcessingException"] = {"Reason": CANARY, "Details": CANARY, "Type": failure}
    return {"Type": kind, "EventId": "1", "QueueItem": item, "Queue": {"Id": 1, "Name": "Victims", "Description": CANARY}, "UserId": 1}


def read(event: object) -> Seen:
    found = uipath.read(json.dumps(event).encode())
    assert CANARY not in repr(found)
    (seen,) = found.events
    return seen


@pytest.mark.parametrize(
    ("kind", "outcome"), [("job.completed", "completed"), ("job.faulted", "system_exception"), ("job.stopped", "system_exception")]
)
def test_a_job_that_ended_is_a_run(kind: str, outcome: str) -> None:
    seen = read(job_event(kind))
    assert (seen.name, seen.version, seen.id, seen.items, seen.outcome) == ("VictimUpdate", "1.0.3", UUID(KEY), 1, outcome)
    assert seen.started_at == datetime(2026, 11, 20, 14, 14, 25, 637000, tzinfo=UTC)
    assert seen.duration_seconds == pytest.approx(0.615961)


@pytest.mark.parametrize(
    ("kind", "status", "failure", "outcome"),
    [
        ("queueItem.transactionCompleted", "Successful", "", "completed"),
        ("queueItem.transactionFailed", "Failed", "BusinessException", "business_exception"),
        ("queueItem.transactionFailed", "Failed", "ApplicationException", "system_exception"),
        ("queueItem.transactionFailed", "Failed", "", "system_exception"),
    ],
)
def test_a_queue_item_is_a_run_of_what_its_queue_stands_for(kind: str, status: str, failure: str, outcome: str) -> None:
    seen = read(item_event(kind, status, failure))
    assert (seen.source, seen.name, seen.version, seen.outcome, seen.duration_seconds) == ("uipath_queue", "Victims", "", outcome, 2.0)


@pytest.mark.parametrize("kind", ["job.created", "job.started", "robot.status", "queueItem.added", "process.updated", "ping"])
def test_other_events_are_nothing_to_us(kind: str) -> None:
    found = uipath.read(json.dumps(job_event(kind, Key="no uuid at all")).encode())
    assert (found.events, found.ignored, found.refused) == ([], 1, 0)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"StartTime": None}, "time_invalid"),
        ({"StartTime": "yesterday"}, "time_invalid"),
        ({"StartTime": "2026-11-20T14:14:25"}, "time_invalid"),
        ({"StartTime": "1899-11-20T14:14:25Z"}, "time_invalid"),
        ({"EndTime": "2026-11-20T14:14:24Z"}, "duration_invalid"),
        ({"EndTime": "2028-11-20T14:14:24Z"}, "duration_invalid"),
        ({"Release": None}, "field_missing"),
        ({"Release": {"ProcessKey": ""}}, "name_invalid"),
        ({"Release": {"ProcessKey": "x" * 121}}, "name_invalid"),
        ({"Release": {"ProcessKey": "a\x00b"}}, "name_invalid"),
    ],
)
def test_what_is_no_whole_job_is_not_counted(change: dict[str, Any], code: str) -> None:
    found = uipath.read(json.dumps(job_event(**change)).encode())
    assert (found.events, [problem.code for problem in found.problems]) == ([], [code])
    assert CANARY not in repr(found)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"Type": 1}',
        b"[" * 100_000,
        json.dumps(job_event(Key=CANARY)).encode(),
        json.dumps(job_event(Release=[CANARY])).encode(),
    ],
)
def test_what_is_no_delivery_is_refused_without_a_word_of_it(body: bytes) -> None:
    with pytest.raises(Refused) as caught:
        uipath.read(body)
    assert (caught.value.code, CANARY in str(vars(caught.value))) == ("body_invalid", False)


def test_a_version_may_be_missing_but_not_be_anything() -> None:
    for version in (None, "", " "):
        assert read(job_event(Release={"ProcessKey": "VictimUpdate", "ProcessVersion": version})).version == ""
    for version in ("1.0.3-beta.1", "1.0.6899.31694", "5"):
        assert read(job_event(Release={"ProcessKey": "VictimUpdate", "ProcessVersion": version})).version == version
    for version in ("1.0;DROP", "x" * 81, "1.0 beta", CANARY, "1.0.0-" + "x" * 21, "{1,2}", "１.２.３"):
        found = uipath.read(json.dumps(job_event(Release={"ProcessKey": "VictimUpdate", "ProcessVersion": version})).encode())
        assert [problem.code for problem in found.problems] == ["version_invalid"]


def test_a_signature_is_orchestrators() -> None:
    body = json.dumps(job_event()).encode()
    written = base64.b64encode(hmac.new("secrét".encode(), body, hashlib.sha256).digest()).decode()
    assert uipath.signature_of(body, "secrét") == written
    assert uipath.is_signed(body, written, "secrét")
    assert uipath.is_signed(body, f"sha256={written}", "secrét")
    for wrong in ("", "x", written[:-4], written.swapcase(), f"{written}=", "ø" * 44, base64.b64encode(bytes(32)).decode()):
        assert not uipath.is_signed(body, wrong, "secrét")
    assert not uipath.is_signed(body + b" ", written, "secrét")
    assert not uipath.is_signed(body, written, "another")
