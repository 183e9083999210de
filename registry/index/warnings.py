"""What warns of a module: advisories, open recalls, whether somebody answers for it, retirement."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils import timezone

from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.index.entries import AdvisoryEntry, OwnerEntry, RecallEntry, RetirementEntry
from registry.lifecycle.affecting import affects
from registry.lifecycle.models import Advisory, Recall, Retirement

MOST = 200  # advisories on one page


def advisory_entry(advisory: Advisory) -> AdvisoryEntry:
    """The entry of an advisory whose module is loaded."""
    return AdvisoryEntry(
        key=advisory.key,
        module=advisory.module.identifier,
        module_title=advisory.module.title,
        language=advisory.module.language,
        severity=advisory.severity,
        summary=advisory.summary,
        affected=", ".join(filter(None, [advisory.ranges, *advisory.versions])),
        modified_at=advisory.modified_at,
        withdrawn_at=advisory.withdrawn_at,
    )


def advisories(viewer: Viewer) -> tuple[Advisory, ...]:
    """Every advisory that ``viewer`` sees, the latest changed first; at most 200."""
    found = Advisory.objects.visible_to(viewer).select_related("module", "module__organisation").defer("module__search", "module__readme")
    return tuple(found.order_by("-modified_at", "-pk")[:MOST])


def advisories_of(module: Module) -> list[Advisory]:
    """Those of a module that the viewer sees, withdrawn ones left out."""
    found = list(Advisory.objects.filter(module=module, withdrawn_at=None).order_by("-modified_at", "-pk")[:MOST])
    for advisory in found:
        advisory.module = module
    return found


def affecting(found: Iterable[Advisory], version: str) -> tuple[AdvisoryEntry, ...]:
    """Those that speak of ``version``."""
    return tuple(advisory_entry(advisory) for advisory in found if affects(advisory, version))


def recalls_of(module: Module, seen: Collection[str]) -> dict[str, RecallEntry]:
    """Version -> its open recall, of those versions that are ``seen``."""
    entries: dict[str, RecallEntry] = {}
    for recall in Recall.objects.still_open().filter(module=module).select_related("remedy").prefetch_related("releases").order_by("pk"):
        recalled = {release.version for release in recall.releases.all()}
        versions = tuple(version for version in seen if version in recalled)
        entry = RecallEntry(
            severity=recall.severity,
            versions=versions,
            ranges=recall.ranges,
            reason=recall.reason,
            workaround=recall.workaround,
            remedy=recall.remedy.version if recall.remedy and recall.remedy.version in seen else "",
            recalled_at=recall.recalled_at,
        )
        entries |= dict.fromkeys(versions, entry)
    return entries


def owner_entry(module: Module) -> OwnerEntry:
    """Whether somebody answers for ``module``."""
    today = timezone.now().date()
    return OwnerEntry(
        confirmed_at=module.owner_confirmed_at,
        review_by=module.review_by,
        is_overdue=module.review_by is not None and module.review_by < today,
        needs_owner=bool(module.needs_owner),
        support_by=module.support_by,
        support_until=module.support_until,
    )


def retirement_entry(module: Module) -> RetirementEntry | None:
    """That it is or will be out of service."""
    found = Retirement.objects.filter(module=module).first()
    return RetirementEntry(found.ends_on, found.reason, found.closed_at is not None) if found else None


def recalled_latest(modules: Iterable[Module]) -> set[int]:
    """The keys of those ``modules`` whose latest version is under an open recall; one query."""
    latest = {module.pk: module.latest_version for module in modules if module.latest_version}
    rows = Recall.objects.still_open().filter(module__in=latest).values_list("module", "releases__version")
    return {module for module, version in rows if latest[module] == version}
