"""A number that belongs to one person for life: NHS number, National Insurance number, CPR number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from registry.checks.model import Found, Subject, gathered
from registry.formats.texts.model import Hit

CODE = "personal_number"
TITLE = "A personal number is kept in the files"
SEVERITY = "stop"
# The look behind comes after the first letter: so the search skips what cannot begin a number.
_NHS = re.compile(r"[0-9](?<![\w./-][0-9])[0-9]{2}([ -]?)[0-9]{3}\1[0-9]{4}(?![\w/-]|[.,]\d)")
_NINO = re.compile(r"[ABCEGHJ-PRSTW-Z](?<![\w/-].)[ABCEGHJ-NPRSTW-Z](?<!BG|GB|KN|NK|NT|TN|ZZ) ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![\w/-])")
_CPR = re.compile(r"[0-3](?<![\w./-].)\d(?<=0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}-?\d{4}(?![\w/-]|[.,]\d)")
_NHS_WORDS = re.compile(r"nhs|patient|medical|health", re.IGNORECASE)
_NINO_WORDS = re.compile(r"national insurance|insurance n|\bni ?n(?:o|umber)|nino\b|\bnin\b", re.IGNORECASE)
_CPR_WORDS = re.compile(r"cpr|person(?:nummer|ummer|al number)|borger|fødselsdag|civilreg", re.IGNORECASE)
_NEAR = 120
# Numbers that their issuers set aside or use in examples.
_SAMPLES = frozenset(
    {"QQ123456C", "AB123456C", "AA123456A", "AA123456B", "JG103759A", "9434765919", "4010232137", "9999999999", "0000000000"}
)


def run(subject: Subject) -> Iterator[Found]:
    """One finding for each number; the number is left out of it."""
    kinds: dict[str, str] = {}
    hits: list[tuple[Hit, str]] = []
    for what, hit in (*_nhs(subject), *_nino(subject), *_cpr(subject)):
        value = re.sub(r"[ -]", "", hit.match.group())
        if value not in _SAMPLES and not value.startswith("999"):
            hits.append((hit, hit.match.group()))
            kinds.setdefault(hit.match.group(), what)
    yield from gathered(
        subject,
        hits,
        lambda value, hit: Found(
            CODE,
            SEVERITY,
            TITLE,
            why=f"It has the form of {kinds.get(value, 'one')}. It may name a living person, and it may not go to partners in a module.",
            mend="Take it out, use a number that its issuer sets aside for tests, and publish again.",
        ),
    )


def _nhs(subject: Subject) -> Iterator[tuple[str, Hit]]:
    """With its check digit, and with a word about it near: one in eleven numbers of ten digits has a right one."""
    for hit in subject.content.search(_NHS):
        if nhs_check(re.sub(r"\D", "", hit.match.group())) and _NHS_WORDS.search(_near(hit)):
            yield "an NHS number", hit


def _nino(subject: Subject) -> Iterator[tuple[str, Hit]]:
    """With a word about it near: reference numbers of other systems have the same form."""
    for hit in subject.content.search(_NINO):
        if _NINO_WORDS.search(_near(hit)):
            yield "a National Insurance number", hit


def _cpr(subject: Subject) -> Iterator[tuple[str, Hit]]:
    """With a word about it near: it has had no check digit since 2007."""
    for hit in subject.content.search(_CPR):
        if _CPR_WORDS.search(_near(hit)):
            yield "a Danish CPR number", hit


def nhs_check(digits: str) -> bool:
    """Whether the tenth digit is right: weights 10 to 2, modulus 11 (NHS Data Dictionary)."""
    rest = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9])) % 11
    return len(digits) == 10 and len(set(digits)) > 1 and rest != 10 and int(digits[9]) == rest % 11


def _near(hit: Hit) -> str:
    """The words around a number, and the names of where it stands."""
    fragment = hit.fragment
    text = fragment.text[max(0, hit.start - _NEAR) : hit.start + _NEAR]
    return " ".join((*fragment.inside, fragment.field, fragment.name, text.replace("_", " ")))
