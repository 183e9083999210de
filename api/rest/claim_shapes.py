"""The shapes of answers about claims of benefit; the published schema is made from these very types."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypedDict, cast

from registry.index.ledger_table import COLUMNS, TableRow


class WrittenClaimShape(TypedDict):
    """A claim as it was written."""

    claim: Annotated[int, "Its number"]
    state: Annotated[str, "draft, submitted, approved, returned or withdrawn"]
    title: str
    period: str
    fte: Annotated[str | None, "As stated, or reckoned from its inputs"]
    money: Annotated[str | None, "In whole units of the currency"]
    currency: str


class BaselineShape(TypedDict):
    """A baseline as it is kept."""

    baseline: Annotated[int, "Its number"]
    minutes_per_item: str
    unit: str
    is_before_live: Annotated[bool | None, "Whether it was taken before go-live; null where nobody said when that was"]


class ClaimRowShape(TypedDict):
    """A claim of benefit, or what the parts of a programme leave of it. Amounts are decimal texts, so that nothing is lost."""

    year: Annotated[str, "The period, as its organisation calls it"]
    claim: Annotated[int, "The claim's number; a remainder has its programme's"]
    row: Annotated[str, "claim or remainder"]
    title: str
    organisation: Annotated[str, "Slug of the organisation that answers for it"]
    shared_by: Annotated[str, "Of a joint claim: slugs with their shares; it counts once"]
    module: Annotated[str, "publisher/slug, or empty"]
    part_of: Annotated[int | None, "The number of the programme it is part of"]
    starts_on: Annotated[str, "Day"]
    ends_on: Annotated[str, "Day"]
    benefit_class: Annotated[str, "cashable, non_cashable, avoided, new_capacity or quality; empty of a remainder"]
    volume: Annotated[int | None, "Items in the period"]
    unit: Annotated[str, "What an item is"]
    success_rate: Annotated[str | None, "0 to 1"]
    hours_per_fte: Annotated[str | None, "Of a year"]
    fte: str | None
    fte_at_full_success: str | None
    money: Annotated[str | None, "In whole units of the currency, in the sign asked for"]
    currency: Annotated[str, "ISO 4217, or empty"]
    price_base: Annotated[str, "Such as 2016 p/l; empty means prices of the period"]
    money_per_fte: str | None
    sign: Annotated[str, "natural or savings_negative"]
    as_kept: Annotated[str | None, "Money as the organisation's own ledger writes it"]
    as_kept_in: Annotated[str, "In what, such as 1000 DKK 2016 p/l"]
    status: Annotated[str, "approved, waiting, unevidenced or not_itemised"]
    verified: Annotated[str, "yes or no"]
    approved_by: Annotated[str, "Name of the approver's organisation, or empty"]
    approved_on: Annotated[str | None, "Day"]
    post: Annotated[str, "The post or budget line that a cashable saving came out of"]
    source: Annotated[str, "Where the figures are published, or empty"]


class ClaimsShape(TypedDict):
    """One page of the ledger."""

    count: Annotated[int, "Rows on all pages"]
    page: int
    page_size: int
    results: list[ClaimRowShape]


def claim_row_shape(row: TableRow) -> ClaimRowShape:
    """The row with decimals and days as text."""
    return cast(ClaimRowShape, {name: _plain(getattr(row, name)) for name in COLUMNS})


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value
