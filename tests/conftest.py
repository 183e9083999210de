"""Fixtures of every test: one embedded (or given) PostgreSQL, loopback only, and the folder of a run."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as properties

from config import postgres
from config.env import HOME
from tests.truncation import allow_truncation

# How long one example takes says how busy the machine is, and nothing of the property.
properties.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
properties.load_profile("unhurried")

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def pytest_configure(config: pytest.Config) -> None:
    """The database server of a run; the processes of a run that is shared find it running."""
    data = HOME / "postgres"
    if not os.environ.get("DATABASE_URL") and not postgres.is_running(data):
        postgres.ensure(data, fast=True)
        config.add_cleanup(lambda: postgres.stop(data))


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Which tests one process runs when several share the run: those of a file, and those that share one browser and installation."""
    for item in items:
        folder = item.path.parent
        item.add_marker(pytest.mark.xdist_group("browser" if folder.name == "browser" else str(item.path)))


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real artefacts; where they are missing CI fails, elsewhere the test is skipped."""
    if not CORPUS.is_dir():
        if os.environ.get("CI"):
            pytest.fail("../shared/corpus is missing")
        pytest.skip("no corpus beside this checkout")
    return CORPUS


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:  # type: ignore[no-untyped-def]
    """Let the test runner empty tables: it truncates, which the product's triggers refuse."""
    from django.core.management import call_command

    with django_db_blocker.unblock():
        allow_truncation()
        call_command("createcachetable")


@pytest.fixture(autouse=True)
def _seeded(request: pytest.FixtureRequest) -> None:
    """The rules of review and governance, which migrations seed, where a test that commits has emptied every table before this one."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        return
    request.getfixturevalue("transactional_db")
    from registry.reviews.models import SignOffRule

    if not SignOffRule.objects.exists():
        for name in ("0005_review_rules", "0006_governance"):
            importlib.import_module(f"registry.migrations.{name}").seed(apps, None)


@pytest.fixture(autouse=True)
def _clean_folders() -> Iterator[None]:
    """Every test begins and ends without an upload in flight."""
    yield
    left = list(settings.UPLOAD_DIR.iterdir())
    for path in left:
        path.unlink()
    assert not left, f"uploads left behind: {left}"
