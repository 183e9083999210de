"""The patterns, and one value for each reference found."""

import re
from dataclasses import dataclass

# kind -> (pattern with named groups, how it is written)
PATTERNS = {
    "occurrence": (
        re.compile(r"\b(?P<force>4[34])\s*[-/]?\s*(?P<year>\d{2})\s*[-/]\s*0*(?P<serial>\d{1,7})\b"),
        "{force}{year}{serial:07d}",
    ),
    "action_fraud": (re.compile(r"\bNFRC\s*-?\s*(?P<serial>\d{12})\b", re.IGNORECASE), "NFRC{serial:012d}"),
    "planning": (re.compile(r"\bPL\s*/\s*(?P<year>20\d{2})\s*/\s*0*(?P<serial>\d{1,5})\b", re.IGNORECASE), "PL/{year}/{serial:05d}"),
}


@dataclass(frozen=True)
class Reference:
    """One reference: its kind and its text in the normal form."""

    kind: str
    text: str


def find(text: str) -> list[Reference]:
    """Every reference in ``text``, in the order in which they stand, each once."""
    hits = []
    for kind, (pattern, form) in PATTERNS.items():
        for match in pattern.finditer(text):
            parts = {name: int(value) if name == "serial" else value for name, value in match.groupdict().items()}
            hits.append((match.start(), Reference(kind, form.format(**parts))))
    return list(dict.fromkeys(reference for _, reference in sorted(hits, key=lambda hit: hit[0])))


def parse(text: str) -> Reference:
    """The one reference that ``text`` is; raises ValueError for none or several."""
    found = find(text)
    if len(found) != 1:
        raise ValueError(f"{text!r} holds {len(found)} references, not one")
    return found[0]
