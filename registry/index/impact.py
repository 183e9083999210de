"""Whom a release would hit, before it is listed: the sequences whose steps it breaks, and who runs its module."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.viewer import Viewer
from registry.adoption.models import HOLDING, Adoption
from registry.catalogue.models import Module
from registry.errors import Missing, NotAllowed
from registry.formats.model import Inspection, inspection_from_json
from registry.index.read import missing, visible_release
from registry.index.sequence_updates import StepOutlook
from registry.permissions import may_lead
from registry.releases.differences import differences
from registry.releases.models import Release
from registry.reviews.models import Review
from registry.sequences.checking import Interface
from registry.sequences.models import PartUpdate
from registry.sequences.reading import Locked, latest_parts, loaded
from registry.sequences.updating import outlook
from registry.values.versions import version_key

MOST_NAMED = 200  # sequences that are judged and shown by name
MOST_COUNTED = 300  # and those of which only the number is told


@dataclass(frozen=True, slots=True)
class SequenceHit:
    """A sequence that ``viewer`` sees and the release would break, with the steps that it breaks."""

    publisher: str
    slug: str
    title: str
    language: str
    version: str
    locked: str  # the version of the module that it has now
    steps: tuple[StepOutlook, ...]
    is_own: bool  # of an organisation that the viewer acts for

    @property
    def module(self) -> str:
        """``publisher/slug`` of the sequence."""
        return f"{self.publisher}/{self.slug}"


@dataclass(frozen=True, slots=True)
class Impact:
    """Whom it would hit. Numbers stand where names may not be shown; who keeps to itself that it runs something is in none of them."""

    version: str
    before: str = ""  # the listed version that it is compared with; empty where it is the first
    breaking: tuple[str, ...] = ()  # why who runs that version cannot simply take this one
    sequences: tuple[SequenceHit, ...] = ()
    hidden: int = 0  # sequences it would break that the viewer does not see
    unharmed: int = 0  # sequences made of it that it does not break
    not_judged: int = 0  # beyond the most that are judged while a page waits
    adopters: tuple[str, ...] = ()  # names
    counted: int = 0  # organisations that run it and show no name

    @property
    def broken(self) -> int:
        """How many sequences it would break."""
        return len(self.sequences) + self.hidden

    @property
    def is_breaking(self) -> bool:
        """Whether somebody must do something before they can take it."""
        return bool(self.breaking or self.broken)


def release_to_judge(viewer: Viewer, publisher: str, slug: str, version: str) -> Release:
    """The release, listed or on its way, for those who lead its module; raises :class:`Missing`, or :class:`NotAllowed` for others who see it."""
    try:
        release = visible_release(viewer, publisher, slug, version)
    except Missing:
        release = _in_review(viewer, publisher, slug, version)
    if not may_lead(viewer, release.module):
        raise NotAllowed("not_a_publisher", "Only its publisher and stewards see whom a version would hit.", mend="Ask its publisher.")
    return release


def _in_review(viewer: Viewer, publisher: str, slug: str, version: str) -> Release:
    reviews = Review.objects.visible_to(viewer).filter(
        release__module__publisher=publisher, release__module__slug=slug, release__version=version
    )
    found = reviews.select_related("release__module__organisation").defer("release__module__search").first()
    if found is None:
        raise missing()
    return found.release


def impact_of(viewer: Viewer, release: Release) -> Impact:
    """The impact of a release that is stored; its module is loaded. In a fixed number of queries."""
    return impact(viewer, release.module, release.version, inspection_from_json(release.inspection))


def trial_impact(viewer: Viewer, publisher: str, slug: str, version: str, inspection: Inspection) -> Impact | None:
    """The impact of files that are only tried, where something of the module is listed already; its publisher asks."""
    module = Module.objects.visible_to(viewer).filter(publisher=publisher, slug=slug).exclude(latest_version="").defer("search").first()
    return impact(viewer, module, version, inspection) if module else None


def impact(viewer: Viewer, module: Module, version: str, inspection: Inspection) -> Impact:
    """The impact that ``version`` of ``module`` would have with these files, stored or not. In a fixed number of queries."""
    before = _before(module, version)
    parts = latest_parts().filter(part__module=module, part__version_key__lt=version_key(version)).order_by("pk")
    related = parts.select_related("part", "lock__release__module")
    related = related.defer("part__inspection", "lock__content", "lock__documents", "lock__release__inspection")
    seen = Release.objects.visible_to(viewer).values("pk")
    shown, others = related.filter(lock__in=seen)[:MOST_NAMED], related.exclude(lock__in=seen)[:MOST_COUNTED]
    judged = loaded([*shown, *others])
    newer = Interface(module.identifier, version, inspection.platform, inspection.entry_points)
    found = _judged(judged, newer, viewer, set(seen.filter(pk__in=[each.part.lock_id for each in judged]).values_list("pk", flat=True)))
    named, counted = _adopters(viewer, module)
    return Impact(
        version=version,
        before=before.version if before else "",
        breaking=differences(inspection_from_json(before.inspection), inspection).breaking if before else (),
        sequences=tuple(found.hits),
        hidden=found.hidden,
        unharmed=found.unharmed,
        not_judged=parts.count() - len(judged),
        adopters=named,
        counted=counted,
    )


@dataclass(slots=True)
class _Found:
    hits: list[SequenceHit] = field(default_factory=list)
    hidden: int = 0
    unharmed: int = 0


def _judged(parts: Iterable[Locked], newer: Interface, viewer: Viewer, seen: set[int]) -> _Found:
    found = _Found()
    for each in parts:
        told = outlook(each.flow, each.interfaces, each.names, newer)
        if told.verdict != PartUpdate.Verdict.BREAKS:
            found.unharmed += 1
        elif each.part.lock_id not in seen:
            found.hidden += 1
        else:
            found.hits.append(_hit(each, told.reasons, viewer))
    return found


def _hit(each: Locked, reasons: dict[str, list[str]], viewer: Viewer) -> SequenceHit:
    sequence, module = each.part.lock.release, each.part.lock.release.module
    names = {node.id: node.name or node.id for node in each.flow.nodes}
    return SequenceHit(
        publisher=module.publisher,
        slug=module.slug,
        title=module.title,
        language=module.language,
        version=sequence.version,
        locked=each.part.part.version,
        steps=tuple(StepOutlook(step, names.get(step, step), tuple(said)) for step, said in reasons.items()),
        is_own=module.organisation_id in viewer.organisations,
    )


def _before(module: Module, version: str) -> Release | None:
    """The listed release that ``version`` would follow."""
    listed = Release.objects.filter(module=module, listed_at__isnull=False, yanked_at=None, version_key__lt=version_key(version))
    return listed.newest_first().only("version", "inspection", "module").first()


def _adopters(viewer: Viewer, module: Module) -> tuple[tuple[str, ...], int]:
    """Who runs any version of it, but its own publisher: by name those that show it, and how many show none."""
    used = Adoption.objects.filter(module=module, stage__in=HOLDING).exclude(organisation=module.organisation_id)
    named = dict(used.named_for(viewer).values_list("organisation", "organisation__name"))
    counted = set(used.counted_for(viewer).values_list("organisation", flat=True)) - set(named)
    return tuple(sorted(named.values())), len(counted)
