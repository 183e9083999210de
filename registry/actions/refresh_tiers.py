"""Judges every listed module's assurance anew: what was confirmed or assessed goes out of date while nobody does anything."""

from __future__ import annotations

from collections.abc import Iterator

from celery import shared_task
from django.db import transaction

from registry.actions.refresh_module import latest_listed, tier_now
from registry.catalogue.models import Module
from registry.formats.model import inspection_from_json

AT_ONCE = 500  # keys read at a time


@shared_task
def refresh_tiers() -> int:
    """Run every night; returns how many modules have another tier now."""
    return sum(_refresh(key) for key in _keys())


def _keys() -> Iterator[int]:
    last = 0
    while keys := list(
        Module.objects.filter(pk__gt=last).exclude(status=Module.Status.DRAFT).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    ):
        yield from keys
        last = keys[-1]


def _refresh(key: int) -> bool:
    with transaction.atomic():
        module = Module.objects.select_for_update().defer("search").get(pk=key)
        latest = latest_listed(module)
        tier = tier_now(module, latest, inspection_from_json(latest.inspection)) if latest else 0
        if tier == module.tier:
            return False
        module.tier = tier
        module.revision += 1
        module.save(update_fields=["tier", "revision"])
        return True
