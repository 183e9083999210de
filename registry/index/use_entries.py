"""What pages, API and feeds render of who runs what: frozen rows, built by :mod:`registry.index.adoptions`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class AdopterEntry:
    """An organisation that lets it be known that it runs, tries or gave up a module; what it does not share is empty."""

    organisation: str  # name
    slug: str
    kind: str
    language: str  # of the name
    version: str  # empty where the viewer does not see that version
    behind: int  # newer versions that the viewer could take
    since: date | None
    volume: int | None  # items a year
    unit: str
    confirmed_at: datetime | None
    expires_on: date | None
    is_adapted: bool
    stage: str
    reason: str  # why it was given up
    ended_at: datetime | None  # when it was given up
    sharing: str  # anything but "named" is read by auditors alone


@dataclass(frozen=True, slots=True)
class StageEntry:
    """How many organisations are so far with a module and no further: ``lapsed`` is live, and not confirmed for over a year."""

    stage: str
    count: int
    names: tuple[str, ...]  # of those that show theirs


@dataclass(frozen=True, slots=True)
class OwnAdoption:
    """A record of one's own organisation, with everything in it. Of a module it lost sight of, ``title`` is empty."""

    key: int
    module: str  # publisher/slug
    publisher: str
    slug: str
    title: str
    language: str
    is_visible: bool  # the module's page can be opened
    organisation: str  # name
    organisation_slug: str
    version: str
    is_version_visible: bool
    stage: str
    sharing: str
    since: date | None
    owner: str
    volume: int | None
    unit: str
    shares_volume: bool
    systems: tuple[str, ...]
    objective: str
    blockers: str
    reason: str
    shares_reason: bool
    is_adapted: bool
    created_at: datetime
    confirmed_at: datetime | None
    confirmed_by: str
    expires_on: date | None
    days_left: int | None  # until it ends; negative once it has
    held_since: datetime | None
    held_until: datetime | None
    behind: int
    newest: str  # the version it could move to
    may_change: bool

    @property
    def standing(self) -> str:
        """``verified``, ``ending`` within 30 days, ``ended``; empty for what is not live."""
        if self.stage != "live" or self.days_left is None:
            return ""
        return "ended" if self.days_left < 0 else "ending" if self.days_left <= 30 else "verified"

    @property
    def is_confirmable(self) -> bool:
        return self.may_change and self.stage == "live"


@dataclass(frozen=True, slots=True)
class Taken:
    """That the viewer's organisation downloaded a version and states nothing of it."""

    version: str
    day: date


@dataclass(frozen=True, slots=True)
class UseEntry:
    """Who runs one module, as one viewer may read it."""

    module: str  # publisher/slug
    verified: tuple[AdopterEntry, ...] = ()  # by name
    by_kind: dict[str, int] = field(default_factory=dict)  # organisations; those that are only counted are "unnamed", whatever their kind
    by_version: dict[str, int] = field(default_factory=dict)  # organisations verified to run that version
    stages: tuple[StageEntry, ...] = ()  # organisations that are not verified to run it
    gave_up: tuple[AdopterEntry, ...] = ()
    stopped: int = 0  # organisations that gave it up and have no other record, those without name too
    own: tuple[OwnAdoption, ...] = ()
    taken: Taken | None = None
    may_state: bool = False

    @property
    def count(self) -> int:
        """Organisations that are verified to run it."""
        return sum(self.by_kind.values())

    @property
    def unnamed(self) -> int:
        return self.by_kind.get("unnamed", 0)
