"""Programs, macros and scripts in drawings run on whoever opens them, outside the platform and its permissions."""

from __future__ import annotations

from collections.abc import Iterator

from registry.checks.model import Found, Subject, fingerprint

CODE = "active_content"
TITLE = "The files hold what runs outside the platform"
SEVERITY = "answer"
_MAX = 30


def run(subject: Subject) -> Iterator[Found]:
    """One finding for each program, document with macros and drawing with a script."""
    facts = {fact.where: fact for fact in subject.content.of("active")}
    for fact in list(facts.values())[:_MAX]:
        yield Found(
            CODE,
            SEVERITY,
            TITLE,
            where=fact.where[:300],
            why=f"It is {fact.what}. It runs with the rights of whoever starts it, and nothing here has judged what it does.",
            mend="Take it out, and name it in the README as something to be installed. Or say what it is for and where it comes from.",
            fingerprint=fingerprint(subject.key, CODE, fact.where, fact.what),
        )
