"""Kontrollerer felter i ansøgninger og indberetninger, før en robot taster dem ind."""

from kk_datavalidering.regler import Fejl, beloeb, cvr, dato, postnummer, valider

__all__ = ["Fejl", "beloeb", "cvr", "dato", "postnummer", "valider"]
