"""A module's licence must allow what the modules it is made of ask for."""

from collections.abc import Iterator

from registry.checks.licence_terms import problem
from registry.checks.model import Facts, Found
from registry.formats.model import Inspection

CODE = "licence_incompatible"
TITLE = "Its licence does not fit something it needs"
SEVERITY = "answer"
_MAX = 20


def run(inspection: Inspection, facts: Facts) -> Iterator[Found]:
    """One finding for each module held here, needed directly or through others, whose licence this one's cannot keep."""
    needs = {need.held_by: need for need in facts.needs if need.status == "registry" and need.licence}
    told = 0
    for need in needs.values():
        terms = problem(facts.licence or "", need.licence)
        if terms and told < _MAX:
            told += 1
            through = f", through {' and '.join(need.through)}" if need.through else ""
            yield Found(
                CODE,
                terms.severity,
                TITLE,
                where=f"{need.held_by} ({need.licence}){through}"[:300],
                why=f"A work under {facts.licence} that includes one under {need.licence} breaks {terms.source}.",
                mend="Publish under a licence that both allow, take another module in its place, or say why the two stay separate works.",
            )
