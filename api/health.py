"""Whether the process lives, and whether what it stands on answers, each named and within a short time."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from api.errors import Unavailable, problem_body, problem_response
from config.celery import app
from registry.releases.storage import LocalStore, store

logger = logging.getLogger(__name__)
SECONDS = 3  # for each of the three, all asked at once
# One thread for each, so that one that hangs holds up neither the answer nor the others, however often we are asked.
_threads = {name: ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"ready-{name}") for name in ("database", "store", "broker")}
_NOTHING = "0" * 64  # a digest that nothing has; asking for it needs the store to answer


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """200 while the process can answer; touches nothing else."""
    return _fresh(JsonResponse({"status": "alive"}))


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when database, store and broker all answer, else 503 saying which do not."""
    states = _states({"database": _database, "store": _store, "broker": _broker})
    failed = [name for name, state in states.items() if state != "ok"]
    if not failed:
        return _fresh(JsonResponse({"status": "ready", **states}))
    error = Unavailable("not_ready", f"No answer from: {', '.join(failed)}.", where=failed[0], mend="See docs/operating.md.")
    return _fresh(problem_response({**problem_body(error), **states}, error.status))


def _states(checks: dict[str, Callable[[], None]]) -> dict[str, str]:
    """``ok`` or ``failed`` for each check, all asked at once."""
    running = {name: _threads[name].submit(check) for name, check in checks.items()}
    return {name: _state(name, future) for name, future in running.items()}


def _state(name: str, future: Future[None]) -> str:
    try:
        future.result(timeout=SECONDS)
    except Exception as error:  # whatever a driver raises means the same here: not ready
        future.cancel()
        logger.warning("Not ready: %s", name, exc_info=error)
        return "failed"
    return "ok"


def _database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()  # this thread's own


def _store() -> None:
    kept = store()
    kept.has(_NOTHING)
    if isinstance(kept, LocalStore):
        kept.root.mkdir(parents=True, exist_ok=True)
        if not os.access(kept.root, os.W_OK):
            raise PermissionError("the artefact folder cannot be written to")


def _broker() -> None:
    with app.connection_for_write(connect_timeout=SECONDS) as broker:
        broker.ensure_connection(max_retries=1, timeout=SECONDS)


def _fresh[T: HttpResponse](response: T) -> T:
    response["Cache-Control"] = "no-store"
    return response
