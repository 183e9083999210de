"""Identifiers that modules had before they passed on: they lead to the module, and name no other ever after."""

from __future__ import annotations

from registry.catalogue.models import Module
from registry.errors import Conflict
from registry.lifecycle.models import FormerIdentifier


def check_name(publisher: str, slug: str) -> None:
    """Raise :class:`Conflict` (``name_taken_for_ever``) where ``publisher/slug`` named a module that passed on."""
    if FormerIdentifier.objects.filter(publisher=publisher, slug=slug).exists():
        raise Conflict(
            "name_taken_for_ever",
            f"{publisher}/{slug} named a module that passed to another organisation, and names no other.",
            where="slug",
            mend="Choose another short name.",
        )


def names_of(module: Module) -> list[str]:
    """Every identifier that ``module`` has or had."""
    return names_had(module.pk, module.identifier)


def names_had(module: int, identifier: str) -> list[str]:
    """Every identifier of the module of that key: ``identifier``, which it has now, first."""
    former = FormerIdentifier.objects.filter(module=module).values_list("publisher", "slug")
    return [identifier, *(f"{publisher}/{slug}" for publisher, slug in former)]
