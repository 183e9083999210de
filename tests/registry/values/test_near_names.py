"""Names that may have been meant by another."""

from __future__ import annotations

import pytest

from registry.values.near_names import near_names


@pytest.mark.parametrize(
    ("name", "other", "is_near"),
    [
        ("Data - Oracle (MDA)", "Blue Prism - Oracle (MDA)", True),
        ("SMS Gatway", "SMS Gateway", True),
        ("sms gateway", "SMS Gateway", False),  # the same
        ("MS Excel VBO", "MS Word VBO", False),
        ("Pay", "Send", False),
        ("", "Send", False),
        ("Utility - Strings", "Utility - Network", False),
    ],
)
def test_what_is_near(name: str, other: str, is_near: bool) -> None:
    assert near_names(name, [other]) == ((other,) if is_near else ())


def test_the_likest_come_first_and_few_are_told() -> None:
    among = ["Fines Registry", "Fines Register 2", "Fines Registers", "Fine Register", "Fines Regist"]
    found = near_names("Fines Register", among)
    assert len(found) == 3
    assert {"Fines Registers", "Fines Register 2"} < set(found)
