"""Kommandoen ``kk-arkiver``: pakker en sagsmappe, når dens frist er udløbet."""

import argparse
import sys
from datetime import date
from pathlib import Path

from kk_datavalidering import dato

from kk_arkivering.frister import FRISTER, er_udloebet
from kk_arkivering.pakke import arkivpakke


def main() -> int:
    """Slutter med 2, når fristen ikke er udløbet endnu."""
    valg = argparse.ArgumentParser(description=__doc__)
    valg.add_argument("mappe", type=Path)
    valg.add_argument("ud", type=Path)
    valg.add_argument("--sagstype", choices=sorted(FRISTER), required=True)
    valg.add_argument("--lukket", required=True)
    svar = valg.parse_args()
    if not er_udloebet(svar.sagstype, dato(svar.lukket), date.today()):
        sys.stdout.write("Fristen er ikke udløbet.\n")
        return 2
    sys.stdout.write(f"{arkivpakke(svar.mappe, svar.ud, svar.lukket)} filer pakket\n")
    return 0
