"""A publisher announces a breaking release before it is listed, so that whoever it hits can object (P23)."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Organisation, User
from accounts.viewer import Viewer
from registry.actions.telling_sequences import tell_of_announcement
from registry.errors import Conflict, NotAllowed, Refused
from registry.formats.model import inspection_from_json
from registry.lifecycle.holding import adopters_of
from registry.lifecycle.models import NoticePeriod
from registry.permissions import publisher_for
from registry.releases.differences import differences
from registry.releases.models import Release
from registry.reviews.moving import locked_release
from registry.sequences.reading import latest_parts

SHORTEST, LONGEST = 14, 180  # days
MAX_WORDS = 2_000


def give_notice(*, release: Release, days: int, why: str, by: Viewer) -> NoticePeriod:
    """Announce ``release``, which is not listed for so many days. Everybody it may hit is told.

    Its publisher may. Raises :class:`NotAllowed`, :class:`Refused` (``notice_days_invalid``, ``text_missing``, ``text_too_long``,
    ``nobody_uses_it``) or :class:`Conflict` (``listed_already``, ``refused``, ``notice_running``).
    """
    publisher_for(by, release.module.publisher, release.module.slug)
    if not SHORTEST <= days <= LONGEST:
        raise Refused(
            "notice_days_invalid",
            f"A notice period has from {SHORTEST} to {LONGEST} days.",
            where="days",
            mend=f"Give a number from {SHORTEST} to {LONGEST}.",
        )
    why = given_words(why, "why", "Say why it must break, and what whoever uses it has to do.")
    user = person_of(by)
    with transaction.atomic():
        release = locked_release(release)
        _check_open(release)
        before = _latest(release)
        if before is None:
            raise Refused(
                "nobody_uses_it", "No version of this module is listed, so nobody uses it yet.", where="version", mend="Submit it as it is."
            )
        values = {
            "module": release.module,
            "version": release.version,
            "reasons": list(differences(inspection_from_json(before.inspection), inspection_from_json(release.inspection)).breaking),
            "why": why,
            "given_at": timezone.now(),
            "given_by": user,
            "ends_on": timezone.localdate() + timedelta(days=days),
            "withdrawn_at": None,
            "withdrawn_by": None,
        }
        period, _ = NoticePeriod.objects.update_or_create(release=release, defaults=values)
        period.told.set(_hit_by(release))
        tell_of_announcement(period, user)
        told = period.told.count()
        record("notice_period.given", str(release), by=by, organisation=release.module.organisation, days=days, told=told)
    return period


def withdraw_notice(*, period: NoticePeriod, by: Viewer) -> NoticePeriod:
    """Take the announcement back: the release may be listed at once. Its publisher may; raises :class:`NotAllowed` or :class:`Conflict` (``notice_over``)."""
    publisher_for(by, period.module.publisher, period.module.slug)
    user = person_of(by)
    with transaction.atomic():
        period = locked_period(period)
        period.withdrawn_at, period.withdrawn_by = timezone.now(), user
        period.save(update_fields=["withdrawn_at", "withdrawn_by"])
        tell_of_announcement(period, user)
        record("notice_period.withdrawn", str(period.release), by=by, organisation=period.module.organisation)
    return period


def locked_period(period: NoticePeriod) -> NoticePeriod:
    """The period as it is now, locked; raises :class:`Conflict` (``notice_over``) where it does not run any more."""
    related = ("module__organisation", "release")
    found = NoticePeriod.objects.select_for_update(of=("self",)).select_related(*related).defer("module__search").get(pk=period.pk)
    found.release.module = found.module
    if not found.is_running:
        raise Conflict("notice_over", "This notice period is over.", where="notice")
    return found


def person_of(by: Viewer) -> User:
    """The person who acts, or who made the token that does; raises :class:`NotAllowed` (``person_needed``)."""
    user = by.user or (by.token.created_by if by.token else None)
    if user is None:
        raise NotAllowed(
            "person_needed", "A person must answer for this.", where="token", mend="Use a token that a person made, or sign in."
        )
    return user


def given_words(text: str, where: str, mend: str) -> str:
    """The text, trimmed; raises :class:`Refused` (``text_missing``, ``text_too_long``)."""
    text = text.strip()
    if not text:
        raise Refused("text_missing", "Nothing is written.", where=where, mend=mend)
    if len(text) > MAX_WORDS:
        raise Refused("text_too_long", f"It has over {MAX_WORDS} characters.", where=where, mend="Shorten it.")
    return text


def _check_open(release: Release) -> None:
    if release.listed_at is not None:
        raise Conflict("listed_already", "This version is listed already.", where="version", mend="Announce the next one.")
    if release.state == Release.State.REFUSED:
        raise Conflict("refused", "This version was refused.", where="version", mend="Announce the version that follows it.")
    if NoticePeriod.objects.running().filter(release=release).exists():
        raise Conflict("notice_running", "Its notice period is running already.", where="version", mend="Withdraw it, then give it anew.")


def _latest(release: Release) -> Release | None:
    listed = Release.objects.seen_by_all_of(release.module).filter(yanked_at=None)
    return listed.newest_first().first()


def _hit_by(release: Release) -> list[Organisation]:
    """Who states that it uses the module, and who publishes a sequence with a step that it does."""
    module = release.module
    sequences = latest_parts().filter(part__module=module).values("lock__release__module__organisation")
    holders = adopters_of(module).values("pk")
    found = Organisation.objects.filter(is_active=True).exclude(pk=module.organisation_id)
    return list(found.filter(pk__in=holders) | found.filter(pk__in=sequences))
