"""What the checks of a release are told of its needs: through several modules, in a bounded number of queries, and nothing that is hidden."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.catalogue.models import Module
from registry.checks.model import Facts
from registry.releases.dependencies import MAX_DEPTH, facts_for
from registry.releases.models import Dependency, Release
from tests.make import make_module, make_organisation

pytestmark = pytest.mark.django_db


def facts(*names: str, visibility: str = "partnership") -> Facts:
    rows = [Dependency(ecosystem="moothall", name=name, wanted=name, release=Release()) for name in names]
    return facts_for(make_organisation("hampshire"), rows, visibility=visibility, licence="MIT", summary="x", language="en-GB")


def told(found: Facts) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(need.name, need.status, need.licence, need.through) for need in found.needs]


def test_needs_of_needs_with_their_licences_and_the_way_to_them() -> None:
    make_module("met/deep", licence="Apache-2.0")
    make_module("met/middle", licence="MIT", dependencies=("met/deep",))
    assert told(facts("met/middle")) == [
        ("met/middle", "registry", "MIT", ()),
        ("met/deep", "registry", "Apache-2.0", ("met/middle",)),
    ]


def test_circles_end() -> None:
    make_module("met/one", dependencies=("met/two",))
    make_module("met/two", dependencies=("met/one",))
    assert [need.name for need in facts("met/one").needs] == ["met/one", "met/two", "met/one"]


def test_the_number_of_queries_does_not_grow_with_needs_nor_beyond_the_depth() -> None:
    make_organisation("hampshire")
    names = []
    for number in range(MAX_DEPTH + 3):
        make_module(f"met/m{number}", dependencies=tuple(names[-1:]))
        names.append(f"met/m{number}")
    with CaptureQueriesContext(
        connection,
    ) as few:
        found = facts(names[-1])
    assert len(found.needs) == MAX_DEPTH
    for number in range(8):
        make_module(f"met/other{number}")
    with CaptureQueriesContext(connection) as many:
        facts(names[-1], *(f"met/other{number}" for number in range(8)))
    assert len(many) == len(few) <= 3 * MAX_DEPTH + 1


@pytest.mark.parametrize("visibility", ["own", "named", "partnership"])
def test_a_module_that_readers_may_not_see_is_as_one_that_is_not_there(visibility: str) -> None:
    """Findings are read by all who see the module: only what all of them see counts, and one's own while nobody else reads."""
    absent = told(facts("met/secret", visibility=visibility))
    make_module("met/secret", visibility="own")
    assert told(facts("met/secret", visibility=visibility)) == absent == [("met/secret", "missing", "", ())]


def test_ones_own_module_counts_while_only_one_reads_it_oneself() -> None:
    make_module("hampshire/own", visibility="own")
    assert facts("hampshire/own", visibility="own").needs[0].status == "registry"
    assert facts("hampshire/own", visibility="partnership").needs[0].status == "missing"
    assert Module.objects.count() == 1


@pytest.mark.parametrize(
    ("ecosystem", "name", "status"),
    [
        ("a360-package", "String", "vendor"),
        ("a360-package", "ErrorHandler", "vendor"),
        ("a360-package", "String Utilities", "missing"),  # somebody's own, though it begins like the vendor's
        ("a360-bot", "Automation Anywhere/Bots/Write log", "missing"),
        ("openrpa-assembly", "OpenRPA.NM", "vendor"),
        ("openrpa-workflow", "RMS/Write log", "missing"),
    ],
)
def test_what_comes_with_automation_360_and_openrpa(ecosystem: str, name: str, status: str) -> None:
    rows = [Dependency(ecosystem=ecosystem, name=name, wanted=name.casefold(), release=Release())]
    found = facts_for(make_organisation("hampshire"), rows, visibility="own", licence="MIT", summary="x", language="en-GB")
    assert [need.status for need in found.needs] == [status]
