"""Rate limits: never one request too many, whoever races, and a waiting time that is true."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.db.models import F
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from accounts.models import RateBucket
from accounts.rates import Leases, forget_full, take
from tests.api.conftest import Caller
from tests.make import make_token

RATES = {"read": 3, "publish": 2, "anonymous": 2}


@override_settings(RATES=RATES)
def test_publishing_stops_at_its_limit(publisher: Caller, is_problem) -> None:
    assert [publisher.publish(version=f"1.{n}.0", dry_run="true").status_code for n in range(2)] == [200, 200]
    response = publisher.publish(dry_run="true")
    is_problem(response, 429, "rate_limited")
    assert 1 <= int(response["Retry-After"]) <= 1800
    assert publisher.get("/api/v1/modules").status_code == 200, "reading has a limit of its own"
    assert Caller(make_token("force-a")).publish(dry_run="true").status_code == 200, "and so has another token"


@override_settings(RATES=RATES)
def test_reading_stops_at_its_limit(publisher: Caller, is_problem) -> None:
    assert [publisher.get("/api/v1/modules").status_code for _ in range(3)] == [200, 200, 200]
    is_problem(publisher.get("/api/v1/modules"), 429, "rate_limited")


@override_settings(RATES=RATES)
def test_callers_without_a_token_get_few(anonymous: Caller, publisher: Caller, is_problem) -> None:
    assert [anonymous.get("/api/v1/modules").status_code, Caller("wrong").get("/api/x").status_code] == [401, 401]
    is_problem(anonymous.get("/api/v1/modules"), 429, "rate_limited")
    assert publisher.get("/api/v1/modules").status_code == 200
    assert anonymous.get("/healthz").status_code == 200


def test_a_bucket_fills_up_again_steadily(db) -> None:
    assert [take("k", 60) for _ in range(60)] == [0] * 60
    assert take("k", 60) in (59, 60)
    RateBucket.objects.update(refilled_at=F("refilled_at") - timedelta(minutes=10))
    assert [take("k", 60) == 0 for _ in range(11)] == [True] * 10 + [False]
    RateBucket.objects.update(refilled_at=F("refilled_at") - timedelta(days=10))
    assert [take("k", 60) == 0 for _ in range(61)] == [True] * 60 + [False], "and never over its brim"


def test_a_clock_set_back_takes_nothing_away(db) -> None:
    take("k", 60)
    RateBucket.objects.update(refilled_at=F("refilled_at") + timedelta(hours=5))
    assert take("k", 60) == 0
    assert RateBucket.objects.get().level == pytest.approx(58, abs=0.1)


@pytest.mark.django_db(transaction=True)
def test_racing_takers_are_never_over_admitted() -> None:
    granted, gate = [], threading.Barrier(10)
    leases = [Leases(), Leases()]

    def run(number: int) -> None:
        gate.wait()
        for _ in range(4):
            if (take("k", 20) if number % 2 else leases[number % 4 // 2].take("k", 20)) == 0:
                granted.append(number)
        connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) == 20


def test_a_lease_costs_one_statement_for_many_requests(db) -> None:
    leases = Leases()
    with CaptureQueriesContext(connection) as queries:
        assert [leases.take("k", 10_000) for _ in range(50)] == [0] * 50
    assert len(queries) == 1


def test_a_lease_spends_the_last_requests_one_by_one(db) -> None:
    leases = Leases()
    take("k", 1000, 995)
    assert [leases.take("k", 1000) == 0 for _ in range(6)] == [True] * 5 + [False]


def test_full_buckets_are_forgotten(db) -> None:
    take("old", 5)
    RateBucket.objects.update(refilled_at=F("refilled_at") - timedelta(minutes=61))
    take("new", 5)
    assert forget_full() == 1
    assert RateBucket.objects.get().key == "new"
