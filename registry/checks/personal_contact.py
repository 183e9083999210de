"""An e-mail address or a telephone number of a named person, in files that many will hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from registry.checks.model import Found, Subject, gathered
from registry.formats.texts.model import Hit

CODE = "personal_contact"
TITLE = "The files name how to reach a person"
SEVERITY = "answer"
_HOST = re.compile(r"@(?P<host>[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24})(?![\w@-])")
_WHO = re.compile(r"(?<![\w.%+-])[A-Za-z0-9._%+-]{1,64}\Z")
_PERSON = re.compile(r"[a-z]{1,20}[._-][a-z]{2,30}(?:[._-][a-z]{2,30})?\d{0,3}", re.IGNORECASE)
_DESK = re.compile(
    r"team|support|service|helpdesk|info|admin|office|noreply|no-reply|donotreply|contact|enquir|mail|post|robot|rpa|automation|test|example|user|name"
    r"|sales|security|account|system|notif|alert|group|shared|digital|data|council|police|press|licens|your|someone|kontakt|opensource|open-source|dev",
    re.IGNORECASE,
)
_SAMPLE_HOSTS = re.compile(
    r"(?:^|\.)(?:example|test|invalid|localhost|contoso|fabrikam|northwind\w*|adatum|woodgrove\w*)(?:\.|$)|^(?:domain|email|company|yourcompany|mycompany)\.",
    re.IGNORECASE,
)
# The look behind comes after the first letter: so the search skips what cannot begin a number.
_UK = re.compile(
    r"[+0](?<![\w.,/+=-].)(?:(?<=\+)44 ?(?:\(0\) ?)?|(?<=0)044 ?|(?<=0))"
    r"(?:7\d{3}[ -]?\d{3}[ -]?\d{3}|[12]\d{2,3}[ -]\d{3,4}[ -]?\d{3,4}|20[ -]\d{4}[ -]?\d{4})(?![\w/-]|[.,]\d)"
)
_DK = re.compile(r"[+0](?<![\w.,/+=-].)(?:(?<=\+)45|(?<=0)045) ?\d{2} ?\d{2} ?\d{2} ?\d{2}(?![\w/-])")
_PHONE_WORDS = re.compile(r"phone|mobile|\btel\b|\btel[.:]|sms|call|contact|fax|telefon|mobil|ring|number|recipient", re.IGNORECASE)
# Ofcom keeps these for drama: 07700 900xxx, 01632 960xxx, 020 7946 0xxx and the like.
_DRAMA = re.compile(r"(?:0|\+44|0044)\D{0,4}(?:7700\D?900|1632\D?960|20\D?7946\D?0|1\d1\D?496\D?0|\d{3,4}\D?555)")
_CREDITED = re.compile(r"authors?\b|maintainer|contributor|copyright|\(c\)|©", re.IGNORECASE)
_CREDITS = re.compile(
    r"(?:licen[cs]e|authors|copying|notice|metadata|pkg-info|contributors|changelog|pyproject\.toml|setup\.(?:py|cfg)|publiccode\.ya?ml)",
    re.IGNORECASE,
)


def run(subject: Subject) -> Iterator[Found]:
    """One finding for each person's address and number; neither is repeated in it."""
    kinds: dict[str, str] = {}
    hits: list[tuple[Hit, str]] = []
    for what, hit, value in (*_addresses(subject), *_numbers(subject)):
        if not _is_credit(hit):
            kinds.setdefault(value, what)
            hits.append((hit, value))
    yield from gathered(
        subject,
        hits,
        lambda value, hit: Found(
            CODE,
            SEVERITY,
            TITLE,
            why=f"It looks like {kinds.get(value, 'a way to reach somebody')}. Partners' robots would carry it, and people change posts.",
            mend="Use a shared mailbox or an asset, and publish again; or say that the person agreed.",
        ),
    )


def _is_credit(hit: Hit) -> bool:
    """Where a work says who wrote it, it is meant to."""
    fragment = hit.fragment
    own = fragment.file.rpartition("/")[2].lower()
    in_place = _CREDITS.match(own) or _CREDITED.search(f"{fragment.field} {fragment.name}")
    line = fragment.text[max(0, fragment.text.rfind("\n", 0, hit.start)) : hit.start] if fragment.line else ""
    return bool(in_place or _CREDITED.search(line))


def _addresses(subject: Subject) -> Iterator[tuple[str, Hit, str]]:
    """Of named persons only: a shared mailbox is what should stand there."""
    for hit in subject.content.after(("@",), _HOST):
        before = _WHO.search(hit.fragment.text[max(0, hit.start - 65) : hit.start])
        who = before.group() if before else ""
        if _PERSON.fullmatch(who) and not _DESK.search(who) and not _SAMPLE_HOSTS.search(hit.match.group("host")):
            yield "the e-mail address of a person", hit, f"{who}{hit.match.group()}"


def _numbers(subject: Subject) -> Iterator[tuple[str, Hit, str]]:
    for hit in (*subject.content.search(_UK), *subject.content.after(("+45", "0045"), _DK)):
        text, fragment = hit.match.group(), hit.fragment
        near = " ".join((fragment.field, fragment.name, *fragment.inside, fragment.text[max(0, hit.start - 60) : hit.start + 60]))
        if not _DRAMA.match(text) and (text.startswith("+") or _PHONE_WORDS.search(near)):
            yield "a telephone number", hit, text
