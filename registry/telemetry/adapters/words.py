"""The headings and states of platforms' exports, as they write them in English and Danish, and what they mean.

Sources: UiPath Orchestrator, Jobs, Export (Key, Process, … Started (absolute), Ended (absolute), State); Blue Prism, Control Room, Sessions
(ID, Process, Resource, User, Status, Start time, End time); Power Automate, Run history and the Dataverse tables Flow Run and Flow Session;
Automation 360, Activity, Historical (Status, Automation, Started on, Ended on).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from registry.telemetry.adapters.model import Outcome, Source

# For each field the headings that may hold it, the surest first. Compared in small letters, without punctuation.
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": (
        "key", "event id", "job key", "session id", "session number", "flow run id", "run id", "flow session id", "activity id",
        "automation id", "hændelses id", "kørsels id", "sessions id", "id",
    ),
    "module": ("module", "modul", "moothall module"),
    "name": (
        "process key", "package name", "process name", "process", "automation name", "automation", "bot name", "desktop flow name", "desktop flow",
        "workflow name", "flow name", "flow", "workflow", "task name", "release name", "file name", "bot", "procesnavn", "proces", "flownavn",
        "skrivebordsflow", "automatisering", "automatiseringens navn",
    ),
    "version": ("package version", "process version", "version", "pakkeversion", "procesversion", "udgave"),
    "started": (
        "started absolute", "started at", "started on", "run start", "run start time", "start time utc", "start time", "starttime", "start date time",
        "startdatetime", "start date", "session start", "started", "start", "startet den", "startet", "starttidspunkt", "startdato", "begyndt",
    ),
    "ended": (
        "ended absolute", "ended at", "ended on", "completed on", "run end", "run end time", "end time utc", "end time", "endtime", "end date time",
        "enddatetime", "end date", "session end", "completed", "ended", "end", "finished", "afsluttet den", "afsluttet", "sluttidspunkt", "slutdato",
        "slut",
    ),
    "milliseconds": ("duration ms", "duration milliseconds", "run duration ms", "varighed ms"),
    "duration": ("duration seconds", "duration in seconds", "duration s", "run duration", "duration", "elapsed time", "run time", "varighed sekunder", "varighed"),
    "outcome": ("outcome", "state", "status", "run status", "result", "udfald", "tilstand", "resultat"),
    "failure": ("exception type", "exceptiontype", "processing exception type", "fejltype", "undtagelsestype"),
    "items": (
        "items", "items processed", "number of items", "item count", "cases", "transactions", "antal", "antal sager", "sager", "emner", "antal emner",
    ),
}  # fmt: skip

# What tells whose export it is: any of these headings.
PLATFORMS: Final[Sequence[tuple[Source, frozenset[str]]]] = (
    ("uipath", frozenset({"started absolute", "host identity", "runtime type license", "process key", "package version"})),
    ("automation_anywhere", frozenset({"automation", "automation name", "bot name", "automatisering", "automatiseringens navn"})),
    (
        "power_automate",
        frozenset(
            {"desktop flow", "desktop flow name", "flow", "flow name", "workflow name", "flow run id", "flownavn", "skrivebordsflow"}
        ),
    ),
    ("blueprism", frozenset({"session number", "session id", "resource", "resource name", "ressource", "session start"})),
)

_COMPLETED = (
    "completed", "complete", "successful", "succeeded", "success", "finished", "passed", "done", "ok",
    "gennemført", "fuldført", "færdig", "udført", "lykkedes", "afsluttet", "fuldendt",
)  # fmt: skip
_BUSINESS = ("business exception", "businessexception", "business rule exception", "forretningsundtagelse", "forretningsfejl")
_SYSTEM = (
    "system exception", "systemexception", "application exception", "applicationexception", "faulted", "failed", "failure", "error", "exception",
    "terminated", "aborted", "stopped", "cancelled", "canceled", "timed out", "timedout", "timeout", "killed", "run failed", "run aborted",
    "run timed out", "deploy failed", "unsuccessful", "systemfejl", "fejlet", "fejl", "mislykket", "mislykkedes", "afbrudt", "stoppet",
    "annulleret",
)  # fmt: skip
OUTCOMES: Final[Mapping[str, Outcome]] = {
    **dict.fromkeys(_COMPLETED, "completed"),
    **dict.fromkeys(_BUSINESS, "business_exception"),
    **dict.fromkeys(_SYSTEM, "system_exception"),
}
UNFINISHED: Final = frozenset((
    "running", "pending", "queued", "in progress", "inprogress", "waiting", "suspended", "resumed", "scheduled", "stopping", "terminating",
    "warning", "paused", "run paused", "deployed", "update", "new", "debugging", "kører", "afventer", "venter", "i gang", "sat på pause", "planlagt",
))  # fmt: skip

_BREAKS = re.compile(r"[^0-9a-zæøå]+")


def folded(text: str) -> str:
    """A heading or state as it is compared."""
    return " ".join(_BREAKS.sub(" ", text.casefold()).split())


def columns(headings: Sequence[str]) -> dict[str, int]:
    """Which column holds which field; the first of those with the surest heading."""
    told = [folded(heading) for heading in headings]
    places = {}
    for name, known in HEADINGS.items():
        place = next((told.index(each) for each in known if each in told), None)
        if place is not None:
            places[name] = place
    return places


def platform_of(headings: Sequence[str]) -> Source:
    """Whose export has such headings; ``table`` where nothing tells."""
    told = {folded(heading) for heading in headings}
    return next((source for source, known in PLATFORMS if told & known), "table")
