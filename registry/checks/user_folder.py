"""A path below somebody's own folder names that person, and exists on no other machine."""

import re
from collections.abc import Iterator

from registry.checks.model import Found, Subject, gathered

CODE = "user_folder"
TITLE = "A path lies in somebody's own folder"
SEVERITY = "answer"
_OWN = re.compile(r"[\\/](?:users|home)[\\/]{1,4}(?P<owner>[A-Za-zÀ-ÿ0-9._-]{2,40})(?=[\\/])", re.IGNORECASE)
_NEEDLES = ("\\users\\", "/users/", "/home/")
_SHARED = frozenset(
    {
        "public",
        "default",
        "all users",
        "default user",
        "user",
        "username",
        "runner",
        "vsts",
        "root",
        "ubuntu",
        "me",
        "name",
        "your-name",
        "yourname",
    }
)


def run(subject: Subject) -> Iterator[Found]:
    """One finding for each such folder; the person's name is left out of it."""
    hits = [
        (hit, hit.match.group("owner").casefold())
        for hit in subject.content.after(_NEEDLES, _OWN)
        if hit.match.group("owner").casefold() not in _SHARED and _is_path(hit.fragment.text, hit.start, hit.match.group())
    ]
    yield from gathered(
        subject,
        hits,
        lambda owner, hit: Found(
            CODE,
            SEVERITY,
            TITLE,
            why="It names a person, and the folder is not there on a partner's robot.",
            mend="Use a setting for the folder, and publish again.",
        ),
    )


def _is_path(text: str, start: int, found: str) -> bool:
    """Of Windows with its drive, or of Unix at the beginning of a word: not ``/users/`` inside a web address."""
    if "\\" in found or "home" in found.lower()[:6]:
        return start == 0 or text[start - 1] in ":\\ \"'=(\n\t;,>%" or found.startswith("\\")
    return start == 0 or text[start - 1] in ":\"'= (\n\t"
