"""The shapes of answers about who runs what; the published schema is made from these very types."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, TypedDict

from registry.index.use_entries import AdopterEntry, OwnAdoption, StageEntry, UseEntry


class AdopterShape(TypedDict):
    """An organisation that lets its name be known."""

    organisation: Annotated[str, "Its slug"]
    organisation_name: str
    kind: Annotated[str, "council, police, fire, health or supplier"]
    stage: Annotated[str, "live, or retired where it gave it up"]
    version: Annotated[str, "Empty where you do not see that version"]
    behind: Annotated[int, "Newer versions that you could take"]
    since: Annotated[str | None, "The day on which it went live"]
    volume: Annotated[int | None, "Items a year, where it shares that"]
    unit: str
    confirmed_at: datetime | None
    expires_on: Annotated[str | None, "The last day on which it counts as verified"]
    is_adapted: bool
    reason: Annotated[str, "Why it gave it up, where it shares that"]
    ended_at: datetime | None


class StageShape(TypedDict):
    """Organisations that are so far and no further."""

    stage: Annotated[str, "lapsed (live, but not confirmed for a year), pilot, assessing or interested"]
    count: int
    names: list[str]


class OwnAdoptionShape(TypedDict):
    """What your own organisation states."""

    key: Annotated[int, "By which it is confirmed and moved"]
    module: Annotated[str, "publisher/slug"]
    version: str
    stage: Annotated[str, "interested, assessing, pilot, live or retired"]
    standing: Annotated[str, "verified, ending (within 30 days), ended, or empty where it is not live"]
    sharing: Annotated[str, "named, counted or kept"]
    since: str | None
    owner: str
    volume: int | None
    unit: str
    shares_volume: bool
    systems: list[str]
    objective: str
    blockers: str
    reason: str
    shares_reason: bool
    is_adapted: bool
    confirmed_at: datetime | None
    expires_on: str | None
    behind: int
    newest: Annotated[str, "The version it could move to, or empty"]


class AdoptionsShape(TypedDict):
    """Who runs a module, as far as your organisation may read it."""

    module: Annotated[str, "publisher/slug"]
    verified: Annotated[int, "Organisations that are verified to run it"]
    by_kind: Annotated[dict[str, int], "The same by kind; those that show no name are unnamed, whatever their kind"]
    by_version: Annotated[dict[str, int], "Organisations verified to run a version that you see"]
    adopters: Annotated[list[AdopterShape], "Those that show their name"]
    stages: Annotated[list[StageShape], "How far others are"]
    stopped: Annotated[int, "Organisations that gave it up"]
    gave_up: Annotated[list[AdopterShape], "Those of them that show their name"]
    own: list[OwnAdoptionShape]


class OwnAdoptionsShape(TypedDict):
    """What your organisation states of all modules; what has ended or ends soon first."""

    count: int
    results: list[OwnAdoptionShape]


def adoptions_shape(use: UseEntry) -> AdoptionsShape:
    """Who runs a module."""
    return AdoptionsShape(
        module=use.module,
        verified=use.count,
        by_kind=use.by_kind,
        by_version=use.by_version,
        adopters=[_adopter(row) for row in use.verified if row.sharing == "named"],
        stages=[_stage(each) for each in use.stages],
        stopped=use.stopped,
        gave_up=[_adopter(row) for row in use.gave_up if row.sharing == "named"],
        own=[own_shape(row) for row in use.own],
    )


def own_shape(own: OwnAdoption) -> OwnAdoptionShape:
    """One's own record."""
    return OwnAdoptionShape(
        key=own.key,
        module=own.module,
        version=own.version,
        stage=own.stage,
        standing=own.standing,
        sharing=own.sharing,
        since=_day(own.since),
        owner=own.owner,
        volume=own.volume,
        unit=own.unit,
        shares_volume=own.shares_volume,
        systems=list(own.systems),
        objective=own.objective,
        blockers=own.blockers,
        reason=own.reason,
        shares_reason=own.shares_reason,
        is_adapted=own.is_adapted,
        confirmed_at=own.confirmed_at,
        expires_on=_day(own.expires_on),
        behind=own.behind,
        newest=own.newest,
    )


def _adopter(row: AdopterEntry) -> AdopterShape:
    return AdopterShape(
        organisation=row.slug,
        organisation_name=row.organisation,
        kind=row.kind,
        stage=row.stage,
        version=row.version,
        behind=row.behind,
        since=_day(row.since),
        volume=row.volume,
        unit=row.unit,
        confirmed_at=row.confirmed_at,
        expires_on=_day(row.expires_on),
        is_adapted=row.is_adapted,
        reason=row.reason,
        ended_at=row.ended_at,
    )


def _stage(entry: StageEntry) -> StageShape:
    return StageShape(stage=entry.stage, count=entry.count, names=list(entry.names))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
