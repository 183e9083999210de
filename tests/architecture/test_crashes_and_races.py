"""What is acknowledged stays, what is not is absent or whole, and one version has one winner: over HTTP, with processes that are killed."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.installation import Installation
from tests.make import bpmn

LONG = 120  # seconds; whatever waits gives up after these

# Prints a line for everything that is not whole, whatever was killed when; then lets a day pass, so that what killed requests left
# behind is swept, and looks again. One script, since a process takes seconds to start on a busy machine.
LOOK = """
import os
from django.conf import settings
from accounts.chain import outside, stored, verify
from accounts.models import AuditEvent
from registry.actions.check_release import check_release
from registry.actions.remove_expired import remove_expired
from registry.catalogue.models import Module
from registry.management.commands.check_storage import unnamed_bytes, wrong_bytes
from registry.releases.models import OutboxEntry, Release
from registry.releases.storage import store

def look(when):
    audited = list(AuditEvent.objects.filter(action='release.published').values_list('subject', flat=True))
    created = list(AuditEvent.objects.filter(action='module.created').values_list('subject', flat=True))
    promised = set(OutboxEntry.objects.filter(task=check_release.name).values_list('subject', flat=True))
    releases = list(Release.objects.select_related('module').prefetch_related('artefacts'))
    for release in releases:
        if not release.artefacts.all(): print(when, 'no-artefact', release)
        if audited.count(str(release)) != 1: print(when, 'not-audited-once', release)
        if release.state == 'checking' and release.pk not in promised: print(when, 'check-not-promised', release)
    for subject in set(audited) - {str(release) for release in releases}: print(when, 'audited-without-release', subject)
    for module in Module.objects.all():
        if not module.releases.exists(): print(when, 'no-release', module)
        if created.count(str(module)) != 1: print(when, 'module-not-audited-once', module)
    if wrong := verify(stored())[1] or outside(): print(when, f'audit-{wrong.code}', wrong.number)
    for wrong in wrong_bytes(): print(when, wrong['problem'], wrong['release'])
    for name in left(): print(when, 'left', name)
    for release in releases: print(when, 'release', release)

def left():
    staged = [path.name for path in store().root.rglob('*') if path.is_file() and len(path.name) != 64]
    return [path.name for path in settings.UPLOAD_DIR.iterdir()] + staged + [one['sha256'] for one in unnamed_bytes(0)]

look('before')
for path in [*settings.UPLOAD_DIR.iterdir(), *store().root.rglob('*')]: os.utime(path, (0, 0))
remove_expired()
look('after')
"""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="module")
def token(installation: Installation) -> str:
    return installation.token("hampshire", "publish", "read")


@dataclass(frozen=True)
class Seen:
    """What is there: releases, what is left over, and what is not whole."""

    releases: set[str]
    left: set[str]
    broken: list[tuple[str, str]]


def look(installation: Installation, harm: str = "") -> tuple[Seen, Seen]:
    """What is there now, and what is there when a day has passed; ``harm`` is done first."""
    lines = [line.split(" ", 2) for line in installation.python(harm + LOOK).splitlines()]

    def at(when: str) -> Seen:
        rows = [(kind, subject) for moment, kind, subject in lines if moment == when]
        named = {kind: {subject for this, subject in rows if this == kind} for kind in ("release", "left")}
        return Seen(named["release"], named["left"], [row for row in rows if row[0] not in named])

    return at("before"), at("after")


def serve(installation: Installation) -> None:
    """Start the web server unless an earlier test left it running."""
    if "web" not in installation.processes:
        installation.start_web()


class Clients:
    """Four clients that publish without a pause until they are cut off."""

    def __init__(self, installation: Installation, token: str, prefix: str) -> None:
        self.installation, self.token, self.prefix = installation, token, prefix
        self.asked: set[str] = set()
        self.acknowledged: set[str] = set()
        self.surprises: list[Any] = []
        self._told = threading.Condition()
        self._threads = [threading.Thread(target=self._publish, args=(number,)) for number in range(4)]

    def kill_after(self, count: int) -> None:
        """Kill the web server as soon as ``count`` publishes are acknowledged; the other clients are then in the middle of theirs."""
        for thread in self._threads:
            thread.start()
        with self._told:
            came = self._told.wait_for(lambda: self.surprises or len(self.acknowledged) >= count, LONG)
            self.installation.kill("web")
        for thread in self._threads:
            thread.join(LONG)
        assert not self.surprises
        assert came, "too few publishes were acknowledged"

    def _publish(self, number: int) -> None:
        for count in range(500):
            name = f"{self.prefix}-{number}-{count}"
            self.asked.add(f"{name}@1.0.0")
            try:
                status, answer = self.installation.publish(self.token, name, bpmn(name))
            except (OSError, http.client.HTTPException):
                return  # cut off: not acknowledged
            except ValueError as error:
                status, answer = 0, error
            with self._told:
                if status == 201:
                    self.acknowledged.add(f"{name}@1.0.0")
                else:
                    self.surprises.append(answer)
                self._told.notify_all()


def test_fifty_clients_publish_one_version(installation: Installation, token: str) -> None:
    serve(installation)
    answers: list[int] = []
    gate = threading.Barrier(50)

    def client(number: int) -> None:
        gate.wait(LONG)
        answers.append(installation.publish(token, "hampshire/raced", bpmn(f"Race {number % 2}"))[0])

    threads = [threading.Thread(target=client, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert Counter(answers) == {201: 1, 200: 24, 409: 25}
    assert look(installation)[0] == Seen(releases={"hampshire/raced@1.0.0"}, left=set(), broken=[])


def test_killed_in_mid_publish_a_release_is_whole_or_absent(installation: Installation, token: str) -> None:
    asked: set[str] = set()
    acknowledged: set[str] = set()
    for turn, count in enumerate((1, 6)):
        serve(installation)
        clients = Clients(installation, token, f"hampshire/killed-{turn}")
        clients.kill_after(count)
        assert clients.asked - clients.acknowledged, "nobody was cut off"
        asked |= clients.asked
        acknowledged |= clients.acknowledged
    before, after = look(installation)
    assert (before.broken, after.broken) == ([], [])
    assert before.releases == after.releases
    assert acknowledged <= {name for name in after.releases if "/killed-" in name} <= asked
    assert before.left, "no kill came in the middle of a publish"
    assert not after.left
    serve(installation)
    for name, _, version in (one.partition("@") for one in acknowledged):
        assert installation.get(f"/api/v1/modules/{name}/releases/{version}/artefacts/process.bpmn", token) == (200, bpmn(name))


def test_a_killed_worker_loses_no_check(installation: Installation, token: str) -> None:
    count = 12
    serve(installation)
    for number in range(count):
        assert installation.publish(token, f"hampshire/checked-{number}", bpmn(f"Checked {number}"))[0] == 201
    installation.start_worker()
    _wait_until_listed(installation, token, 1)
    installation.kill("worker")
    # Messages taken by a killed worker are gone from this broker. Let the sweeper's patience be over, and sweep as the schedule would.
    installation.start_worker()
    installation.python(
        "from datetime import timedelta; from django.utils import timezone; from registry.releases.models import OutboxEntry; "
        "from registry.actions.sweep_outbox import sweep_outbox; then = timezone.now() - timedelta(hours=1); "
        "OutboxEntry.objects.update(created_at=then, due_at=then); sweep_outbox()"
    )
    _wait_until_listed(installation, token, count)
    installation.kill("worker")
    left = installation.python(
        "from registry.releases.models import OutboxEntry, Release; from accounts.models import AuditEvent; "
        "print(OutboxEntry.objects.filter(subject__in=Release.objects.filter(module__slug__startswith='checked-')).count(), "
        "AuditEvent.objects.filter(action='release.listed', subject__startswith='hampshire/checked-').count())"
    )
    assert left.split() == ["0", str(count)]


def _wait_until_listed(installation: Installation, token: str, count: int) -> None:
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        status, body = installation.get("/api/v1/modules?q=checked&status=listed", token)
        assert status == 200
        if json.loads(body)["count"] >= count:
            return
        time.sleep(0.1)
    raise AssertionError(f"{count} releases were not listed in {LONG} seconds: {body.decode()[:300]}")


HARM = """
from pathlib import Path
from django.conf import settings
from accounts.models import Organisation
from registry.catalogue.models import Module
from registry.releases.models import Artefact, Release
from registry.releases.storage import store
missing, damaged, short = [store().path(one.sha256) for one in Artefact.objects.order_by('pk')[:3]]
missing.unlink()
for path, data in ((damaged, damaged.read_bytes()[:-1] + b'?'), (short, b'cut off')):
    path.unlink()
    path.write_bytes(data)
kent = Organisation.objects.create(slug='kent', name='Kent', kind='police')
Module.objects.create(organisation=kent, publisher='kent', slug='bare', title='Bare')
half = Module.objects.create(organisation=kent, publisher='kent', slug='half', title='Half')
Release.objects.create(
    module=half, version='1.0.0', version_key='1', licence='MIT', platform='bpmn', artefact_kind='bpmn', inspection={}, digest='x'
)
folder = store().root / 'sha256' / '00' / '00'
folder.mkdir(parents=True, exist_ok=True)
for path in (folder / ('0' * 64), folder / '.0123456789abcdef', settings.UPLOAD_DIR / 'x.upload'):
    path.write_bytes(b'left')
"""


def test_what_these_tests_look_at_would_show_what_went_wrong(installation: Installation, token: str) -> None:
    """Harm of every kind is seen, so that seeing none means something. It comes last, and leaves the installation broken."""
    serve(installation)
    for number in range(3):
        installation.publish(token, f"hampshire/harmed-{number}", bpmn(f"Harmed {number}"))
    before, after = look(installation, HARM)
    assert Counter(kind for kind, _ in before.broken) == {
        "missing": 1,
        "damaged": 1,
        "size": 1,
        "no-release": 1,
        "no-artefact": 1,
        "not-audited-once": 1,
        "check-not-promised": 1,
        "module-not-audited-once": 2,
    }
    assert not_being_read(before.left) == {"0" * 64, ".0123456789abcdef", "x.upload"}
    assert after.broken == before.broken
    assert not not_being_read(after.left)


def not_being_read(left: set[str]) -> set[str]:
    """Without the copies of stored files that the worker judges at this very moment."""
    return {name for name in left if not (name.startswith("tmp") and name.endswith(".upload"))}
