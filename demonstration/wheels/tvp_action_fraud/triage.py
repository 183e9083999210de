"""Who deals with a report. The rules are the force's own and are meant to be changed."""

from decimal import Decimal
from enum import StrEnum

from tvp_action_fraud.dissemination import Dissemination

HIGH_LOSS = Decimal(50_000)


class Route(StrEnum):
    """Where a report goes."""

    SAFEGUARDING = "safeguarding"
    ECONOMIC_CRIME = "economic crime unit"
    LOCAL_POLICING = "local policing"
    RECORD_ONLY = "record only"


def route(report: Dissemination) -> Route:
    """The first rule that fits. A vulnerable victim always goes to a person, whatever the loss."""
    if report.is_vulnerable:
        return Route.SAFEGUARDING
    if report.loss >= HIGH_LOSS:
        return Route.ECONOMIC_CRIME
    return Route.LOCAL_POLICING if report.has_named_suspect else Route.RECORD_ONLY
