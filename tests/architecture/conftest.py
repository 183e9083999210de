"""One world for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from api import throttles
from tests.architecture.urls_table import World


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
