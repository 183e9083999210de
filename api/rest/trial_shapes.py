"""The shapes of what a try of publishing tells beside its findings; the published schema is made from these very types."""

from __future__ import annotations

from typing import Annotated, TypedDict, cast

from registry.releases.alike import Alike
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


class LookAlikeShape(TypedDict):
    """A release of another module that does much the same."""

    module: Annotated[str, "publisher/slug"]
    version: str
    title: str
    publisher_name: str
    likeness: Annotated[float, "How much of both is in both, from 0.5 to 1"]
    same_actions: Annotated[int, "How many of your actions are among its"]
    actions: Annotated[int, "How many yours has"]


def look_alike_shape(one: Alike) -> LookAlikeShape:
    """What looks like it, as machines read it."""
    module = one.release.module
    return LookAlikeShape(
        module=module.identifier,
        version=one.release.version,
        title=module.title,
        publisher_name=module.organisation.name,
        likeness=round(one.likeness, 2),
        same_actions=one.same,
        actions=one.actions,
    )


def bump_shape(judgement: Judgement) -> BumpShape:
    """The judgement as machines read it."""
    return cast("BumpShape", judgement.as_json())
