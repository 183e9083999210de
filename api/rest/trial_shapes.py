"""The shapes of what a try of publishing tells beside its findings; the published schema is made from these very types."""

from __future__ import annotations

from typing import Annotated, TypedDict, cast

from registry.releases.bumps import Judgement


class BumpReasonShape(TypedDict):
    """One change that asks for more than a patch."""

    bump: Annotated[str, "major or minor"]
    text: Annotated[str, "A sentence without its full stop"]


class BumpShape(TypedDict):
    """What the version owes to those who run the listed one before it."""

    due: Annotated[str, "major, minor or patch: what its files ask for"]
    given: Annotated[str, "major, minor or patch: what its number says"]
    compared_with: Annotated[str, "The listed version before it"]
    would_do: Annotated[str, "The least version that is enough"]
    reasons: Annotated[list[BumpReasonShape], "What asks for it, the breaking changes first; at most fifty"]
    more_reasons: Annotated[int, "How many more there are"]


def bump_shape(judgement: Judgement) -> BumpShape:
    """The judgement as machines read it."""
    return cast("BumpShape", judgement.as_json())
