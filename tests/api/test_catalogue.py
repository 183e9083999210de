"""Finding and reading over the API, and what is hidden staying so."""

from __future__ import annotations

import pytest

from tests.api.conftest import Caller
from tests.make import bpmn, make_release, make_token

MODULES = "/api/v1/modules"


@pytest.fixture
def stocked(neighbour: Caller) -> Caller:
    """force-b, in a catalogue of two shared modules and one hidden from it."""
    make_release("force-a/victim-update", title="Victim update")
    letter = bpmn("Court letter", tasks=("Write it",))
    make_release("force-c/court-letter", data=letter, title="Court letter", summary="Writes letters to courts.", licence="EUPL-1.2")
    make_release("force-a/secret", title="Victim secret", visibility="own")
    return neighbour


def test_the_catalogue(stocked: Caller) -> None:
    body = stocked.get(f"{MODULES}?sort=title").json()
    assert (body["count"], body["next"], body["previous"], body["corrected"]) == (2, None, None, "")
    assert [one["id"] for one in body["results"]] == ["force-c/court-letter", "force-a/victim-update"]
    one = body["results"][1]
    assert (one["title"], one["platform"], one["latest_version"], one["url"]) == (
        "Victim update",
        "bpmn",
        "1.0.0",
        f"{MODULES}/force-a/victim-update",
    )
    assert {(value["value"], value["count"]) for value in body["facets"]["publisher"]} == {("force-a", 1), ("force-c", 1)}


def test_words_and_facets_narrow_it(stocked: Caller) -> None:
    def found(query: str) -> list[str]:
        return [one["slug"] for one in stocked.get(f"{MODULES}?{query}").json()["results"]]

    assert found("q=victim") == ["victim-update"]
    assert found("licence=EUPL-1.2") == ["court-letter"]
    assert sorted(found("publisher=force-a&publisher=force-c")) == ["court-letter", "victim-update"]
    assert found("publisher=force-a&licence=EUPL-1.2") == []


def test_a_mistyped_word_is_mended_and_said(stocked: Caller) -> None:
    body = stocked.get(f"{MODULES}?q=victm").json()
    assert [one["slug"] for one in body["results"]] == ["victim-update"]
    assert body["corrected"] == "victim"


def test_pages_lead_to_each_other(stocked: Caller) -> None:
    first = stocked.get(f"{MODULES}?page_size=1&sort=title&kind=sequence").json()
    assert (first["count"], len(first["results"]), first["previous"]) == (2, 1, None)
    second = stocked.get(first["next"].removeprefix("http://testserver")).json()
    assert (second["results"][0]["slug"], second["next"]) == ("victim-update", None)
    assert stocked.get(second["previous"].removeprefix("http://testserver")).json() == first
    assert stocked.get(f"{MODULES}?page=7").json()["results"] == []


REFUSALS = [
    ("page=0", "page_invalid"),
    ("page=x", "page_invalid"),
    ("page=-1", "page_invalid"),
    ("page=²", "page_invalid"),
    ("page=99999999999999999999", "page_invalid"),
    ("page_size=1000", "page_size_invalid"),
    ("sort=size", "sort_unknown"),
    ("plattform=bpmn", "unknown_parameter"),
    ("q=a&q=b", "field_twice"),
    ("q=%00", "text_invalid"),
    ("q=%ff", "text_invalid"),
    ("&".join(f"licence={n}" for n in range(51)), "too_many_values"),
]


@pytest.mark.parametrize(("query", "code"), REFUSALS)
def test_what_cannot_be_asked(stocked: Caller, is_problem, query: str, code: str) -> None:
    is_problem(stocked.get(f"{MODULES}?{query}"), 422, code)


def test_a_misspelt_parameter_gets_the_right_one(stocked: Caller, is_problem) -> None:
    assert "platform" in is_problem(stocked.get(f"{MODULES}?plattform=bpmn"), 422, "unknown_parameter")["mend"]


def test_a_module_its_releases_and_one_of_them(stocked: Caller) -> None:
    make_release("force-a/victim-update", "1.1.0", data=bpmn("Newer"))
    module = stocked.get(f"{MODULES}/force-a/victim-update").json()
    assert [release["version"] for release in module["releases"]] == ["1.1.0", "1.0.0"]
    assert (module["latest_version"], module["deprecated"], module["shared_with"]) == ("1.1.0", None, [])
    releases = stocked.get(f"{MODULES}/force-a/victim-update/releases").json()
    assert (releases["count"], releases["results"]) == (2, module["releases"])
    release = stocked.get(releases["results"][1]["url"]).json()
    assert (release["version"], release["inspection"]["platform"]) == ("1.0.0", "bpmn")
    assert [set(one) for one in release["sign_offs"]] == [{"role", "organisation", "at"}] * 4
    assert b"".join(stocked.get(release["artefacts"][0]["url"]).streaming_content) == bpmn("force-a/victim-update 1.0.0")


def test_a_release_that_is_not_listed_is_its_publishers_own_affair(stocked: Caller, publisher: Caller, is_problem) -> None:
    make_release("force-a/victim-update", "1.1.0", data=bpmn("Newer"), checked=False)
    path = f"{MODULES}/force-a/victim-update/releases/1.1.0"
    assert publisher.get(path).json()["state"] == "checking"
    is_problem(stocked.get(path), 404, "not_found")


def test_the_hidden_answers_like_the_absent(stocked: Caller, is_problem) -> None:
    for path in ("{}", "{}/releases", "{}/releases/1.0.0", "{}/releases/1.0.0/artefacts/process.bpmn"):
        hidden, absent = (stocked.get(f"{MODULES}/force-a/" + path.format(slug)) for slug in ("secret", "absent"))
        is_problem(hidden, 404, "not_found")
        assert hidden.content == absent.content
        assert {**hidden.headers} == {**absent.headers}


def test_what_is_hidden_changes_nothing_that_others_see(stocked: Caller) -> None:
    paths = [MODULES, f"{MODULES}?q=victim", f"{MODULES}/force-a/victim-update", f"{MODULES}/force-a/victim-update/releases"]
    before = [stocked.get(path) for path in paths]
    make_release("force-a/victim-update", "2.0.0", data=bpmn("Held back"), checked=False, title="")
    make_release("force-a/victim-more", visibility="own", title="Victim more")
    after = [stocked.get(path) for path in paths]
    assert [(one.content, one["ETag"]) for one in before] == [(one.content, one["ETag"]) for one in after]


@pytest.mark.parametrize(
    "path", ["", "?q=victim", "/force-a/victim-update", "/force-a/victim-update/releases", "/force-a/victim-update/releases/1.0.0"]
)
def test_who_has_it_already_is_told_so(stocked: Caller, path: str) -> None:
    first = stocked.get(MODULES + path)
    again = stocked.get(MODULES + path, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert "Authorization" in again["Vary"]
    assert "private" in again["Cache-Control"]
    make_release("force-a/victim-update", "1.2.0", data=bpmn("Newer"), changes="New.")
    changed = stocked.get(MODULES + path, **{"If-None-Match": first["ETag"]})
    assert changed.status_code == (304 if path.endswith("1.0.0") else 200)


def test_a_lost_share_ends_with_the_next_request(publisher: Caller, is_problem) -> None:
    reader = Caller(make_token("force-b", ("read",)))
    make_release("force-a/named", visibility="named", share_with=("force-b",))
    first = reader.get(f"{MODULES}/force-a/named")
    assert first.status_code == 200
    assert publisher.publish("force-a/named", bpmn("Second"), version="1.1.0", visibility="own").status_code == 201
    is_problem(reader.get(f"{MODULES}/force-a/named", **{"If-None-Match": first["ETag"]}), 404, "not_found")


def test_reading_takes_a_fixed_number_of_statements(stocked: Caller, django_assert_max_num_queries) -> None:
    stocked.get(MODULES)
    for number in range(5):
        make_release("force-a/victim-update", f"1.{number + 1}.0", data=bpmn(f"Number {number}"))
    with django_assert_max_num_queries(6):
        stocked.get(MODULES)
    with django_assert_max_num_queries(17):
        stocked.get(f"{MODULES}/force-a/victim-update")
