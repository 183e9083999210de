"""Tells people of a change, inside the transaction that makes it: nobody hears of what was undone, nothing done goes untold."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Organisation, User
from accounts.roles import PERMISSIONS
from registry.catalogue.models import Module
from registry.notices.kinds import KINDS, ByMail
from registry.notices.models import Notice, NoticePreference
from registry.releases.models import OutboxEntry

SEND = "registry.actions.send_notices.send_notices"  # by name, as actions stand above
_MAIL = {ByMail.AT_ONCE: Notice.Mail.AT_ONCE, ByMail.DAILY: Notice.Mail.DAILY, ByMail.NOT: Notice.Mail.NONE}
_TITLE = 200


def people_of(organisation: Organisation, *wanted: str) -> QuerySet[User]:
    """The active members of ``organisation`` who hold one of ``wanted``: permissions and roles, in any mixture; all members for none."""
    members = User.objects.filter(is_active=True, memberships__organisation=organisation, memberships__organisation__is_active=True)
    if not wanted:
        return members
    roles = [role for role, held in PERMISSIONS.items() if role in wanted or not held.isdisjoint(wanted)]
    return members.filter(memberships__role__in=roles)


def tell(
    people: Iterable[User],
    kind: str,
    *,
    title: str,
    text: str,
    address: str,
    organisation: Organisation,
    module: Module | None = None,
    but: User | None = None,
) -> int:
    """Give each of ``people`` once a notice of ``kind`` (see :mod:`registry.notices.kinds`); returns how many were told.

    Passed over are whoever is no active member of ``organisation``, and ``but``, who did it. ``title`` and ``text`` are plain text, seen
    in the product only; ``address`` is the path where it is dealt with. With ``module``, the notice is shown only while its person
    sees that module: leave it out where they are told of something they do not see, and let the words say no more than they may know.

    Must be called inside ``transaction.atomic``. Costs at most four statements however many are told.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a notice belongs to the transaction of its change")
    if kind not in KINDS or not title or not address.startswith("/") or address.startswith("//"):
        raise ValueError(f"no notice: kind {kind!r}, title {title!r}, address {address!r}")
    told = _told(people, organisation, but)
    by_mail = _preferences(told, kind)
    telling = secrets.randbits(62)
    notices = [
        Notice(
            user_id=key,
            organisation=organisation,
            kind=kind,
            title=title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…",
            text=text,
            address=address,
            module=module,
            telling=telling,
            mail=_MAIL[by_mail[key]],
        )
        for key in told
    ]
    Notice.objects.bulk_create(notices)
    if ByMail.AT_ONCE in by_mail.values():
        _promise(telling)
    return len(notices)


def _told(people: Iterable[User], organisation: Organisation, but: User | None) -> list[int]:
    """The keys of those who are told, in order, so that two tellings at once never wait for each other crosswise."""
    wanted = {person.pk for person in people} - {but.pk if but else None}
    return list(people_of(organisation).filter(pk__in=wanted).order_by("pk").values_list("pk", flat=True)) if wanted else []


def _preferences(told: list[int], kind: str) -> dict[int, ByMail]:
    """How each of ``told`` wants the mail of ``kind``; urgent mail is wanted at once."""
    wanted = dict.fromkeys(told, KINDS[kind].by_mail)
    if told and not KINDS[kind].is_urgent:
        chosen = NoticePreference.objects.filter(user__in=told, kind=kind).values_list("user", "by_mail")
        wanted |= {user: ByMail(by_mail) for user, by_mail in chosen}
    return wanted


def _promise(telling: int) -> None:
    from celery import current_app

    OutboxEntry.objects.create(task=SEND, subject=telling)
    transaction.on_commit(lambda: current_app.send_task(SEND, args=[telling]), robust=True)
