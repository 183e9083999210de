"""Announced releases as those see them who were told, and those who lead them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.index.read import missing
from registry.lifecycle.models import NoticePeriod, Objection
from registry.releases.models import Release

MOST = 200


@dataclass(frozen=True, slots=True)
class ObjectionEntry:
    """What one organisation says against the release, and what its publisher answered."""

    key: int
    organisation: str  # name
    text: str
    made_at: datetime
    answer: str
    answered_at: datetime | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class NoticePeriodEntry:
    """A notice period. Who leads it sees every objection and who was told; others their own objections, and none of who else was told."""

    key: int
    publisher: str
    slug: str
    title: str
    language: str
    version: str
    reasons: tuple[str, ...]
    why: str
    given_at: datetime
    ends_on: date
    state: str  # running, over or withdrawn
    objections: tuple[ObjectionEntry, ...]
    told: tuple[str, ...]  # names, for those who lead it
    is_led: bool
    is_visible: bool  # whether the module's page can be opened
    is_listed: bool  # whether the release is, meanwhile

    @property
    def module(self) -> str:
        """``publisher/slug``."""
        return f"{self.publisher}/{self.slug}"


def notice_periods(viewer: Viewer) -> tuple[NoticePeriodEntry, ...]:
    """Those that ``viewer`` leads or was told of, running ones first; at most 200, in six queries."""
    rows = _loaded(NoticePeriod.objects.visible_to(viewer)).order_by("-given_at", "-pk")[:MOST]
    return tuple(sorted(_entries(viewer, rows), key=lambda entry: entry.state != "running"))


def notice_period(viewer: Viewer, key: str | int) -> NoticePeriod:
    """One notice period, with its module; raises :class:`Missing`."""
    found = None
    if str(key).isascii() and str(key).isdigit() and len(str(key)) < 19:
        rows = NoticePeriod.objects.visible_to(viewer).select_related("module__organisation", "release").defer("module__search")
        found = rows.filter(pk=int(key)).first()
    if found is None:
        raise missing()
    return found


def entry_of(viewer: Viewer, period: NoticePeriod) -> NoticePeriodEntry:
    """What :func:`notice_period` gave, as ``viewer`` sees it; in six queries."""
    return _entries(viewer, _loaded(NoticePeriod.objects.filter(pk=period.pk)))[0]


def of_release(release: Release) -> NoticePeriodEntry | None:
    """That of a release, with every objection, for those who review it; in at most three queries."""
    return _whole(NoticePeriod.objects.filter(release=release))


def of_review(key: int) -> NoticePeriodEntry | None:
    """The same by the key of a review that the caller found visible."""
    return _whole(NoticePeriod.objects.filter(release__reviews=key))


def _whole(rows: QuerySet[NoticePeriod]) -> NoticePeriodEntry | None:
    row = _loaded(rows).first()
    return _entry(row, frozenset(), is_led=True, is_visible=False) if row else None


def objection(viewer: Viewer, period: NoticePeriod, key: int) -> Objection:
    """An objection to answer; raises :class:`Missing` for whoever does not lead the release."""
    found = Objection.objects.filter(notice_period=period, pk=key).first()
    if found is None or not NoticePeriod.objects.led_by(viewer).filter(pk=period.pk).exists():
        raise missing()
    found.notice_period = period
    return found


def may_object_for(viewer: Viewer, period: NoticePeriod) -> list[Organisation]:
    """The organisations that ``viewer`` acts for, were told and have not objected; nobody objects once it is over."""
    if not period.is_running or viewer.modules is not None:
        return []
    told = period.told.filter(pk__in=viewer.organisations)
    return list(told.exclude(pk__in=period.objections.values("organisation")).order_by("name"))


def _loaded(rows: QuerySet[NoticePeriod]) -> QuerySet[NoticePeriod]:
    rows = rows.select_related("module", "release").defer("module__search", "release__inspection")
    return rows.prefetch_related("objections__organisation", "told")


def _entries(viewer: Viewer, rows: Iterable[NoticePeriod]) -> tuple[NoticePeriodEntry, ...]:
    found = list(rows)
    led = set(NoticePeriod.objects.led_by(viewer).filter(pk__in=[row.pk for row in found]).values_list("pk", flat=True))
    seen = set(Module.objects.visible_to(viewer).filter(pk__in={row.module_id for row in found}).values_list("pk", flat=True))
    own = frozenset(viewer.organisations)
    return tuple(_entry(row, own, is_led=row.pk in led, is_visible=row.module_id in seen) for row in found)


def _entry(row: NoticePeriod, own: frozenset[int], *, is_led: bool, is_visible: bool) -> NoticePeriodEntry:
    objections = [each for each in row.objections.all() if is_led or each.organisation_id in own]
    return NoticePeriodEntry(
        key=row.pk,
        publisher=row.module.publisher,
        slug=row.module.slug,
        title=row.module.title,
        language=row.module.language,
        version=row.version,
        reasons=tuple(row.reasons),
        why=row.why,
        given_at=row.given_at,
        ends_on=row.ends_on,
        state="withdrawn" if row.withdrawn_at else "running" if row.is_running else "over",
        objections=tuple(_objection(each, own) for each in objections),
        told=tuple(sorted(each.name for each in row.told.all())) if is_led else (),
        is_led=is_led,
        is_visible=is_visible,
        is_listed=row.release.listed_at is not None,
    )


def _objection(row: Objection, own: frozenset[int]) -> ObjectionEntry:
    return ObjectionEntry(
        key=row.pk,
        organisation=row.organisation.name,
        text=row.text,
        made_at=row.made_at,
        answer=row.answer,
        answered_at=row.answered_at,
        is_own=row.organisation_id in own,
    )
