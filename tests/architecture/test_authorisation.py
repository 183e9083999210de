"""Every address x every method x everybody x every visibility and state, against the rules of the table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from django.urls import reverse

from api import throttles
from tests.architecture.urls_table import ON_API, ON_PAGES, TABLE, VERSIONS, VISIBILITIES, Actor, Row, Spot, World, answered, routes

pytestmark = pytest.mark.django_db
SAFE = ("GET", "HEAD", "OPTIONS")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker) -> Iterator[World]:  # type: ignore[no-untyped-def]
    """Made once for all tests and never committed. Rates are the subject of other tests."""
    unlimited = {"RATES": dict.fromkeys(settings.RATES, 10**6), "ACCOUNT_RATE_LIMITS": False, "MFA_RATE_LIMITS": False}
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(**unlimited):
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def world(made: World) -> Iterator[World]:
    """The world, in which every test undoes what it did."""
    throttles._leases._left.clear()
    yield made
    throttles._leases._left.clear()


def spots(row: Row, method: str) -> list[Spot]:
    """Every visibility of the module an address names; every state of a release, where the method is one it takes."""
    if not row.of:
        return [Spot()]
    states = VERSIONS if row.of == "release" and method in ("GET", "POST") else ["1.0.0"]
    return [Spot(visibility, version) for visibility in VISIBILITIES for version in states]


def address(world: World, row: Row, spot: Spot) -> str:
    """Where ``row`` is for ``spot``."""
    arguments = world.arguments(row, spot)
    return reverse(row.name, kwargs=arguments) if arguments else f"/{row.route}"


def seen(world: World, row: Row, method: str, actor: Actor, spot: Spot) -> tuple[str, str]:
    """What the table says and what the product answers; a permitted change is undone."""
    expected = row.rule(method)(actor, spot)
    body = row.body(world, actor, spot) if method == "POST" else None
    with transaction.atomic():
        response = world.ask(actor, method, address(world, row, spot), body, is_json=row.is_json)
        transaction.set_rollback(method in UNSAFE and expected[0] in "23")
    if method == "HEAD":  # it has no body that could say more
        expected = expected if expected.startswith("302") else expected[:3]
    return expected, answered(response)


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    found = {(name, route) for name, route in routes()}
    assert {(row.name, row.route) for row in TABLE} == found


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name or row.route)
def test_the_table_holds(world: World, row: Row) -> None:
    actors = ON_API if row.is_api else ON_PAGES
    wrong: dict[str, list[str]] = {}
    for method in (*SAFE, *UNSAFE):
        for actor in actors:
            for spot in spots(row, method):
                expected, answer = seen(world, row, method, actor, spot)
                if answer != expected:
                    wrong.setdefault(f"{method} answers {answer}, not {expected}", []).append(
                        f"{actor.name} at {spot.visibility or row.name} {spot.state}"
                    )
    assert not wrong, "\n".join(f"{what}: {', '.join(dict.fromkeys(who))}" for what, who in wrong.items())
