"""Where an organisation's runs come from, to its members: its webhook, what its platforms' names stand for, and names that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from accounts.models import Organisation
from accounts.roles import Permission
from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.index.read import missing
from registry.releases.dependencies import eyes_of
from registry.telemetry.models import RunConsent
from registry.telemetry.sources import Platform, RunHook, RunName, UnknownName, unknown_names


@dataclass(frozen=True, slots=True)
class HookEntry:
    """The webhook, for those who decide on the organisation's runs."""

    address: str
    secret: str
    opened_at: datetime
    last_on: date | None


@dataclass(frozen=True, slots=True)
class NameEntry:
    """What a name stands for. ``title`` is empty where the organisation does not see the module now, or where its runs are left out."""

    pk: int
    source: str
    platform: str
    name: str
    module: str
    version: str
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class UnknownEntry:
    """A name that leads to no release."""

    source: str
    platform: str
    name: str
    version: str
    leads_to_module: bool
    runs: int
    last_on: date


@dataclass(frozen=True, slots=True)
class SourcesEntry:
    """Everything of one organisation."""

    organisation: Organisation
    is_reporting: bool
    may_decide: bool
    hook: HookEntry | None
    names: tuple[NameEntry, ...]
    unknown: tuple[UnknownEntry, ...]


def run_sources(viewer: Viewer, organisation: Organisation) -> SourcesEntry:
    """Of ``organisation``, one of the viewer's, in a fixed number of queries. Others of its members than those who decide see no secret."""
    may_decide = viewer.may(Permission.PUBLISH, organisation.pk)
    hook = RunHook.objects.filter(organisation=organisation.slug).first() if may_decide else None
    consent = RunConsent.objects.filter(organisation=organisation.slug).first()
    return SourcesEntry(
        organisation=organisation,
        is_reporting=consent is not None and consent.is_active,
        may_decide=may_decide,
        hook=_hook(hook) if hook else None,
        names=_names(organisation),
        unknown=tuple(_unknown(row) for row in unknown_names(organisation.slug)),
    )


def run_name(viewer: Viewer, pk: int) -> RunName:
    """A name of the organisation acted for; :class:`Missing` for another's and for none."""
    row = RunName.objects.filter(pk=pk, organisation=viewer.organisation.slug).first() if viewer.organisation else None
    if row is None:
        raise missing()
    return row


def has_hook(organisation: Organisation) -> bool:
    """Whether its webhook is open."""
    return RunHook.objects.filter(organisation=organisation.slug).exists()


def _hook(hook: RunHook) -> HookEntry:
    return HookEntry(settings.BASE_URL + reverse("api_runs_hook", args=[hook.key]), hook.secret, hook.opened_at, hook.last_on)


def _names(organisation: Organisation) -> tuple[NameEntry, ...]:
    rows = list(RunName.objects.filter(organisation=organisation.slug).order_by("source", "folded"))
    modules = {module.identifier: module for module in _modules(organisation, {row.module for row in rows})}
    return tuple(_name(row, modules.get(row.module)) for row in rows)


def _modules(organisation: Organisation, names: Iterable[str]) -> Iterable[Module]:
    parts = [name.partition("/") for name in names if name]
    found = Module.objects.visible_to(eyes_of(organisation))
    return found.filter(publisher__in={part[0] for part in parts}, slug__in={part[2] for part in parts}).only(
        "publisher", "slug", "title", "language"
    )


def _name(row: RunName, module: Module | None) -> NameEntry:
    title, language = (module.title, module.language) if module else ("", "")
    return NameEntry(row.pk, row.source, Platform(row.source).label, row.name, row.module, row.version, title, language)


def _unknown(row: UnknownName) -> UnknownEntry:
    label = Platform(row.source).label
    return UnknownEntry(row.source, label, row.name, row.version, row.leads_to_module, row.runs, row.last_on)
