"""Gives an account another name to be shown by."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.viewer import Viewer
from registry.errors import NotAllowed, Refused


def change_name(*, name: str, by: Viewer) -> None:
    """Set the name of the person ``by``. Raises :class:`NotAllowed` for a machine and :class:`Refused`."""
    if by.user is None:
        raise NotAllowed("not_a_person", "Only a person has a name to change.")
    if not 0 < len(name.strip()) <= 150:
        raise Refused("name", "Enter your full name, of at most 150 characters.", where="name")
    with transaction.atomic():
        by.user.name = name.strip()
        by.user.save(update_fields=["name"])
        record("account.renamed", f"user {by.user.pk}", by=by, organisation=by.organisation)
