"""Who would see a module, before more do: the preview that whoever asks and whoever agrees look at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import Organisation
from registry.catalogue.models import Module
from registry.values.markings import Marking, Visibility


@dataclass(frozen=True, slots=True)
class Audience:
    """The organisations that see a module beside its publisher, and how many people with an active account belong to them."""

    organisations: tuple[Organisation, ...]
    people: int


def audience(module: Module, visibility: str, marking: str, share_with: Collection[int]) -> Audience:
    """Who would see ``module`` if it were shared so; ``share_with`` holds keys of organisations."""
    live = Organisation.objects.filter(is_active=True).exclude(pk=module.organisation_id)
    if visibility == Visibility.OWN:
        live = live.none()
    elif visibility == Visibility.NAMED or marking == Marking.OFFICIAL_SENSITIVE:
        granted = module.shares.filter(expires_at__gt=timezone.now()).values("organisation")
        live = live.filter(Q(pk__in=share_with) | Q(pk__in=granted))
    counted = live.annotate(people=Count("memberships__user", filter=Q(memberships__user__is_active=True), distinct=True)).order_by("name")
    found = list(counted)
    return Audience(tuple(found), sum(each.people for each in found))


def audience_now(module: Module) -> Audience:
    """Who sees ``module`` as it is shared now."""
    return audience(
        module, module.visibility, module.marking, list(module.shares.filter(expires_at=None).values_list("organisation", flat=True))
    )
