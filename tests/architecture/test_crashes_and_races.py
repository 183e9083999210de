"""What is acknowledged stays, what is not is absent or whole, and one version has one winner: over HTTP, with processes that are killed."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import Installation
from tests.make import bpmn


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation(tmp_path_factory.mktemp("home")) as running:
        yield running


def test_fifty_clients_publish_one_version(installation: Installation) -> None:
    token = installation.token("hampshire", "publish", "read")
    installation.start_web()
    try:
        answers: list[int] = []
        gate = threading.Barrier(50)

        def client(number: int) -> None:
            gate.wait(30)
            answers.append(installation.publish(token, "hampshire/raced", bpmn(f"Race {number % 2}"))[0])

        threads = [threading.Thread(target=client, args=(number,)) for number in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        counted = Counter(answers)
        assert counted[201] == 1, counted
        assert counted[200] == 24, counted
        assert counted[409] == 25, counted
        report = json.loads(installation.manage("check_storage", "--json", "--grace", "0"))
        assert report == {"artefacts": 1, "problems": []}
    finally:
        installation.kill("web")


def test_killed_in_mid_publish_a_release_is_whole_or_absent(installation: Installation) -> None:
    token = installation.token("hampshire", "publish", "read")
    acknowledged: dict[str, str] = {}
    chance = random.Random(3)
    for turn in range(6):
        installation.start_web()
        stop = threading.Event()

        def client(number: int, turn: int, stop: threading.Event) -> None:
            for count in range(200):
                if stop.is_set():
                    return
                name = f"hampshire/killed-{turn}-{number}-{count}"
                try:
                    status, answer = installation.publish(token, name, bpmn(name))
                except (OSError, http.client.HTTPException, ValueError):
                    return  # cut off: not acknowledged
                assert status == 201, answer
                acknowledged[name] = answer["version"]

        threads = [threading.Thread(target=client, args=(number, turn, stop)) for number in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.3 + chance.random())
        installation.kill("web")
        stop.set()
        for thread in threads:
            thread.join()
    assert len(acknowledged) > 20
    _is_whole(installation, token, acknowledged)


def test_a_killed_worker_loses_no_check(installation: Installation) -> None:
    token = installation.token("hampshire", "publish", "read")
    installation.start_web()
    names = [f"hampshire/checked-{number}" for number in range(30)]
    installation.start_worker()
    for number, name in enumerate(names):
        assert installation.publish(token, name, bpmn(name))[0] == 201
        if number % 10 == 9:
            installation.kill("worker")
            installation.start_worker()
    installation.kill("worker")
    # A worker that comes back finds what the broker forgot: let the sweeper's patience be over.
    installation.python("from registry.releases.models import OutboxEntry as O; from datetime import timedelta as t; from django.utils.timezone import now; O.objects.update(created_at=now()-t(hours=1), due_at=now()-t(hours=1))")
    installation.start_worker()
    try:
        for _ in range(300):
            left = installation.python("from registry.releases.models import OutboxEntry as O, Release as R; print(O.objects.count(), R.objects.filter(state='checking').count())").split()
            if left == ["0", "0"]:
                break
            time.sleep(0.5)
        assert left == ["0", "0"]
        status, body = installation.get("/api/v1/modules/hampshire/checked-29", token)
        assert status == 200
        assert json.loads(body)["latest_version"] == "1.0.0"
    finally:
        installation.kill("worker")
        installation.kill("web")


def _is_whole(installation: Installation, token: str, acknowledged: dict[str, str]) -> None:
    """Every acknowledged release is there with its bytes; there may be bytes nobody names, which repair removes; no upload stays."""
    installation.start_web()
    try:
        for name, version in acknowledged.items():
            status, body = installation.get(f"/api/v1/modules/{name}/releases/{version}/artefacts/process.bpmn", token)
            assert (status, body) == (200, bpmn(name))
    finally:
        installation.kill("web")
    report = json.loads(installation.manage("check_storage", "--json", "--grace", "0", "--repair", check=False))
    assert {problem["problem"] for problem in report["problems"]} <= {"unnamed"}, report
    assert json.loads(installation.manage("check_storage", "--json", "--grace", "0"))["problems"] == []
    uploads = Path(installation.home / "uploads")
    installation.python(
        "import os; from django.conf import settings; [os.utime(path, (0, 0)) for path in settings.UPLOAD_DIR.iterdir()]; "
        "from registry.actions.remove_expired import remove_expired; remove_expired()"
    )
    assert list(uploads.iterdir()) == []
