"""Every model of the app, from its sub-packages; no code."""

from registry.catalogue.models import BusinessArea, Module, ModuleShare, ModuleSystem, SearchWord, SearchWordUse, TargetSystem
from registry.notices.models import Notice, NoticePreference
from registry.releases.models import (
    Artefact,
    Attachment,
    Dependency,
    Download,
    Finding,
    IdempotencyKey,
    OutboxEntry,
    ProvidedName,
    Release,
    StoredBytes,
)
from registry.reviews.models import (
    ChecklistAnswer,
    ChecklistItem,
    Contributor,
    FindingAnswer,
    Review,
    ReviewEntry,
    SignOff,
    SignOffRule,
    Widening,
)

__all__ = [
    "Artefact",
    "Attachment",
    "BusinessArea",
    "ChecklistAnswer",
    "ChecklistItem",
    "Contributor",
    "Dependency",
    "Download",
    "Finding",
    "FindingAnswer",
    "IdempotencyKey",
    "Module",
    "ModuleShare",
    "ModuleSystem",
    "Notice",
    "NoticePreference",
    "OutboxEntry",
    "ProvidedName",
    "Release",
    "Review",
    "ReviewEntry",
    "SearchWord",
    "SearchWordUse",
    "SignOff",
    "SignOffRule",
    "StoredBytes",
    "TargetSystem",
    "Widening",
]
