"""Rows kept from trying an automation are often real ones."""

from __future__ import annotations

from collections.abc import Iterator

from registry.checks.model import Found, Subject, fingerprint

CODE = "stored_test_data"
TITLE = "Stored data is in the files"
SEVERITY = "answer"
_MAX = 30


def run(subject: Subject) -> Iterator[Found]:
    """One finding for each place with rows or files of data."""
    facts = {fact.where: fact for fact in subject.content.of("data")}
    for fact in list(facts.values())[:_MAX]:
        yield Found(
            CODE,
            SEVERITY,
            TITLE,
            where=fact.where[:300],
            why=f"{fact.what}. Data from a test is often data about people.",
            mend="Take it out, or say that all of it is invented.",
            fingerprint=fingerprint(subject.key, CODE, fact.where, fact.what),
        )
