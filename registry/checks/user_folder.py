"""A path below somebody's own folder names that person, and exists on no other machine."""

import re
from collections.abc import Iterator

from registry.checks.model import Found
from registry.formats.model import Inspection

CODE = "user_folder"
TITLE = "A path lies in somebody's own folder"
SEVERITY = "answer"
_OWN = re.compile(r"^(?:[a-z]:)?[\\/](?:users|home)[\\/]+([^\\/]+)", re.IGNORECASE)
_SHARED = {"public", "default", "all users"}


def run(inspection: Inspection) -> Iterator[Found]:
    """One finding for each such folder; the person's name is left out of it."""
    owners = {match.group(1).casefold(): match.group(0) for path in inspection.reach.paths if (match := _OWN.match(path))}
    for owner, folder in owners.items():
        if owner not in _SHARED and not owner.startswith(("%", "[", "{", "$")):
            yield Found(
                CODE,
                SEVERITY,
                TITLE,
                where=folder[: -len(owner)] + "…",
                why="It names a person, and the folder is not there on a partner's robot.",
                mend="Use a setting for the folder, and publish again.",
            )
