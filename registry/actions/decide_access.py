"""The publisher's answer to a request for access: given until a day, or declined with a reason; and taken back."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Role, User
from accounts.viewer import Viewer
from registry.actions.ask_access import check_pending, end_of, within_a_year
from registry.actions.list_public_part import is_restricted
from registry.catalogue.models import Module, ModuleShare
from registry.errors import Conflict, NotAllowed
from registry.governance.models import AccessRequest
from registry.notices.telling import people_of, tell
from registry.permissions import publisher_for
from registry.reviews.moving import given_words


def decide_access(*, request: AccessRequest, approve: bool, until: date | None = None, text: str = "", by: Viewer) -> AccessRequest:
    """Give access until the end of the day ``until``, or decline and say why in ``text``.

    A publisher or administrator of the module's organisation decides, who is not of the one that asks. Raises :class:`NotAllowed`
    (``person_needed``, ``of_the_asking``), :class:`Refused` (``until_invalid``, ``words_missing``) or :class:`Conflict`
    (``decided_already``, ``not_restricted``).
    """
    user = decider(request, by)
    text = given_words(text, "text", needed=not approve, limit=1000)
    expires_at = end_of(within_a_year(until, "until")) if approve else None
    with transaction.atomic():
        module, request = _locked(request)
        check_pending(request)
        if approve and not is_restricted(module):
            raise Conflict(
                "not_restricted", "It is not shared with anybody by name now.", where="request", mend="Share it first, or decline."
            )
        request.state = AccessRequest.State.APPROVED if approve else AccessRequest.State.DECLINED
        request.decided_at, request.decided_by, request.decision, request.expires_at = timezone.now(), user, text, expires_at
        request.save()
        if expires_at is not None:
            _share(request)
        Module.objects.filter(pk=module.pk).touched()
        _tell(request, f"{module.organisation} {'gave you access to' if approve else 'declined access to'} {module.identifier}")
        ends = expires_at.isoformat() if expires_at else ""
        record(f"access.{request.state}", module.identifier, by=by, organisation=module.organisation, request=request.pk, ends=ends)
    return request


def revoke_access(*, request: AccessRequest, text: str, by: Viewer) -> AccessRequest:
    """Take access back at once, saying why. Raises :class:`NotAllowed`, :class:`Refused` or :class:`Conflict` (``nothing_to_revoke``)."""
    user = decider(request, by)
    text = given_words(text, "text", limit=1000)
    with transaction.atomic():
        module, request = _locked(request)
        if request.state_now != AccessRequest.State.APPROVED:
            raise Conflict("nothing_to_revoke", "Nothing of it holds any more.", where="request")
        request.state, request.ended_at, request.ended_by = AccessRequest.State.REVOKED, timezone.now(), user
        request.decision = text
        request.save()
        ModuleShare.objects.filter(module=module, organisation=request.organisation, expires_at__isnull=False).delete()
        Module.objects.filter(pk=module.pk).touched()
        _tell(request, f"{module.organisation} took back your access to {module.identifier}")
        record("access.revoked", module.identifier, by=by, organisation=module.organisation, request=request.pk)
    return request


def decider(request: AccessRequest, by: Viewer) -> User:
    """Who decides; raises :class:`NotAllowed`."""
    publisher_for(by, request.module.publisher, request.module.slug)
    if by.user is None:
        raise NotAllowed("person_needed", "A person must decide this.", where="token")
    if request.organisation_id in by.organisations:
        raise NotAllowed("of_the_asking", "You belong to the organisation that asks, so somebody else must decide.")
    return by.user


def _tell(request: AccessRequest, title: str) -> None:
    """Tell who asked, or of a token's request the administrators; in words they may know, as they may not see the module."""
    people = User.objects.filter(pk=request.created_by_id) if request.created_by_id else people_of(request.organisation, Role.ADMINISTRATOR)
    address = f"/access/{request.pk}"
    tell(people, "access_decided", title=title, text=request.decision, address=address, organisation=request.organisation)


def _share(request: AccessRequest) -> None:
    """Name the organisation until then; what its publisher named without an end stays so, and a later end is kept."""
    share, created = ModuleShare.objects.get_or_create(
        module=request.module, organisation=request.organisation, defaults={"expires_at": request.expires_at}
    )
    if not created and share.expires_at is not None and request.expires_at is not None and share.expires_at < request.expires_at:
        share.expires_at = request.expires_at
        share.save(update_fields=["expires_at"])


def _locked(request: AccessRequest) -> tuple[Module, AccessRequest]:
    module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=request.module_id)
    found = AccessRequest.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=request.pk)
    found.module = module
    return module, found
