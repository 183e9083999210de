"""What a refusal must leave as it was, and an audit that refuses to be written."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from django.db import connection

from accounts.models import AuditEvent
from registry.catalogue.models import Module, ModuleShare, ModuleSystem, SearchWordUse
from registry.lifecycle.models import (
    Advisory,
    DigestVerdict,
    Quarantine,
    Recall,
    RecallNotice,
    Retirement,
    RetirementItem,
    Transfer,
    UnsafeReport,
)
from registry.releases.models import Artefact, Download, Finding, OutboxEntry, Release
from tests.make import stored_files

_MODELS = (
    *(Module, ModuleShare, ModuleSystem, SearchWordUse, Release, Artefact, Finding, OutboxEntry, Download, AuditEvent),
    *(Quarantine, UnsafeReport, DigestVerdict, Advisory, Recall, RecallNotice, Transfer, Retirement, RetirementItem),
)


def everything() -> tuple[Any, ...]:
    """Every row the registry's actions write, column by column, and every file in the store."""
    return tuple(list(model.objects.order_by("pk").values()) for model in _MODELS), stored_files()


@contextlib.contextmanager
def unchanged() -> Iterator[None]:
    """Neither a row nor a file is other than before."""
    before = everything()
    yield
    assert everything() == before


def audit_refuses() -> None:
    """From now on, within this test's transaction, the database takes no audit line."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_auditevent ADD CONSTRAINT nothing_more CHECK (false) NOT VALID")
