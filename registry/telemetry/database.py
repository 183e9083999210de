"""Which database telemetry lives in: the one of ``TELEMETRY_DATABASE_URL``, else the registry's own."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

ALIAS: Final = "telemetry"


def alias() -> str:
    """The name of the database among ``settings.DATABASES``."""
    return ALIAS if ALIAS in settings.DATABASES else "default"


def connection() -> BaseDatabaseWrapper:
    """This thread's connection to it."""
    return connections[alias()]


def cursor() -> CursorWrapper:
    """A cursor, to be used in a ``with`` statement."""
    return connection().cursor()


def atomic() -> AbstractContextManager[None]:
    """A transaction there; inside one of the same database a savepoint."""
    return transaction.atomic(using=alias())
