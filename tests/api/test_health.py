"""Alive and ready, without a token and without a word too many."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import override_settings

from api import health
from tests.api.conftest import Caller


def test_alive_needs_nothing(client, django_assert_num_queries, db) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db(transaction=True)
def test_ready_names_all_three() -> None:
    response = Caller().get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready", "database": "ok", "store": "ok", "broker": "ok"})


@pytest.mark.django_db(transaction=True)
def test_a_store_that_cannot_be_reached_is_named(is_problem) -> None:
    with override_settings(
        STORAGE_URL="s3://bucket?endpoint_url=http://127.0.0.1:9&aws_access_key_id=a&aws_secret_access_key=b&region_name=x"
    ):
        response = Caller().get("/readyz")
    body = is_problem(response, 503, "not_ready")
    assert (body["database"], body["store"], body["broker"]) == ("ok", "failed", "ok")
    assert (body["where"], "127.0.0.1" in str(body)) == ("store", False)


@pytest.mark.django_db(transaction=True)
def test_a_folder_that_is_none_is_named(is_problem, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with override_settings(STORAGE_URL=(tmp_path / "file").as_uri()):
        assert is_problem(Caller().get("/readyz"), 503, "not_ready")["store"] == "failed"


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_cannot_be_reached_is_named(is_problem, monkeypatch) -> None:
    monkeypatch.setattr(health.app.conf, "broker_write_url", "redis://127.0.0.1:9/0")
    body = is_problem(Caller().get("/readyz"), 503, "not_ready")
    assert (body["database"], body["store"], body["broker"]) == ("ok", "ok", "failed")


@pytest.mark.django_db(transaction=True)
def test_a_lost_database_is_named(is_problem, monkeypatch) -> None:
    def lost(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", lost)
    assert is_problem(Caller().get("/readyz"), 503, "not_ready")["database"] == "failed"


@pytest.mark.django_db(transaction=True)
def test_one_that_hangs_is_not_waited_for(is_problem, monkeypatch) -> None:
    free = threading.Event()
    monkeypatch.setattr(health, "SECONDS", 0.2)
    monkeypatch.setattr(health, "_store", lambda: free.wait(30))
    try:
        for _ in range(2):
            body = is_problem(Caller().get("/readyz"), 503, "not_ready")
            assert (body["database"], body["store"], body["broker"]) == ("ok", "failed", "ok")
    finally:
        free.set()
