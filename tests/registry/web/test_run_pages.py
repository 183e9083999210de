"""The pages about runs: what they say, in which words, and the files they offer."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client

from registry.telemetry import read
from registry.telemetry.naming import note_naming
from registry.web.templatetags.moothall import lasting, percent
from tests.make import make_member, make_month, make_organisation, make_release

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
AUGUST, SEPTEMBER, OCTOBER = (date(2026, month, 1) for month in (8, 9, 10))
TRIAGE = "hampshire/triage"
PAGES = ("/modules/hampshire/triage/runs", "/organisations/met/runs", "/runs/partnership")
FEW = "Fewer than 5 organisations share runs, so we show none."
DOWN = "Run figures are not available at the moment"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def reader(client: Client) -> Client:
    """Somebody at the Met, of a module that five others run and that the Met ran in August and September."""
    make_release(TRIAGE, "1.0.0")
    make_release("hampshire/letters", "1.0.0")
    for slug in ("cumbria", "dorset", "essex", "kent", "norfolk"):
        make_organisation(slug, name=slug.title())
        make_month(slug, TRIAGE, AUGUST, runs=100)
        make_month(slug, TRIAGE, OCTOBER, runs=100)
    make_month("met", TRIAGE, AUGUST, runs=1_200)
    make_month("met", "hampshire/letters", SEPTEMBER, runs=30)
    client.force_login(make_member(make_organisation("met", name="Metropolitan Police Service")))
    return client


def _words(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_modules_page_shows_own_and_others_apart(reader: Client) -> None:
    words = _words(reader.get(PAGES[0]))
    assert "Your force’s runs" in words
    assert "90% of your force’s runs completed" in words
    assert "90% of the runs that others share completed" in words
    assert "500 runs of these are of 5 or more organisations together." in words
    assert "1,080 runs" in words  # completed
    assert ">1,200<" in words


def test_a_modules_page_shows_versions_apart_as_far_as_they_may_be(reader: Client) -> None:
    make_release(TRIAGE, "2.0.0")
    make_month("met", TRIAGE, AUGUST, "2.0.0", runs=2_000)
    words = _words(reader.get(PAGES[0]))
    assert "Version 2.0.0 has most runs" in words
    make_month("surrey", TRIAGE, AUGUST, "2.0.0", runs=50)  # the others' months cannot be parted any more
    words = _words(reader.get(PAGES[0]))
    assert "Of the versions told apart, 2.0.0 has most runs" in words
    assert "Other versions" in words


def test_it_says_which_months_are_lower_only_because_they_are_not_settled(reader: Client) -> None:
    assert "Lower only because not settled yet" not in _words(reader.get(PAGES[0]))
    note_naming("kent", True, NOW.date())
    words = _words(reader.get(PAGES[0]))
    assert "Lower only because not settled yet: Oct 2026. Of these, what others share together comes later." in words


def test_it_says_why_nothing_of_others_is_shown(reader: Client) -> None:
    assert FEW in _words(reader.get(f"{PAGES[0]}?from=2026-10"))  # October is not settled
    assert FEW in _words(reader.get("/modules/hampshire/letters/runs"))


def test_who_shows_its_figures_has_a_line_and_a_page(reader: Client) -> None:
    note_naming("kent", True, NOW.date())
    words = _words(reader.get(PAGES[0]))
    assert '<a href="/organisations/kent/runs">Kent</a>' in words
    words = _words(reader.get("/organisations/kent/runs"))
    assert "It lets whoever sees a module see its figures of that module." in words
    assert "90% of the runs of Kent completed" in words
    for path in ("/organisations/dorset/runs", "/organisations/dorset/runs.csv", "/organisations/nobody/runs"):
        assert reader.get(path).status_code == 404


def test_an_organisations_page_lists_its_modules(reader: Client) -> None:
    words = _words(reader.get(PAGES[1]))
    assert words.index("/modules/hampshire/triage/runs") < words.index("/modules/hampshire/letters/runs")
    assert "Triage has most runs" in words


def test_the_partnerships_page_adds_up_what_is_shown(reader: Client) -> None:
    words = _words(reader.get(PAGES[2]))
    assert "<dt>Yours</dt><dd>1,230 runs</dd>" in words
    assert "<dt>Others, together</dt><dd>500 runs, each figure of five or more organisations</dd>" in words
    assert "1,730" in words


def test_the_months_are_chosen_by_a_form(reader: Client) -> None:
    words = _words(reader.get(f"{PAGES[2]}?from=2026-09&to=2026-09"))
    assert '<option value="2026-09" selected>Sep 2026</option>' in words
    assert "1,730" not in words
    assert 'href="/runs/partnership.csv?from=2026-09&amp;to=2026-09"' in words


@pytest.mark.parametrize("path", PAGES)
def test_what_is_no_month_is_refused_in_words(reader: Client, path: str) -> None:
    response = reader.get(f"{path}?from=<b>")
    assert response.status_code == 422
    assert "is no month" in response.content.decode()
    assert "<b> is" not in response.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_also_a_file(reader: Client, path: str) -> None:
    response = reader.get(f"{path}.csv?from=2026-08&to=2026-08")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="runs-')
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    own = [row for row in rows if row["shown_as"] == "own"]
    assert [(row["organisation"], row["runs"], row["duration_seconds"]) for row in own] == [("met", "1200", "2400.000")]
    others = [row for row in rows if row["shown_as"] == "others"]
    assert [(row["organisation"], row["organisations"], row["runs"]) for row in others] == ([] if "met" in path else [("", "5", "500")])


@pytest.mark.parametrize("path", PAGES)
def test_pages_stand_while_telemetry_is_down(reader: Client, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> list[read.MonthRow]:
        raise OperationalError

    monkeypatch.setattr(read, "monthly", down)
    assert DOWN in _words(reader.get(path))
    response = reader.get(f"{path}.csv")
    assert response.status_code == 503
    assert DOWN in response.content.decode()


def test_those_without_an_organisation_have_no_figures(client: Client) -> None:
    make_release(TRIAGE, "1.0.0")
    for path in PAGES:
        assert client.get(path).status_code == 302


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0.44, "0.4 seconds"),
        (9.96, "10 seconds"),
        (59.4, "59 seconds"),
        (59.6, "1 min 0 s"),
        (200, "3 min 20 s"),
        (7500, "2 h 5 min"),
    ],
)
def test_how_long_runs_take_in_words(seconds: float | None, words: str) -> None:
    assert lasting(seconds) == words


def test_no_runs_have_no_share() -> None:
    assert (percent(None), percent(0), percent(98)) == ("–", "0%", "98%")
