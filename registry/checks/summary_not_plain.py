"""Those who decide whether to take a module do not build robots: its summary must speak to them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from registry.checks.model import Facts, Found
from registry.formats.model import Inspection

CODE = "summary_not_plain"
TITLE = "The summary is not plain language"
SEVERITY = "note"
LONGEST = 25  # words in a sentence: GOV.UK content design, "Writing for GOV.UK"
_SENTENCE = re.compile(r"[.!?](?:\s|$)")
_PRODUCTS = re.compile(
    r"\b(?:uipath|blue ?prism|power automate|automation anywhere|reframework|orchestrator|control room|xaml|nupkg|bprelease|vbo|dataverse|robin script|camunda)\b",
    re.IGNORECASE,
)
_JARGON = re.compile(
    r"\b(?:api|json|xml|sql|odbc|sftp|oauth|regex|boolean|dispatcher|performer|queue items?|selectors?|payload|endpoint|leverag\w{1,4}|utilis\w{1,4}|utiliz\w{1,4}"
    r"|end-to-end|robust|seamless\w{0,2}|synerg\w{1,4}|holistic|functionality|facilitat\w{1,4}|streamlin\w{1,4}|paradigm|best-of-breed)\b",
    re.IGNORECASE,
)
_CODED = re.compile(r"\b(?:[A-Za-z]{1,30}_[A-Za-z_]{1,40}|[a-z]{1,20}[A-Z][A-Za-z]{1,30}|[A-Z]{2,8}-?\d{2,8}[A-Z]?)\b")


def run(inspection: Inspection, facts: Facts) -> Iterator[Found]:
    """One finding that says everything about the summary that a reader would stumble over."""
    if facts.summary is None:
        return
    said = tuple(_faults(facts.summary.strip(), facts.language))
    if said:
        missing = not facts.summary.strip()
        yield Found(
            CODE,
            SEVERITY,
            "There is no summary" if missing else TITLE,
            where="summary",
            why=" ".join(said),
            mend="Say in one sentence of everyday words what it does for whom, beginning with a verb: “Sends victims an update when their case changes.”",
        )


def _faults(summary: str, language: str) -> Iterator[str]:
    if not summary:
        yield "Nothing says in plain language what it does."
        return
    longest = max(len(sentence.split()) for sentence in _SENTENCE.split(summary))
    if longest > LONGEST:
        yield f"A sentence has {longest} words; people read {LONGEST} with ease."
    if len(summary.split()) < 3:
        yield "It says too little to tell what it does."
    if found := _PRODUCTS.search(summary):
        yield f"“{found.group()}” is the tool it is made with, which the page says elsewhere."
    if language.startswith("en") and (found := _JARGON.search(summary)):
        yield f"“{found.group()}” is a word of those who build robots."
    if found := _CODED.search(summary):
        yield f"“{found.group()}” is a code that only its own organisation knows."
