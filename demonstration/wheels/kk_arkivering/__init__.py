"""Finder sager, hvis frist er udløbet, og gør dem klar til arkivet."""

from kk_arkivering.frister import FRISTER, er_udloebet, udloeb
from kk_arkivering.pakke import arkivpakke

__all__ = ["FRISTER", "arkivpakke", "er_udloebet", "udloeb"]
