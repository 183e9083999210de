"""Kommandoen ``kk-valider``: læser en CSV-fil og skriver de rækker, en medarbejder skal se på."""

import csv
import sys

from kk_datavalidering.regler import beloeb, cvr, dato, postnummer, valider

REGLER = {"cvr": cvr, "dato": dato, "beloeb": beloeb, "postnummer": postnummer}


def main() -> int:
    """Slutter med 0, når alle rækker kan bruges."""
    antal = 0
    for nummer, raekke in enumerate(csv.DictReader(sys.stdin, delimiter=";"), start=2):
        kendte = {felt: regel for felt, regel in REGLER.items() if felt in raekke}
        for fejl in valider(raekke, kendte)[1]:
            antal += 1
            sys.stdout.write(f"linje {nummer}: {fejl.felt} {fejl.grund}\n")
    return 1 if antal else 0
