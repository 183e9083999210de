"""What part an automation has in decisions about people, weakest first, and the papers that rules may ask for."""

from enum import StrEnum

NO_DATA = "none"  # the category of a release that handles nothing about people


class Decisions(StrEnum):
    """Automated decisions about people."""

    NONE = "none"
    ASSISTS = "assists"
    DECIDES = "decides"


class Paper(StrEnum):
    """The kinds of assessment."""

    DPIA = "dpia"
    EIA = "eia"
    ATRS = "atrs"


def is_stronger(decisions: str, than: str) -> bool:
    """Whether more is left to the machine."""
    return _ORDER.index(Decisions(decisions)) > _ORDER.index(Decisions(than))


_ORDER = list(Decisions)
