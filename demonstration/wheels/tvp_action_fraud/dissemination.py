"""Reads a dissemination file: one report a row, semicolons between columns."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TextIO

from case_references import parse


@dataclass(frozen=True)
class Dissemination:
    """One report: its reference in normal form, loss in pounds, and whether the victim was marked as vulnerable."""

    reference: str
    loss: Decimal
    is_vulnerable: bool
    has_named_suspect: bool


def read(stream: TextIO) -> Iterator[Dissemination]:
    """Every report in ``stream``; raises ValueError, naming the line, for one that cannot be read."""
    for number, row in enumerate(csv.DictReader(stream, delimiter=";"), start=2):
        try:
            yield Dissemination(
                reference=parse(row["reference"]).text,
                loss=Decimal(row["loss"].replace(",", "")),
                is_vulnerable=row["vulnerable"].strip().lower() == "yes",
                has_named_suspect=bool(row["suspect"].strip()),
            )
        except (KeyError, ValueError, ArithmeticError) as error:
            raise ValueError(f"line {number}: {error}") from error
