"""API tokens: issued once, found by hash, narrowed to what their maker may still do, and revoked at once."""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts import mail
from accounts.audit import record
from accounts.models import ApiToken, Membership, Organisation
from accounts.roles import PERMISSIONS, Permission, may
from accounts.secrets import checksum, digest, random_text
from accounts.viewer import Viewer
from registry.errors import NotAllowed, Refused

PREFIX: Final = "mh_"
SCOPES: Final = {
    "read": "Find and download what your organisation may see",
    "publish": "Publish, yank and deprecate your organisation's modules",
    "telemetry": "Report runs of modules",
    "admin": "Manage your organisation",
}
# OpenSSF's principles for package repositories and NuGet.org: no token lives for ever, one that can publish for a quarter at most.
DAYS: Final = 365
PUBLISH_DAYS: Final = 90
# What the person who made a token must still be allowed, for its scope to count. The others outlive the person, not the token.
NEEDED: Final = {"publish": Permission.PUBLISH, "admin": Permission.MANAGE_MEMBERS}
SHAPE: Final = re.compile(r"mh_([0-9A-Za-z]{43})([0-9A-Za-z]{6})", re.ASCII)  # the form GitHub gave its tokens in 2021
SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
IDENTIFIER: Final = re.compile(rf"{SLUG.pattern}/{SLUG.pattern}")  # what one runs is mostly another publisher's
LAST_USED_STEP: Final = timedelta(minutes=1)


def issue_token(
    *, organisation: Organisation, name: str, scopes: Collection[str], modules: Collection[str] = (), days: int, by: Viewer | None
) -> tuple[ApiToken, str]:
    """A new token of ``organisation``, valid for ``days`` days, and its secret, which is kept nowhere.

    ``modules`` are slugs it is bound to; none means all. To report runs it may be bound to others' modules too, by ``publisher/slug``;
    such a name counts for the scope telemetry alone. ``by`` is None for an operator at the command line.
    Raises :class:`NotAllowed` and :class:`Refused`.
    """
    _check_right(organisation, scopes, by)
    _check_form(name, scopes, modules, days)
    text = random_text()
    secret = PREFIX + text + checksum(text)
    with transaction.atomic():
        token = ApiToken.objects.create(
            organisation=organisation,
            name=name,
            hint=secret[:9],
            digest=digest(secret),
            scopes=sorted(set(scopes)),
            modules=sorted(set(modules)),
            created_by=by.user if by else None,
            expires_at=timezone.now() + timedelta(days=days),
        )
        record("token.issued", token.hint, by=by, organisation=organisation, scopes=token.scopes, modules=token.modules, days=days)
        if by and by.user:
            mail.send("token_issued", by.user.email, {"token": token, "organisation": organisation})
    return token, secret


def find_token(secret: str) -> ApiToken | None:
    """The live token ``secret`` belongs to, or None.

    Its ``scopes`` are those that count now: what its maker may no longer do is gone from them (the row keeps them).
    A text whose checksum is wrong never reaches the database.
    """
    if not is_well_formed(secret):
        return None
    maker = Membership.objects.filter(user=OuterRef("created_by"), user__is_active=True, organisation=OuterRef("organisation"))
    token = (
        live_tokens()
        .filter(digest=digest(secret), organisation__is_active=True)
        .select_related("organisation")
        .annotate(maker_role=Subquery(maker.values("role")))
        .first()
    )
    if token is None:
        return None
    if token.created_by_id is not None:
        token.scopes = _scopes_that_count(token.scopes, token.maker_role)
    _note_use(token, timezone.now())
    return token


def revoke_token(*, token: ApiToken, by: Viewer | None) -> ApiToken:
    """End ``token`` at once; again has no effect. Raises :class:`NotAllowed`."""
    if by is not None and not may(by.user, Permission.MANAGE_TOKENS, token.organisation):
        raise NotAllowed("may_not_manage_tokens", "You may not revoke this organisation's tokens.")
    with transaction.atomic():
        return end_token(token, by)


def end_token(token: ApiToken, by: Viewer | None) -> ApiToken:
    """Revoke without asking who may: for callers that have asked already, inside their transaction."""
    token = ApiToken.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        record("token.revoked", token.hint, by=by, organisation=token.organisation)
    return token


def live_tokens() -> QuerySet[ApiToken]:
    """The tokens neither expired nor revoked."""
    return ApiToken.objects.filter(expires_at__gt=timezone.now(), revoked_at__isnull=True)


def is_well_formed(secret: str) -> bool:
    """Whether ``secret`` has a token's shape and its checksum fits."""
    match = SHAPE.fullmatch(secret)
    return match is not None and hmac.compare_digest(checksum(match[1]), match[2])


def longest_life(scopes: Collection[str]) -> int:
    """The most days a token of these scopes may live."""
    return PUBLISH_DAYS if "publish" in scopes else DAYS


def _scopes_that_count(scopes: Collection[str], role: str | None) -> list[str]:
    held = PERMISSIONS[role] if role else frozenset()
    return [scope for scope in scopes if scope not in NEEDED or NEEDED[scope] in held]


def _note_use(token: ApiToken, at: datetime) -> None:
    stale = at - LAST_USED_STEP
    if token.last_used_at is None or token.last_used_at <= stale:
        unused = Q(last_used_at__isnull=True) | Q(last_used_at__lte=stale)
        ApiToken.objects.filter(unused, pk=token.pk).update(last_used_at=at)


def _check_right(organisation: Organisation, scopes: Collection[str], by: Viewer | None) -> None:
    if by is None:
        return
    needed = {Permission.MANAGE_TOKENS} | {NEEDED[scope] for scope in scopes if scope in NEEDED}
    if not all(may(by.user, permission, organisation) for permission in needed):
        raise NotAllowed(
            "may_not_issue_token",
            f"You may not issue such a token for {organisation.name}.",
            where="scopes",
            mend="Choose fewer scopes, or ask an administrator of your organisation.",
        )


def _check_form(name: str, scopes: Collection[str], modules: Collection[str], days: int) -> None:
    if not 0 < len(name.strip()) <= 80:
        raise Refused("token_name", "Enter a name of at most 80 characters that says where the token will be used.", where="name")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Refused("unknown_scope", "Choose at least one scope: read, publish, telemetry or admin.", where="scopes")
    reports = "telemetry" in scopes
    wrong = [name for name in modules if not (SLUG.fullmatch(name) or (reports and IDENTIFIER.fullmatch(name)))]
    if wrong:
        raise Refused("module_slug", f"“{wrong[0]}” is not the short name of a module. Enter one such as victim-update.", where="modules")
    longest = longest_life(scopes)
    if not 1 <= days <= longest:
        kind = "A token that can publish" if "publish" in scopes else "A token"
        raise Refused("token_lifetime", f"{kind} lives 1 to {longest} days. Enter a number of days in that range.", where="days")
