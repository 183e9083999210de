"""Reckons what a change of a module means to the sequences made of it, long before anybody opens their pages. Safe to run twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from registry.actions.telling_sequences import tell_of_break
from registry.catalogue.models import Module
from registry.releases.models import OutboxEntry, Release
from registry.sequences.models import LockedPart, PartUpdate
from registry.sequences.readers import Offers, readers_of
from registry.sequences.reading import Locked, interfaces_by_key, latest_parts, loaded
from registry.sequences.updating import Outlook, outlook

BATCH = 100  # parts judged in one transaction
GRACE = timedelta(minutes=2)  # in which a batch is done, before the sweeper sends the work again from its beginning


def promise_updates(module: Module) -> None:
    """Have it reckoned what the releases of ``module`` now mean to the sequences that lock one, and to itself where it is a sequence.

    In the caller's transaction. Costs one statement where nothing is to be reckoned.
    """
    if not LockedPart.objects.filter(Q(part__module=module) | Q(lock__release__module=module)).exists():
        return
    entry, _ = OutboxEntry.objects.update_or_create(
        task=refresh_sequence_updates.name, subject=module.pk, defaults={"created_at": timezone.now(), "due_at": timezone.now()}
    )
    since = entry.created_at.isoformat()
    transaction.on_commit(lambda: refresh_sequence_updates.delay(module.pk, since), robust=True)


@shared_task
def refresh_sequence_updates(module_id: int, since: str = "", after: int = 0) -> None:
    """Judge one batch, then send the rest; ``since`` names the promise that is kept, and ``after`` the last part that was judged."""
    module = Module.objects.filter(pk=module_id).first()
    promise = OutboxEntry.objects.filter(task=refresh_sequence_updates.name, subject=module_id)
    since = since or next((entry.created_at.isoformat() for entry in promise), "")
    if module is None or not since:
        return
    if after == 0 and module.kind == Module.Kind.SEQUENCE:
        _refresh_own(module)
    with transaction.atomic():
        rows = list(_batch(latest_parts().filter(part__module=module, pk__gt=after).order_by("pk")[:BATCH]))
        _refresh(rows)
        if len(rows) < BATCH:
            promise.filter(created_at=since).delete()
        else:
            promise.update(due_at=timezone.now() + GRACE)
            transaction.on_commit(lambda: refresh_sequence_updates.delay(module_id, since, rows[-1].pk), robust=True)


def _refresh_own(module: Module) -> None:
    """The parts of a sequence's latest listed release; what was said of earlier ones is taken away."""
    with transaction.atomic():
        latest = latest_parts().filter(lock__release__module=module)
        PartUpdate.objects.filter(part__lock__release__module=module).exclude(part__in=latest.values("pk")).delete()
        _refresh(list(_batch(latest.order_by("pk"))))


def _batch(parts: Iterable[LockedPart]) -> Iterable[LockedPart]:
    """The same rows, held against a second run of this at the same time."""
    keys = [part.pk for part in parts]
    related = ("part__module", "lock__release__module__organisation")
    rows = LockedPart.objects.select_for_update(of=("self",)).filter(pk__in=keys).select_related(*related)
    return rows.defer("part__inspection", "lock__release__inspection", "lock__content", "lock__documents").order_by("pk")


def _refresh(parts: list[LockedPart]) -> None:
    known = {update.part_id: update for update in PartUpdate.objects.filter(part__in=[part.pk for part in parts])}
    newest = _newest(parts)
    interfaces = interfaces_by_key(set(newest.values()))
    changed: dict[int, Module] = {}
    for each in loaded(parts):
        part, before = each.part, known.get(each.part.pk)
        key = newest.get(part.pk)
        now = outlook(each.flow, each.interfaces, each.names, interfaces[key]) if key in interfaces else None
        if _same(before, key, now):
            continue
        changed[part.lock.release.module_id] = part.lock.release.module
        _keep(each, key, now, before)
    # The ETag of every page that shows it.
    Module.objects.filter(pk__in=_locked(changed)).touched()


def _newest(parts: list[LockedPart]) -> dict[int, int]:
    """Part -> the release that could take its place."""
    offers: dict[int, Offers] = {}
    readers = {part.lock.release.module_id: frozenset[int]() for part in parts}
    found = {}
    for part in parts:
        sequence = part.lock.release.module
        readers[sequence.pk] = readers[sequence.pk] or readers_of(sequence)
        offer = offers.setdefault(part.part.module_id, Offers(part.part.module))
        key = offer.newest(readers[sequence.pk], after=part.part.version_key, previews=part.part.is_prerelease)
        if key is not None:
            found[part.pk] = key
    return found


def _same(before: PartUpdate | None, key: int | None, now: Outlook | None) -> bool:
    if before is None or now is None:
        return before is None and now is None
    return (before.newest_id, before.verdict, before.reasons) == (key, now.verdict, now.reasons)


def _keep(each: Locked, key: int | None, now: Outlook | None, before: PartUpdate | None) -> None:
    if now is None or key is None:
        PartUpdate.objects.filter(part=each.part).delete()
        return
    values = {"newest_id": key, "verdict": now.verdict, "reasons": now.reasons, "reckoned_at": timezone.now()}
    update, _ = PartUpdate.objects.update_or_create(part=each.part, defaults=values)
    was_told = before is not None and before.newest_id == key and before.verdict == PartUpdate.Verdict.BREAKS
    if now.verdict == PartUpdate.Verdict.BREAKS and not was_told:
        newest = Release.objects.select_related("module").defer("inspection").get(pk=key)
        tell_of_break(each.part.lock.release, update, newest, each.flow)


def _locked(modules: Iterable[int]) -> list[int]:
    """The same keys, their rows locked in one order, so that two batches never wait for each other crosswise."""
    return [row.pk for row in Module.objects.select_for_update(of=("self",)).filter(pk__in=list(modules)).only("pk").order_by("pk")]
