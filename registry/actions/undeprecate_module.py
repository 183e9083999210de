"""Takes a deprecation back: the module may be taken again."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.viewer import Viewer
from registry.actions.refresh_module import refresh_module
from registry.actions.yank_release import given_reason
from registry.catalogue.models import Module
from registry.errors import Conflict
from registry.permissions import publisher_for


def undeprecate_module(*, module: Module, reason: str, by: Viewer) -> Module:
    """Undo a deprecation; raises :class:`NotAllowed`, :class:`Refused` (``reason_missing``) or :class:`Conflict` (``not_deprecated``)."""
    publisher_for(by, module.publisher, module.slug)
    reason = given_reason(reason)
    with transaction.atomic():
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=module.pk)
        if module.deprecated_at is None:
            raise Conflict("not_deprecated", "The module is not deprecated.", where="module")
        module.deprecated_at = module.deprecated_by = module.successor = None
        module.deprecated_reason = ""
        refresh_module(module)
        record("module.undeprecated", module.identifier, by=by, organisation=module.organisation, reason=reason)
    return module
