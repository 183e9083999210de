"""The shapes of answers about ratings and practice records; the published schema is made from these very types."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypedDict


class MeanShape(TypedDict):
    """The mean of what organisations gave for one criterion."""

    criterion: Annotated[str, "does_the_work, adapts, documented, reliable or supported"]
    question: str
    mean: Annotated[float, "From 1 to 5"]
    organisations: Annotated[int, "How many gave it"]


class ReplyShape(TypedDict):
    """What the publisher replied."""

    text: str
    at: datetime | None
    is_to_earlier_words: Annotated[bool, "Whether the rating was changed since"]


class RatingShape(TypedDict):
    """What one organisation says of one version."""

    organisation: Annotated[str, "Its slug"]
    organisation_name: str
    version: str
    live_since: Annotated[str | None, "A day, where the organisation says so by name"]
    points: Annotated[dict[str, int], "Each criterion, from 1 to 5"]
    words: str
    effort_days: Annotated[int | None, "Working days from download to live"]
    rated_at: datetime
    changed_at: datetime | None
    reply: ReplyShape | None


class RatingsShape(TypedDict):
    """What adopters say. There is no figure for the whole module."""

    count: Annotated[int, "Organisations that rated it; of each, its latest rating is in the means"]
    means: list[MeanShape]
    results: Annotated[list[RatingShape], "The latest first; at most 100"]


class PracticeFieldShape(TypedDict):
    """One field of the practice bank."""

    field: Annotated[str, "Such as stage_of_practice"]
    label: Annotated[str, "As the practice bank has it"]
    values: list[str]


class PracticeShape(TypedDict):
    """The record of practice, in the order of the practice bank's fields; what is empty is left out."""

    module: Annotated[str, "publisher/slug"]
    does_it_work: Annotated[str, "untested, promising, effective, mixed or ineffective"]
    basis: Annotated[str, "Who rated it so, or empty while no steward has confirmed it"]
    confirmed_at: datetime | None
    fields: list[PracticeFieldShape]
    changed_at: datetime
