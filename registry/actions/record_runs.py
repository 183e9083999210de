"""Takes the runs that an organisation reports: after it opted in, of releases it sees, each once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db.models import CharField, Value
from django.db.models.functions import Concat

from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.catalogue.visibility import visible
from registry.errors import NotAllowed, Refused
from registry.lifecycle.models import FormerIdentifier
from registry.releases.models import Release
from registry.telemetry.events import RunEventIn, check
from registry.telemetry.ingest import Stored, accepting, store

SCOPE = "telemetry"


def record_runs(*, events: Sequence[RunEventIn], by: Viewer) -> Stored:
    """Store ``events`` as runs at the organisation of the token ``by``; all of them or none.

    Not audited: an event is its own record, and names nobody. Raises :class:`NotAllowed` (``token_scope``, ``runs_not_opted_in``,
    ``token_out_of_scope``) and :class:`Refused` (``module_unknown``, ``version_unknown``, alike for what is hidden and what does not exist).
    """
    if by.token is None or by.organisation is None or SCOPE not in by.token.scopes:
        raise NotAllowed("token_scope", "Runs are reported with a token of the scope telemetry.", where="token", mend="Issue one.")
    with accepting(by.organisation.slug):
        check(events)
        _check_bound(events, by)
        _check_known(events, by)
        return store(by.organisation.slug, events)


def _check_bound(events: Sequence[RunEventIn], by: Viewer) -> None:
    """A token bound to modules reports those alone: ``publisher/slug``, or the short name of one of its organisation's own."""
    if by.modules is None or by.organisation is None:
        return
    bound = {name if "/" in name else f"{by.organisation.slug}/{name}" for name in by.modules}
    for number, event in enumerate(events):
        if event.module not in bound:
            raise NotAllowed(
                "token_out_of_scope",
                f"Your token may report runs of {', '.join(sorted(bound))} only.",
                where=f"events[{number}].module",
                mend="Issue a token for this module, or one that is bound to none.",
            )


def _check_known(events: Sequence[RunEventIn], by: Viewer) -> None:
    """Every release is one that the organisation sees, under the name its module has or had."""
    wanted = {(event.module, event.version) for event in events}
    viewer = replace(by, modules=None)  # what a token is bound to was asked before; here the eyes are the organisation's
    wanted -= _seen(viewer, wanted)
    if wanted:
        former = _former(viewer, {module for module, _ in wanted})
        now = {(former.get(module, ""), version) for module, version in wanted}
        seen = _seen(viewer, now)
        wanted = {(module, version) for module, version in wanted if (former.get(module, ""), version) not in seen}
    if wanted:
        _refuse(events, wanted, viewer)


def _seen(viewer: Viewer, wanted: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of ``wanted`` (module and version) are releases that ``viewer`` sees, in one query."""
    names = [f"{module}@{version}" for module, version in wanted]
    publishers, slugs = _parted(module for module, _ in wanted)
    found = (
        Release.objects.visible_to(viewer)
        .filter(module__publisher__in=publishers, module__slug__in=slugs, version__in={version for _, version in wanted})
        .annotate(named=Concat("module__publisher", Value("/"), "module__slug", Value("@"), "version", output_field=CharField()))
        .filter(named__in=names)
    )
    return {(module, version) for module, _, version in (name.partition("@") for name in found.values_list("named", flat=True))}


def _former(viewer: Viewer, modules: Iterable[str]) -> dict[str, str]:
    """Of those of ``modules`` that are former names of what ``viewer`` sees: the names that hold now."""
    publishers, slugs = _parted(modules)
    found = FormerIdentifier.objects.filter(visible(viewer, "module__"), publisher__in=publishers, slug__in=slugs)
    rows = found.values_list("publisher", "slug", "module__publisher", "module__slug")
    return {f"{publisher}/{slug}": f"{owner}/{name}" for publisher, slug, owner, name in rows}


def _parted(modules: Iterable[str]) -> tuple[set[str], set[str]]:
    parts = [module.partition("/") for module in modules]
    return {publisher for publisher, _, _ in parts}, {slug for _, _, slug in parts}


def _refuse(events: Sequence[RunEventIn], unknown: set[tuple[str, str]], viewer: Viewer) -> None:
    number, event = next((number, event) for number, event in enumerate(events) if (event.module, event.version) in unknown)
    publisher, _, slug = event.module.partition("/")
    is_seen = Module.objects.visible_to(viewer).filter(publisher=publisher, slug=slug).exists() or _former(viewer, [event.module])
    if not is_seen:
        raise Refused(
            "module_unknown",
            f"Your organisation sees no module {event.module}.",
            where=f"events[{number}].module",
            mend="Write it as on the module's page: publisher/slug.",
        )
    raise Refused(
        "version_unknown",
        f"Your organisation sees no version {event.version[:80]} of {event.module}.",
        where=f"events[{number}].version",
        mend="Write it as on the module's page, such as 1.2.0.",
    )
