"""What adopters say and what a practice is, to programs: as on the pages, and no figure for the whole module."""

from __future__ import annotations

import pytest

from registry.actions.decide_practice import decide_practice
from registry.actions.decide_rating_report import decide_rating_report
from registry.actions.reply_rating import reply_rating
from registry.actions.report_rating import report_rating
from registry.releases.models import Release
from tests.api.conftest import Caller
from tests.make import make_adoption, make_module, make_practice, make_rating, make_release, make_steward, make_token, make_viewer

pytestmark = pytest.mark.django_db
AT = "/api/v1/modules/hampshire/victim-update"


@pytest.fixture
def release() -> Release:
    return make_release("hampshire/victim-update", "1.4.0")


@pytest.fixture
def caller() -> Caller:
    return Caller(make_token("kent", ("read",)))


def test_ratings_each_and_the_mean_of_each_criterion(release: Release, caller: Caller) -> None:
    assert caller.get(f"{AT}/ratings").json() == {"count": 0, "means": [], "results": []}
    make_adoption(release, "wiltshire", since="2025-04-01")
    rating = make_rating(release, "wiltshire", 5, supported=2, effort_days=4)
    make_rating(release, "met", 4)
    reply_rating(rating=rating, text="Mended.", by=make_viewer("hampshire"))
    found = caller.get(f"{AT}/ratings").json()
    assert (found["count"], len(found["means"])) == (2, 5)
    assert found["means"][4] == {
        "criterion": "supported",
        "question": "How well does its publisher answer and mend?",
        "mean": 3.0,
        "organisations": 2,
    }
    assert set(found) == {"count", "means", "results"}
    said = next(each for each in found["results"] if each["organisation"] == "wiltshire")
    assert said["points"] == {"does_the_work": 5, "adapts": 5, "documented": 5, "reliable": 5, "supported": 2}
    assert (said["version"], said["live_since"], said["effort_days"], said["changed_at"]) == ("1.4.0", "2025-04-01", 4, None)
    assert (said["reply"]["text"], said["reply"]["is_to_earlier_words"]) == ("Mended.", False)
    assert rating.rated_by.name not in str(found), "the person is named to nobody"
    module = caller.get(AT).json()
    assert module["ratings"] == 2
    assert "rating" not in module


def test_what_is_hidden_is_in_no_answer_even_to_those_who_may_read_it_on_a_page(release: Release, caller: Caller) -> None:
    rating = make_rating(release, "wiltshire")
    report_rating(rating=rating, reason="Odd.", by=make_viewer("kent"))
    decide_rating_report(rating=rating, hide=True, reason="It names a person.", by=make_steward())
    for each in (caller, Caller(make_token("wiltshire", ("read",)))):
        assert each.get(f"{AT}/ratings").json() == {"count": 0, "means": [], "results": []}
        assert each.get(AT).json()["ratings"] == 0


def test_a_practice_record(release: Release, caller: Caller) -> None:
    assert caller.get(f"{AT}/practice").json()["code"] == "not_found"
    practice = make_practice(release.module, does_it_work="promising", basis="College of Policing, 2024", evidence_reference="A report")
    found = caller.get(f"{AT}/practice").json()
    assert (found["does_it_work"], found["basis"], found["confirmed_at"]) == ("untested", "", None)
    decide_practice(practice=practice, confirm=True, reason="Yes.", as_of=practice.changed_at, by=make_steward())
    found = caller.get(f"{AT}/practice").json()
    assert (found["module"], found["does_it_work"], found["basis"]) == ("hampshire/victim-update", "promising", "College of Policing, 2024")
    assert [field["field"] for field in found["fields"]] == [
        "does_it_work",
        "organisation",
        "stage_of_practice",
        "scale_of_initiative",
        "evaluation",
        "overview",
    ]


def test_of_a_module_one_does_not_see_there_is_neither(caller: Caller) -> None:
    make_practice(make_module("hampshire/hidden", visibility="own"))
    for what in ("ratings", "practice"):
        hidden, absent = (caller.get(f"/api/v1/modules/hampshire/{slug}/{what}") for slug in ("hidden", "nothing"))
        assert hidden.status_code == absent.status_code == 404
        assert hidden.content == absent.content
