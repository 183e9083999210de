"""Every model of the app, from its sub-packages; no code."""

from registry.catalogue.models import BusinessArea, Module, ModuleShare, ModuleSystem, SearchWord, SearchWordUse, TargetSystem
<<<<<<< HEAD
from registry.governance.models import (
    AccessRequest,
    Assessment,
    AssessmentPaper,
    AssessmentRule,
    DataCategory,
    DataUse,
    LawChange,
    LegalBasis,
    Reassessment,
)
=======
from registry.notices.models import Notice, NoticePreference
>>>>>>> main
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
    "AccessRequest",
    "Artefact",
    "Assessment",
    "AssessmentPaper",
    "AssessmentRule",
    "Attachment",
    "BusinessArea",
    "ChecklistAnswer",
    "ChecklistItem",
    "Contributor",
    "DataCategory",
    "DataUse",
    "Dependency",
    "Download",
    "Finding",
    "FindingAnswer",
    "IdempotencyKey",
    "LawChange",
    "LegalBasis",
    "Module",
    "ModuleShare",
    "ModuleSystem",
    "Notice",
    "NoticePreference",
    "OutboxEntry",
    "ProvidedName",
    "Reassessment",
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
