"""Hides a release at once, pending inquiry: nobody sees it from the next request on but its publisher, and nobody may take it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.viewer import Viewer
from registry.actions.refresh_module import refresh_module
from registry.actions.refresh_sequence_updates import promise_updates
from registry.actions.telling_lifecycle import tell_of_quarantine
from registry.actions.yank_release import given_reason
from registry.catalogue.models import Module
from registry.errors import Conflict
from registry.lifecycle.models import Quarantine
from registry.permissions import leader_for, may_publish
from registry.releases.models import Release


def quarantine_release(*, release: Release, reason: str, by: Viewer) -> Quarantine:
    """Quarantine one release. Its publisher or a steward may.

    Raises :class:`NotAllowed`, :class:`Refused` (``reason_missing``) or :class:`Conflict` (``already_quarantined``).
    """
    cause = _cause(release.module, by)
    reason = given_reason(reason)
    with transaction.atomic():
        done = put_away([release.pk], cause, reason, by=by)
        if not done:
            raise Conflict("already_quarantined", f"Version {release.version} is in quarantine already.", where="version")
    return done[0]


def quarantine_module(*, module: Module, reason: str, by: Viewer) -> list[Quarantine]:
    """Quarantine every release of ``module`` that is not yet; raises as :func:`quarantine_release`."""
    cause = _cause(module, by)
    reason = given_reason(reason)
    with transaction.atomic():
        Module.objects.select_for_update().get(pk=module.pk)  # nothing is published meanwhile
        done = put_away(module.releases.values_list("pk", flat=True), cause, reason, by=by)
        if not done:
            raise Conflict("already_quarantined", "All of it is in quarantine already.", where="module")
    return done


def put_away(keys: Iterable[int], cause: str, reason: str, *, by: Viewer | None) -> list[Quarantine]:
    """Quarantine those of the releases ``keys`` that are not yet, in the caller's transaction; modules are locked in the order of their keys."""
    releases = Release.objects.filter(pk__in=list(keys), quarantined_at=None)
    modules = Module.objects.select_for_update(of=("self",)).filter(releases__in=releases).select_related("organisation")
    done = []
    for module in {module.pk: module for module in modules.order_by("pk")}.values():
        for release in releases.filter(module=module).select_for_update(of=("self",)).defer("inspection"):
            release.quarantined_at, release.quarantine_reason = timezone.now(), reason
            release.quarantined_by = by.user if by else None
            release.save(update_fields=["quarantined_at", "quarantined_by", "quarantine_reason"])
            release.module = module
            made = Quarantine.objects.create(release=release, cause=cause, reason=reason, set_by=by.user if by else None)
            done.append(made)
            tell_of_quarantine(made, module, by.user if by else None)
            record("release.quarantined", str(release), by=by, organisation=module.organisation, cause=cause)
        refresh_module(module)
        promise_updates(module)
    return done


def _cause(module: Module, by: Viewer) -> str:
    """On whose behalf ``by`` acts; its publisher's before a steward's, who may be both."""
    if may_publish(by, module.publisher, module.slug):
        return Quarantine.Cause.PUBLISHER
    leader_for(by, module)
    return Quarantine.Cause.STEWARD
