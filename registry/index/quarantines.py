"""Quarantines, reports and verdicts as those see them whose business they are."""

from __future__ import annotations

from django.db.models import Q

from accounts.viewer import Viewer
from registry.index.read import missing
from registry.lifecycle.models import DigestVerdict, Quarantine, UnsafeReport
from registry.lifecycle.queries import QuarantineQuerySet, led

MOST = 200


def open_quarantines(viewer: Viewer) -> list[Quarantine]:
    """Those not ended, the latest first; at most 200."""
    return list(_quarantines(viewer).filter(ended_at=None).order_by("-set_at", "-pk")[:MOST])


def ended_quarantines(viewer: Viewer) -> list[Quarantine]:
    """Those ended, the latest first; at most 200."""
    return list(_quarantines(viewer).exclude(ended_at=None).order_by("-ended_at", "-pk")[:MOST])


def quarantine(viewer: Viewer, key: int) -> Quarantine:
    """One quarantine with its release, module and organisation; raises :class:`Missing`."""
    found = _quarantines(viewer).filter(pk=key).first()
    if found is None:
        raise missing()
    return found


def reports(viewer: Viewer, *, of: Quarantine | None = None) -> list[UnsafeReport]:
    """The open reports, or those of the release of a quarantine, the latest first; at most 200."""
    related = ("release__module__organisation", "user", "organisation")
    rows = UnsafeReport.objects.filter(led(viewer, "release__module__")).select_related(*related).defer("release__inspection")
    wanted = Q(release=of.release_id) if of else Q(outcome=UnsafeReport.Outcome.OPEN)
    return list(rows.filter(wanted).prefetch_related("decisions__decided_by").order_by("-reported_at", "-pk")[:MOST])


def report(viewer: Viewer, key: int) -> UnsafeReport:
    """One report; raises :class:`Missing`."""
    found = UnsafeReport.objects.filter(led(viewer, "release__module__"), pk=key).select_related("release__module__organisation").first()
    if found is None:
        raise missing()
    return found


def verdicts() -> list[DigestVerdict]:
    """Every decision on bytes, the latest first; at most 200. For stewards and auditors."""
    return list(DigestVerdict.objects.select_related("decided_by").order_by("-pk")[:MOST])


def _quarantines(viewer: Viewer) -> QuarantineQuerySet:
    related = ("release__module__organisation", "set_by", "ended_by")
    return Quarantine.objects.visible_to(viewer).select_related(*related).defer("release__inspection", "release__module__search")
