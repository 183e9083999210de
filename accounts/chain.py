"""Whether the audit is whole: every event follows the one before by its number and its hash.

The database numbers and hashes events as they are committed (``accounts.triggers.chained``). Here the same is computed from what is stored,
without the database's functions, as whoever changes events could change these as well. The hash is the SHA-256 of :func:`canonical`, a text
that names the hash before; so no event can be changed, removed, put in or moved without every later hash being another. Whoever rewrites all
of them, or cuts the end off, is found by a :class:`Head` that was kept elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import Any, Final

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from accounts.models import AuditEvent
from registry.errors import Refused

START: Final = "0" * 64  # what the first event names as the hash before it
ROWS: Final = 2000  # fetched at a time, so that memory does not grow with the audit
_COLUMNS: Final = (
    "id",
    "number",
    "previous",
    "hash",
    "at",
    "action",
    "subject",
    "organisation__slug",
    "user_id",
    "token_id",
    "token__hint",
)


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a chain: to be kept where nobody who can change the database can change it."""

    number: int = 0
    hash: str = START

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


BEGINNING: Final = Head()


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as it stands in the chain: ``text`` is what its hash must be the hash of."""

    number: int
    previous: str
    hash: str
    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first event that does not fit, and what is wrong with it."""

    number: int
    code: str  # changed, removed, inserted, repeated, outside, truncated, rewritten
    why: str


def read_head(text: str) -> Head:
    """The head that :class:`Head` wrote as ``text``; raises :class:`Refused` (``audit_head``)."""
    number, _, hashed = text.strip().partition(":")
    if not (number.isdecimal() and len(hashed) == 64 and not set(hashed) - set("0123456789abcdef")):
        raise Refused("audit_head", f"“{text}” is no head.", where="head", mend="Give what audit_head printed: a number, a colon, a hash.")
    return Head(int(number), hashed)


def head() -> Head:
    """The chain's last event now."""
    last = AuditEvent.objects.exclude(number=None).order_by("-number").values_list("number", "hash").first()
    return Head(*last) if last else BEGINNING


def entries(events: QuerySet[AuditEvent]) -> Iterator[Entry]:
    """``events`` with the texts that were hashed, as they come from the database."""
    rows = events.annotate(detail_text=Cast("detail", TextField())).values(*_COLUMNS, "detail_text")
    for row in rows.iterator(chunk_size=ROWS):
        yield Entry(row["number"], row["previous"], row["hash"], canonical(row))


def stored(first: int = 1) -> Iterator[Entry]:
    """The whole chain as it is stored, or what of it begins with the event ``first``."""
    return entries(AuditEvent.objects.filter(number__gte=first).order_by("number"))


def verify(chain: Iterable[Entry], *, after: Head = BEGINNING, kept: Head | None = None) -> tuple[Head, Break | None]:
    """Where the chain ends when it continues ``after`` without a break, and the first break.

    ``kept`` is a head seen earlier, which the chain must still hold.
    """
    last = after
    for entry in chain:
        wrong = _misfit(entry, last)
        if wrong:
            return last, wrong
        last = Head(entry.number, entry.hash)
        if kept and kept.number == last.number and kept.hash != last.hash:
            return last, Break(last.number, "rewritten", "it is not the event whose hash was kept")
    if kept and kept.number > last.number:
        return last, Break(last.number + 1, "truncated", f"the chain ends at {last.number}, but event {kept.number} was kept")
    return last, None


def outside() -> Break | None:
    """An event that was committed without a place in the chain, which only somebody who switched the triggers off can do."""
    key = AuditEvent.objects.filter(number=None).order_by("pk").values_list("pk", flat=True).first()
    return Break(0, "outside", f"the row with the key {key} has no place in the chain") if key else None


def _misfit(entry: Entry, last: Head) -> Break | None:
    expected = last.number + 1
    if entry.number > expected:
        return Break(expected, "removed", f"it is missing: {entry.number} comes after {last.number}")
    if entry.number < expected:
        return Break(entry.number, "repeated", f"it comes after {last.number}")
    if sha256(entry.text.encode()).hexdigest() != entry.hash:
        return Break(entry.number, "changed", "its hash is not that of what it says")
    if entry.previous != last.hash:
        return Break(entry.number, "inserted", f"it does not follow event {last.number} as that is now: one of the two was replaced")
    return None


def canonical(row: Mapping[str, Any]) -> str:
    """What is hashed of an event: all it says, in the one form that PostgreSQL's ``jsonb`` has (keys by length, then by bytes)."""
    at = row["at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return (
        f'{{"at": {_text(at)}, "id": {row["id"]}, "user": {_text(row["user_id"])}, "token": {_text(row["token_id"])}, '
        f'"action": {_text(row["action"])}, "detail": {row["detail_text"]}, "number": {row["number"]}, "subject": {_text(row["subject"])}, '
        f'"previous": {_text(row["previous"])}, "token_hint": {_text(row["token__hint"])}, "organisation": {_text(row["organisation__slug"])}}}'
    )


_text = json.JSONEncoder(ensure_ascii=False).encode  # escapes what PostgreSQL escapes, and nothing else
