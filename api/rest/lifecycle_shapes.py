"""The shapes of answers about advisories and recalls; the published schema is made from these very types."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypedDict


class OsvScoreShape(TypedDict):
    """A CVSS vector."""

    type: Annotated[str, "CVSS_V3 or CVSS_V4"]
    score: Annotated[str, "The vector"]


class OsvReferenceShape(TypedDict):
    """Where people read it."""

    type: Annotated[str, "WEB"]
    url: str


class OsvCreditShape(TypedDict):
    """Who found it."""

    name: str


class OsvDetailShape(TypedDict):
    """What OSV has no member for."""

    severity: Annotated[str, "LOW, MODERATE, HIGH or CRITICAL"]
    workaround: Annotated[str, "Markdown, or empty"]


class _Withdrawn(TypedDict, total=False):
    withdrawn: datetime


class OsvShape(_Withdrawn):
    """An advisory in OSV form, schema 1.6 (https://ossf.github.io/osv-schema/); withdrawn is left out while it stands."""

    schema_version: str
    id: Annotated[str, "Such as MH-2026-0417"]
    modified: datetime
    published: datetime
    aliases: list[str]
    summary: str
    details: Annotated[str, "Markdown"]
    severity: list[OsvScoreShape]
    affected: Annotated[list[dict[str, Any]], "package, with ranges of type SEMVER, versions, or both"]
    references: list[OsvReferenceShape]
    credits: list[OsvCreditShape]
    database_specific: OsvDetailShape


class AdvisoriesShape(TypedDict):
    """The advisories your organisation may see, the latest changed first."""

    count: int
    results: list[OsvShape]


class NoticeShape(TypedDict):
    """A recall that your organisation was told of."""

    key: Annotated[int, "By which it is acknowledged"]
    module: Annotated[str, "publisher/slug, or empty where you may not see it: then held names what you use that needs it"]
    held: Annotated[list[str], "What your organisation uses: publisher/slug@version"]
    severity: str
    versions: Annotated[str, "The range that is recalled, or empty as module is"]
    reason: str
    workaround: str
    remedy: Annotated[str, "The version to move to, or empty"]
    told_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None
    answer: Annotated[str, "stopped, upgraded, not_in_use, or empty"]
    text: str


class NoticesShape(TypedDict):
    """The recalls your organisation was told of, unanswered ones first."""

    count: int
    results: list[NoticeShape]


class RecallMadeShape(TypedDict):
    """A recall just made."""

    key: int
    versions: Annotated[list[str], "The versions it covers, newest first"]
    told: Annotated[int, "How many organisations were told"]
    days: Annotated[int, "In how many days each must answer"]
