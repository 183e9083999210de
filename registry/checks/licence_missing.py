"""Without a licence nobody may use a work, whoever can download it."""

from collections.abc import Iterator

from registry.checks.model import Facts, Found
from registry.formats.model import Inspection

CODE = "licence_missing"
TITLE = "A licence is missing"
SEVERITY = "answer"
_NONE = frozenset({"", "NONE", "NOASSERTION", "LICENSEREF-NONE"})
_MAX = 20


def run(inspection: Inspection, facts: Facts) -> Iterator[Found]:
    """One finding for the release, and one for each module held here that it needs and that has none."""
    if facts.licence is not None and facts.licence.upper() in _NONE:
        yield Found(
            CODE,
            SEVERITY,
            TITLE,
            where="licence",
            why="Partners may not use what nobody has licensed to them.",
            mend="Give an SPDX expression, such as EUPL-1.2, MIT or OGL-UK-3.0.",
        )
    needs = {need.held_by: need for need in facts.needs if need.status == "registry" and need.licence.upper() in _NONE}
    for need in list(needs.values())[:_MAX]:
        yield Found(
            CODE,
            SEVERITY,
            "Something it needs has no licence",
            where=need.held_by or need.name,
            why="Whoever takes this module takes that one too, and may not use it.",
            mend="Ask its publisher to give one, or take something else in its place.",
        )
