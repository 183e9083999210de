"""What a module needs and nobody is known to have, stops it on every partner's robot."""

from collections.abc import Iterator

from registry.checks.model import Facts, Found
from registry.formats.model import Inspection

CODE = "missing_dependency"
TITLE = "Something it needs is missing"
SEVERITY = "note"
_MAX = 30


def run(inspection: Inspection, facts: Facts) -> Iterator[Found]:
    """One finding for each thing that is neither in the files, nor held here, nor comes with the platform."""
    missing = {(need.ecosystem, need.name): need for need in facts.needs if need.status == "missing"}
    for need in list(missing.values())[:_MAX]:
        through = f" It is needed by {need.through[-1]}." if need.through else ""
        yield Found(
            CODE,
            SEVERITY,
            TITLE,
            where=f"{need.name} ({need.ecosystem})"[:300],
            why=f"It is not in the files, and nobody has published it here.{through}",
            mend="Put it into the release, publish it as a module of its own, or say in the README where to get it.",
        )
