"""How much a resolution may take: counted, so that the same question always ends the same way, and a clock behind that."""

from __future__ import annotations

import time

from registry.errors import Conflict

MAX_ASKED = 500  # needs from outside
MAX_CHOSEN = 500  # modules of one answer
MAX_MODULES = 5_000  # that are looked at
MAX_EFFORT = 1_000_000  # releases, needs and ranges looked at: two or three seconds of a processor
MAX_SECONDS = 5.0
_TO_EXPLAIN = MAX_EFFORT // 4, MAX_SECONDS / 4  # for each part of why there is no answer
_LOOK_AT_CLOCK = 2048  # units of effort


class Exhausted(Exception):
    """The effort that was allowed is spent."""


class TooMany(Exhausted):
    """More modules than are looked at."""


class Effort:
    """Counts down; raises :class:`Exhausted` from :meth:`spend` when nothing is left."""

    def __init__(self, units: int = MAX_EFFORT, seconds: float = MAX_SECONDS) -> None:
        self._left = units
        self._end = time.monotonic() + seconds
        self._next_look = units - _LOOK_AT_CLOCK

    @classmethod
    def to_explain(cls) -> Effort:
        """What one part of an explanation may take."""
        return cls(*_TO_EXPLAIN)

    def spend(self, units: int = 1) -> None:
        """Take ``units``."""
        self._left -= units
        if self._left < self._next_look:
            self._next_look = self._left - _LOOK_AT_CLOCK
            if self._left < 0 or time.monotonic() > self._end:
                raise Exhausted


def too_large(what: str) -> Conflict:
    """What is answered where there is more than is looked at."""
    return Conflict("resolution_too_large", what, where="steps", mend="Ask for fewer modules, or split the sequence in two.")


def too_hard() -> Conflict:
    """What is answered where no end was found in time."""
    return Conflict(
        "resolution_too_hard",
        "No versions that fit together were found within the time allowed, and it was not shown that there are none.",
        where="steps",
        mend="Ask for narrower ranges or exact versions, or split the sequence in two.",
    )
