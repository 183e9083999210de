"""A publisher says that somebody still answers for a module, and for how long it is kept working."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.viewer import Viewer
from registry.actions.refresh_module import OWNED_FOR, refresh_module
from registry.catalogue.models import Module
from registry.errors import NotAllowed, Refused
from registry.permissions import publisher_for


def confirm_ownership(*, module: Module, by: Viewer) -> Module:
    """Good for a year from now. Raises :class:`NotAllowed`, also for tokens: a program cannot say that somebody is there."""
    publisher_for(by, module.publisher, module.slug)
    if by.user is None:
        raise NotAllowed("person_needed", "A person must confirm this.", mend="Sign in and confirm it on the module’s page.")
    with transaction.atomic():
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=module.pk)
        confirmed(module, by)
        refresh_module(module)  # its assurance goes by this too
        record("module.owner_confirmed", module.identifier, by=by, organisation=module.organisation, review_by=str(module.review_by))
    return module


def promise_support(*, module: Module, support_by: str, support_until: date | None, by: Viewer) -> Module:
    """Say who keeps it working and until when; both empty takes it back. Raises :class:`NotAllowed` or :class:`Refused`."""
    publisher_for(by, module.publisher, module.slug)
    support_by = support_by.strip()
    if len(support_by) > 120:
        raise Refused("text_too_long", "The name has over 120 characters.", where="support_by", mend="Shorten it.")
    if bool(support_by) != bool(support_until):
        raise Refused(
            "support_half_said",
            "A promise of support says who gives it and until when.",
            where="support_until" if support_by else "support_by",
            mend="Give both, or neither.",
        )
    with transaction.atomic():
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=module.pk)
        module.support_by, module.support_until = support_by, support_until
        module.revision += 1
        module.save()
        record("module.support_promised", module.identifier, by=by, organisation=module.organisation, until=str(support_until or ""))
    return module


def confirmed(module: Module, by: Viewer) -> None:
    """Write on the module, without saving it, that somebody answers for it from now on."""
    module.owner_confirmed_at, module.owner_confirmed_by = timezone.now(), by.user
    module.review_by = (timezone.now() + OWNED_FOR).date()
    module.owner_reminded_on, module.needs_owner = None, ""
