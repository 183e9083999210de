"""Keeps how a person wants their notices mailed."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from accounts.audit import record
from accounts.viewer import Viewer
from registry.errors import NotAllowed, Refused
from registry.notices.kinds import KINDS, URGENT, ByMail
from registry.notices.models import Notice, NoticePreference


def choose_notice_mail(*, choices: Mapping[str, str], by: Viewer) -> None:
    """Set for each kind in ``choices`` how the person ``by`` is mailed; other kinds stay as they are.

    Raises :class:`NotAllowed` for a machine and :class:`Refused` (``kind_unknown``, ``urgent_kind``, ``by_mail``).
    """
    if by.user is None:
        raise NotAllowed("not_a_person", "Only a person is sent notices.")
    for kind, by_mail in choices.items():
        _check(kind, by_mail)
    with transaction.atomic():
        rows = [NoticePreference(user=by.user, kind=kind, by_mail=by_mail) for kind, by_mail in sorted(choices.items())]
        NoticePreference.objects.bulk_create(rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["by_mail"])
        unwanted = [kind for kind, by_mail in choices.items() if by_mail == ByMail.NOT]
        Notice.objects.filter(user=by.user, kind__in=unwanted, mail=Notice.Mail.DAILY).update(mail=Notice.Mail.NONE)
        record("account.notices_chosen", f"user {by.user.pk}", by=by, organisation=by.organisation, **choices)


def _check(kind: str, by_mail: str) -> None:
    if kind not in KINDS:
        raise Refused("kind_unknown", f"There is no kind of notice {kind[:40]}.", mend="Choose among those on the page.")
    if kind in URGENT:
        raise Refused("urgent_kind", f"“{KINDS[kind].name}” is urgent and always mailed at once.", where=kind, mend="Leave it out.")
    if by_mail not in set(ByMail):
        raise Refused("by_mail", f"Choose how you are mailed of “{KINDS[kind].name}”.", where=kind)
