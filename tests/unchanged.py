"""What a refusal must leave as it was, and an audit that refuses to be written."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from accounts.models import AuditEvent
from registry.adoption.models import Adoption, AdoptionEntry
from registry.benefits.models import Baseline, Claim, ClaimEntry, ClaimShare, CostLine, Evidence, ExchangeRate, OutcomeMeasure
from registry.catalogue.models import Module, ModuleShare, ModuleSystem, ModuleWords, SearchWordUse
from registry.curation.models import PracticeRecord, Rating, RatingReport
from registry.errors import RegistryError
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
from registry.releases.models import Artefact, Attachment, Download, Finding, OutboxEntry, Release, StoredBytes
from registry.reviews.models import ChecklistAnswer, Contributor, FindingAnswer, Review, ReviewEntry, SignOff, Widening
from tests.make import stored_files

_MODELS = (
    *(
        Module,
        ModuleShare,
        ModuleSystem,
        ModuleWords,
        SearchWordUse,
        Release,
        Artefact,
        Attachment,
        Finding,
        OutboxEntry,
        Download,
        StoredBytes,
    ),
    *(Review, SignOff, ReviewEntry, Contributor, FindingAnswer, ChecklistAnswer, Widening, Widening.share_with.through, AuditEvent),
    *(Quarantine, UnsafeReport, DigestVerdict, Advisory, Recall, RecallNotice, Transfer, Retirement, RetirementItem),
    *(Baseline, Claim, Claim.writers.through, ClaimShare, Evidence, OutcomeMeasure, ClaimEntry, CostLine, ExchangeRate),
    *(Adoption, AdoptionEntry),
    *(Rating, RatingReport, PracticeRecord),
)


def everything() -> tuple[Any, ...]:
    """Every row the registry's actions write, column by column, and every file in the store."""
    return tuple(list(model.objects.order_by("pk").values()) for model in _MODELS), stored_files()


@contextlib.contextmanager
def unchanged() -> Iterator[None]:
    """Neither a row nor a file is other than before."""
    before = everything()
    yield
    after = everything()
    for model, rows, kept in zip(_MODELS, after[0], before[0], strict=True):
        assert rows == kept, model.__name__
    assert after[1] == before[1]


@contextlib.contextmanager
def refuses(code: str, where: str | None = None) -> Iterator[None]:
    """It is refused with this code, at this place where one is given, and nothing is written."""
    with unchanged(), pytest.raises(RegistryError) as error:
        yield
    assert error.value.code == code, f"{error.value.code}: {error.value.message}"
    assert where is None or error.value.where == where, error.value.where
    assert error.value.message


def audit_refuses() -> None:
    """From now on, within this test's transaction, the database takes no audit line."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_auditevent ADD CONSTRAINT nothing_more CHECK (false) NOT VALID")
