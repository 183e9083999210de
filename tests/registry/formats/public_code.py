"""A publiccode.yml as the standard wants it, for tests to change one thing in."""

from __future__ import annotations

import json
from typing import Any

LONG = {
    "en": "Letters are read, their sender is found in the register of residents, and the answer is laid into the case. "
    "Somebody of the office looks at whatever the robot was not sure of.",
    "da": "Breve bliver læst, afsenderen bliver slået op i folkeregistret, og svaret bliver lagt på sagen. "
    "En medarbejder ser på det, som robotten ikke var sikker på, inden noget sendes.",
}


def document(**changes: Any) -> dict[str, Any]:
    """A valid file; a change of ``None`` takes a key out."""
    whole: dict[str, Any] = {
        "publiccodeYmlVersion": "0",
        "name": "Brevpost",
        "url": "https://git.example.org/kobenhavn/brevpost",
        "softwareVersion": "2.1.0",
        "platforms": ["windows"],
        "categories": ["document-management"],
        "developmentStatus": "stable",
        "softwareType": "standalone/desktop",
        "description": {
            "en": {
                "localisedName": "Letter post",
                "shortDescription": "Files letters with the cases they belong to.",
                "longDescription": LONG["en"],
                "features": ["Reads letters", "Files them"],
            },
            "da": {
                "localisedName": "Brevpost",
                "shortDescription": "Lægger breve på de sager, de hører til.",
                "longDescription": LONG["da"],
                "features": ["Læser breve", "Journaliserer dem"],
            },
        },
        "legal": {"license": "EUPL-1.2", "mainCopyrightOwner": "Københavns Kommune"},
        "maintenance": {"type": "community", "contacts": [{"name": "Ida Holm", "email": "ida@example.org"}]},
        "localisation": {"localisationReady": True, "availableLanguages": ["da", "en"]},
    }
    return {key: value for key, value in {**whole, **changes}.items() if value is not None}


def written(value: Any, depth: int = 0) -> str:
    """The value as YAML: JSON's scalars, one key or entry on a line."""
    pad = "  " * depth
    if isinstance(value, dict) and value:
        return "".join(f"\n{pad}{key}: {written(one, depth + 1)}" for key, one in value.items())
    if isinstance(value, list) and value:
        return "".join(f"\n{pad}- {written(one, depth + 1).lstrip()}" for one in value)
    return json.dumps(value, ensure_ascii=False)


def public_code(**changes: Any) -> bytes:
    """The file's bytes."""
    return (written(document(**changes)).lstrip() + "\n").encode()
