"""What the API answers about runs that platforms export or log."""

from __future__ import annotations

from typing import Annotated, TypedDict

from registry.actions.import_runs import Imported


class UnknownNameShape(TypedDict):
    """A name that leads to no release your organisation sees. Say under /runs/connect what it stands for."""

    name: Annotated[str, "As the platform writes it, with the version where that alone is not known"]
    runs: Annotated[int, "How many; they were not stored"]


class RowProblemShape(TypedDict):
    """Why a row was not taken. Says which field, never what stood there."""

    code: str
    where: Annotated[str, "Such as row 7"]
    message: str
    mend: str


class ImportedRunsShape(TypedDict):
    """What became of a table of runs."""

    accepted: Annotated[int, "Stored, and counted within a minute or two"]
    duplicates: Annotated[int, "Sent before: not counted again"]
    held: Annotated[int, "Too old, in the future or far out of the usual: not counted until your organisation releases them under Runs"]
    ignored: Annotated[int, "Not ended yet, or of names that your organisation leaves out"]
    refused: Annotated[int, "Could not be read, or name a module or version that is not there"]
    unknown_names: Annotated[list[UnknownNameShape], "At most 200, most runs first"]
    problems: Annotated[list[RowProblemShape], "The first 50 of those refused"]


class DeliveryShape(TypedDict):
    """What became of a delivery."""

    accepted: Annotated[int, "1 where its run was stored"]
    duplicates: Annotated[int, "1 where it was sent before"]
    ignored: Annotated[int, "1 where it is no run that ended, or of a name that is left out or leads to no release"]


_MOST_NAMES = 200


def imported_shape(done: Imported) -> ImportedRunsShape:
    """``done`` as it is answered."""
    return ImportedRunsShape(
        accepted=done.accepted,
        duplicates=done.duplicates,
        held=done.held,
        ignored=done.ignored,
        refused=done.refused,
        unknown_names=[UnknownNameShape(name=name, runs=runs) for name, runs in done.unknown.most_common(_MOST_NAMES)],
        problems=[RowProblemShape(code=each.code, where=each.where, message=each.message, mend=each.mend) for each in done.problems],
    )
