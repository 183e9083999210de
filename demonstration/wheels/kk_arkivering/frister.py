"""Hvor længe en sag bliver liggende, regnet i år fra den dag, den blev lukket."""

from datetime import date

FRISTER = {"personalesag": 5, "byggesag": 10, "bevilling": 5, "henvendelse": 2}


def udloeb(sagstype: str, lukket: date) -> date:
    """Den dag, fristen udløber; en 29. februar flyttes til den 28. Rejser KeyError for en ukendt sagstype."""
    aar = lukket.year + FRISTER[sagstype]
    try:
        return lukket.replace(year=aar)
    except ValueError:
        return lukket.replace(year=aar, day=28)


def er_udloebet(sagstype: str, lukket: date, i_dag: date) -> bool:
    """Om sagen kan arkiveres ``i_dag``."""
    return udloeb(sagstype, lukket) <= i_dag
