"""Ranges of NuGet and Python mean in our grammar what they mean there; what has no counterpart is any version."""

from __future__ import annotations

import pytest

from registry.values.foreign_ranges import our_range
from registry.values.ranges import parse_range

CASES = [
    ("nuget", "[1.0.3]", "1.0.3"),
    ("nuget", "1.0.3", ">=1.0.3"),
    ("nuget", "1.2", ">=1.2.0"),
    ("nuget", "[1.0, 2.0)", ">=1.0.0 <2.0.0"),
    ("nuget", "(1.0,2.0]", ">1.0.0 <=2.0.0"),
    ("nuget", "(,1.5.0]", "<=1.5.0"),
    ("nuget", "[2.0,)", ">=2.0.0"),
    ("nuget", "[1.0.3.0]", "1.0.3"),
    ("nuget", "[1.0.0-beta.1]", "1.0.0-beta.1"),
    ("nuget", "1.2.*", ">=1.2.0"),
    ("nuget", "[1.0.3.7]", "*"),  # a fourth number that no release here has
    ("nuget", "(1.0)", "*"),
    ("nuget", "", "*"),
    ("nuget", "newest", "*"),
    ("pypi", "==1.4.2", "1.4.2"),
    ("pypi", "==1.4.*", "1.4.x"),
    ("pypi", ">=1.2,<2", "<2.0.0 >=1.2.0"),
    ("pypi", "~=1.4", ">=1.4.0 <2.0.0"),
    ("pypi", "~=1.4.2", "~1.4.2"),
    ("pypi", ">=1,!=1.5", "<1.5.0 >=1.0.0 || >1.5.0 >=1.0.0"),
    ("pypi", "==1.0rc1", "*"),
    ("pypi", "!=1.*", "*"),
    ("pypi", "==1.4.2.*", "*"),
    ("pypi", "", "*"),
    ("pypi", "newest", "*"),
    ("moothall", "^1.2", "^1.2"),
    ("moothall", "latest", "*"),
    ("blueprism", "2.0", "*"),
]


@pytest.mark.parametrize(("ecosystem", "text", "ours"), CASES)
def test_a_range_of_another_platform_is_put_in_ours(ecosystem: str, text: str, ours: str) -> None:
    assert our_range(ecosystem, text) == ours
    parse_range(ours)
