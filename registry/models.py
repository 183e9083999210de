"""Every model of the app, from its sub-packages; no code."""

from registry.catalogue.models import BusinessArea, Module, ModuleShare, ModuleSystem, SearchWord, SearchWordUse, TargetSystem
from registry.notices.models import Notice, NoticePreference
from registry.releases.models import (
    Artefact,
    Dependency,
    Download,
    Finding,
    IdempotencyKey,
    OutboxEntry,
    ProvidedName,
    Release,
    StoredBytes,
)

__all__ = [
    "Artefact",
    "BusinessArea",
    "Dependency",
    "Download",
    "Finding",
    "IdempotencyKey",
    "Module",
    "ModuleShare",
    "ModuleSystem",
    "Notice",
    "NoticePreference",
    "OutboxEntry",
    "ProvidedName",
    "Release",
    "SearchWord",
    "SearchWordUse",
    "StoredBytes",
    "TargetSystem",
]
