"""The pages of our runs, and that they stand while their database is away."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from registry.actions.roll_up_runs import roll_up_runs
from registry.telemetry import database, read
from registry.telemetry.ingest import accepting, store
from registry.telemetry.models import HeldEvent, RunConsent, RunEvent
from registry.web import runs as pages
from tests.make import make_member, make_release, opt_in, run_event

pytestmark = pytest.mark.django_db


def signed_in(role: str = Role.PUBLISHER) -> Client:
    client = Client()
    client.force_login(make_member("met", role))
    return client


def text(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def test_a_publisher_opts_in_looks_and_opts_out() -> None:
    make_release("hampshire/victim-update")
    client = signed_in()
    assert "has not opted in" in text(client, "/runs")
    assert "Of each run we take" in text(client, "/runs/opt-in")
    assert client.post("/runs/opt-in", {"shows_own": "on"})["Location"] == "/runs"
    with accepting("met"):
        store("met", [run_event(items=1200), run_event(outcome="system_exception"), run_event(module="hampshire/gone")])
    roll_up_runs()
    page = text(client, "/runs")
    for words in ("Reported", "under your name", "1,203", "50%", "Victim Update", "hampshire/gone"):
        assert words in page
    assert page.count("/modules/hampshire/") == 1, "of what we no longer see there is no link"
    client.post("/runs/name", {})
    assert not RunConsent.objects.get().shows_own
    client.post("/runs/opt-out")
    assert "Not reported" in text(client, "/runs")


def test_a_deletion_wants_to_be_confirmed() -> None:
    opt_in()
    client = signed_in()
    assert client.post("/runs/delete").status_code == 422
    assert RunConsent.objects.get().is_active
    assert client.post("/runs/delete", {"sure": "on"}).status_code == 302
    assert "Being deleted" in text(client, "/runs")


def test_held_runs_are_released_and_discarded() -> None:
    opt_in()
    with accepting("met"):
        old = timezone.now() - timedelta(days=40)
        store("met", [run_event(started_at=old), run_event(started_at=old, version="2.0.0"), run_event(items=200_000)])
    client = signed_in()
    page = text(client, "/runs/held")
    assert "hampshire/victim-update 1.0.0: 1 run, started" in page
    assert client.post("/runs/held", {"become": "release"}).status_code == 422
    assert client.post("/runs/held", {"become": "release", "kinds": ["late hampshire/other 1.0.0"]}).status_code == 422
    assert client.post("/runs/held", {"become": "release", "kinds": ["late hampshire/victim-update 1.0.0"]}).status_code == 302
    assert RunEvent.objects.count() == 1
    kinds = ["late hampshire/victim-update 2.0.0", "outlier hampshire/victim-update 1.0.0"]
    assert client.post("/runs/held", {"become": "discard", "kinds": kinds}).status_code == 302
    assert not HeldEvent.objects.exists()
    assert "None is held apart" in text(client, "/runs/held")


def test_a_viewer_looks_and_does_not_decide() -> None:
    opt_in()
    with accepting("met"):
        store("met", [run_event(items=200_000)])
    client = signed_in(Role.VIEWER)
    assert "Opt out" not in text(client, "/runs")
    assert '<form class="mh-form"' not in text(client, "/runs/held")
    for path in ("opt-in", "opt-out", "name", "delete"):
        text(client, f"/runs/{path}", 403)
        assert client.post(f"/runs/{path}", {"sure": "on"}).status_code == 403
    assert client.post("/runs/held", {"become": "discard", "kinds": ["outlier hampshire/victim-update 1.0.0"]}).status_code == 403
    assert HeldEvent.objects.exists()
    assert RunConsent.objects.get().is_active


def test_everything_is_taken_out_as_csv() -> None:
    opt_in()
    opt_in("wiltshire")
    with accepting("met"):
        store("met", [run_event(), run_event(items=200_000)])
    with accepting("wiltshire"):
        store("wiltshire", [run_event(version="6.6.6")])
    roll_up_runs()
    client = signed_in(Role.VIEWER)
    for name, count in (("runs.csv", 1), ("days.csv", 1), ("held.csv", 1)):
        response = client.get(f"/runs/export/{name}")
        assert response["Content-Disposition"] == f'attachment; filename="met-{name}"'
        body = b"".join(response.streaming_content).decode()
        rows = list(csv.DictReader(body.splitlines()))
        assert len(rows) == count
        assert rows[0]["module"] == "hampshire/victim-update"
        assert "6.6.6" not in body
    text(client, "/runs/export/others.csv", 404)
    assert client.head("/runs/export/runs.csv").status_code == 200


def test_the_schema_is_public_and_privacy_leads_to_it() -> None:
    page = text(Client(), "/runs/schema")
    for words in ("duration_seconds", "31 days", "business_exception", "1,000,000,000", "at least 5 organisations"):
        assert words in page
    assert 'href="/runs/schema"' in text(Client(), "/privacy")


def test_pages_say_so_while_the_database_of_telemetry_is_away(monkeypatch) -> None:
    """Only where it is another one; tests/registry/telemetry/test_own_database.py has a real one that is stopped."""

    def away() -> None:
        raise OperationalError("no route to host")

    client = signed_in()
    monkeypatch.setattr(read, "cursor", away)
    with pytest.raises(OperationalError):
        read.when_available(away)
    for module in (read, pages):
        monkeypatch.setattr(module, "alias", lambda: database.ALIAS)
    assert "Run figures are not available at the moment." in text(client, "/runs", 503)
    assert read.when_available(away) is None
