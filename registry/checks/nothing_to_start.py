"""An automation that nobody can start is of use to nobody."""

from collections.abc import Iterator

from registry.checks.model import Facts, Found
from registry.formats.model import Inspection

CODE = "nothing_to_start"
TITLE = "Nothing to start was found"
SEVERITY = "note"


def run(inspection: Inspection, facts: Facts) -> Iterator[Found]:
    """One finding for artefacts without any entry point."""
    if not inspection.entry_points and inspection.platform != "publiccode":  # which describes what is started elsewhere
        yield Found(
            CODE,
            SEVERITY,
            TITLE,
            where=inspection.name or "",
            why="Partners look here for what to run or to call, and with which inputs.",
            mend="Publish at least one action, workflow or start event, or say in the README how to use it.",
        )
