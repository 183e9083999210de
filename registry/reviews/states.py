"""The states of a review and what leads from one to another: the one table that every action and every test goes by (C1)."""

from __future__ import annotations

from enum import StrEnum

from registry.errors import Conflict
from registry.releases.models import Release

S = Release.State


class Act(StrEnum):
    """What somebody can do to a release on its way to being listed."""

    SUBMIT = "submit"
    CHECK = "check"  # ours, not a person's
    CLAIM = "claim"  # also giving it to somebody else, and putting it back
    ASK_AUTHOR = "ask_author"
    RESUBMIT = "resubmit"
    REPLACE = "replace"  # its files
    ANSWER = "answer"  # a finding
    TICK = "tick"  # an item of the checklist
    SIGN = "sign"
    HOLD = "hold"
    REFUSE = "refuse"
    REOPEN = "reopen"
    LIST = "list"


# From which state each act leads, and to which; more than one where what was found decides.
TRANSITIONS: dict[Act, dict[str, tuple[str, ...]]] = {
    Act.SUBMIT: {S.DRAFT: (S.CHECKING,)},
    Act.CHECK: {S.CHECKING: (S.IN_REVIEW, S.LISTED, S.HELD)},
    Act.CLAIM: {S.IN_REVIEW: (S.IN_REVIEW,), S.AWAITING_AUTHOR: (S.AWAITING_AUTHOR,), S.HELD: (S.HELD,)},
    Act.ASK_AUTHOR: {S.IN_REVIEW: (S.AWAITING_AUTHOR,)},
    Act.RESUBMIT: {S.AWAITING_AUTHOR: (S.IN_REVIEW,)},
    Act.REPLACE: {S.DRAFT: (S.DRAFT,), S.AWAITING_AUTHOR: (S.CHECKING,), S.HELD: (S.CHECKING,)},
    Act.ANSWER: {S.IN_REVIEW: (S.IN_REVIEW,), S.AWAITING_AUTHOR: (S.AWAITING_AUTHOR,), S.HELD: (S.HELD,)},
    Act.TICK: {S.IN_REVIEW: (S.IN_REVIEW,)},
    Act.SIGN: {S.IN_REVIEW: (S.IN_REVIEW,)},
    Act.HOLD: {S.IN_REVIEW: (S.HELD,), S.AWAITING_AUTHOR: (S.HELD,)},
    Act.REFUSE: {S.IN_REVIEW: (S.REFUSED,), S.AWAITING_AUTHOR: (S.REFUSED,), S.HELD: (S.REFUSED,)},
    Act.REOPEN: {S.HELD: (S.IN_REVIEW,)},
    Act.LIST: {S.IN_REVIEW: (S.LISTED,)},
}
_WORDS = {
    S.DRAFT: "a draft that its author has not submitted",
    S.CHECKING: "being checked",
    S.IN_REVIEW: "in review",
    S.AWAITING_AUTHOR: "waiting for its author",
    S.LISTED: "listed",
    S.HELD: "held",
    S.REFUSED: "refused",
}


def may_follow(act: Act, state: str) -> bool:
    """Whether ``act`` can be done to what is in ``state``."""
    return state in TRANSITIONS[act]


def check_act(act: Act, state: str) -> None:
    """Raise :class:`Conflict` (``wrong_state``) where ``act`` cannot be done now."""
    if not may_follow(act, state):
        possible = " or ".join(_WORDS[S(each)] for each in TRANSITIONS[act])
        raise Conflict("wrong_state", f"It is {_WORDS[S(state)]}; this can be done only while it is {possible}.", where="state")
