"""An organisation that runs a release, or ran it within a year, says how it is: five criteria apart, and words (B6, B7)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Membership, Organisation, User
from accounts.viewer import Viewer
from registry.actions.refresh_use import refresh_use
from registry.actions.telling_ratings import tell_of_change_while_hidden, tell_of_rating
from registry.adoption.ran import ran
from registry.catalogue.models import Module
from registry.curation.models import CRITERIA, Rating
from registry.errors import NotAllowed, Refused
from registry.permissions import answerer_for
from registry.releases.models import Release

MIN_WORDS, MAX_WORDS = 20, 2000  # characters
MAX_EFFORT = 2000  # working days


def rate_release(*, release: Release, points: Mapping[str, int], words: str, effort_days: int | None = None, by: Viewer) -> Rating:
    """Rate ``release`` for the organisation acted for, or change what it said before. ``points`` has each of :data:`CRITERIA`, from 1 to 5.

    Raises :class:`NotAllowed` (see :func:`rater_for`) or :class:`Refused` (``points_invalid``, ``words_too_short``, ``text_too_long``,
    ``effort_invalid``). A rating that was hidden stays hidden when it is changed; the stewards are told.
    """
    user, organisation = rater_for(by, release)
    said = {**_points(points), "words": _words(words), "effort_days": _effort(effort_days)}
    with transaction.atomic():
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=release.module_id)
        release.module = module
        rating = Rating.objects.select_for_update().filter(organisation=organisation, release=release).first()
        if rating is None:
            rating = Rating.objects.create(organisation=organisation, release=release, rated_by=user, **said)
            record("rating.given", str(release), by=by, organisation=organisation)
            tell_of_rating(rating, user)
        elif said != {name: getattr(rating, name) for name in said}:
            _change(rating, said, user)
            record("rating.changed", str(release), by=by, organisation=organisation)
        rating.release, rating.organisation = release, organisation
        refresh_use(module)
    return rating


def rater_for(by: Viewer, release: Release) -> tuple[User, Organisation]:
    """Who rates ``release``, and for which organisation.

    Raises :class:`NotAllowed`: ``person_needed``, ``may_not_answer``, ``own_module`` (the publisher, and whoever is a member of it, for
    whatever other organisation), ``not_adopted``, ``ran_too_long_ago``.
    """
    if by.user is None or by.token is not None or by.organisation is None:
        raise NotAllowed("person_needed", "Only people rate, for their organisation.")
    answerer_for(by, by.organisation)
    owner = release.module.organisation_id
    if owner == by.organisation.pk or Membership.objects.filter(user=by.user, organisation=owner).exists():
        raise NotAllowed("own_module", "Nobody rates what their own organisation publishes.", mend="Ask somebody who is no member of it.")
    use = ran(by.organisation, release.module).get(release.pk)
    if use is None:
        raise NotAllowed(
            "not_adopted",
            f"Only organisations that run version {release.version} rate it. Yours has not stated that it does.",
            mend="Say first that you run it, as a pilot or live.",
        )
    if not use.is_lately:
        raise NotAllowed("ran_too_long_ago", f"Your organisation stopped running version {release.version} over a year ago.")
    return by.user, by.organisation


def _change(rating: Rating, said: Mapping[str, object], user: User) -> None:
    for name, value in said.items():
        setattr(rating, name, value)
    rating.changed_at, rating.rated_by = timezone.now(), user
    rating.save(update_fields=[*said, "changed_at", "rated_by"])
    if rating.hidden_at is not None:
        tell_of_change_while_hidden(rating, user)


def _points(points: Mapping[str, int]) -> dict[str, int]:
    for field, label, _ in CRITERIA:
        if points.get(field) not in (1, 2, 3, 4, 5):
            raise Refused("points_invalid", f"“{label}” is not rated from 1 to 5.", where=field, mend="Choose a number from 1 to 5.")
    return {field: points[field] for field, _, _ in CRITERIA}


def _words(words: str) -> str:
    words = words.strip()
    if len(words) < MIN_WORDS:
        raise Refused(
            "words_too_short", f"The words have under {MIN_WORDS} characters.", where="words", mend="Say what went well and what did not."
        )
    if len(words) > MAX_WORDS:
        raise Refused("text_too_long", f"The words have over {MAX_WORDS} characters.", where="words", mend="Shorten them.")
    return words


def _effort(days: int | None) -> int | None:
    if days is not None and not 0 <= days <= MAX_EFFORT:
        raise Refused("effort_invalid", f"The effort is not from 0 to {MAX_EFFORT} days.", where="effort_days", mend="Give working days.")
    return days
