"""Tables, logs and deliveries over HTTP: what is answered, within which bounds, and to whom."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook

from api import throttles
from registry.actions.open_run_hook import open_run_hook
from registry.telemetry.adapters import uipath
from registry.telemetry.models import RunEvent, RunHook, RunId
from tests.api.conftest import Caller
from tests.make import make_release, make_token, make_viewer, opt_in
from tests.registry.telemetry.test_runs_otlp import export, record
from tests.registry.telemetry.test_runs_uipath import CANARY, job_event

pytestmark = pytest.mark.django_db
TABLE, LOGS, HOOK = "/api/v1/runs/table", "/api/v1/runs/otlp/v1/logs", "/api/v1/runs/uipath/"
HEADINGS = "module,version,started_at,duration_seconds,outcome,items\n"
IsProblem = Callable[[Any, int, str], dict[str, Any]]


@pytest.fixture
def caller(db: None) -> Caller:
    """A token of the Met that reports runs; the Met does, and sees hampshire/victim-update 1.2.0."""
    opt_in("met")
    make_release("hampshire/victim-update", "1.2.0")
    return Caller(make_token("met", ("telemetry",)))


@pytest.fixture
def hook(caller: Caller) -> RunHook:
    return open_run_hook(by=make_viewer("met"))


def started(**ago: float) -> str:
    return (timezone.now() - timedelta(**ago or {"minutes": 5})).isoformat()


def row(module: str = "hampshire/victim-update", **ago: float) -> str:
    return f"{module},1.2.0,{started(**ago)},60,completed,3\n"


def logs(**given: object) -> bytes:
    return export(record(given, timeUnixNano=str(int(timezone.now().timestamp()) * 10**9)))


def post(caller: Caller, text: str | bytes, media_type: str = "text/csv", query: str = "", **headers: str) -> Any:
    return caller.call("POST", TABLE + query, text.encode() if isinstance(text, str) else text, media_type, **headers)


def deliver(hook: RunHook, event: object, **given: Any) -> Any:
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    signature = given.pop("signature", uipath.signature_of(body, hook.secret))
    return Caller().call(
        "POST", HOOK + given.pop("key", hook.key), body, given.pop("media_type", "application/json"), **{uipath.HEADER: signature} | given
    )


def delivery(**given: Any) -> dict[str, Any]:
    usual = {"StartTime": started(minutes=2), "EndTime": started(minutes=1)}
    return job_event(**usual | given)


# --- Tables ---------------------------------------------------------------------------------------------------------------
def test_a_csv_as_the_body(caller: Caller) -> None:
    response = post(caller, HEADINGS + row() + row("hampshire/nowhere") + row(minutes=9))
    assert response.status_code == 202, response.content
    done = response.json()
    assert {name: done[name] for name in ("accepted", "duplicates", "held", "ignored", "refused")} == {
        "accepted": 2, "duplicates": 0, "held": 0, "ignored": 0, "refused": 1,
    }  # fmt: skip
    assert done["problems"] == [
        {
            "code": "module_unknown",
            "where": "row 3",
            "message": "Your organisation sees no such module.",
            "mend": "Write it as on its page: publisher/slug.",
        }
    ]
    assert RunEvent.objects.count() == 2


def test_a_workbook_in_a_form_and_names_that_lead_nowhere(caller: Caller) -> None:
    book = Workbook()
    book.active.append(["Process", "Start time", "End time", "Status"])
    for number in range(3):
        start = timezone.now().replace(tzinfo=None) - timedelta(minutes=number)
        book.active.append(["Pay fines", start, start, "Completed"])
    out = io.BytesIO()
    book.save(out)
    response = caller.form(TABLE, {"artefact": SimpleUploadedFile("Sessions.xlsx", out.getvalue())})
    assert (response.status_code, response.json()["unknown_names"]) == (202, [{"name": "Pay fines", "runs": 3}])
    raw = post(caller, out.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    assert raw.json()["unknown_names"] == [{"name": "Pay fines", "runs": 3}]


def test_times_are_of_the_zone_that_is_named(caller: Caller) -> None:
    day = timezone.now().date() - timedelta(days=3)
    text = HEADINGS + f"hampshire/victim-update,1.2.0,{day:%m/%d/%Y} 10:00 PM,60,completed,1\n"
    assert post(caller, text, query="?timezone=Europe/Copenhagen&dates=mdy").json()["accepted"] == 1
    assert RunEvent.objects.get().started_at.hour in (20, 21)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("?timezone=Mars", "value_invalid"),
        ("?dates=ymd", "value_invalid"),
        ("?zone=UTC", "unknown_parameter"),
        ("?dates=dmy&dates=mdy", "field_twice"),
    ],
)
def test_parameters(caller: Caller, is_problem: IsProblem, query: str, code: str) -> None:
    is_problem(post(caller, HEADINGS + row(), query=query), 422, code)
    assert not RunId.objects.exists()


@pytest.mark.parametrize(
    ("text", "media_type", "status", "code"),
    [
        ("{}", "application/json", 415, "unsupported_media_type"),
        ("a,b\n", "text/html", 415, "unsupported_media_type"),
        (" \n", "text/csv", 422, "table_empty"),
        ("a,b\n1,2\n", "text/csv", 422, "headings_unknown"),
        ("a\x00b,c\n", "text/csv", 422, "table_binary"),
        (",".join(["x"] * 1_000_000), "text/csv", 422, "table_too_many_columns"),
        (HEADINGS + "x" * (5 << 20), "text/csv", 413, "body_too_large"),
        (HEADINGS + ",\n,x\n" * 51_000, "text/csv", 422, "table_too_many_rows"),
        (b"PK\x03\x04" + bytes(100), "application/octet-stream", 422, "archive_damaged"),
    ],
    ids=["json", "html", "empty", "headings", "nul", "million columns", "large", "rows", "zip"],
)
def test_what_is_no_table(caller: Caller, is_problem: IsProblem, text: str | bytes, media_type: str, status: int, code: str) -> None:
    is_problem(post(caller, text, media_type), status, code)
    assert not RunId.objects.exists()


def test_a_form_with_anything_else_is_refused(caller: Caller, is_problem: IsProblem) -> None:
    file = SimpleUploadedFile("a.csv", (HEADINGS + row()).encode())
    is_problem(caller.form(TABLE, {"artefact": file, "organisation": "wiltshire"}), 422, "unknown_field")
    is_problem(caller.form(TABLE, {"artefact": [file, SimpleUploadedFile("b.csv", b"a")]}), 422, "field_twice")
    is_problem(caller.form(TABLE, {}), 422, "artefact_missing")
    is_problem(post(caller, HEADINGS, **{"Content-Encoding": "gzip"}), 415, "content_encoding_unsupported")


def test_who_may_send_tables_and_logs(caller: Caller, is_problem: IsProblem) -> None:
    for secret in (make_token("met"), make_token("met", ("read",))):
        is_problem(post(Caller(secret), HEADINGS + row()), 403, "token_scope")
        is_problem(Caller(secret).call("POST", LOGS, logs(), "application/json"), 403, "token_scope")
    other = Caller(make_token("wiltshire", ("telemetry",)))
    is_problem(post(other, HEADINGS + row()), 403, "runs_not_opted_in")
    is_problem(other.call("POST", LOGS, logs(), "application/json"), 403, "runs_not_opted_in")
    is_problem(post(Caller(), HEADINGS + row()), 401, "token_missing")
    is_problem(caller.get(TABLE), 403, "token_scope")
    assert not RunId.objects.exists()


# --- Logs -----------------------------------------------------------------------------------------------------------------
def test_logs_as_a_collector_sends_them(caller: Caller) -> None:
    response = caller.call("POST", LOGS, gzip.compress(logs()), "application/json", **{"Content-Encoding": "gzip"})
    assert (response.status_code, response.json()) == (200, {})
    assert RunEvent.objects.get().items == 3


def test_what_cannot_be_taken_is_a_partial_success(caller: Caller) -> None:
    stamp = str(int(timezone.now().timestamp()) * 10**9)
    body = export(
        *(record(given, timeUnixNano=stamp) for given in ({}, {"outcome": CANARY}, {"module": f"hampshire/{CANARY}"}, {"version": "9.9.9"}))
    )
    response = caller.call("POST", LOGS, body, "application/json")
    assert (response.status_code, response.json()["partialSuccess"]["rejectedLogRecords"]) == (200, 3)
    assert response.json()["partialSuccess"]["errorMessage"] == (
        "3 could not be taken: module_unknown, value_invalid, version_unknown. See /runs/connect."
    )
    assert CANARY not in response.text
    assert RunEvent.objects.count() == 1


def test_bounds_of_logs(caller: Caller, is_problem: IsProblem) -> None:
    is_problem(caller.call("POST", LOGS, b"{", "application/json"), 422, "body_invalid")
    is_problem(caller.call("POST", LOGS, logs(), "application/x-protobuf"), 415, "unsupported_media_type")
    is_problem(caller.call("POST", LOGS, b" " * (5 << 20), "application/json"), 413, "body_too_large")
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = b"".join(bomb.compress(b" " * (1 << 20)) for _ in range(300)) + bomb.flush()
    is_problem(caller.call("POST", LOGS, body, "application/json", **{"Content-Encoding": "gzip"}), 413, "body_too_large")


# --- Deliveries -----------------------------------------------------------------------------------------------------------
def test_a_delivery_without_a_token(hook: RunHook, caller: Caller) -> None:
    from registry.releases.models import ProvidedName, Release

    ProvidedName.objects.create(release=Release.objects.get(), ecosystem="nuget", name="victimupdate")
    event = delivery(Release={"ProcessKey": "VictimUpdate", "ProcessVersion": "1.2.0"})
    first, again, other = deliver(hook, event), deliver(hook, event), deliver(hook, delivery(Release={"ProcessKey": "Unheard of"}))
    assert [response.status_code for response in (first, again, other)] == [202, 202, 202]
    assert first.json() == {"accepted": 1, "duplicates": 0, "ignored": 0}
    assert again.json() == {"accepted": 0, "duplicates": 1, "ignored": 0}
    assert other.json() == {"accepted": 0, "duplicates": 0, "ignored": 1}
    assert deliver(hook, {"Type": "robot.status"}).json()["ignored"] == 1
    assert CANARY not in first.text + other.text


def test_a_forged_delivery_and_no_webhook_answer_alike(hook: RunHook, is_problem: IsProblem) -> None:
    body = json.dumps(delivery()).encode()
    good = uipath.signature_of(body, hook.secret)
    forged = [
        deliver(hook, body, signature="x"),
        deliver(hook, body, signature=""),
        deliver(hook, body + b" ", signature=good),
        deliver(hook, b"no json", signature=good),
        deliver(hook, body, key="0" * 43),
        deliver(hook, body, key="met"),
        deliver(hook, body, key="x" * 200),
    ]
    answers = {(response.status_code, response.content) for response in forged}
    assert len(answers) == 1
    is_problem(forged[0], 401, "signature_wrong")
    assert not RunId.objects.exists()


def test_bounds_of_deliveries(hook: RunHook, is_problem: IsProblem) -> None:
    is_problem(deliver(hook, b"{"), 422, "body_invalid")
    is_problem(deliver(hook, b" " * (2 << 20)), 413, "body_too_large")
    is_problem(deliver(hook, b"{}", media_type="text/plain"), 415, "unsupported_media_type")
    is_problem(Caller().get(HOOK + hook.key), 405, "method_not_allowed")
    opt_in("met", opted_out_at=timezone.now())
    is_problem(deliver(hook, delivery()), 403, "runs_not_opted_in")


def test_rates_of_deliveries(hook: RunHook, settings: Any, is_problem: IsProblem) -> None:
    settings.RATES = settings.RATES | {"anonymous": 2, "runs": 3}
    throttles._leases._left.clear()
    for _ in range(2):
        is_problem(deliver(hook, delivery(), signature="x"), 401, "signature_wrong")
    is_problem(deliver(hook, delivery(), signature="x"), 429, "rate_limited")
    for _ in range(3):
        assert deliver(hook, {"Type": "robot.status"}).status_code == 202
    is_problem(deliver(hook, delivery()), 429, "rate_limited")
    assert not RunId.objects.exists()
