"""Skriver en arkivpakke: sagens filer og en fortegnelse med deres kontrolsummer."""

import hashlib
import zipfile
from pathlib import Path

from kk_datavalidering import dato


def arkivpakke(mappe: Path, ud: Path, lukket: str) -> int:
    """Pak alle filer i ``mappe`` til ``ud`` og giv deres antal; ``lukket`` er datoen, som sagssystemet skriver den."""
    filer = sorted(fil for fil in mappe.rglob("*") if fil.is_file())
    linjer = [f"lukket {dato(lukket).isoformat()}"]
    with zipfile.ZipFile(ud, "w", zipfile.ZIP_DEFLATED) as pakke:
        for fil in filer:
            navn = fil.relative_to(mappe).as_posix()
            linjer.append(f"{hashlib.sha256(fil.read_bytes()).hexdigest()}  {navn}")
            pakke.write(fil, navn)
        pakke.writestr("fortegnelse.txt", "\n".join(linjer) + "\n")
    return len(filer)
