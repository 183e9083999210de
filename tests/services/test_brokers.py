"""The product on the services of a real installation, as real processes: PostgreSQL, Redis, RabbitMQ and S3 through its own settings."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from kombu import Connection

from registry.releases.storage import S3Store, key_of
from tests.installation import ROOT, Installation, unique
from tests.make import bpmn
from tests.swift_server import KEY, SECRET, swift

# Only CI brings these services; whatever else happens to run on a machine is left alone. The embedded broker is used by the browser's journeys too.
pytestmark = [pytest.mark.services, pytest.mark.skipif(not os.environ.get("CI"), reason="installations of many kinds are tested in CI")]
LONG = 120  # seconds; whatever waits gives up after these
REDIS, RABBITMQ, POSTGRESQL = 6379, 5672, 5432
# As if an hour had passed for everything promised: the sweeper's patience is over.
AGED = (
    "from datetime import timedelta; from django.utils import timezone; from registry.releases.models import OutboxEntry; "
    "then = timezone.now() - timedelta(hours=1); OutboxEntry.objects.update(created_at=then, due_at=then)"
)


def need(service: str, port: int) -> None:
    """Fail where the service does not answer."""
    try:
        socket.create_connection(("127.0.0.1", port), 2).close()
    except OSError:
        pytest.fail(f"{service} does not answer on port {port}")


@contextlib.contextmanager
def empty_redis() -> Iterator[str]:
    """The address of a database of Redis that was empty, claimed for a while and emptied at the end."""
    need("Redis", REDIS)
    for number in range(15, 0, -1):
        address = f"redis://127.0.0.1:{REDIS}/{number}"
        with redis.Redis.from_url(address) as client:
            if client.dbsize() == 0 and client.set("claimed-by-a-test", 1, nx=True, ex=900):
                try:
                    yield address
                finally:
                    client.flushdb()
                return
    pytest.fail("no database of Redis is empty")


@contextlib.contextmanager
def rabbitmq(queue: str) -> Iterator[str]:
    """RabbitMQ's address; the queue and its exchange are gone at the end."""
    need("RabbitMQ", RABBITMQ)
    address = f"amqp://guest:guest@127.0.0.1:{RABBITMQ}//"
    try:
        yield address
    finally:
        with Connection(address) as broker, broker.channel() as channel:
            channel.queue_delete(queue)
            channel.exchange_delete(queue)


@contextlib.contextmanager
def own_database() -> Iterator[str]:
    """The address of a new database on the PostgreSQL beside us, dropped at the end."""
    need("PostgreSQL", POSTGRESQL)
    name = unique("moothall_test").replace("-", "_")
    server = f"postgresql://postgres@127.0.0.1:{POSTGRESQL}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{server}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="module")
def token(installation: Installation) -> str:
    return installation.token("hampshire", "publish", "read")


def wait_until_listed(installation: Installation, token: str, word: str, count: int) -> None:
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        status, body = installation.get(f"/api/v1/modules?q={word}&status=listed", token)
        assert status == 200
        if json.loads(body)["count"] >= count:
            return
        time.sleep(0.2)
    raise AssertionError(f"{count} releases were not listed in {LONG} seconds: {body.decode()[:300]}")


def publish(installation: Installation, token: str, word: str, count: int = 1) -> None:
    for number in range(count):
        status, answer = installation.publish(token, f"hampshire/{word}-{number}", bpmn(f"{word} {number}"))
        assert status == 201, answer


@pytest.mark.parametrize("name", ["filesystem", "redis", "rabbitmq"])
def test_a_worker_lists_what_is_published_and_one_that_comes_back_what_a_killed_one_left(
    installation: Installation, token: str, name: str
) -> None:
    queue = unique("queue")
    brokers = {"filesystem": lambda: contextlib.nullcontext("filesystem://"), "redis": empty_redis, "rabbitmq": lambda: rabbitmq(queue)}
    with brokers[name]() as address, installation.configured(BROKER_URL=address, QUEUE=queue):
        installation.start_web()
        status, body = installation.get("/readyz")
        assert (status, json.loads(body)["broker"]) == (200, "ok")
        publish(installation, token, name, 8)
        installation.start_worker()
        wait_until_listed(installation, token, name, 1)
        installation.kill("worker")
        installation.start_worker()
        installation.python(f"{AGED}; from registry.actions.sweep_outbox import sweep_outbox; sweep_outbox()")
        wait_until_listed(installation, token, name, 8)
    assert installation.python("from registry.releases.models import OutboxEntry; print(OutboxEntry.objects.count())").strip() == "0"


def test_a_publish_outlives_a_broker_that_is_away_and_the_schedule_finishes_it(installation: Installation, token: str) -> None:
    with installation.configured(BROKER_URL="redis://127.0.0.1:1/0"):  # nothing listens on that port
        installation.start_web()
        status, body = installation.get("/readyz")
        assert (status, json.loads(body)["broker"]) == (503, "failed")
        publish(installation, token, "away")
    with installation.configured(BROKER_URL="filesystem://"):
        installation.start_web()
        installation.python(AGED)
        installation.start_worker()
        wait_until_listed(installation, token, "away", 1)


def test_on_s3_a_download_is_a_short_lived_link_to_the_same_bytes(installation: Installation, token: str, tmp_path: Path) -> None:
    with swift(tmp_path) as address:
        keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
        store = S3Store("artefacts", endpoint_url=address, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1")
        store.client.create_bucket(Bucket="artefacts")
        url = f"s3://artefacts?endpoint_url={address}&region_name=us-east-1"
        data = bpmn("Kept on S3")
        digest = hashlib.sha256(data).hexdigest()
        with installation.configured(STORAGE_URL=url, **keys):
            installation.start_web()
            assert json.loads(installation.get("/readyz")[1])["store"] == "ok"
            status, answer = installation.publish(token, "hampshire/on-s3", data)
            assert status == 201, answer
            path = "/api/v1/modules/hampshire/on-s3/releases/1.0.0/artefacts/process.bpmn"
            status, headers, body = installation.answer(path, token)
            assert (status, body) == (302, b"")
            link = headers["Location"]
            assert link.startswith(f"{address}/artefacts/{key_of(digest)}?")
            assert "X-Amz-Expires=60" in link
            assert token not in link
            with urllib.request.urlopen(link) as response:
                assert hashlib.sha256(response.read()).hexdigest() == digest
                assert "process.bpmn" in response.headers["Content-Disposition"]
            assert [kept for kept, _ in store.digests()] == [digest]
            assert installation.answer(path, "")[0] == 401
        store.client.close()


def test_as_in_production_on_postgresql_and_redis(tmp_path: Path) -> None:
    """Nothing embedded: every setting given, none of the demonstration's. A second `prepare`, as at the next deployment, changes nothing."""
    static = ROOT / "staticfiles"
    was_there = static.exists()
    with empty_redis() as broker, own_database() as database:
        settings = {
            "MOOTHALL_DEMO": "0",
            "DATABASE_URL": database,
            "BROKER_URL": broker,
            "CACHE_URL": broker,
            "QUEUE": unique("queue"),
            "STORAGE_URL": (tmp_path / "artefacts").as_uri(),
            "SECRET_KEY": unique("a-key-for-this-test-only"),
            "ALLOWED_HOSTS": "127.0.0.1",
            "BASE_URL": "http://127.0.0.1",
            "EMAIL_URL": "memory:",
        }
        try:
            with Installation(tmp_path / "home", **settings) as running:
                assert not (running.home / "postgres").exists()
                running.manage("prepare", "--verbosity", "0")
                running.manage("add_organisation", "hampshire", "Hampshire", "--kind", "police")
                token = running.token("hampshire", "publish", "read")
                running.start_web()
                running.start_worker()
                assert json.loads(running.get("/readyz")[1]) == {"status": "ready", "database": "ok", "store": "ok", "broker": "ok"}
                publish(running, token, "produced")
                wait_until_listed(running, token, "produced", 1)
                path = "/api/v1/modules/hampshire/produced-0/releases/1.0.0/artefacts/process.bpmn"
                assert running.get(path, token) == (200, bpmn("produced 0"))
                assert running.get("/account/login/")[0] == 200
                assert running.get(path)[0] == 401
        finally:
            if not was_there:
                shutil.rmtree(static, ignore_errors=True)


@pytest.mark.parametrize("missing", ["DATABASE_URL", "BROKER_URL", "CACHE_URL", "STORAGE_URL", "SECRET_KEY", "BASE_URL", "EMAIL_URL"])
def test_outside_the_demonstration_a_missing_setting_stops_the_start_and_is_named(tmp_path: Path, missing: str) -> None:
    given = {
        "MOOTHALL_DEMO": "0",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "BROKER_URL": "redis://127.0.0.1:1/0",
        "CACHE_URL": "redis://127.0.0.1:1/1",
        "STORAGE_URL": tmp_path.as_uri(),
        "SECRET_KEY": "k",
        "BASE_URL": "http://127.0.0.1",
        "EMAIL_URL": "memory:",
    }
    installation = Installation(tmp_path, **{**given, missing: ""})
    with pytest.raises(RuntimeError, match=f"{missing} is not set"):
        installation.manage("diffsettings")
