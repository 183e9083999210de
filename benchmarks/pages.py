"""Latency and query counts of catalogue, search, module page, queue of reviews and API, at 1,000 and 20,000 modules with five findings each."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve

from accounts.models import Membership, Organisation, User
from accounts.tokens import issue_token
from benchmarks.ground import latencies, server, show
from benchmarks.seed import seed
from registry.catalogue.models import Module
from registry.reviews.models import Review

SIZES = (1_000, 20_000)
SEARCHES = {
    "catalogue, no word": "",
    "one common word": "q=crime",
    "three words": "q=crime+custody+letter",
    "a mistyped word": "q=custdy",
    "a word and two facets": "q=crime&platform=uipath&licence=MIT",
}


def run() -> None:
    """Print a line for each page at each size."""
    organisation = Organisation.objects.get_or_create(slug="bench", defaults={"name": "Bench", "kind": "police"})[0]
    person = User.objects.filter(email="bench@example.org").first() or User.objects.create_user("bench@example.org", None, name="Bench")
    Membership.objects.get_or_create(
        user=person, organisation=organisation, defaults={"role": "reviewer", "signs": ["technical", "licence"]}
    )
    secret = issue_token(organisation=organisation, name="bench", scopes=("read",), modules=(), days=1, by=None)[1]
    client = Client()
    client.force_login(person)
    cookie = {"Cookie": f"moothall_session={client.session.session_key}"}
    bearer = {"Authorization": f"Bearer {secret}"}
    assert isinstance(client.session, SessionStore)
    for size in SIZES:
        seed(size)
        with server() as (port, _):
            _measure(size, port, client, cookie, bearer)


def _measure(size: int, port: int, client: Client, cookie: dict[str, str], bearer: dict[str, str]) -> None:
    identifiers = list(Module.objects.filter(visibility="partnership").order_by("pk").values_list("publisher", "slug")[:50])
    for name, query in SEARCHES.items():
        _line(f"{size:>6} page: {name}", port, [f"/modules?{query}"], cookie, client)
        _line(f"{size:>6} API: {name}", port, [f"/api/v1/modules?{query}"], bearer)
    _line(f"{size:>6} page: home", port, ["/"], cookie, client)
    _line(f"{size:>6} page: module", port, [f"/modules/{publisher}/{slug}" for publisher, slug in identifiers], cookie, client)
    opened = list(Review.objects.filter(visibility="partnership", closed_at=None).order_by("pk").values_list("pk", flat=True)[:50])
    for name, paths in {
        "queue of reviews": ["/reviews"],
        "late reviews": ["/reviews?late=1"],
        "review": [f"/reviews/{key}" for key in opened],
    }.items():
        if _exists(paths[0]):
            _line(f"{size:>6} page: {name}", port, paths, cookie, client)
    _line(f"{size:>6} API: module", port, [f"/api/v1/modules/{publisher}/{slug}" for publisher, slug in identifiers], bearer)


def _exists(path: str) -> bool:
    try:
        return bool(resolve(path.partition("?")[0]))
    except Resolver404:
        return False


def _line(name: str, port: int, paths: list[str], headers: dict[str, str], client: Client | None = None) -> None:
    extra = ""
    if client is not None:
        with CaptureQueriesContext(connection) as queries:
            client.get(paths[0])
        extra = f"{len(queries)} queries"
    show(name, latencies(port, paths, headers), extra)
