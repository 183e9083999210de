"""Which licences cannot be joined in one work: a small table, for the licences that councils and forces use.

Only what the licences' own texts or their stewards say is in it; everything else is left to people.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from license_expression import Licensing, get_spdx_licensing

# Appendix of the EUPL 1.2, "compatible licences": a derived work may go under one of these instead.
_EUPL_COMPATIBLE = frozenset(
    [
        "GPL-2.0-only",
        "GPL-2.0-or-later",
        "GPL-3.0-only",
        "GPL-3.0-or-later",
        "AGPL-3.0-only",
        "AGPL-3.0-or-later",
        "OSL-2.1",
        "OSL-3.0",
        "EPL-1.0",
        "EPL-2.0",
        "CECILL-2.0",
        "CECILL-2.1",
        "MPL-2.0",
        "MPL-2.0-no-copyleft-exception",
        "LGPL-2.1-only",
        "LGPL-2.1-or-later",
        "LGPL-3.0-only",
        "LGPL-3.0-or-later",
        "CC-BY-SA-3.0",
        "EUPL-1.1",
        "EUPL-1.2",
        "LiLiQ-R-1.1",
        "LiLiQ-Rplus-1.1",
    ]
)
_GPL2 = frozenset({"GPL-2.0-only"})
_GPL2_LATER = frozenset({"GPL-2.0-or-later"})
_GPL3 = frozenset({"GPL-3.0-only", "GPL-3.0-or-later"})
_AGPL3 = frozenset({"AGPL-3.0-only", "AGPL-3.0-or-later"})
_CECILL = frozenset({"CECILL-2.0", "CECILL-2.1"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What may be the licence of a work that includes one under these terms, and who says so.

    ``severity`` is ``note`` where only a work made from the other one is meant, and not one that calls it.
    """

    allows: frozenset[str]
    source: str
    severity: str = "answer"


# A licence that is not here asks nothing of the whole work that we could judge (MIT, BSD, Apache, OGL, LGPL by linking) or is unknown to us.
COPYLEFT: dict[str, Terms] = {
    **dict.fromkeys(_GPL2, Terms(_GPL2, "section 2(b) of the GNU GPL 2")),
    **dict.fromkeys(_GPL2_LATER, Terms(_GPL2 | _GPL2_LATER | _GPL3 | _AGPL3, "section 9 of the GNU GPL 2")),
    **dict.fromkeys(_GPL3, Terms(_GPL3 | _AGPL3, "sections 5(c) and 13 of the GNU GPL 3")),
    **dict.fromkeys(_AGPL3, Terms(_AGPL3 | _GPL3, "sections 5(c) and 13 of the GNU AGPL 3")),
    **dict.fromkeys(("EUPL-1.2", "EUPL-1.1"), Terms(_EUPL_COMPATIBLE, "article 5 and the appendix of the EUPL", "note")),
    **dict.fromkeys(_CECILL, Terms(_CECILL | _GPL2 | _GPL2_LATER | _GPL3 | _AGPL3, "article 5.3.4 of the CeCILL")),
}
_FSF = "the Free Software Foundation's list of licences, on"
# What a permissive licence asks that a copyleft one forbids to ask.
CLASHES: dict[frozenset[str], Terms] = {
    frozenset({"Apache-2.0", "GPL-2.0-only"}): Terms(frozenset(), f"{_FSF} the Apache License 2.0"),
    **{
        frozenset({"BSD-4-Clause", gpl}): Terms(frozenset(), f"{_FSF} the original BSD licence")
        for gpl in sorted(_GPL2 | _GPL2_LATER | _GPL3 | _AGPL3)
    },
}
_MAX_CHOICES = 64


def problem(whole: str, part: str) -> Terms | None:
    """The terms by which a work under ``whole`` may not include one under ``part``; None where nobody says so.

    Of a choice (``OR``) the kindest counts, of what holds together (``AND``) each.
    """
    wholes, parts = choices(whole), choices(part)
    if not wholes or not parts:
        return None
    told = [_clash(one, other) for one in wholes for other in parts]
    return None if None in told else told[0]


def _clash(whole: frozenset[str], part: frozenset[str]) -> Terms | None:
    """With every licence of the part, at least one licence of the whole must be content, and none of them forbid it."""
    for licence in sorted(part):
        terms = COPYLEFT.get(licence)
        if terms and not whole & terms.allows:
            return terms
        for own in whole:
            if clash := CLASHES.get(frozenset({licence, own})):
                return clash
    return None


@functools.lru_cache(maxsize=1024)  # few expressions are used, and reading one takes milliseconds
def choices(expression: str) -> tuple[frozenset[str], ...]:
    """The sets of licences by which an SPDX expression may be kept; nothing for one we cannot read, or with too many of them."""
    licensing = _licensing()
    try:
        parsed = licensing.parse(expression, validate=False)
    except Exception:  # the library raises its own and its parser's errors
        return ()
    return _choices(parsed, licensing)


@functools.cache
def _licensing() -> Licensing:
    """The library's table of licences, which takes it a tenth of a second to build."""
    return get_spdx_licensing()


def _choices(node: object, licensing: Licensing) -> tuple[frozenset[str], ...]:
    if node is None:
        return ()
    if isinstance(node, licensing.OR):
        return tuple(one for arg in node.args for one in _choices(arg, licensing))[:_MAX_CHOICES]
    if isinstance(node, licensing.AND):
        sets: tuple[frozenset[str], ...] = (frozenset(),)
        for arg in node.args:
            sets = tuple(one | other for one in sets for other in _choices(arg, licensing))[:_MAX_CHOICES]
        return sets
    return (frozenset({str(node)}),)  # an exception (``WITH``) makes a licence of its own, which the table does not judge
