"""What all who read a sequence see of its parts: a newer release that some of them do not see is none for it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from accounts.viewer import Viewer
from registry.catalogue.models import Module, ModuleShare
from registry.releases.models import Release
from registry.values.markings import Marking, Visibility

EVERYBODY = 0  # no organisation has this key: who acts for it sees what every partner sees, and nothing more


def readers_of(module: Module) -> frozenset[int]:
    """The organisations for which ``module`` is to be read now, its own among them; :data:`EVERYBODY` stands for the partnership."""
    if (module.visibility, module.marking) == (Visibility.PARTNERSHIP, Marking.OFFICIAL):
        return frozenset({EVERYBODY})
    if module.visibility == Visibility.OWN:
        return frozenset({module.organisation_id})
    shares = ModuleShare.objects.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), module=module)
    return frozenset({module.organisation_id, *shares.values_list("organisation", flat=True)})


class Offers:
    """The releases of one module that could replace an older one, as organisations see them; one query for each organisation."""

    def __init__(self, module: Module) -> None:
        self._listed = module.releases.filter(state=Release.State.LISTED, quarantined_at=None, yanked_at=None)
        self._seen: dict[int, tuple[tuple[str, int, bool], ...]] = {}

    def newest(self, readers: Iterable[int], *, after: str, previews: bool) -> int | None:
        """The key of the highest release after the version whose sort key is ``after`` that all of ``readers`` see."""
        seen = [set(self._of(reader)) for reader in readers]
        common = set.intersection(*seen) if seen else set()
        newer = [(order, key) for order, key, is_preview in common if order > after and (previews or not is_preview)]
        return max(newer)[1] if newer else None

    def _of(self, reader: int) -> tuple[tuple[str, int, bool], ...]:
        if reader not in self._seen:
            rows = self._listed.visible_to(Viewer(organisations=(reader,)))
            self._seen[reader] = tuple(rows.values_list("version_key", "pk", "is_prerelease"))
        return self._seen[reader]
