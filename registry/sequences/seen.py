"""A sequence is seen by no more than see all its parts, and marked no lower than any of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Q

from registry.catalogue.models import Module, ModuleShare
from registry.catalogue.visibility import SHARED
from registry.errors import Conflict
from registry.releases.models import Release
from registry.values.markings import Marking, Visibility, higher


def check_parts(parts: Iterable[Release], visibility: str, marking: str, named: Collection[int]) -> None:
    """``parts`` are releases with their modules loaded; ``named`` the keys of the organisations a sequence is shared with by name.

    Raises :class:`Conflict`: ``part_quarantined``, ``parts_marked_higher``, ``parts_seen_by_fewer``, each naming the first such part. One query
    at most.
    """
    parts = list(parts)
    for part in parts:
        if part.quarantined_at is not None:
            raise Conflict(
                "part_quarantined",
                f"{part} is in quarantine.",
                where="artefact",
                mend="Wait for the inquiry to end, or use another version.",
            )
        if higher(higher(part.marking, part.module.marking), marking) != marking:
            raise Conflict(
                "parts_marked_higher",
                f"{part} is marked {Marking.OFFICIAL_SENSITIVE}, and the sequence is not.",
                where="marking",
                mend=f"Mark the sequence {Marking.OFFICIAL_SENSITIVE}, or take the step out.",
            )
    if visibility == Visibility.OWN:
        return
    is_for_all = visibility == Visibility.PARTNERSHIP and marking == Marking.OFFICIAL
    narrow = [part for part in parts if not _seen_by_all(part)]
    unseen = narrow[:1] if is_for_all else _unseen(narrow, named)
    if unseen:
        raise Conflict(
            "parts_seen_by_fewer",
            f"{unseen[0].module.identifier} is shared with fewer than the sequence would be.",
            where="visibility",
            mend="Share the sequence with no more than its parts, or ask that module’s publisher to let more see it.",
        )


def _seen_by_all(part: Release) -> bool:
    module = part.module
    wide = {module.visibility, part.visibility} == {Visibility.PARTNERSHIP}
    return wide and {module.marking, part.marking} == {Marking.OFFICIAL} and module.status != Module.Status.DRAFT


def _unseen(parts: Collection[Release], named: Collection[int]) -> list[Release]:
    """Those that some of the organisations ``named`` does not see, as :func:`registry.catalogue.visibility.listed_for` has it."""
    shares = ModuleShare.objects.filter(Q(expires_at=None), module__in=[part.module_id for part in parts], organisation__in=named)
    shared = set(shares.values_list("module", "organisation")) if parts else set()
    return [part for part in parts if any(not _sees(part, organisation, shared) for organisation in named)]


def _sees(part: Release, organisation: int, shared: set[tuple[int, int]]) -> bool:
    if part.module.organisation_id == organisation:
        return True
    return part.module.visibility in SHARED and part.visibility in SHARED and (part.module_id, organisation) in shared
