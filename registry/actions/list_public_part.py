"""Lets those who do not see a module know that it is there, so that they can ask for it; or stops that."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed
from registry.permissions import publisher_for
from registry.values.markings import Marking, Visibility


def is_restricted(module: Module) -> bool:
    """Whether the module is listed for some: shared by name, or OFFICIAL-SENSITIVE."""
    kept = module.visibility == Visibility.NAMED or (
        module.visibility == Visibility.PARTNERSHIP and module.marking == Marking.OFFICIAL_SENSITIVE
    )
    return kept and module.status != Module.Status.DRAFT


def list_public_part(*, module: Module, listed: bool, by: Viewer) -> Module:
    """Show, or stop showing, title, summary, owner and marking of ``module`` to every member.

    Raises :class:`NotAllowed` or :class:`Conflict` (``not_restricted``: everybody sees it already, or nobody is to).
    """
    publisher_for(by, module.publisher, module.slug)
    if by.user is None:
        raise NotAllowed("person_needed", "A person must decide this.", where="token")
    with transaction.atomic():
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=module.pk)
        if listed and not is_restricted(module):
            raise Conflict(
                "not_restricted",
                "Only what is listed for some can be asked for by the others.",
                where="listed",
                mend="Share it with named organisations, or mark it OFFICIAL-SENSITIVE, and have it listed first.",
            )
        if module.lists_public_part != listed:
            module.lists_public_part = listed
            module.revision += 1
            module.save(update_fields=["lists_public_part", "revision"])
            record("module.public_part", module.identifier, by=by, organisation=module.organisation, listed=listed)
    return module
