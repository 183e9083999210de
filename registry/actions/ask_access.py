"""Asks to see a module of which one's organisation sees only the public part, and takes that back (B24)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Organisation
from accounts.rates import take
from accounts.roles import Permission
from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed, RateLimited, Refused
from registry.governance.models import AccessRequest
from registry.notices.telling import people_of, tell
from registry.reviews.moving import given_words

LONGEST = timedelta(days=366)  # that access may be given for
AN_HOUR = 3  # requests of an organisation for one module, in an hour
A_DAY_OF_THEM = 30  # requests of an organisation for any, in an hour
ADMIN = "admin"


def ask_access(*, module: Module, reason: str, purpose: str, until: date | None, by: Viewer) -> AccessRequest:
    """Ask for ``module``, which the caller found by :meth:`ModuleQuerySet.on_request_for`, for the organisation acted for.

    A person may, or a token with the scope ``admin``. Raises :class:`NotAllowed` (``token_scope``), :class:`Refused` (``words_missing``,
    ``until_invalid``), :class:`RateLimited` or :class:`Conflict` (``asked_already``).
    """
    organisation = _asking(by)
    reason, purpose = given_words(reason, "reason", limit=1000), given_words(purpose, "purpose", limit=1000)
    wanted = within_a_year(until, "until")
    wait = take(f"access:{organisation.pk}:{module.pk}", AN_HOUR) or take(f"access:{organisation.pk}", A_DAY_OF_THEM)
    if wait:
        raise RateLimited(wait)
    try:
        with transaction.atomic():
            asked = AccessRequest.objects.create(
                module=module,
                organisation=organisation,
                reason=reason,
                purpose=purpose,
                until=wanted,
                created_by=by.user,
                created_with=by.token,
            )
            tell(
                people_of(module.organisation, Permission.PUBLISH),
                "access_requested",
                title=f"{organisation} asks for {module.title}",
                text=reason,
                address=f"/access/{asked.pk}",
                organisation=module.organisation,
                module=module,
            )
            record("access.asked", module.identifier, by=by, organisation=organisation, request=asked.pk, until=wanted.isoformat())
    except IntegrityError as error:
        raise Conflict(
            "asked_already", "Your organisation has asked for it and waits for an answer.", where="reason", mend="See your requests."
        ) from error
    return asked


def within_a_year(day: date | None, where: str) -> date:
    """``day``, if it is one to come within a year; raises :class:`Refused` (``until_invalid``)."""
    today = timezone.localdate()
    if day is None or not today < day <= today + LONGEST:
        raise Refused(
            "until_invalid",
            "Access ends on a day to come, within a year.",
            where=where,
            mend=f"Give a day, such as {today + timedelta(days=90)}.",
        )
    return day


def end_of(day: date) -> datetime:
    """The second at which access until ``day`` ends: midnight after it, in local time."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def withdraw_request(*, request: AccessRequest, by: Viewer) -> AccessRequest:
    """Take a request of one's organisation back before it is decided. Raises :class:`NotAllowed` or :class:`Conflict`."""
    if _asking(by).pk != request.organisation_id:
        raise NotAllowed("not_yours", "Your organisation did not ask for this.")
    with transaction.atomic():
        request = AccessRequest.objects.select_for_update(of=("self",)).select_related("module", "organisation").get(pk=request.pk)
        check_pending(request)
        request.state, request.ended_at, request.ended_by = AccessRequest.State.WITHDRAWN, timezone.now(), by.user
        request.save()
        record("access.withdrawn", request.module.identifier, by=by, organisation=request.organisation, request=request.pk)
    return request


def check_pending(request: AccessRequest) -> None:
    """Raise :class:`Conflict` (``decided_already``) unless the request waits for an answer."""
    if request.state != AccessRequest.State.PENDING:
        raise Conflict("decided_already", "That was decided already.", where="request")


def _asking(by: Viewer) -> Organisation:
    if by.token is not None and ADMIN not in by.token.scopes:
        raise NotAllowed("token_scope", "Your token may not ask for access.", where="token", mend="Issue one with the scope admin.")
    if by.organisation is None:
        raise NotAllowed("not_a_member", "Only members of an organisation ask for access.")
    return by.organisation
