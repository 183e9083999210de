"""Vectors are read metric by metric; the scores are those of FIRST's own examples."""

from __future__ import annotations

import pytest

from registry.errors import Refused
from registry.values.severities import check_vector, level_of, vector_kind

V4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"


@pytest.mark.parametrize(
    ("vector", "kind", "level"),
    [
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS_V3", "critical"),  # 9.8
        ("CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", "CVSS_V3", "moderate"),  # 6.4
        ("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", "CVSS_V3", "high"),  # 7.8
        ("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N", "CVSS_V3", "low"),  # 1.6
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N/E:U/MAV:L", "CVSS_V3", "low"),  # 0.0
        (V4, "CVSS_V4", None),
        (f"{V4}/E:A/U:Amber/MSI:S", "CVSS_V4", None),
    ],
)
def test_a_whole_vector_is_taken(vector: str, kind: str, level: str | None) -> None:
    assert check_vector(f" {vector} ") == vector
    assert vector_kind(vector) == kind
    assert level_of(vector) == level


@pytest.mark.parametrize(
    ("vector", "said"),
    [
        ("AV:N/AC:L", "begins with none"),
        ("CVSS:2.0/AV:N", "begins with none"),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", "lacks A"),
        ("CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "AV:X"),
        ("CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "AV is given twice"),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/U:Amber", "U:Amber"),
        (V4.replace("AT:N/", ""), "lacks AT"),
        ("CVSS:3.1/" + "/".join(["E:X"] * 100), "begins with none"),
    ],
)
def test_anything_else_is_refused_with_what_is_wrong(vector: str, said: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_vector(vector)
    assert (refusal.value.code, refusal.value.where) == ("cvss_invalid", "cvss")
    assert said in refusal.value.message
