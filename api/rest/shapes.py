"""The shapes of answers, and the read model rendered into them; the published schema is made from these very types."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, TypedDict
from urllib.parse import quote

from api.rest.announcing_shapes import ImpactShape
from api.rest.trial_shapes import BumpShape, LookAlikeShape
from registry.checks.model import Found
from registry.formats.model import Inspection
from registry.index.entries import (
    AdvisoryEntry,
    DependencyEntry,
    FacetValue,
    FileEntry,
    FindingEntry,
    ModuleDetail,
    ModuleEntry,
    RecallEntry,
    ReleaseDetail,
    ReleaseEntry,
    RetirementEntry,
    SearchResult,
)
from registry.releases.adaptation import AdaptationRow


class ModuleShape(TypedDict):
    """A module, as lists show it."""

    id: Annotated[str, "publisher/slug"]
    publisher: Annotated[str, "The organisation's slug"]
    publisher_name: str
    slug: str
    kind: Annotated[str, "module or sequence"]
    title: str
    summary: str
    language: str
    platform: Annotated[str, "The platform of the latest release, or empty"]
    platforms: list[str]
    applications: list[str]
    business_area: Annotated[str, "Slug, or empty"]
    licence: Annotated[str, "SPDX expression"]
    reuse: Annotated[str, "use, change, offer, or empty"]
    visibility: Annotated[str, "own, named or partnership"]
    marking: Annotated[str, "OFFICIAL or OFFICIAL-SENSITIVE"]
    handling: Annotated[str, "Handling caveat, or empty"]
    status: Annotated[str, "draft, listed, deprecated, yanked or retired"]
    successor: Annotated[str, "publisher/slug of the module to use instead, or empty"]
    is_recalled: Annotated[bool, "Whether its latest version is under an open recall"]
    needs_owner: Annotated[bool, "Whether nobody has said for long that they answer for it"]
    adopters: Annotated[int, "Organisations that are verified to run it"]
    adopters_by_kind: Annotated[dict[str, int], "The same by kind; those that show no name are unnamed, whatever their kind"]
    in_use: Annotated[str, "verified, pilot, or empty"]
    latest_version: str
    latest_at: datetime | None
    to_set: Annotated[int, "How many things a taker must set locally"]
    assurance: Annotated[int, "Tier that the latest release has reached, 0 to 3; what it asks for is said of each release"]
    ratings: Annotated[int, "How many organisations that run it have rated it; what they say is read by itself"]
    url: str


class ArtefactShape(TypedDict):
    """One file of a release."""

    filename: str
    size: Annotated[int, "Bytes"]
    sha256: str
    media_type: str
    kind: str
    url: str


class ReleaseShape(TypedDict):
    """A release, as lists show it."""

    module: Annotated[str, "publisher/slug"]
    version: str
    licence: str
    platform: str
    kind: Annotated[str, "What its first file is, such as uipath-nupkg-process"]
    state: Annotated[str, "draft, checking, in_review, awaiting_author, listed, held or refused"]
    is_prerelease: bool
    is_yanked: bool
    yanked_at: datetime | None
    yanked_reason: str
    is_recalled: Annotated[bool, "Whether an open recall covers it; its files then need X-Recall-Override"]
    quarantined_at: Annotated[datetime | None, "Set for its own organisation only; nobody may take its files"]
    quarantine_reason: str
    changes: str
    marking: Annotated[str, "OFFICIAL or OFFICIAL-SENSITIVE"]
    handling: Annotated[str, "Handling caveat, or empty"]
    created_at: datetime
    downloads: Annotated[int, "Organisations and days, machines left out"]
    artefacts: list[ArtefactShape]
    url: str


class DependencyShape(TypedDict):
    """Something a release needs, and where it is to be had."""

    ecosystem: str
    name: str
    range: str
    source: Annotated[str, "read or declared"]
    status: Annotated[str, "included, registry, vendor or missing"]
    held_by: Annotated[str, "The module here that provides it, or empty"]
    held_version: str
    held_state: Annotated[str, "listed, deprecated, yanked or retired, or empty"]


class FindingShape(TypedDict):
    """What a check noticed."""

    code: str
    severity: Annotated[str, "note, answer or stop"]
    title: str
    where: str
    why: str
    mend: str


class AdaptationShape(TypedDict):
    """One thing a taker must set or check."""

    group: Annotated[str, "systems, accounts or settings"]
    what: str
    name: str
    do: str
    effort: Annotated[str, "set, check or none"]


class SignOffShape(TypedDict):
    """That somebody judged these very files fit to be seen by those who see them."""

    role: Annotated[str, "technical, business_owner, information_assurance or licence"]
    organisation: Annotated[str, "Signed for"]
    at: datetime


class CriterionShape(TypedDict):
    """One thing that a tier of assurance asks for, checked by machine."""

    tier: Annotated[int, "1 to 3"]
    theme: Annotated[str, "safe, reusable or kept"]
    code: str
    text: str
    is_met: bool
    mend: Annotated[str, "How to meet it"]


class AdvisoryShape(TypedDict):
    """An advisory that speaks of a release; all of it is at url, in OSV form."""

    id: Annotated[str, "Such as MH-2026-0417"]
    severity: Annotated[str, "low, moderate, high or critical"]
    summary: str
    affected: Annotated[str, "A range, versions, or both"]
    modified_at: datetime
    url: str


class RecallShape(TypedDict):
    """An open recall."""

    severity: Annotated[str, "low, moderate, high or critical"]
    versions: Annotated[list[str], "Newest first"]
    reason: str
    workaround: str
    remedy: Annotated[str, "The version to move to, or empty"]
    recalled_at: datetime


class ReleaseDetailShape(ReleaseShape):
    """Everything about one release."""

    published_by: str
    inspection: Annotated[dict[str, Any], Inspection]
    dependencies: list[DependencyShape]
    findings: list[FindingShape]
    adaptation: list[AdaptationShape]
    sign_offs: Annotated[list[SignOffShape], "Of what is listed"]
    assurance: Annotated[int, "Tier reached, 0 to 3: all criteria of it and of those below are met"]
    criteria: list[CriterionShape]
    advisories: list[AdvisoryShape]
    recall: RecallShape | None


class OwnerShape(TypedDict):
    """Who answers for the module, until when they said so, and who keeps it working."""

    name: str
    email: str
    confirmed_at: datetime | None
    review_by: Annotated[str | None, "The day by which its publisher must confirm it again"]
    needs_owner: bool
    support_by: str
    support_until: Annotated[str | None, "A day"]


class RetirementShape(TypedDict):
    """That the module goes, or is, out of service."""

    ends_on: Annotated[str, "A day"]
    reason: str
    is_over: bool


class RightsShape(TypedDict):
    """Whose intellectual property it is."""

    owner_type: str
    owner: str


class SystemShape(TypedDict):
    """A system it works in, and in which versions of it."""

    name: str
    versions: str


class DeprecationShape(TypedDict):
    """Why not to start using it, and what to use instead."""

    at: datetime
    reason: str
    successor: Annotated[str, "publisher/slug, or empty"]


class WordsShape(TypedDict):
    """What its files say of a module in a language that is not its own."""

    language: Annotated[str, "A BCP 47 tag, such as da or en-GB"]
    title: str
    summary: str
    description: Annotated[str, "Markdown"]


class ModuleDetailShape(ModuleShape):
    """Everything about one module."""

    readme: Annotated[str, "Markdown"]
    owner: OwnerShape
    rights: RightsShape
    systems: list[SystemShape]
    shared_with: Annotated[list[str], "Organisations, shown to the publisher only"]
    deprecated: DeprecationShape | None
    retirement: RetirementShape | None
    advisories: list[AdvisoryShape]
    recalls: Annotated[list[RecallShape], "Open ones"]
    used_by: list[str]
    words: Annotated[list[WordsShape], "In other languages, as its publiccode.yml has them"]
    releases: list[ReleaseShape]


class FacetShape(TypedDict):
    """One value that the results can be narrowed to."""

    value: str
    label: str
    count: int
    chosen: bool


class PageShape(TypedDict):
    """One page of results."""

    count: int
    next: str | None
    previous: str | None
    corrected: Annotated[str, "The query with mistyped words mended, or empty"]
    results: list[ModuleShape]
    facets: dict[str, list[FacetShape]]


class ReleasesShape(TypedDict):
    """The releases of a module, newest first."""

    count: int
    results: list[ReleaseShape]


class FromFileShape(TypedDict):
    """A field that was left out, and the file it was taken from."""

    field: str
    file: str


class PublishedShape(TypedDict):
    """What came of a publish."""

    module: str
    version: str
    licence: str
    created: Annotated[bool, "False for the same bytes again and for a dry run"]
    dry_run: bool
    state: Annotated[str | None, "checking, or draft where it was asked for; of a repeat what it is now; null on a dry run"]
    url: str | None
    artefacts: list[ArtefactShape]
    inspection: Annotated[dict[str, Any], Inspection]
    findings: list[FindingShape]
    passed: Annotated[list[str], "The rules that were met"]
    filled: Annotated[list[FromFileShape], "What was left out and taken from a publiccode.yml among the files"]
    impact: Annotated[ImpactShape | None, "Whom it would hit, on a dry run of another version of what is listed; else null"]
    bump: Annotated[BumpShape | None, "What its version owes to the listed one before it; null where there is none"]
    looks_like: Annotated[list[LookAlikeShape], "At most three other modules you may see that do much the same, the likest first"]


class InspectedShape(TypedDict):
    """What was read from files that are not kept."""

    inspection: Annotated[dict[str, Any], Inspection]
    findings: list[FindingShape]


class ProblemShape(TypedDict):
    """What went wrong, where, and how to mend it (RFC 9457). With ``version_bump_too_small`` come the members of Bump."""

    type: str
    title: str
    status: int
    detail: str
    code: Annotated[str, "Stable; programs branch on it"]
    where: Annotated[str, "The field, header or place in a file"]
    mend: str


API = "/api/v1"


def module_url(publisher: str, slug: str) -> str:
    """The path of a module."""
    return f"{API}/modules/{quote(publisher, safe='')}/{quote(slug, safe='')}"


def release_url(module: str, version: str) -> str:
    """The path of a release of ``publisher/slug``."""
    return f"{module_url(*module.split('/', 1))}/releases/{quote(version, safe='')}"


def artefact_url(module: str, version: str, filename: str) -> str:
    """The path of a release's file."""
    return f"{release_url(module, version)}/artefacts/{quote(filename, safe='')}"


def module_shape(entry: ModuleEntry) -> ModuleShape:
    """``entry`` as lists show it."""
    return ModuleShape(
        id=entry.id,
        publisher=entry.publisher,
        publisher_name=entry.publisher_name,
        slug=entry.slug,
        kind=entry.kind,
        title=entry.title,
        summary=entry.summary,
        language=entry.language,
        platform=entry.platforms[0] if entry.platforms else "",
        platforms=list(entry.platforms),
        applications=list(entry.applications),
        business_area=entry.business_area,
        licence=entry.licence,
        reuse=entry.reuse,
        visibility=entry.visibility,
        marking=entry.marking,
        handling=entry.handling,
        status=entry.status,
        successor=entry.successor,
        is_recalled=entry.is_recalled,
        needs_owner=entry.needs_owner,
        adopters=entry.adopters,
        adopters_by_kind=entry.adopters_by_kind,
        in_use=entry.in_use,
        latest_version=entry.latest_version,
        latest_at=entry.latest_at,
        to_set=entry.to_set_count,
        assurance=entry.tier,
        ratings=entry.rated,
        url=module_url(entry.publisher, entry.slug),
    )


def module_detail_shape(detail: ModuleDetail) -> ModuleDetailShape:
    """``detail`` whole."""
    deprecation = (
        DeprecationShape(at=detail.deprecated_at, reason=detail.deprecated_reason, successor=detail.successor)
        if detail.deprecated_at
        else None
    )
    return ModuleDetailShape(
        **module_shape(detail.entry),
        readme=detail.readme,
        owner=owner_shape(detail),
        rights=RightsShape(owner_type=detail.ip_owner_type, owner=detail.ip_owner),
        systems=[SystemShape(name=system.name, versions=system.versions) for system in detail.systems],
        shared_with=list(detail.shared_with),
        deprecated=deprecation,
        retirement=_retirement_shape(detail.retirement) if detail.retirement else None,
        advisories=[advisory_shape(entry) for entry in detail.advisories],
        recalls=[recall_shape(entry) for entry in detail.recalls],
        used_by=list(detail.used_by),
        words=[
            WordsShape(language=one.language, title=one.title, summary=one.summary, description=one.description) for one in detail.words
        ],
        releases=[release_shape(release) for release in detail.releases],
    )


def release_shape(entry: ReleaseEntry) -> ReleaseShape:
    """``entry`` as lists show it."""
    return ReleaseShape(
        module=entry.module,
        version=entry.version,
        licence=entry.licence,
        platform=entry.platform,
        kind=entry.artefact_kind,
        state=entry.state,
        is_prerelease=entry.is_prerelease,
        is_yanked=entry.yanked_at is not None,
        yanked_at=entry.yanked_at,
        yanked_reason=entry.yanked_reason,
        is_recalled=entry.is_recalled,
        quarantined_at=entry.quarantined_at,
        quarantine_reason=entry.quarantine_reason,
        changes=entry.changes,
        marking=entry.marking,
        handling=entry.handling,
        created_at=entry.created_at,
        downloads=entry.downloads,
        artefacts=[artefact_shape(file, entry.module, entry.version) for file in entry.files],
        url=release_url(entry.module, entry.version),
    )


def release_detail_shape(detail: ReleaseDetail) -> ReleaseDetailShape:
    """``detail`` whole."""
    return ReleaseDetailShape(
        **release_shape(detail.entry),
        published_by=detail.published_by,
        inspection=detail.inspection.as_json(),
        dependencies=[dependency_shape(entry) for entry in detail.dependencies],
        findings=finding_shapes(detail.findings),
        adaptation=[adaptation_shape(row) for row in detail.adaptation],
        sign_offs=[SignOffShape(role=one.role, organisation=one.organisation, at=one.at) for one in detail.sign_offs],
        assurance=detail.tier,
        criteria=[
            CriterionShape(tier=one.tier, theme=one.theme, code=one.code, text=one.text, is_met=one.is_met, mend=one.mend)
            for one in detail.criteria
        ],
        advisories=[advisory_shape(entry) for entry in detail.advisories],
        recall=recall_shape(detail.recall) if detail.recall else None,
    )


def owner_shape(detail: ModuleDetail) -> OwnerShape:
    """Who answers for the module."""
    said = detail.owner
    return OwnerShape(
        name=detail.owner_name,
        email=detail.owner_email,
        confirmed_at=said.confirmed_at if said else None,
        review_by=said.review_by.isoformat() if said and said.review_by else None,
        needs_owner=detail.entry.needs_owner,
        support_by=said.support_by if said else "",
        support_until=said.support_until.isoformat() if said and said.support_until else None,
    )


def advisory_shape(entry: AdvisoryEntry) -> AdvisoryShape:
    """An advisory, in short."""
    return AdvisoryShape(
        id=entry.key,
        severity=entry.severity,
        summary=entry.summary,
        affected=entry.affected,
        modified_at=entry.modified_at,
        url=f"{API}/advisories/{entry.key}.json",
    )


def recall_shape(entry: RecallEntry) -> RecallShape:
    """An open recall, without who was told."""
    return RecallShape(
        severity=entry.severity,
        versions=list(entry.versions),
        reason=entry.reason,
        workaround=entry.workaround,
        remedy=entry.remedy,
        recalled_at=entry.recalled_at,
    )


def _retirement_shape(entry: RetirementEntry) -> RetirementShape:
    return RetirementShape(ends_on=entry.ends_on.isoformat(), reason=entry.reason, is_over=entry.is_over)


def artefact_shape(file: FileEntry, module: str, version: str) -> ArtefactShape:
    """One file of release ``version`` of ``module``."""
    return ArtefactShape(
        filename=file.filename,
        size=file.size,
        sha256=file.sha256,
        media_type=file.media_type,
        kind=file.kind,
        url=artefact_url(module, version, file.filename),
    )


def dependency_shape(entry: DependencyEntry) -> DependencyShape:
    """One dependency."""
    return DependencyShape(
        ecosystem=entry.ecosystem,
        name=entry.name,
        range=entry.range,
        source=entry.source,
        status=entry.status,
        held_by=entry.held_by,
        held_version=entry.held_version,
        held_state=entry.held_state,
    )


def finding_shapes(found: Iterable[Found | FindingEntry]) -> list[FindingShape]:
    """Findings, stored or not."""
    return [
        FindingShape(code=one.code, severity=one.severity, title=one.title, where=one.where, why=one.why, mend=one.mend) for one in found
    ]


def adaptation_shape(row: AdaptationRow) -> AdaptationShape:
    """One row of the adaptation map."""
    return AdaptationShape(group=row.group, what=row.what, name=row.name, do=row.do, effort=row.effort)


def inspected_shape(inspection: Inspection, found: Iterable[Found]) -> InspectedShape:
    """What was read and noticed, of nothing kept."""
    return InspectedShape(inspection=inspection.as_json(), findings=finding_shapes(found))


def page_shape(result: SearchResult, following: str | None, previous: str | None) -> PageShape:
    """One page of results with links to its neighbours."""
    return PageShape(
        count=result.count,
        next=following,
        previous=previous,
        corrected=result.corrected,
        results=[module_shape(entry) for entry in result.results],
        facets={name: [_facet_shape(value) for value in values] for name, values in result.facets.items()},
    )


def _facet_shape(value: FacetValue) -> FacetShape:
    return FacetShape(value=value.value, label=value.label, count=value.count, chosen=value.is_chosen)
