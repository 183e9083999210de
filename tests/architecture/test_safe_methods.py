"""Reading writes nothing but what is allowed by name, and HEAD counts no download."""

from __future__ import annotations

import pytest

from registry.releases.models import Download
from tests.architecture.tables import rows
from tests.architecture.urls_table import FILE, IN_SCOPE, OWNER, PARTNER, PEOPLE, PUBLISHER, TABLE, TOKENS, Actor, Row, Spot, World, address

pytestmark = pytest.mark.django_db
NEIGHBOUR = next(actor for actor in PEOPLE if actor.name == "named publisher")
NEIGHBOURS_TOKEN = next(actor for actor in TOKENS if actor.organisation == PARTNER)
SPOTS = [Spot("partnership", version) for version in ("1.0.0", "1.1.0", "2.0.0")]
COUNTED = {"download", "api_artefact"}  # names of the addresses whose GET counts a download
QUESTIONS = (
    "/modules?q=partnershp&platform=bpmn&sort=newest",
    "/modules?q=nothing-like-it&kind=sequence",
    f"/publish?module={OWNER}/partnership",
    "/account/organisation?next=/modules",
)
API_QUESTIONS = ("/api/v1/modules?q=partnershp&platform=bpmn&page_size=1", "/api/v1/modules?q=nothing-like-it")


def changed(world: World, actor: Actor, method: str, path: str) -> set[str]:
    """The tables that ``actor`` writes to by one request."""
    before = rows()
    world.ask(actor, method, path)
    after = rows()
    return {table for table in after if after[table] != before[table]}


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name or row.route)
def test_reading_an_address_writes_nothing(world: World, row: Row, method: str) -> None:
    counts = {"registry_download"} if method == "GET" and row.name in COUNTED else set()
    for actor in (IN_SCOPE, NEIGHBOURS_TOKEN) if row.is_api else (PUBLISHER, NEIGHBOUR):
        for spot in SPOTS if row.of else [Spot()]:
            assert changed(world, actor, method, address(world, row, spot)) <= counts, (actor.name, spot)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", [*QUESTIONS, *API_QUESTIONS])
def test_asking_writes_nothing(world: World, path: str, method: str) -> None:
    actor = IN_SCOPE if path in API_QUESTIONS else PUBLISHER
    assert changed(world, actor, method, path) == set()


@pytest.mark.parametrize(
    ("actor", "path"),
    [
        (NEIGHBOUR, f"/modules/{OWNER}/partnership/1.0.0/files/{FILE}"),
        (NEIGHBOURS_TOKEN, f"/api/v1/modules/{OWNER}/partnership/releases/1.0.0/artefacts/{FILE}"),
    ],
    ids=["page", "api"],
)
def test_a_download_is_counted_by_get_and_never_by_head(world: World, actor: Actor, path: str) -> None:
    head = world.ask(actor, "HEAD", path)
    assert (head.status_code, head.body, Download.objects.count()) == (200, b"", 0)
    assert world.ask(actor, "GET", path).body
    assert Download.objects.count() == 1
