"""What every page, API answer and feed renders: frozen rows, built by :mod:`registry.index.read` in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from registry.formats.model import Inspection
from registry.releases.adaptation import AdaptationRow


@dataclass(frozen=True, slots=True)
class SystemEntry:
    """A system a module works in; ``versions`` is an npm range or empty for any."""

    name: str
    versions: str


@dataclass(frozen=True, slots=True)
class AdvisoryEntry:
    """An advisory as lists show it."""

    key: str  # MH-2026-0417
    module: str  # publisher/slug
    module_title: str
    language: str  # of the title
    severity: str  # low moderate high critical
    summary: str
    affected: str  # a range, versions, or both
    modified_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class RecallEntry:
    """An open recall, as whoever sees the module reads it; who was told is not in it."""

    severity: str
    versions: tuple[str, ...]  # recalled ones that the viewer sees, newest first
    ranges: str
    reason: str
    workaround: str
    remedy: str  # version, or empty
    recalled_at: datetime


@dataclass(frozen=True, slots=True)
class OwnerEntry:
    """Whether somebody still answers for a module (C12); ``needs_owner`` once nobody has said so for long."""

    confirmed_at: datetime | None
    review_by: date | None
    is_overdue: bool
    needs_owner: bool
    support_by: str
    support_until: date | None


@dataclass(frozen=True, slots=True)
class RetirementEntry:
    """That a module is, or will be, out of service."""

    ends_on: date
    reason: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class ModuleEntry:
    """A module as a list shows it. ``status`` is one of ``draft listed deprecated yanked retired``."""

    id: str  # publisher/slug
    publisher: str
    publisher_name: str
    publisher_kind: str
    slug: str
    kind: str
    title: str
    summary: str
    language: str
    visibility: str
    marking: str
    handling: str
    status: str
    business_area: str  # slug or empty
    business_area_name: str
    platforms: tuple[str, ...]
    applications: tuple[str, ...]
    licence: str
    reuse: str
    latest_version: str
    latest_at: datetime | None
    to_set_count: int
    tier: int  # of assurance, 0 to 3; of its latest listed release
    is_own: bool  # of an organisation the viewer acts for
    revision: int
    successor: str = ""  # publisher/slug of the module to use instead, when the viewer may see it
    is_recalled: bool = False  # its latest version
    needs_owner: bool = False
    adopters: int = 0  # organisations verified to run it
    adopters_by_kind: dict[str, int] = field(default_factory=dict)  # those that show no name are "unnamed"
    in_use: str = ""  # verified, pilot or nothing
    key: int = 0  # of its row, for what else is read of it; never shown
    evidence: str = ""  # of benefit: "approved", "claimed" or nothing
    verified_fte: Decimal = Decimal(0)  # of shared claims that are approved
    rated: int = 0  # organisations whose ratings stand


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One artefact of a release; ``size`` in bytes."""

    filename: str
    size: int
    sha256: str
    media_type: str
    kind: str


@dataclass(frozen=True, slots=True)
class DependencyEntry:
    """One dependency with where it is to be had for this viewer.

    ``status`` is ``included`` (in the files), ``registry`` (another module here, ``held_by`` names it), ``vendor`` (comes with the
    platform or its public feed) or ``missing``.
    """

    ecosystem: str
    name: str
    range: str
    source: str
    status: str
    held_by: str = ""  # publisher/slug
    held_version: str = ""
    held_state: str = ""  # of that module: listed, deprecated, yanked, retired


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """What a check noticed: ``severity`` is ``note``, ``answer`` or ``stop``."""

    code: str
    severity: str
    title: str
    where: str
    why: str
    mend: str


@dataclass(frozen=True, slots=True)
class SignOffEntry:
    """That somebody of an organisation signed these very files for a role; who it was, others than those concerned are not told."""

    role: str
    organisation: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CriterionEntry:
    """One criterion of an assurance tier, and whether a release meets it."""

    tier: int
    theme: str
    code: str
    text: str
    mend: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class ReleaseEntry:
    """A release as a list shows it. ``state`` is that of its review until it is ``listed``."""

    module: str  # publisher/slug
    version: str
    licence: str
    platform: str  # of its first file
    artefact_kind: str
    state: str
    is_prerelease: bool
    changes: str
    created_at: datetime
    yanked_at: datetime | None
    yanked_reason: str
    marking: str
    handling: str
    files: tuple[FileEntry, ...]
    downloads: int  # organisations and days, machines apart: see O12
    quarantined_at: datetime | None = None  # shown to its own organisation and to auditors alone
    quarantine_reason: str = ""
    is_recalled: bool = False


@dataclass(frozen=True, slots=True)
class ReleaseDetail:
    """Everything one release's page and API answer show."""

    entry: ReleaseEntry
    inspection: Inspection
    dependencies: tuple[DependencyEntry, ...]
    findings: tuple[FindingEntry, ...]
    adaptation: tuple[AdaptationRow, ...]
    changes_html: str
    published_by: str  # a person's name to their own organisation, else the organisation's
    sign_offs: tuple[SignOffEntry, ...] = ()  # of what is listed
    tier: int = 0  # of assurance
    criteria: tuple[CriterionEntry, ...] = ()
    advisories: tuple[AdvisoryEntry, ...] = ()  # that speak of this version
    recall: RecallEntry | None = None  # an open one of this version
    review: int | None = None  # key of its latest review, where the viewer sees one


@dataclass(frozen=True, slots=True)
class WordsEntry:
    """What a module's files say of it in another language."""

    language: str  # a BCP 47 tag
    title: str
    summary: str
    description: str  # Markdown
    description_html: str


@dataclass(frozen=True, slots=True)
class ModuleDetail:
    """Everything one module's page and API answer show. ``current`` is the release it speaks of: the latest visible one."""

    entry: ModuleEntry
    readme: str
    readme_html: str
    handling: str
    owner_name: str
    owner_email: str
    ip_owner: str
    ip_owner_type: str
    systems: tuple[SystemEntry, ...]
    shared_with: tuple[str, ...]  # names of organisations, for the publisher only
    deprecated_at: datetime | None
    deprecated_reason: str
    successor: str  # publisher/slug, when the viewer may see it
    releases: tuple[ReleaseEntry, ...]  # newest first
    current: ReleaseDetail | None
    used_by: tuple[str, ...]  # identifiers of visible modules that depend on it
    may_publish: bool
    may_lead: bool = False  # warn of it and recall it
    may_adopt: bool = False  # ask to look after it, as nobody does
    owner: OwnerEntry | None = None
    retirement: RetirementEntry | None = None
    advisories: tuple[AdvisoryEntry, ...] = ()  # of any version
    recalls: tuple[RecallEntry, ...] = ()  # open ones
    words: tuple[WordsEntry, ...] = ()  # in languages other than the module's own


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet: ``count`` is what ticking it alone would show with the other facets kept."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What was asked of the catalogue; lists hold the ticked values of each facet."""

    q: str = ""
    platform: tuple[str, ...] = ()
    application: tuple[str, ...] = ()
    business_area: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    licence: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    assurance: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    in_use: tuple[str, ...] = ()
    mine: tuple[str, ...] = ()  # "yes": the organisation acted for states that it runs or tries it
    evidence: tuple[str, ...] = ()
    sort: str = "relevance"  # relevance | used | benefit | rating | newest | title
    page: int = 1
    page_size: int = 20


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of the catalogue. ``corrected`` is the query with mistyped words mended, or empty."""

    query: SearchQuery
    count: int
    pages: int
    results: tuple[ModuleEntry, ...]
    facets: dict[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    corrected: str = ""
