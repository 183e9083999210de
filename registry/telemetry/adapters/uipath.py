"""UiPath Orchestrator's webhooks: jobs and queue items that ended, and the signature they come with.

Payloads as in UiPath's Orchestrator guide, *Types of Events*; the signature as in *Managing webhooks*: the HMAC with SHA-256 of the body,
keyed with the webhook's secret in UTF-8, in base64, in the header ``X-UiPath-Signature``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from registry.telemetry.adapters.model import (
    Outcome,
    Read,
    Seen,
    Unread,
    body_invalid,
    fits_century,
    lasted,
    plain_name,
    plain_version,
)

HEADER: Final = "X-UiPath-Signature"
MAX_BYTES: Final = 1024 * 1024  # of one delivery; input and output arguments may be long
# A job that somebody stopped did not do its work, and no rule of the process kept it from it.
JOBS: Final[dict[str, Outcome]] = {"job.completed": "completed", "job.faulted": "system_exception", "job.stopped": "system_exception"}
ITEMS: Final = frozenset({"queueItem.transactionCompleted", "queueItem.transactionFailed"})
WANTED: Final = (*JOBS, *sorted(ITEMS))


class _Release(msgspec.Struct):
    ProcessKey: str | None = None  # the package's id
    ProcessVersion: str | None = None


class _Job(msgspec.Struct):
    Key: UUID
    StartTime: str | None = None
    EndTime: str | None = None
    Release: _Release | None = None


class _Failure(msgspec.Struct):
    Type: str | None = None  # BusinessException or ApplicationException


class _Item(msgspec.Struct):
    Key: UUID
    Status: str | None = None
    StartProcessing: str | None = None
    EndProcessing: str | None = None
    ProcessingException: _Failure | None = None


class _Queue(msgspec.Struct):
    Name: str | None = None


class _Event(msgspec.Struct):
    Type: str
    Job: _Job | None = None
    QueueItem: _Item | None = None
    Queue: _Queue | None = None


class _Kind(msgspec.Struct):
    Type: str


_event: Final = msgspec.json.Decoder(_Event)
_kind: Final = msgspec.json.Decoder(_Kind)


def read(body: bytes) -> Read:
    """The run that a delivery tells of; of other events nothing. Raises :class:`Refused` (``body_invalid``)."""
    found = Read()
    try:
        kind = _kind.decode(body).Type
        if kind not in WANTED:
            found.ignored = 1
            return found
        event = _event.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise body_invalid("an event of UiPath Orchestrator") from error
    try:
        found.events.append(_job(event) if kind in JOBS else _item(event))
    except Unread as problem:
        found.refuse(problem.at("Job" if kind in JOBS else "QueueItem"))
    return found


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether ``signature`` is that of ``body`` under ``secret``. Takes as long for a wrong one as for a right one."""
    wanted = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return hmac.compare_digest(_bytes(signature), wanted)


def signature_of(body: bytes, secret: str) -> str:
    """What Orchestrator sends in the header for ``body``."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def _bytes(signature: str) -> bytes:
    try:
        return base64.b64decode(signature.removeprefix("sha256="), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _job(event: _Event) -> Seen:
    job = event.Job
    if job is None or job.Release is None:
        raise Unread("field_missing", "The event has no job, or the job no process.", "Send the events of jobs as Orchestrator makes them.")
    started_at, seconds = _span(job.StartTime, job.EndTime)
    return Seen(
        where="Job",
        source="uipath",
        id=job.Key,
        started_at=started_at,
        duration_seconds=seconds,
        outcome=JOBS[event.Type],
        name=plain_name(job.Release.ProcessKey or ""),
        version=plain_version(job.Release.ProcessVersion or ""),
    )


def _item(event: _Event) -> Seen:
    """A queue item counts as a run of one item, of whatever its queue is said to stand for."""
    item = event.QueueItem
    if item is None or event.Queue is None:
        raise Unread("field_missing", "The event has no queue item, or no queue.", "Send the events of queues as Orchestrator makes them.")
    started_at, seconds = _span(item.StartProcessing, item.EndProcessing)
    name = plain_name(event.Queue.Name or "")
    return Seen(
        where="QueueItem",
        source="uipath_queue",
        id=item.Key,
        started_at=started_at,
        duration_seconds=seconds,
        outcome=_outcome(event, item),
        name=name,
    )


def _outcome(event: _Event, item: _Item) -> Outcome:
    if event.Type == "queueItem.transactionCompleted" and item.Status in (None, "Successful"):
        return "completed"
    failure = item.ProcessingException
    return "business_exception" if failure is not None and failure.Type == "BusinessException" else "system_exception"


def _span(start: str | None, end: str | None) -> tuple[datetime, float]:
    """When it started, and the seconds until it ended. A job that was stopped before it began has no start, and did not run."""
    try:
        started_at, ended_at = datetime.fromisoformat(start or ""), datetime.fromisoformat(end or "")
    except ValueError as error:
        raise Unread("time_invalid", "The start or end of the run is missing.", "Only jobs that ran are counted.") from error
    if started_at.tzinfo is None or ended_at.tzinfo is None:
        raise Unread("time_invalid", "The times have no time zone.", "Orchestrator sends them in UTC, with a Z.")
    return fits_century(started_at), lasted(started_at, ended_at)
