"""Tells users of a module to move, naming the successor."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.viewer import Viewer
from registry.actions.refresh_module import refresh_module
from registry.actions.yank_release import given_reason
from registry.catalogue.models import Module
from registry.errors import Refused
from registry.permissions import publisher_for
from registry.values.identifiers import split_identifier


def deprecate_module(*, module: Module, reason: str, successor: str = "", by: Viewer) -> Module:
    """Deprecate with a reason; ``successor`` is the identifier of a module that ``by`` may see, or empty.

    Again with other words it replaces them. Raises :class:`NotAllowed` or :class:`Refused` (``reason_missing``, ``successor_unknown``).
    """
    publisher_for(by, module.publisher, module.slug)
    reason = given_reason(reason)
    heir = heir_of(module, successor, by) if successor else None
    with transaction.atomic():
        module = Module.objects.select_for_update().get(pk=module.pk)
        module.deprecated_at = timezone.now()
        module.deprecated_by = by.user
        module.deprecated_reason = reason
        module.successor = heir
        refresh_module(module)
        record("module.deprecated", module.identifier, by=by, organisation=module.organisation, reason=reason, successor=successor)
    return module


def heir_of(module: Module, identifier: str, by: Viewer) -> Module:
    """The other module of this identifier that ``by`` may see; raises :class:`Refused` (``successor_unknown``, ``identifier_invalid``)."""
    publisher, slug = split_identifier(identifier)
    heir = Module.objects.visible_to(by).filter(publisher=publisher, slug=slug).exclude(pk=module.pk).first()
    if heir is None:
        raise Refused(
            "successor_unknown",
            f"There is no other module {identifier[:120]}.",
            where="successor",
            mend="Give the identifier of the module to move to.",
        )
    return heir
