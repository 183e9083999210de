"""What could not be looked into, no check has judged."""

from __future__ import annotations

from collections.abc import Iterator

from registry.checks.model import Found, Subject, fingerprint

CODE = "not_read"
TITLE = "A part of the files could not be checked"
SEVERITY = "answer"
_SHOWN = 3


def run(subject: Subject) -> Iterator[Found]:
    """One finding for all such parts, with the first places."""
    facts = subject.content.of("unread")
    if facts:
        places = list(dict.fromkeys(f"{fact.where}: {fact.what}" for fact in facts))
        more = f" (and {len(places) - _SHOWN} other places)" if len(places) > _SHOWN else ""
        yield Found(
            CODE,
            SEVERITY,
            TITLE,
            where="; ".join(places[:_SHOWN])[:260] + more,
            why="It is damaged, too large or packed too deeply. Secrets and personal data in it would not be noticed.",
            mend="Take it out or pack it plainly; or let a reviewer look into it.",
            fingerprint=fingerprint(subject.key, CODE, "; ".join(sorted(places))),
        )
