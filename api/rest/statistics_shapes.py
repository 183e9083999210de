"""The shapes of answers about a module's reach; the published schema is made from these very types."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypedDict


class TakenShape(TypedDict):
    """How often a version was taken in a month."""

    month: Annotated[str, "Such as 2026-11"]
    version: str
    people: Annotated[int, "Organisations and days, by people"]
    programs: Annotated[int, "Organisations and days, by programs"]


class VersionUseShape(TypedDict):
    """Who uses a version; organisations that keep it to themselves are left out."""

    version: str
    listed_at: datetime | None
    newer: Annotated[int, "Versions on offer that are higher"]
    live: Annotated[int, "Organisations that run it"]
    trying: Annotated[int, "Organisations that assess or pilot it"]
    people: Annotated[int, "Downloads by people: organisations and days"]
    programs: Annotated[int, "Downloads by programs: organisations and days"]


class BehindShape(TypedDict):
    """Who uses less than the newest version."""

    organisation: Annotated[str, "Its short name, or empty for those that show none"]
    version: str
    behind: Annotated[int, "By how many versions"]
    count: Annotated[int, "How many organisations: 1 where one is named"]


class UptakeShape(TypedDict):
    """How the newest version spread."""

    month: Annotated[str, "Such as 2026-11"]
    newest: Annotated[int, "Organisations that used the newest version at its end"]
    older: Annotated[int, "Organisations that used older versions only"]


class OpenRecallShape(TypedDict):
    """An open recall with what is still unanswered."""

    key: int
    versions: str
    severity: str
    told: int
    outstanding: int
    overdue: int


class StatisticsShape(TypedDict):
    """What a module's own organisation reads of its reach."""

    module: str
    newest: Annotated[str, "The newest version on offer, or empty"]
    adopters: Annotated[int, "Other organisations that use any version"]
    downloads: list[TakenShape]
    versions: list[VersionUseShape]
    behind: list[BehindShape]
    uptake: list[UptakeShape]
    rated: Annotated[int, "Organisations that rated it"]
    recalls: list[OpenRecallShape]
