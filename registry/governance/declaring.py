"""What a publisher says of a release's data: read, checked against the controlled list, and kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.errors import Refused
from registry.governance.models import DataCategory, DataUse
from registry.releases.models import Release
from registry.values.data_uses import NO_DATA, Decisions


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is said of a release's data."""

    categories: tuple[str, ...]  # codes, in the order of the list
    decisions: str = Decisions.NONE
    law_enforcement: bool = False
    uses_ai: bool = False


def declaration_of(use: DataUse) -> Declaration:
    """What ``use`` says."""
    return Declaration(tuple(use.categories), use.decisions, use.law_enforcement, use.uses_ai)


def declared(
    categories: Collection[str],
    decisions: str = "",
    law_enforcement: bool | None = None,
    uses_ai: bool | None = None,
    *,
    before: Declaration | None = None,
) -> Declaration | None:
    """The declaration that these make; what is not given is as ``before``. None where nothing is given and nothing was.

    Raises :class:`Refused`: ``data_categories_missing``, ``data_category_unknown``, ``data_categories_contradict``,
    ``automated_decisions_unknown``.
    """
    if not (categories or decisions or law_enforcement is not None or uses_ai is not None):
        return before
    known = list(DataCategory.objects.filter(is_active=True).values_list("code", flat=True))
    chosen = tuple(code for code in known if code in categories)
    _check(categories, decisions, known)
    if not chosen and before is None:
        raise Refused(
            "data_categories_missing",
            "Nothing says whose data it handles.",
            where="data_categories",
            mend=f"Name each category, or none. Known are: {', '.join(known)}.",
        )
    before = before or Declaration(chosen)
    return Declaration(
        chosen or before.categories,
        decisions or before.decisions,
        before.law_enforcement if law_enforcement is None else law_enforcement,
        before.uses_ai if uses_ai is None else uses_ai,
    )


def _check(categories: Collection[str], decisions: str, known: Collection[str]) -> None:
    unknown = sorted(set(categories) - set(known))
    if unknown:
        raise Refused(
            "data_category_unknown",
            f"“{unknown[0][:60]}” is not a category of data we know.",
            where="data_categories",
            mend=f"Use any of: {', '.join(known)}.",
        )
    if NO_DATA in categories and len(set(categories)) > 1:
        raise Refused(
            "data_categories_contradict",
            "It cannot handle no data about people and some.",
            where="data_categories",
            mend="Leave out “none”, or all the others.",
        )
    if decisions and decisions not in list(Decisions):
        raise Refused(
            "automated_decisions_unknown",
            f"“{decisions[:60]}” is no answer we know.",
            where="automated_decisions",
            mend=f"Use one of: {', '.join(Decisions)}.",
        )


def predecessor(module: Module | None) -> DataUse | None:
    """What was said of the newest release of ``module`` of which anything was."""
    uses = DataUse.objects.filter(release__module=module).select_related("release") if module else DataUse.objects.none()
    return uses.order_by("-release__version_key").first()


def keep(release: Release, said: Declaration, by: Viewer, *, carried_from: Release | None = None) -> DataUse:
    """Write ``said`` as what is declared of ``release``."""
    return DataUse.objects.update_or_create(
        release=release,
        defaults={
            "categories": list(said.categories),
            "decisions": said.decisions,
            "law_enforcement": said.law_enforcement,
            "uses_ai": said.uses_ai,
            "declared_by": by.user,
            "declared_with": by.token,
            "carried_from": carried_from,
        },
    )[0]
