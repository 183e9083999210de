"""The shapes of answers about runs; the published schema is made from these very types."""

from __future__ import annotations

from typing import Annotated, TypedDict


class RunLineShape(TypedDict):
    """What runs of a module in a month add up to: of one organisation, or of several together."""

    month: Annotated[str, "Such as 2026-11"]
    module: Annotated[str, "publisher/slug"]
    shown_as: Annotated[str, "own, named for an organisation that shows its figures by name, or others"]
    organisation: Annotated[str, "Its slug; empty of others"]
    version: Annotated[str, "A release; other for those not told apart, all where none is"]
    organisations: Annotated[int, "How many these are of: at least 5 of others"]
    runs: int
    completed: int
    business_exceptions: int
    system_exceptions: int
    items: int
    duration_ms: Annotated[int, "Of all these runs together"]


RunLinesShape = TypedDict("RunLinesShape", {"from": str, "to": str, "results": list[RunLineShape]})
RunLinesShape.__doc__ = "What may be shown of the runs between two months, both included."
