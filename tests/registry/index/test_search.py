"""Search as people type it, and facets that count what their asker may see."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.viewer import NOBODY, Viewer
from registry.index.entries import SearchQuery
from registry.index.search import search
from tests.make import make_module, make_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Viewer:
    return make_viewer("wiltshire", "viewer")


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    make_module(
        "hampshire/victim-update",
        title="Victim update",
        summary="Sends victims of crime an update.",
        systems=("Niche RMS",),
        readme="Uses the SMS gateway.",
    )
    make_module("hampshire/firearms", title="Firearms licensing", summary="Checks renewals.", licence="EUPL-1.2", systems=("NECVR",))
    make_module(
        "kobenhavn/journalisering", title="Journalisering af breve", summary="Gemmer bevillings- og afslagsbreve i sagen.", language="da"
    )
    make_module("met/secret-rota", title="Clandestine rota", summary="Plans the clandestine duties.", visibility="own")


def found(viewer: Viewer, q: str, **filters: object) -> list[str]:
    return [entry.id for entry in search(viewer, SearchQuery(q=q, **filters)).results]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("victim", "hampshire/victim-update"),
        ("victims updates", "hampshire/victim-update"),
        ("UPDATE victim", "hampshire/victim-update"),
        ("vic", "hampshire/victim-update"),
        ("victm updte", "hampshire/victim-update"),
        ("niche rms", "hampshire/victim-update"),
        ("sms gateway", "hampshire/victim-update"),
        ("the victim's update", "hampshire/victim-update"),
        ("hampshire/victim-update", "hampshire/victim-update"),
        ("journalisering", "kobenhavn/journalisering"),
        ("afslagsbrev", "kobenhavn/journalisering"),
        ("brevene", "kobenhavn/journalisering"),
        ("jurnalisering", "kobenhavn/journalisering"),
        ("firearm licence", "hampshire/firearms"),
    ],
)
def test_what_people_type(reader: Viewer, typed: str, first: str) -> None:
    assert found(reader, typed)[:1] == [first]


@pytest.mark.parametrize(
    "typed", ["'", "\\", "a & | !", "()", "<->", "%", "_", "\x00".replace("\x00", ""), "*:*", "'; DROP TABLE x; --", "🤖", "-", "x" * 5000]
)
def test_odd_input_is_only_words(reader: Viewer, typed: str) -> None:
    search(reader, SearchQuery(q=typed))


def test_a_correction_is_told(reader: Viewer) -> None:
    assert search(reader, SearchQuery(q="victm update")).corrected == "victim update"
    assert search(reader, SearchQuery(q="victim")).corrected == ""


def test_hidden_words_are_never_offered(reader: Viewer) -> None:
    result = search(reader, SearchQuery(q="clandestin"))
    assert (result.count, result.corrected) == (0, "")
    assert search(reader, SearchQuery(q="clandstine")).corrected == ""
    assert found(make_viewer("met"), "clandstine") == ["met/secret-rota"]


def test_facets_count_as_if_ticked_alone(reader: Viewer) -> None:
    result = search(reader, SearchQuery(publisher=("hampshire",), licence=("MIT",)))
    assert [entry.id for entry in result.results] == ["hampshire/victim-update"]
    counts = {facet: {value.value: value.count for value in values} for facet, values in result.facets.items()}
    assert counts["licence"] == {"MIT": 1, "EUPL-1.2": 1}
    assert counts["publisher"] == {"hampshire": 1, "kobenhavn": 1}
    assert counts["application"] == {"Niche RMS": 1}


def test_a_chosen_value_without_results_is_still_shown(reader: Viewer) -> None:
    values = search(reader, SearchQuery(publisher=("met",))).facets["publisher"]
    assert [(value.value, value.count) for value in values if value.is_chosen] == [("met", 0)]


def test_every_filter(reader: Viewer) -> None:
    assert found(reader, "", platform=("bpmn",), kind=("sequence",), status=("listed",), application=("NECVR",)) == ["hampshire/firearms"]
    assert found(reader, "", business_area=("planning",)) == []


def test_pages_and_sorts(reader: Viewer) -> None:
    assert found(reader, "", sort="title") == ["hampshire/firearms", "kobenhavn/journalisering", "hampshire/victim-update"]
    assert found(reader, "", sort="newest")[0] == "kobenhavn/journalisering"
    assert found(reader, "", sort="nonsense") == found(reader, "")
    second = search(reader, SearchQuery(sort="title", page=2, page_size=2))
    assert ([entry.id for entry in second.results], second.count, second.pages) == (["hampshire/victim-update"], 3, 2)
    assert search(reader, SearchQuery(page=10**9)).results == ()
    assert len(search(reader, SearchQuery(page=-3)).results) == 3


def test_nobody_sees_nothing() -> None:
    result = search(NOBODY, SearchQuery(q="victim"))
    assert (result.count, result.results, result.corrected) == (0, (), "")


def test_hidden_modules_change_nothing(reader: Viewer) -> None:
    queries = [SearchQuery(), SearchQuery(q="victim"), SearchQuery(q="victm"), SearchQuery(publisher=("met",))]
    before = [search(reader, query) for query in queries]
    make_module("met/victim-secret", title="Victim victim victm", summary="Victm.", visibility="own")
    make_module("hampshire/victim-draft", title="Victm draft", checked=False)
    assert [search(reader, query) for query in queries] == before


def test_the_number_of_queries_does_not_grow(reader: Viewer) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            search(reader, SearchQuery(q="victim"))
        return len(captured)

    before = queries()
    for number in range(5):
        make_module(f"hampshire/victim-{number}")
    assert queries() == before <= 5
