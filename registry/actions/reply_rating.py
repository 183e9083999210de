"""A module's publisher answers what an adopter said of it; the answer stands under the rating (B8)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.viewer import Viewer
from registry.actions.telling_ratings import tell_of_reply
from registry.curation.locking import locked_rating
from registry.curation.models import Rating
from registry.errors import Conflict, NotAllowed, Refused
from registry.permissions import publisher_for

MAX_REPLY = 2000  # characters


def reply_rating(*, rating: Rating, text: str, by: Viewer) -> Rating:
    """Reply, or put another reply in the place of the earlier one.

    Raises :class:`NotAllowed` (also ``person_needed``), :class:`Refused` (``reply_missing``, ``text_too_long``) or :class:`Conflict`
    (``rating_hidden``).
    """
    module = rating.release.module
    publisher_for(by, module.publisher, module.slug)
    if by.user is None or by.token is not None:
        raise NotAllowed("person_needed", "Only people reply.")
    text = text.strip()
    if not text:
        raise Refused("reply_missing", "No reply is given.", where="text", mend="Enter a reply.")
    if len(text) > MAX_REPLY:
        raise Refused("text_too_long", f"The reply has over {MAX_REPLY} characters.", where="text", mend="Shorten it.")
    with transaction.atomic():
        rating = locked_rating(rating.pk)
        if rating.hidden_at is not None:
            raise Conflict("rating_hidden", "A steward hid this rating.", where="text")
        rating.reply, rating.replied_at, rating.replied_by = text, timezone.now(), by.user
        rating.save(update_fields=["reply", "replied_at", "replied_by"])
        record("rating.replied", str(rating.release), by=by, organisation=rating.release.module.organisation, rating=rating.pk)
        tell_of_reply(rating, by.user)
    return rating
