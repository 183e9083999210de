"""Who may look at what of a module's later life: the predicates, each in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.viewer import Viewer
from registry.catalogue.visibility import SHARED, visible

if TYPE_CHECKING:
    from registry.lifecycle.models import Advisory, NoticePeriod, Quarantine, Recall, Retirement, Transfer  # noqa: F401 - named in strings below


class QuarantineQuerySet(models.QuerySet["Quarantine"]):
    """Quarantines; :meth:`visible_to` before anything is shown."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Of one's own organisation's modules; a steward's of all that is shared at all, listed or hidden meanwhile; an auditor's all."""
        return self.filter(led(viewer, "release__module__"))

    def still_open(self) -> Self:
        return self.filter(ended_at=None)


class AdvisoryQuerySet(models.QuerySet["Advisory"]):
    """Advisories; :meth:`visible_to` before anything is shown."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Those of modules ``viewer`` sees, and no others."""
        return self.filter(visible(viewer, "module__"))


class RecallQuerySet(models.QuerySet["Recall"]):
    """Recalls; which method fits depends on what is shown of them."""

    def visible_to(self, viewer: Viewer) -> Self:
        """That there is one: to those who see the module."""
        return self.filter(visible(viewer, "module__"))

    def led_by(self, viewer: Viewer) -> Self:
        """With who was told and who answered: to members of its publisher, stewards of what is shared at all, and auditors."""
        return self.filter(led(viewer, "module__"))

    def still_open(self) -> Self:
        return self.filter(closed_at=None)


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Transfers; :meth:`visible_to` before anything is shown."""

    def visible_to(self, viewer: Viewer) -> Self:
        """To members of either side; an adoption also to stewards; to auditors all. Tokens see none: people pass modules on."""
        if not viewer.is_member or viewer.token is not None:
            return self.none()
        if viewer.is_auditor:
            return self
        seen = Q(owner__in=viewer.organisations) | Q(receiver__in=viewer.organisations)
        if viewer.is_steward:
            seen |= Q(kind="adoption", module__visibility__in=SHARED)
        return self.filter(seen)


class RetirementQuerySet(models.QuerySet["Retirement"]):
    """Retirements; which method fits depends on what is shown of them."""

    def visible_to(self, viewer: Viewer) -> Self:
        """To those who lead it, and to members of organisations whose checklist it has."""
        from registry.lifecycle.models import RetirementItem

        if viewer.is_auditor:
            return self
        held = RetirementItem.objects.filter(organisation__in=viewer.organisations).values("retirement")
        return self.filter(led(viewer, "module__") | Q(pk__in=held))

    def led_by(self, viewer: Viewer) -> Self:
        """With every holder's checklist: as of recalls."""
        return self.filter(led(viewer, "module__"))


class NoticePeriodQuerySet(models.QuerySet["NoticePeriod"]):
    """Notice periods; which method fits depends on what is shown of them."""

    def visible_to(self, viewer: Viewer) -> Self:
        """To those who lead it, and to members of organisations that were told. A token bound to some modules sees those of these alone."""
        if viewer.is_auditor:
            return self
        told = Q(pk__in=[]) if viewer.modules is not None else Q(told__in=viewer.organisations)
        return self.filter(led(viewer, "module__") | told).distinct()

    def led_by(self, viewer: Viewer) -> Self:
        """With every objection: as of recalls."""
        return self.filter(led(viewer, "module__"))

    def running(self) -> Self:
        """Those before whose end nothing is listed."""
        return self.filter(withdrawn_at=None, ends_on__gt=timezone.localdate())


def led(viewer: Viewer, prefix: str) -> Q:
    """Whose business a module's troubles are: its organisation's, an auditor's, and a steward's where it is shared at all.

    Unlike :func:`registry.catalogue.visibility.visible` this holds for what is hidden just now: stewards must see what they hid.
    """
    if not viewer.is_member:
        return Q(pk__in=[])
    if viewer.is_auditor:
        return Q()
    own = Q(**{f"{prefix}organisation__in": viewer.organisations})
    if viewer.modules is not None:
        return own & Q(**{f"{prefix}slug__in": viewer.modules})
    if viewer.is_steward:
        own |= Q(**{f"{prefix}visibility__in": SHARED})
    return own
