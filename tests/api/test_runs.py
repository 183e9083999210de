"""Runs that are reported: forged, replayed, late, of others' modules, oversized or with what we never take. A refused body leaves nothing."""

from __future__ import annotations

import gzip
import json
import zlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jsonschema
import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import ApiToken
from registry.catalogue.models import Module
from registry.lifecycle.models import FormerIdentifier
from registry.releases.models import Release
from registry.telemetry.models import HeldEvent, RunEvent, RunId, StaleDay
from tests.api.conftest import Caller
from tests.make import make_organisation, make_release, make_token, opt_in

pytestmark = pytest.mark.django_db
RUNS = "/api/v1/runs"


def event(**given: Any) -> dict[str, Any]:
    """As an orchestrator sends it; a value of None is left out."""
    at = (timezone.now() - timedelta(minutes=5)).isoformat()
    usual = {"id": str(uuid4()), "module": "force-a/update", "version": "1.0.0", "started_at": at}
    usual |= {"duration_seconds": 12.5, "outcome": "completed", "items": 4}
    return {name: value for name, value in {**usual, **given}.items() if value is not None}


@pytest.fixture
def release(db: None) -> Release:
    """What everybody may see and run."""
    return make_release("force-a/update")


@pytest.fixture
def met(db: None) -> Caller:
    """A telemetry token of the Met, which has opted in."""
    opt_in("met")
    return Caller(make_token("met", ("telemetry",)))


def nothing_stored() -> bool:
    return not any(model.objects.exists() for model in (RunEvent, RunId, HeldEvent, StaleDay))


# --- What is taken --------------------------------------------------------------------------------------------------------
def test_runs_of_what_one_sees_are_stored_once(met: Caller, release: Release) -> None:
    events = [event(), event(outcome="system_exception", duration_seconds=3), event(started_at="2001-01-01T00:00:00+01:00")]
    response = met.json(RUNS, {"events": events})
    assert (response.status_code, response.json()) == (202, {"accepted": 2, "duplicates": 0, "held": 1})
    assert met.json(RUNS, {"events": events}).json() == {"accepted": 0, "duplicates": 3, "held": 0}
    moved = [{**one, "started_at": (timezone.now() - timedelta(days=9)).isoformat(), "items": 1} for one in events]
    assert met.json(RUNS, {"events": moved}).json() == {"accepted": 0, "duplicates": 3, "held": 0}
    assert set(RunEvent.objects.values_list("organisation", flat=True)) == {"met"}
    assert RunEvent.objects.count() == 2
    assert met.json(RUNS, {"events": []}).json() == {"accepted": 0, "duplicates": 0, "held": 0}


def test_a_gzipped_body_is_taken(met: Caller, release: Release) -> None:
    body = gzip.compress(json.dumps({"events": [event() for _ in range(5000)]}).encode())
    response = met.call("POST", RUNS, body, "application/json", **{"Content-Encoding": "gzip"})
    assert response.json() == {"accepted": 5000, "duplicates": 0, "held": 0}


def test_an_event_has_no_place_for_a_person(met: Caller, release: Release) -> None:
    met.json(RUNS, {"events": [event()]})
    assert {field.name for field in RunEvent._meta.get_fields()} - {"pk"} == {
        *("organisation", "module", "version", "id", "started_at", "duration_ms", "outcome", "items", "received_at")
    }


def test_the_number_of_statements_does_not_grow_with_the_batch(met: Caller, release: Release, django_assert_max_num_queries) -> None:
    for number in range(20):
        make_release(f"force-a/more-{number}")
    body = {"events": [event(module=f"force-a/more-{number % 20}") for number in range(200)]}
    met.json(RUNS, {"events": [event()]})
    with django_assert_max_num_queries(12):
        assert met.json(RUNS, body).json()["accepted"] == 200


def test_runs_under_a_former_name_are_taken_as_they_were_named(met: Caller, release: Release, is_problem) -> None:
    FormerIdentifier.objects.create(publisher="kent", slug="old-name", module=release.module)
    assert met.json(RUNS, {"events": [event(module="kent/old-name")]}).status_code == 202
    assert RunEvent.objects.get().module == "kent/old-name"
    is_problem(met.json(RUNS, {"events": [event(module="kent/old-name", version="9.9.9")]}), 422, "version_unknown")
    Module.objects.filter(pk=release.module_id).update(visibility="own")
    is_problem(met.json(RUNS, {"events": [event(module="kent/old-name")]}), 422, "module_unknown")


# --- Who may --------------------------------------------------------------------------------------------------------------
def test_without_a_token_or_with_a_forged_one_nothing_is_taken(met: Caller, is_problem) -> None:
    is_problem(Caller().json(RUNS, {"events": [event()]}), 401, "token_missing")
    secret = make_token("met", ("telemetry",))
    forged = secret[:-7] + ("0" if secret[-7] != "0" else "1") + secret[-6:]
    is_problem(Caller(forged).json(RUNS, {"events": [event()]}), 401, "token_invalid")
    ApiToken.objects.update(revoked_at=timezone.now())
    is_problem(met.json(RUNS, {"events": [event()]}), 401, "token_invalid")
    assert nothing_stored()


@pytest.mark.parametrize("scopes", [("read",), ("publish", "read"), ("admin",)])
def test_another_scope_does_not_report(met: Caller, scopes: tuple[str, ...], is_problem) -> None:
    is_problem(Caller(make_token("met", scopes)).json(RUNS, {"events": [event()]}), 403, "token_scope")
    assert nothing_stored()


def test_nothing_is_stored_before_opting_in_and_from_opting_out_on(release: Release, is_problem) -> None:
    caller = Caller(make_token("wiltshire", ("telemetry",)))
    is_problem(caller.json(RUNS, {"events": [event()]}), 403, "runs_not_opted_in")
    assert nothing_stored()
    consent = opt_in("wiltshire")
    assert caller.json(RUNS, {"events": [event()]}).status_code == 202
    consent.opted_out_at = timezone.now()
    consent.save()
    is_problem(caller.json(RUNS, {"events": [event()]}), 403, "runs_not_opted_in")
    assert RunEvent.objects.count() == 1


def test_a_token_of_another_organisation_counts_for_that_one_alone(met: Caller, release: Release) -> None:
    opt_in("wiltshire")
    one = event()
    for secret in (make_token("wiltshire", ("telemetry",)), make_token("met", ("telemetry",))):
        assert Caller(secret).json(RUNS, {"events": [one]}).json()["accepted"] == 1
    assert sorted(RunEvent.objects.values_list("organisation", flat=True)) == ["met", "wiltshire"]


def test_a_token_that_is_bound_reports_what_it_is_bound_to(met: Caller, release: Release, is_problem) -> None:
    make_release("met/letters", visibility="own")
    make_release("force-a/other")
    bound = Caller(make_token("met", ("telemetry",), modules=("letters", "force-a/update")))
    events = [event(), event(module="met/letters")]
    assert bound.json(RUNS, {"events": events}).json()["accepted"] == 2
    for module in ("force-a/other", "force-a/absent", "met/update"):
        body = is_problem(bound.json(RUNS, {"events": [event(), event(module=module)]}), 403, "token_out_of_scope")
        assert body["where"] == "events[1].module"
    assert RunEvent.objects.count() == 2


# --- Of what --------------------------------------------------------------------------------------------------------------
def test_what_one_does_not_see_answers_as_what_does_not_exist(met: Caller, release: Release, is_problem) -> None:
    make_release("force-a/secret", visibility="own")
    make_release("force-a/unlisted", checked=False)
    make_organisation("kent")
    make_release("force-a/meant", visibility="named", share_with=("kent",))
    answers = set()
    for module in ("force-a/secret", "force-a/unlisted", "force-a/meant", "force-a/absent", "nobody/absent"):
        body = is_problem(met.json(RUNS, {"events": [event(), event(module=module)]}), 422, "module_unknown")
        assert body["where"] == "events[1].module"
        answers.add(body["detail"].replace(module, "…"))
    assert len(answers) == 1
    assert nothing_stored(), "the good event of the batch neither"


def test_a_version_one_does_not_see_is_unknown(met: Caller, release: Release, is_problem) -> None:
    make_release("force-a/update", "2.0.0", checked=False, by=None)
    for version in ("2.0.0", "9.9.9"):
        body = is_problem(met.json(RUNS, {"events": [event(version=version)]}), 422, "version_unknown")
        assert body["where"] == "events[0].version"
        assert body["detail"] == f"Your organisation sees no version {version} of force-a/update."
    assert nothing_stored()


# --- What -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["case_id", "user"])
def test_what_we_never_take_is_refused_and_not_repeated(met: Caller, name: str, is_problem) -> None:
    """The table of values and fields is in tests/registry/telemetry/test_events.py."""
    body = is_problem(met.json(RUNS, {"events": [event(), event(**{name: "Jane Doe"})]}), 422, "field_unknown")
    assert body["where"] == f"events[1].{name}"
    assert "Jane" not in json.dumps(body)
    is_problem(met.json(RUNS, {"events": [event(), event(items=None)]}), 422, "field_missing")
    is_problem(met.json(RUNS, {"events": [event(), event(items="4")]}), 422, "value_invalid")
    is_problem(met.call("POST", RUNS, b'{"events": [NaN]}', "application/json"), 422, "json_invalid")
    assert nothing_stored()


# --- How much -------------------------------------------------------------------------------------------------------------
def test_more_events_than_a_request_may_have_are_refused(met: Caller, is_problem) -> None:
    is_problem(met.json(RUNS, {"events": [event() for _ in range(5001)]}), 422, "too_many_events")
    assert nothing_stored()


def test_a_body_that_is_too_large_is_refused_unread(met: Caller, is_problem) -> None:
    is_problem(met.call("POST", RUNS, b" " * (4 * 1024 * 1024 + 1), "application/json"), 413, "body_too_large")


def test_a_gzip_bomb_is_refused_before_it_is_inflated(met: Caller, is_problem) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join([*(packer.compress(bytes(1 << 20)) for _ in range(1024)), packer.flush()])
    assert len(bomb) < 1_200_000
    is_problem(met.call("POST", RUNS, bomb, "application/json", **{"Content-Encoding": "gzip"}), 413, "body_too_large")


@pytest.mark.parametrize("body", [b"{}", gzip.compress(b"{}")[:-3], gzip.compress(b"{}") * 2], ids=["none", "cut", "two"])
def test_what_is_not_one_gzip_stream_is_refused(met: Caller, body: bytes, is_problem) -> None:
    is_problem(met.call("POST", RUNS, body, "application/json", **{"Content-Encoding": "gzip"}), 400, "gzip_invalid")


def test_other_encodings_and_types_are_refused(met: Caller, is_problem) -> None:
    is_problem(met.call("POST", RUNS, b"{}", "application/json", **{"Content-Encoding": "br"}), 415, "content_encoding_unsupported")
    is_problem(met.call("POST", RUNS, b"id,module", "text/csv"), 415, "unsupported_media_type")
    is_problem(met.form(RUNS, {"events": "[]"}), 415, "unsupported_media_type")


def test_runs_have_a_limit_of_their_own(met: Caller, release: Release, is_problem) -> None:
    with override_settings(RATES={"read": 9, "publish": 1, "anonymous": 9, "runs": 3}):
        assert [met.json(RUNS, {"events": [event()]}).status_code for _ in range(3)] == [202] * 3
        is_problem(met.json(RUNS, {"events": [event()]}), 429, "rate_limited")


# --- The schema -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("scopes", [("telemetry",), ("read",), ("publish",)])
def test_every_token_reads_the_schema_and_it_says_what_is_taken(met: Caller, scopes: tuple[str, ...], is_problem) -> None:
    caller = Caller(make_token("met", scopes))
    response = caller.get(f"{RUNS}/schema.json")
    schema = response.json()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid({"events": [event()]})
    for wrong in (
        event(case_id=1),
        event(items=None),
        event(outcome="success"),
        event(items=-1),
        event(module="update"),
        event(version="1"),
    ):
        assert not validator.is_valid({"events": [wrong]})
    assert caller.get(f"{RUNS}/schema.json", **{"If-None-Match": response["ETag"]}).status_code == 304
    is_problem(Caller().get(f"{RUNS}/schema.json"), 401, "token_missing")


def test_hidden_and_absent_modules_cost_the_same_statements(met: Caller) -> None:
    make_release("force-a/secret", visibility="own")
    counts = []
    for module in ("force-a/warm-up", "force-a/secret", "force-a/absent"):
        with CaptureQueriesContext(connection) as queries:
            assert met.json(RUNS, {"events": [event(module=module)]}).status_code == 422
        counts.append(len(queries))
    assert counts[1] == counts[2]
