"""An organisation says what a platform's name stands for, or takes that back."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.viewer import Viewer
from registry.errors import Refused
from registry.permissions import runs_keeper_for
from registry.releases.dependencies import eyes_of
from registry.releases.models import Release
from registry.telemetry.adapters.model import MAX_NAME, Unread, plain_name
from registry.telemetry.database import atomic
from registry.telemetry.sources import MAX_NAMES, Platform, RunName, UnknownName, fold
from registry.values.identifiers import split_identifier


def map_run_name(*, source: str, name: str, module: str, version: str, by: Viewer) -> RunName:
    """Say that runs under ``name`` are runs of ``module`` (``publisher/slug``); with no module they are left out from now on.

    Without ``version`` it is the one that the platform says, else the one that the organisation states it runs. Said again, it replaces.
    Raises :class:`NotAllowed` and :class:`Refused` (``source_unknown``, ``name_invalid``, ``module_unknown``, ``version_unknown``,
    ``too_many_names``).
    """
    organisation = runs_keeper_for(by)
    name, module, version = _plain(source, name), module.strip(), version.strip()
    if module:
        _check_seen(by, module, version)
    elif version:
        raise Refused("module_missing", "A version needs a module.", where="module", mend="Name the module, or leave both empty.")
    with transaction.atomic(), atomic():
        folded = fold(name)
        others = RunName.objects.filter(organisation=organisation.slug).exclude(source=source, folded=folded)
        if others.count() >= MAX_NAMES:
            raise Refused("too_many_names", f"There are {MAX_NAMES:,} names already.", where="name", mend="Take some back first.")
        kept, _ = RunName.objects.update_or_create(
            organisation=organisation.slug, source=source, folded=folded, defaults={"name": name, "module": module, "version": version}
        )
        UnknownName.objects.filter(organisation=organisation.slug, source=source, name__iexact=name).delete()
        record("run_name.mapped", f"{source}:{name}", by=by, organisation=organisation, module=module, version=version)
    return kept


def unmap_run_name(*, row: RunName, by: Viewer) -> None:
    """Take back what a name of the organisation acted for stands for; again has no effect. Raises :class:`NotAllowed`."""
    organisation = runs_keeper_for(by)
    with transaction.atomic(), atomic():
        found = RunName.objects.select_for_update().filter(pk=row.pk, organisation=organisation.slug).first()
        if found is None:
            return
        found.delete()
        record("run_name.unmapped", f"{row.source}:{row.name}", by=by, organisation=organisation, module=row.module)


def _plain(source: str, name: str) -> str:
    if source not in Platform.values:
        raise Refused("source_unknown", "That is not a platform we know.", where="source", mend="Choose one of the list.")
    try:
        return plain_name(name)
    except Unread as error:
        raise Refused("name_invalid", f"Enter a name of at most {MAX_NAME} characters.", where="name", mend=error.mend) from error


def _check_seen(by: Viewer, module: str, version: str) -> None:
    """The organisation sees it; what is hidden answers as what is not there."""
    assert by.organisation is not None
    publisher, slug = split_identifier(module)
    seen = Release.objects.visible_to(eyes_of(by.organisation)).filter(module__publisher=publisher, module__slug=slug)
    if not seen.exists():
        message = "Your organisation sees no such module."
        raise Refused("module_unknown", message, where="module", mend="Write it as on its page, such as hampshire/victim-update.")
    if version and not seen.filter(version=version).exists():
        message = f"Your organisation sees no such version of {module}."
        raise Refused("version_unknown", message, where="version", mend="Write it as on its page, such as 1.2.0, or leave it empty.")
