"""What people are told of: one row for each kind, with its words and how it is mailed to whoever chose nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ByMail(StrEnum):
    """How a person wants the mail of one kind of notice."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NOT = "not"


CHOICES = {ByMail.AT_ONCE: "At once", ByMail.DAILY: "Once a day, in one mail", ByMail.NOT: "Not by mail"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notice.

    ``name`` heads it in lists, ``mail`` is all that a mail says of it. Both are the same for every notice of the kind, so that a mail
    can hold no word of a publisher. An urgent kind is mailed at once whatever a person chose.
    """

    name: str
    mail: str
    by_mail: ByMail = ByMail.AT_ONCE
    is_urgent: bool = False


KINDS: dict[str, Kind] = {
    "review_waiting": Kind("Waiting for your sign-off", "A review waits for your sign-off"),
    "review_changed": Kind("Your review moved on", "A review you have a part in has moved on"),
    "finding_answered": Kind("A finding is answered", "Something found in a review has been answered"),
    "access_requested": Kind("Access asked for", "Somebody asks for access"),
    "access_decided": Kind("Access decided", "A request for access has been decided"),
    "assessment_due": Kind("An assessment is due", "An assessment is due again", ByMail.DAILY),
    "recall": Kind("Recall", "A recall needs your acknowledgement", is_urgent=True),
    "recall_escalated": Kind("Recall not acknowledged", "A recall has not been acknowledged in time", is_urgent=True),
    "quarantine": Kind("Quarantine", "Something has been put in quarantine", is_urgent=True),
    "advisory": Kind("Advisory", "An advisory has been published", ByMail.DAILY),
    "transfer_offered": Kind("A transfer is offered", "A transfer waits for your organisation’s consent"),
    "transfer_decided": Kind("A transfer is decided", "A transfer has been decided"),
    "owner_due": Kind("To confirm as its owner", "Something your organisation owns is due to be confirmed", ByMail.DAILY),
    "widening_asked": Kind("Wider sharing asked for", "A wish to share more widely waits for a second person"),
    "widening_decided": Kind("Wider sharing decided", "A wish to share more widely has been decided"),
    "adoption_due": Kind("To confirm that you run it", "A statement that your organisation runs something is about to end", ByMail.DAILY),
    "version_behind": Kind("A newer version", "Something your organisation runs has a newer version", ByMail.DAILY),
    "rating": Kind("Rating", "A rating has been given, answered or reported", ByMail.DAILY),
    "practice": Kind("Practice record", "How well a practice works has been proposed or decided", ByMail.DAILY),
    "claim_to_decide": Kind("A claim to decide", "A claim of benefit waits for your decision", ByMail.DAILY),
    "claim_decided": Kind("A claim is decided", "A claim of benefit has been decided"),
    "claim_share": Kind("A joint claim", "A joint claim of benefit waits for your organisation’s consent"),
    "sequence_breaks": Kind("A step would break", "A newer version of a part would break a process sequence of yours", ByMail.DAILY),
    "release_announced": Kind("A breaking version is announced", "A version that breaks something you use is announced", ByMail.DAILY),
    "release_objected": Kind("An objection", "An objection to an announced version has been made or answered", ByMail.DAILY),
    "retirement": Kind("Retirement", "Something is being retired", ByMail.DAILY),
}
URGENT = frozenset(code for code, kind in KINDS.items() if kind.is_urgent)
OTHER = Kind("Notice", "Something has happened that concerns you")  # of a kind that a newer version of Moothall wrote
