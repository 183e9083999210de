"""A publiccode.yml and the files beside it may name different licences: takers must know which one holds."""

from collections.abc import Iterator

from registry.checks.model import Facts, Found
from registry.errors import Refused
from registry.formats.model import Inspection
from registry.values.licences import parse_licence

CODE = "licence_differs"
TITLE = "Two licences are named"
SEVERITY = "answer"
_SPOKESMAN = "publiccode"


def run(inspection: Inspection, facts: Facts) -> Iterator[Found]:
    """One finding for each publiccode.yml whose licence another file of the release, or the package that holds it, contradicts."""
    for note in inspection.notes:
        if note.code == CODE:
            yield _found("licence", note.text)
    for own in facts.declared:
        others = [one for one in facts.declared if one.platform != _SPOKESMAN and not _same(one.licence, own.licence)]
        if own.platform == _SPOKESMAN and others:
            said = "; ".join(f"{one.filename} says {one.licence[:120]}" for one in others[:5])
            yield _found(own.filename, f"{own.filename} says {own.licence[:120]}; {said}.")


def _found(where: str, why: str) -> Found:
    return Found(CODE, SEVERITY, TITLE, where=where[:300], why=why[:900], mend="Make them agree, or say which one holds and why.")


def _same(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(licence: str) -> str:
    try:
        return parse_licence(licence)
    except Refused:
        return licence.strip().casefold()
