"""Security markings and visibilities, as plain words with an order."""

from enum import StrEnum
from urllib.parse import quote


class Marking(StrEnum):
    """HM Government's classifications that Moothall accepts; nothing above them may be uploaded."""

    OFFICIAL = "OFFICIAL"
    OFFICIAL_SENSITIVE = "OFFICIAL-SENSITIVE"


class Visibility(StrEnum):
    """Who sees a module, narrowest first."""

    OWN = "own"
    NAMED = "named"
    PARTNERSHIP = "partnership"


def is_wider(visibility: str, than: str) -> bool:
    """Whether more people see what has this visibility."""
    return _ORDER.index(Visibility(visibility)) > _ORDER.index(Visibility(than))


def higher(marking: str, other: str) -> Marking:
    """The higher of two markings."""
    return max(Marking(marking), Marking(other), key=list(Marking).index)


def marking_headers(marking: str, handling: str) -> dict[str, str]:
    """The headers that say how a file is marked wherever it is sent; the handling caveat is percent-encoded UTF-8."""
    return {"X-Marking": marking, **({"X-Handling": quote(handling, safe=" ,;.:()'-")} if handling else {})}


_ORDER = list(Visibility)
