"""What the page tells people to paste, run for real against the real server; and deliveries to it, forged and replayed."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from registry.actions.open_run_hook import open_run_hook
from registry.releases.models import ProvidedName
from registry.telemetry.adapters import uipath
from registry.telemetry.models import RunEvent
from registry.web.run_snippets import snippets
from tests.api.test_server import Server, server  # noqa: F401 - a fixture
from tests.make import make_release, make_token, make_viewer, opt_in
from tests.registry.telemetry.test_runs_otlp import export, record
from tests.registry.telemetry.test_runs_uipath import job_event

pytestmark = pytest.mark.django_db(transaction=True)


def snippet(key: str, server: Server) -> str:  # noqa: F811
    return next(each.code for each in snippets(f"http://127.0.0.1:{server.port}") if each.key == key)


def post(server: Server, path: str, body: bytes, **headers: str) -> tuple[int, dict[str, object]]:  # noqa: F811
    client = HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        client.request("POST", path, body, {"Content-Type": "application/json", **headers})
        with client.getresponse() as response:
            return response.status, json.loads(response.read())
    finally:
        client.close()


def stored() -> list[tuple[str, str, int, int]]:
    return list(RunEvent.objects.order_by("items").values_list("module", "version", "duration_ms", "items"))


def test_what_the_page_tells_to_paste_reports_runs(
    server: Server,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.SECRET_KEY = (tmp_path / "secret").read_text()  # the server's own
    release = make_release("hampshire/victim-update", "1.2.0")
    opt_in("met")
    secret = make_token("met", ("telemetry",))
    monkeypatch.setenv("MOOTHALL_TOKEN", secret)
    started = datetime.now(UTC) - timedelta(minutes=5)

    exec(compile(snippet("python", server), "snippet", "exec"), {"started": started, "seconds": 42.5, "items": 1})
    assert stored() == [("hampshire/victim-update", "1.2.0", 42_500, 1)]

    curl = shutil.which("curl")
    assert curl, "the shell snippet needs curl"
    given = {"STARTED": started.isoformat(), "SECONDS_TAKEN": "7", "ITEMS": "2"}
    said = subprocess.run(["sh", "-c", snippet("tagui", server)], env=os.environ | given, capture_output=True, check=True, text=True)
    assert json.loads(said.stdout)["accepted"] == 1, said.stdout
    assert stored()[1:] == [("hampshire/victim-update", "1.2.0", 7_000, 2)]

    # What the other platforms send once they have filled in what is theirs to fill in.
    token = {"Authorization": f"Bearer {secret}"}
    action = json.loads(snippet("power_automate", server))["inputs"]
    (event,) = action["body"]["events"]
    filled = {"id": "9cc6c2e4-237d-42f6-8cb8-43010652fb22", "started_at": f"{started:%Y-%m-%dT%H:%M:%S}.1234567Z", "duration_seconds": 9}
    assert {name: event[name][:1] for name in filled} == dict.fromkeys(filled, "@"), "its expressions stand where its values come"
    status, answer = post(server, "/api/v1/runs", json.dumps({"events": [event | filled | {"items": 3}]}).encode(), **token)
    assert (status, answer["accepted"]) == (202, 1), answer
    (node,) = json.loads(snippet("n8n", server))["nodes"]
    line = node["parameters"]["body"].removeprefix("=").replace("{{ $('Started').item.json.at }}", started.isoformat())
    line = line.replace("{{ $('Started').item.json.seconds }}", "11").replace("completed,1", "completed,4")
    status, answer = post(server, "/api/v1/runs/table", line.encode(), **token, **{"Content-Type": "text/csv"})
    assert (status, answer["accepted"]) == (202, 1), answer
    table = "\n".join(snippet("a360", server).splitlines()[3:])
    for name, value in {"$startedAt$": started.isoformat(), "$seconds$": "13", "$items$": "5"}.items():
        assert name in table
        table = table.replace(name, value)
    status, answer = post(server, "/api/v1/runs/table", table.encode(), **token, **{"Content-Type": "text/csv"})
    assert (status, answer["accepted"]) == (202, 1), answer
    otel = dict(line.split("=", 1) for line in snippet("opentelemetry", server).splitlines())
    resource = dict(pair.split("=") for pair in otel["OTEL_RESOURCE_ATTRIBUTES"].split(","))
    stamp = str(int(timezone.now().timestamp()) * 10**9)
    body = export(record({"module": None, "version": None, "items": 6}, timeUnixNano=stamp), resource=resource)
    path = otel["OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"].partition(str(server.port))[2]
    assert post(server, path, gzip.compress(body), **token, **{"Content-Encoding": "gzip"}) == (200, {})
    assert [items for *_, items in stored()] == [1, 2, 3, 4, 5, 6]

    # Orchestrator's deliveries.
    ProvidedName.objects.create(release=release, ecosystem="nuget", name="victimupdate")
    hook = open_run_hook(by=make_viewer("met"))
    times = {"StartTime": started.isoformat(), "EndTime": (started + timedelta(seconds=15)).isoformat()}
    delivery = json.dumps(job_event("job.faulted", **times, Release={"ProcessKey": "VictimUpdate", "ProcessVersion": "1.2.0"})).encode()
    signed = {uipath.HEADER: uipath.signature_of(delivery, hook.secret)}
    path = f"/api/v1/runs/uipath/{hook.key}"
    forged = [
        post(server, path, delivery),
        post(server, path, delivery.replace(b"1.2.0", b"1.2.1"), **signed),
        post(server, f"/api/v1/runs/uipath/{'0' * 43}", delivery, **signed),
    ]
    assert [status for status, _ in forged] == [401, 401, 401]
    assert forged[0] == forged[1] == forged[2]
    assert RunEvent.objects.count() == 6
    first, again = post(server, path, delivery, **signed), post(server, path, delivery, **signed)
    assert (first[0], first[1]["accepted"], again[0], again[1]["duplicates"]) == (202, 0, 202, 1), "its id came with Power Automate's run"
    other = delivery.replace(b"9cc6c2e4", b"9cc6c2e5")
    status, answer = post(server, path, other, **{uipath.HEADER: uipath.signature_of(other, hook.secret)})
    assert (status, answer["accepted"]) == (202, 1)
    assert RunEvent.objects.get(duration_ms=15_000).outcome == 3
