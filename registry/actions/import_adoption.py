"""Takes over one row of what an organisation runs, as it would state it itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.actions.state_adoption import AdoptionForm, state_adoption
from registry.adoption.models import Adoption, Sharing, Stage
from registry.catalogue.models import Module
from registry.errors import Refused
from registry.releases.models import Release


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a row: ``words`` say what was made, or why nothing was."""

    is_new: bool
    words: str


def import_adoption(*, values: dict[str, Any], organisation: Organisation, by: Viewer) -> Taken:
    """State it, unless it is stated already. ``values`` are of :data:`registry.imports.columns.ADOPTIONS`.

    Raises as :func:`state_adoption`, or :class:`Refused` (``module_unknown``, ``version_unknown``).
    """
    eyes = Viewer(organisations=(organisation.pk,), organisation=organisation)
    module = module_named(values["module"], eyes)
    release = _release(module, values.get("version", ""), eyes)
    said = f"{module.identifier} {release.version}" if release else module.identifier
    known = _known(module, release, values["stage"], organisation)
    if known is not None:
        return Taken(False, f"Your record of {said} stays as it is: {known.get_stage_display().lower()}.")
    form = AdoptionForm(
        sharing=values.get("sharing") or Sharing.NAMED,
        **{name: values[name] for name in ("since", "volume") if name in values},
        **{name: values[name] for name in ("owner", "unit", "objective", "blockers", "reason", "systems") if name in values},
        is_adapted=values.get("is_adapted", False),
    )
    made = state_adoption(module=module, release=release, stage=values["stage"], form=form, organisation=organisation, by=by)
    since = f", since {made.since:%-d %B %Y}" if made.since else ""
    volume = f", {made.volume:,} {made.unit} a year" if made.volume else ""
    return Taken(True, f"{said}: {made.get_stage_display().lower()}{since}{volume}")


def module_named(identifier: str, eyes: Viewer) -> Module:
    """The module that ``eyes`` see under that identifier; raises :class:`Refused` (``module_unknown``)."""
    publisher, _, slug = identifier.strip().partition("/")
    seen = Module.objects.visible_to(eyes).filter(publisher=publisher, slug=slug) if "\x00" not in identifier else Module.objects.none()
    found = seen.select_related("organisation").defer("search").first()
    if found is None:
        raise Refused("module_unknown", "We cannot find that module.", where="module", mend="Use its identifier: publisher/name.")
    return found


def _release(module: Module, version: str, eyes: Viewer) -> Release | None:
    if not version:
        return None
    seen = Release.objects.visible_to(eyes).filter(module=module, version=version) if "\x00" not in version else Release.objects.none()
    found = seen.select_related("module").defer("inspection").first()
    if found is None:
        raise Refused(
            "version_unknown", f"It has no version {version[:40]}.", where="version", mend="Use one of its versions, such as 1.2.0."
        )
    return found


def _known(module: Module, release: Release | None, stage: str, organisation: Organisation) -> Adoption | None:
    """The record that says so already: of the same version, whatever its stage; a retired one only where the row is retired too."""
    rows = Adoption.objects.filter(organisation=organisation, module=module, release=release)
    rows = rows.filter(stage=Stage.RETIRED) if stage == Stage.RETIRED else rows.exclude(stage=Stage.RETIRED)
    return rows.order_by("pk").first()
