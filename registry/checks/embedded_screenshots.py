"""A picture of a screen shows whatever was on it: names, cases, addresses."""

from __future__ import annotations

from collections.abc import Iterator

from registry.checks.model import Found, Subject, fingerprint

CODE = "embedded_screenshots"
TITLE = "Pictures of screens are in the files"
SEVERITY = "answer"
_SHOWN = 3


def run(subject: Subject) -> Iterator[Found]:
    """One finding for all of them, with the first places."""
    pictures = subject.content.of("image")
    if pictures:
        places = list(dict.fromkeys(picture.where for picture in pictures))
        more = f" (and {len(places) - _SHOWN} other places)" if len(places) > _SHOWN else ""
        yield Found(
            CODE,
            SEVERITY,
            f"{TITLE}: {len(pictures)}",
            where="; ".join(places[:_SHOWN])[:260] + more,
            why="The editor takes them while a process is recorded, with whatever stood on the screen.",
            mend="Take the pictures out: the automation runs without them. Or look at each, and say that none shows a person or a case.",
            fingerprint=fingerprint(subject.key, CODE, "; ".join(sorted(places)), "".join(sorted(picture.what for picture in pictures))),
        )
