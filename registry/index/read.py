"""Builds what pages, API and feeds show, each in a fixed number of queries, with visibility applied once at the start."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, Q

from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.catalogue.models import BusinessArea, Module
from registry.catalogue.visibility import visible
from registry.errors import Conflict, Missing, Moved
from registry.formats.model import inspection_from_json
from registry.index.assurance import criteria_of
from registry.index.dependencies import dependency_entries, users_of
from registry.index.entries import (
    FileEntry,
    FindingEntry,
    ModuleDetail,
    ModuleEntry,
    ReleaseDetail,
    ReleaseEntry,
    SystemEntry,
    WordsEntry,
)
from registry.index.sign_offs import sign_offs_of
from registry.index.warnings import (
    advisories_of,
    advisory_entry,
    affecting,
    owner_entry,
    recalled_latest,
    recalls_of,
    retirement_entry,
)
from registry.lifecycle.models import FormerIdentifier, Recall
from registry.permissions import may_adopt, may_lead, shown_as_publisher
from registry.releases.adaptation import adaptation_rows
from registry.releases.models import Artefact, Release
from registry.reviews.models import Review
from registry.reviews.policy import current_findings
from registry.values.markdown import to_html
from registry.values.markings import higher, marking_headers

NEWEST = 6  # modules on the home page
MOST_USED = 5


@dataclass(frozen=True, slots=True)
class AreaEntry:
    """A business area with the number of visible modules in it."""

    slug: str
    name: str
    name_da: str
    count: int


@dataclass(frozen=True, slots=True)
class HomeEntry:
    """What the home page shows a member; all counts are of what that member may see."""

    modules: int
    sequences: int
    organisations: int
    platforms: int
    newest: tuple[ModuleEntry, ...]
    most_used: tuple[ModuleEntry, ...]  # by the number of organisations verified to run them
    areas: tuple[AreaEntry, ...]


def missing() -> Missing:
    """The one answer for what is absent and for what is hidden."""
    return Missing("not_found", "We cannot find that. It may have moved, or not be shared with your organisation.")


def entry_of(module: Module, viewer: Viewer, *, successor: str = "", is_recalled: bool = False) -> ModuleEntry:
    """The entry of a module whose organisation and business area are loaded."""
    return ModuleEntry(
        id=module.identifier,
        publisher=module.publisher,
        publisher_name=module.organisation.name,
        publisher_kind=module.organisation.kind,
        slug=module.slug,
        kind=module.kind,
        title=module.title,
        summary=module.summary,
        language=module.language,
        visibility=module.visibility,
        marking=module.marking,
        handling=module.handling,
        status=module.status,
        business_area=module.area,
        business_area_name=module.business_area.name if module.business_area else "",
        platforms=tuple(module.platforms),
        applications=tuple(module.applications),
        licence=module.licence,
        reuse=module.reuse,
        latest_version=module.latest_version,
        latest_at=module.latest_at,
        to_set_count=module.to_set_count,
        tier=module.tier,
        is_own=module.organisation_id in viewer.organisations,
        revision=module.revision,
        successor=successor,
        is_recalled=is_recalled,
        needs_owner=bool(module.needs_owner),
        adopters=module.adopters,
        adopters_by_kind=module.adopters_by_kind,
        in_use=module.in_use,
        key=module.pk,
        evidence=module.evidence,
        verified_fte=module.verified_fte,
        rated=module.rated,
    )


def entries_of(viewer: Viewer, keys: Sequence[int]) -> tuple[ModuleEntry, ...]:
    """Entries in the order of ``keys``, in three queries."""
    modules = (
        Module.objects.visible_to(viewer)
        .select_related("organisation", "business_area")
        .defer("search", "readme", "readme_html")
        .in_bulk(keys)
    )
    recalled = recalled_latest(modules.values())
    heirs = _heirs(viewer, modules.values())
    return tuple(
        entry_of(modules[key], viewer, successor=heirs.get(modules[key].successor_id or 0, ""), is_recalled=key in recalled)
        for key in keys
        if key in modules
    )


def _heirs(viewer: Viewer, modules: Iterable[Module]) -> dict[int, str]:
    """The identifiers of the successors of ``modules`` that the viewer may see, by key."""
    wanted = {module.successor_id for module in modules if module.successor_id}
    seen = Module.objects.visible_to(viewer).filter(pk__in=wanted).only("publisher", "slug") if wanted else ()
    return {heir.pk: heir.identifier for heir in seen}


def visible_module(viewer: Viewer, publisher: str, slug: str) -> Module:
    """The module, with its organisation and business area; raises :class:`Missing`."""
    related = ("organisation", "business_area", "successor")
    module = Module.objects.visible_to(viewer).filter(publisher=publisher, slug=slug).select_related(*related).defer("search").first()
    if module is None:
        raise _moved(viewer, publisher, slug) or missing()
    return module


def _moved(viewer: Viewer, publisher: str, slug: str) -> Moved | None:
    """Where the module is that had this identifier before, for those who may see it; for everybody else there is none."""
    former = FormerIdentifier.objects.filter(visible(viewer, "module__"), publisher=publisher, slug=slug).select_related("module").first()
    return Moved(f"{publisher}/{slug}", former.module.identifier) if former else None


def visible_release(viewer: Viewer, publisher: str, slug: str, version: str) -> Release:
    """The release, with its module and organisation; raises :class:`Missing`."""
    related = ("module", "module__organisation")
    found = Release.objects.visible_to(viewer).filter(module__publisher=publisher, module__slug=slug, version=version)
    release = found.select_related(*related).defer("module__search").first()
    if release is None:
        raise _moved(viewer, publisher, slug) or missing()
    return release


def artefact(viewer: Viewer, publisher: str, slug: str, version: str, filename: str) -> Artefact:
    """One file of a visible release, with release and module; raises :class:`Missing`."""
    return artefact_of(visible_release(viewer, publisher, slug, version), filename)


def artefact_of(release: Release, filename: str) -> Artefact:
    """One file of a release that the caller found visible; raises :class:`Missing`, or :class:`Conflict` (``quarantined``)."""
    found = release.artefacts.filter(filename=filename).first()
    if found is None:
        raise missing()
    if release.quarantined_at is not None:
        raise Conflict("quarantined", "This version is in quarantine: nobody may take it until the inquiry is over.", where="version")
    found.release = release
    return found


def file_headers(file: Artefact) -> dict[str, str]:
    """How a file that :func:`artefact` found is marked, for whatever sends it."""
    release = file.release
    return marking_headers(higher(release.marking, release.module.marking), release.handling or release.module.handling)


def releases(viewer: Viewer, publisher: str, slug: str) -> tuple[ReleaseEntry, ...]:
    """The visible releases of a module, newest first; raises :class:`Missing`."""
    return _releases(viewer, visible_module(viewer, publisher, slug))


def module_detail(viewer: Viewer, publisher: str, slug: str) -> ModuleDetail:
    """Everything a module's page shows, of its latest release; raises :class:`Missing`."""
    module = visible_module(viewer, publisher, slug)
    listed = _releases(viewer, module)
    version = module.latest_version or (listed[0].version if listed else "")
    return _detail(viewer, module, listed, version, judged=False)


def release_detail(viewer: Viewer, publisher: str, slug: str, version: str) -> tuple[ModuleDetail, ReleaseDetail]:
    """A module's page with the release ``version`` in the place of the latest; raises :class:`Missing`."""
    module = visible_module(viewer, publisher, slug)
    detail = _detail(viewer, module, _releases(viewer, module), version, judged=True)
    if detail.current is None:
        raise missing()
    return detail, detail.current


def unlisted_release_detail(viewer: Viewer, release: Release) -> ReleaseDetail:
    """A release that whoever asks sees by its review, listed or not; the caller has loaded its module and found it visible."""
    release.taken = 0  # type: ignore[attr-defined]  # nobody counts what reviewers fetch
    systems = list(release.module.systems.order_by("system__name").values_list("system__name", flat=True))
    return _release_detail(viewer, release.module, _release_entry(release, release.module, is_recalled=False), systems, judged=False)


def home(viewer: Viewer) -> HomeEntry:
    """What the home page shows: counts, the newest modules, the business areas in use."""
    seen = Module.objects.visible_to(viewer)
    # One pass over what is visible, grouped by everything that is counted; the sums are taken here.
    seen = seen.exclude(status=Module.Status.RETIRED)
    groups = seen.order_by().values_list("area", "kind", "organisation", "platforms").annotate(count=Count("pk"))
    in_area: Counter[str] = Counter()
    of_kind: Counter[str] = Counter()
    organisations: set[int] = set()
    platforms: set[str] = set()
    for area, kind, organisation, runs_on, count in groups:
        in_area[area] += count
        of_kind[kind] += count
        organisations.add(organisation)
        platforms.update(runs_on)
    newest = list(seen.exclude(latest_at=None).order_by("-latest_at").values_list("pk", flat=True)[:NEWEST])
    used = list(seen.filter(adopters__gt=0).order_by("-adopters", "-latest_at").values_list("pk", flat=True)[:MOST_USED])
    entries = {entry.key: entry for entry in entries_of(viewer, [*newest, *used])}
    areas = BusinessArea.objects.filter(slug__in=[slug for slug in in_area if slug])
    return HomeEntry(
        modules=of_kind[Module.Kind.MODULE],
        sequences=of_kind[Module.Kind.SEQUENCE],
        organisations=len(organisations),
        platforms=len(platforms),
        newest=tuple(entries[key] for key in newest if key in entries),
        most_used=tuple(entries[key] for key in used if key in entries),
        areas=tuple(AreaEntry(area.slug, area.name, area.name_da, in_area[area.slug]) for area in areas),
    )


def organisation_modules(viewer: Viewer, organisation: Organisation) -> tuple[ModuleEntry, ...]:
    """The visible modules an organisation publishes, by title; at most 200."""
    offered = Module.objects.visible_to(viewer).exclude(status=Module.Status.RETIRED)
    keys = offered.filter(organisation=organisation).order_by("title").values_list("pk", flat=True)[:200]
    return entries_of(viewer, list(keys))


def _releases(viewer: Viewer, module: Module) -> tuple[ReleaseEntry, ...]:
    rows = Release.objects.visible_to(viewer).filter(module=module).newest_first().defer("inspection").prefetch_related("artefacts")
    counted = rows.annotate(taken=Count("downloads", filter=Q(downloads__by_token=False)))
    recalled = set(Recall.objects.still_open().filter(module=module).values_list("releases", flat=True))
    return tuple(_release_entry(release, module, release.pk in recalled) for release in counted)


def _release_entry(release: Release, module: Module, is_recalled: bool) -> ReleaseEntry:
    return ReleaseEntry(
        module=module.identifier,
        version=release.version,
        licence=release.licence,
        platform=release.platform,
        artefact_kind=release.artefact_kind,
        state=release.state,
        is_prerelease=release.is_prerelease,
        changes=release.changes,
        created_at=release.created_at,
        yanked_at=release.yanked_at,
        yanked_reason=release.yanked_reason,
        marking=higher(release.marking, module.marking),
        handling=release.handling or module.handling,
        files=tuple(FileEntry(file.filename, file.size, file.sha256, file.media_type, file.kind) for file in release.artefacts.all()),
        downloads=release.taken,  # type: ignore[attr-defined]
        quarantined_at=release.quarantined_at,
        quarantine_reason=release.quarantine_reason,
        is_recalled=is_recalled,
    )


def _detail(viewer: Viewer, module: Module, listed: Iterable[ReleaseEntry], version: str, *, judged: bool) -> ModuleDetail:
    listed = tuple(listed)
    systems = tuple(SystemEntry(row.system.name, row.versions) for row in module.systems.select_related("system").order_by("system__name"))
    is_own = module.organisation_id in viewer.organisations
    shares = module.shares.select_related("organisation").order_by("organisation__name") if is_own else ()
    successor = module.successor
    if successor is not None and not Module.objects.filter(visible(viewer), pk=successor.pk).exists():
        successor = None
    entry = next((one for one in listed if one.version == version), None)
    warnings = advisories_of(module)
    recalls = recalls_of(module, [one.version for one in listed])
    owner = owner_entry(module)
    names = [system.name for system in systems]
    current = _release_detail(viewer, module, entry, names, judged=judged) if entry else None
    if entry and current:
        current = replace(current, advisories=affecting(warnings, entry.version), recall=recalls.get(entry.version))
    heir = successor.identifier if successor else ""
    return ModuleDetail(
        entry=entry_of(module, viewer, successor=heir, is_recalled=module.latest_version in recalls),
        readme=module.readme,
        readme_html=module.readme_html,
        handling=module.handling,
        owner_name=module.owner_name,
        owner_email=module.owner_email,
        ip_owner=module.ip_owner,
        ip_owner_type=module.ip_owner_type,
        systems=systems,
        shared_with=tuple(share.organisation.name for share in shares),
        deprecated_at=module.deprecated_at,
        deprecated_reason=module.deprecated_reason,
        successor=heir,
        releases=listed,
        current=current,
        used_by=users_of(viewer, module),
        may_publish=shown_as_publisher(viewer, module),
        may_lead=may_lead(viewer, module),
        may_adopt=owner.needs_owner and may_adopt(viewer, module),
        owner=owner,
        retirement=retirement_entry(module),
        advisories=tuple(advisory_entry(one) for one in warnings),
        recalls=tuple({id(one): one for one in recalls.values()}.values()),
        words=tuple(WordsEntry(one.language, one.title, one.summary, one.description, one.description_html) for one in module.words.all()),
    )


def _release_detail(viewer: Viewer, module: Module, entry: ReleaseEntry, systems: Sequence[str], *, judged: bool) -> ReleaseDetail:
    """``judged`` asks for sign-offs and every criterion of assurance too, which only the page of one release shows."""
    release = Release.objects.select_related("created_by").get(module=module, version=entry.version)
    release.module = module
    inspection = inspection_from_json(release.inspection)
    is_own = module.organisation_id in viewer.organisations
    sign_offs = sign_offs_of(release) if judged else ()
    tier, criteria = criteria_of(release, module, inspection, len(systems), sign_offs) if judged else (module.tier, ())
    return ReleaseDetail(
        entry=entry,
        inspection=inspection,
        dependencies=dependency_entries(viewer, release),
        findings=tuple(FindingEntry(one.code, one.severity, one.title, one.where, one.why, one.mend) for one in current_findings(release)),
        adaptation=adaptation_rows(inspection, systems),
        changes_html=to_html(release.changes),
        published_by=str(release.created_by) if is_own and release.created_by else module.organisation.name,
        sign_offs=sign_offs,
        tier=tier,
        criteria=criteria,
        review=Review.objects.visible_to(viewer).filter(release=release).order_by("-pk").values_list("pk", flat=True).first(),
    )
