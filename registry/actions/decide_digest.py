"""Denies or allows bytes by their SHA-256, wherever they are: who publishes them, under whatever name (O8)."""

from __future__ import annotations

import re

from django.db import transaction

from accounts.audit import record
from accounts.models import User
from accounts.viewer import Viewer
from registry.actions.quarantine_release import put_away
from registry.actions.refresh_module import refresh_module
from registry.actions.refresh_sequence_updates import promise_updates
from registry.actions.release_from_quarantine import let_out
from registry.actions.yank_release import given_reason
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed, Refused
from registry.lifecycle.models import DigestVerdict, Quarantine
from registry.lifecycle.verdicts import denied_among, lock_bytes, verdicts_on
from registry.permissions import steward_for
from registry.releases.models import Artefact, Release

_DIGEST = re.compile(r"[0-9a-f]{64}")


def decide_digest(*, sha256: str, verdict: str, reason: str, by: Viewer) -> DigestVerdict:
    """Decide on bytes. Denied ones are refused by every publish, and releases that hold them go into quarantine at once.

    Allowed ones, by another steward than who denied them, come out of the quarantine that the denial brought, and reports alone put them into
    none. Raises :class:`NotAllowed` (``stewards_only``, ``second_person``), :class:`Refused` (``digest_invalid``, ``verdict_unknown``,
    ``reason_missing``) or :class:`Conflict` (``already_decided``).
    """
    user = steward_for(by)
    sha256 = sha256.strip().lower()
    if not _DIGEST.fullmatch(sha256):
        raise Refused("digest_invalid", "That is not a SHA-256.", where="sha256", mend="Give 64 digits from 0 to 9 and a to f.")
    if verdict not in DigestVerdict.Verdict.values:
        raise Refused("verdict_unknown", "That is not a verdict we know.", where="verdict", mend="Use allow or deny.")
    reason = given_reason(reason)
    with transaction.atomic():
        lock_bytes(sha256)
        _check_former(sha256, verdict, user)
        made = DigestVerdict.objects.create(sha256=sha256, verdict=verdict, reason=reason, decided_by=user)
        record(f"bytes.{'denied' if verdict == DigestVerdict.Verdict.DENY else 'allowed'}", sha256, by=by, organisation=by.organisation)
        holding = Artefact.objects.filter(sha256=sha256).values_list("release", flat=True)
        if verdict == DigestVerdict.Verdict.DENY:
            put_away(holding, Quarantine.Cause.DENIED_BYTES, reason, by=by)
        else:
            _let_out(list(holding), reason, user, by)
    return made


def _check_former(sha256: str, verdict: str, user: User) -> None:
    former = verdicts_on([sha256]).get(sha256)
    if former is None:
        return
    if former.verdict == verdict:
        raise Conflict("already_decided", f"These bytes are {former.get_verdict_display().lower()} already.", where="sha256")
    if former.verdict == DigestVerdict.Verdict.DENY and former.decided_by_id == user.pk:
        raise NotAllowed("second_person", "You denied these bytes, so another steward must allow them.", mend="Ask another steward.")


def _let_out(keys: list[int], reason: str, user: User, by: Viewer) -> None:
    """End the quarantines that the denial brought, but of releases that hold other denied files too, or that this steward put away."""
    modules = Module.objects.select_for_update(of=("self",)).filter(releases__in=keys).select_related("organisation").order_by("pk")
    for module in {module.pk: module for module in modules}.values():
        for release in Release.objects.select_for_update(of=("self",)).filter(pk__in=keys, module=module):
            open_one = release.quarantines.filter(cause=Quarantine.Cause.DENIED_BYTES, ended_at=None).exclude(set_by=user).first()
            if open_one is None or denied_among(release.artefacts.values_list("sha256", flat=True)):
                continue
            release.module, open_one.release = module, release
            let_out(open_one, reason, user)
            record("release.released_from_quarantine", str(release), by=by, organisation=module.organisation, cause=open_one.cause)
        refresh_module(module)
        promise_updates(module)
