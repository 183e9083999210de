"""Security markings and visibilities, as plain words with an order."""

from enum import StrEnum


class Marking(StrEnum):
    """HM Government's classifications that Moothall accepts; nothing above them may be uploaded."""

    OFFICIAL = "OFFICIAL"
    OFFICIAL_SENSITIVE = "OFFICIAL-SENSITIVE"


class Visibility(StrEnum):
    """Who sees a module, narrowest first."""

    OWN = "own"
    NAMED = "named"
    PARTNERSHIP = "partnership"
