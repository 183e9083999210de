"""The law changes: every module that stands on it is to be looked at again, whoever owns it (S0-16)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Organisation
from accounts.roles import Permission
from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed, Refused
from registry.governance.models import LawChange, LegalBasis, Reassessment
from registry.notices.telling import people_of, tell
from registry.permissions import publisher_for
from registry.reviews.moving import given_words


def set_legal_bases(*, module: Module, slugs: Collection[str], by: Viewer) -> list[LegalBasis]:
    """Say on which laws the process of ``module`` stands. Raises :class:`NotAllowed` or :class:`Refused` (``legal_basis_unknown``)."""
    publisher_for(by, module.publisher, module.slug)
    found = list(LegalBasis.objects.filter(slug__in=slugs, is_active=True))
    if unknown := set(slugs) - {basis.slug for basis in found}:
        raise Refused("legal_basis_unknown", f"“{min(unknown)[:60]}” is no legal basis we know.", where="legal_bases")
    with transaction.atomic():
        Module.objects.select_for_update().get(pk=module.pk)
        if set(module.legal_bases.all()) != set(found):
            module.legal_bases.set(found)
            chosen = [basis.slug for basis in found]
            record("module.legal_bases", module.identifier, by=by, organisation=module.organisation, legal_bases=chosen)
    return found


def record_law_change(*, basis: LegalBasis, what: str, from_day: date | None, by: Viewer) -> LawChange:
    """Record that ``basis`` changed, as a steward. Every module tagged with it is to be looked at again until its publisher confirms.

    Raises :class:`NotAllowed` (``not_a_steward``) or :class:`Refused` (``words_missing``, ``from_day_missing``).
    """
    if by.user is None or not by.is_steward:
        raise NotAllowed("not_a_steward", "Only stewards of the partnership record that a law changed.")
    what = given_words(what, "what", limit=1000)
    if from_day is None:
        raise Refused("from_day_missing", "Nothing says from when it holds.", where="from_day", mend="Give a day, such as 2027-04-01.")
    with transaction.atomic():
        change = LawChange.objects.create(basis=basis, what=what, from_day=from_day, recorded_by=by.user)
        concerned = basis.modules.order_by("pk").values_list("pk", flat=True)
        Reassessment.objects.bulk_create([Reassessment(change=change, module_id=key) for key in concerned], batch_size=1000)
        for organisation in Organisation.objects.filter(modules__legal_bases=basis).distinct().order_by("pk"):
            tell(
                people_of(organisation, Permission.PUBLISH),
                "assessment_due",
                title=f"{basis} changes: look at your modules again",
                text=what,
                address="/legal-bases",
                organisation=organisation,
            )
        record("law.changed", basis.slug, by=by, organisation=by.organisation, from_day=from_day.isoformat(), change=change.pk)
    return change


def confirm_reassessment(*, reassessment: Reassessment, outcome: str, by: Viewer) -> Reassessment:
    """Say that the module was looked at, and what that came to. Raises :class:`NotAllowed`, :class:`Refused` or :class:`Conflict`."""
    module = reassessment.module
    publisher_for(by, module.publisher, module.slug)
    if by.user is None:
        raise NotAllowed("person_needed", "A person must say this.", where="token")
    outcome = given_words(outcome, "outcome", limit=1000)
    with transaction.atomic():
        reassessment = Reassessment.objects.select_for_update().get(pk=reassessment.pk)
        if reassessment.confirmed_at is not None:
            raise Conflict("confirmed_already", "Somebody has said so already.", where="outcome")
        reassessment.confirmed_at, reassessment.confirmed_by, reassessment.outcome = timezone.now(), by.user, outcome
        reassessment.save()
        record("law.reassessed", module.identifier, by=by, organisation=module.organisation, change=reassessment.change_id)
    return reassessment
