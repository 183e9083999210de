"""What the API answers about runs."""

from __future__ import annotations

from typing import Annotated, TypedDict


class StoredRunsShape(TypedDict):
    """What became of the events of a request; the three add up to their number."""

    accepted: Annotated[int, "Stored, and counted within a minute or two"]
    duplicates: Annotated[int, "Sent before, or twice in this request: not counted again"]
    held: Annotated[int, "Too late, in the future or far out of the usual: not counted until your organisation releases them under Runs"]
