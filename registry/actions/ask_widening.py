"""Asks that more people may see a module; nothing changes until a second person agrees."""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, transaction

from accounts.audit import record
from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.actions.telling_reviews import tell_of_widening
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed, Refused
from registry.permissions import publisher_for
from registry.reviews.models import Widening
from registry.reviews.moving import given_words
from registry.values.markings import Marking, Visibility, higher, is_wider


def ask_widening(
    *, module: Module, visibility: str, share_with: Collection[str] = (), marking: str = "", reason: str, by: Viewer
) -> Widening:
    """Ask for ``visibility`` (and a lower ``marking``, where given); ``share_with`` are the slugs of all organisations to be named.

    Raises :class:`NotAllowed` (``person_needed``), :class:`Refused` (``visibility_unknown``, ``marking_unknown``, ``organisation_unknown``,
    ``share_with_missing``, ``words_missing``, ``not_wider``) or :class:`Conflict` (``not_listed_yet``, ``widening_open``).
    """
    publisher_for(by, module.publisher, module.slug)
    if by.user is None:
        raise NotAllowed("person_needed", "A person must ask for this, and another agree.", where="token")
    reason = given_words(reason, "reason", limit=500)
    marking = marking or module.marking
    organisations = _known(visibility, marking, share_with)
    with transaction.atomic():
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=module.pk)
        if Widening.objects.filter(module=module, outcome=Widening.Outcome.AGREED, effective_at=None).exists():
            raise Conflict("widening_open", "What was agreed to before is still in review.", where="visibility", mend="Wait for its end.")
        if module.status == Module.Status.DRAFT:
            raise Conflict("not_listed_yet", "Nothing of it is listed yet.", where="visibility", mend="Change who sees it on its page.")
        if not _is_more(module, visibility, marking, organisations):
            raise Refused("not_wider", "Nobody more would see it.", where="visibility", mend="Change who sees it on its page.")
        try:
            with transaction.atomic():
                widening = Widening.objects.create(
                    module=module, visibility=visibility, marking=marking, reason=reason, requested_by=by.user
                )
        except IntegrityError as error:
            raise Conflict(
                "widening_open", "Somebody has asked for that already.", where="visibility", mend="Wait for the answer."
            ) from error
        widening.share_with.set(organisations)
        record("widening.asked", module.identifier, by=by, organisation=module.organisation, visibility=visibility, marking=marking)
        tell_of_widening(widening, by)
    return widening


def _known(visibility: str, marking: str, share_with: Collection[str]) -> list[Organisation]:
    for name, value, allowed in (("visibility", visibility, list(Visibility)), ("marking", marking, list(Marking))):
        if value not in allowed:
            raise Refused(f"{name}_unknown", f"That is not a {name} we know.", where=name, mend=f"Use one of: {', '.join(allowed)}.")
    if visibility == Visibility.OWN:
        return []
    found = list(Organisation.objects.filter(slug__in=share_with, is_active=True))
    if unknown := set(share_with) - {each.slug for each in found}:
        raise Refused(
            "organisation_unknown",
            f"There is no organisation {min(unknown)[:60]}.",
            where="share_with",
            mend="Use its slug, such as wiltshire.",
        )
    if visibility == Visibility.NAMED and not found:
        raise Refused("share_with_missing", "No organisation is named to share with.", where="share_with", mend="Name at least one.")
    return found


def _is_more(module: Module, visibility: str, marking: str, organisations: Collection[Organisation]) -> bool:
    if is_wider(module.visibility, visibility) or higher(marking, module.marking) != module.marking:
        return False  # narrower, or more sensitive: no second person is needed for that
    named = set(module.shares.filter(expires_at=None).values_list("organisation", flat=True))
    added = {each.pk for each in organisations} - named
    return is_wider(visibility, module.visibility) or marking != module.marking or bool(added)
