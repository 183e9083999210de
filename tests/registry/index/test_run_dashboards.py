"""Runs as a reader may see them: whose figures in full, whose by name, whose only together, and of which modules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import OperationalError

from accounts.models import ApiToken, Membership, Role
from accounts.tokens import find_token
from accounts.viewer import Viewer, viewer_of, viewer_of_token
from registry.catalogue.models import Module
from registry.errors import Missing, Refused
from registry.index import run_figures as runs
from registry.index import run_pages
from registry.index.read import entries_of
from registry.index.run_figures import NAMED, OTHERS, OWN, Period, lines, period, run_signal
from registry.index.run_files import COLUMNS, runs_csv
from registry.lifecycle.models import FormerIdentifier
from registry.releases.models import Release
from registry.telemetry import read
from registry.telemetry.naming import note_naming
from tests.make import make_member, make_month, make_organisation, make_release, make_token, make_viewer

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
AUGUST, SEPTEMBER, OCTOBER, NOVEMBER = (date(2026, month, 1) for month in (8, 9, 10, 11))
YEAR = Period(date(2025, 12, 1), NOVEMBER)
TRIAGE = "hampshire/triage"
FORCES = ("cumbria", "dorset", "essex", "kent", "norfolk")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def module() -> Module:
    """Shared with everybody, with two releases."""
    make_release(TRIAGE, "1.0.0")
    return make_release(TRIAGE, "2.0.0").module


def _reported(*forces: str, month: date = AUGUST, module: str = TRIAGE, version: str = "1.0.0", runs: int = 10) -> None:
    for force in forces:
        make_organisation(force)
        make_month(force, module, month, version, runs=runs)


def _entry(viewer: Viewer, span: Period = YEAR) -> run_pages.RunsEntry:
    entry = run_pages.module_page(viewer, "hampshire", "triage", span)[1]
    assert entry is not None
    return entry


# ---- whose ----


def test_ones_own_are_seen_in_full_in_every_month(module: Module) -> None:
    for month in (AUGUST, NOVEMBER):
        make_month("met", TRIAGE, month, "1.0.0", runs=20)
    make_month("met", TRIAGE, NOVEMBER, "2.0.0", runs=5, items=7, system_exceptions=1)
    entry = _entry(make_viewer("met"))
    assert (entry.own.runs, entry.own.items, entry.own.system) == (45, 127, 1)
    assert {each.month: each.own.runs for each in entry.months if each.own.runs} == {AUGUST: 20, NOVEMBER: 25}
    assert [(each.version, each.own.runs) for each in entry.versions] == [("2.0.0", 5), ("1.0.0", 40)]
    assert entry.elsewhere.runs == 0


def test_four_others_are_not_seen_and_five_are_once_the_month_is_settled(module: Module) -> None:
    _reported(*FORCES[:4])
    met = make_viewer("met")
    assert _entry(met).others.runs == 0
    assert [each.others for each in _entry(met).months] == [None] * 12
    _reported(FORCES[4])
    _reported(*FORCES, month=OCTOBER)  # settles on 2 December
    entry = _entry(met)
    assert (entry.others.runs, entry.organisations) == (50, 5)
    assert {each.month for each in entry.months if each.others} == {AUGUST}
    assert [each.is_settled for each in entry.months[-3:]] == [True, False, False]
    with time_machine.travel(datetime(2026, 12, 2, tzinfo=UTC)):
        assert _entry(met).others.runs == 100


def test_one_of_the_five_sees_itself_and_not_the_other_four(module: Module) -> None:
    _reported(*FORCES)
    entry = _entry(make_viewer("kent"))
    assert (entry.own.runs, entry.others.runs) == (10, 0)


def test_a_member_of_two_sees_both_and_neither_counts_whichever_it_acts_for(module: Module) -> None:
    _reported(*FORCES, "surrey")
    user = make_member("kent")
    Membership.objects.create(user=user, organisation=make_organisation("surrey"), role=Role.VIEWER)
    views = [_entry(viewer_of(user, slug)) for slug in ("kent", "surrey")]
    assert views[0] == views[1]
    assert (views[0].own.runs, views[0].others.runs) == (20, 0)


def test_a_token_sees_nothing_together_that_its_maker_could_take_apart(module: Module) -> None:
    _reported(*FORCES, "surrey")
    token = find_token(make_token("surrey", ("read",)))
    assert token is not None
    assert _entry(viewer_of_token(token)).others.runs == 50
    both = make_member("kent")
    Membership.objects.create(user=both, organisation=make_organisation("surrey"), role=Role.PUBLISHER)
    ApiToken.objects.filter(pk=token.pk).update(created_by=both)
    entry = _entry(viewer_of_token(ApiToken.objects.select_related("organisation").get(pk=token.pk)))
    assert (entry.own.runs, entry.others.runs) == (10, 0)  # surrey's own; the five others include kent, whose figures its maker knows


def test_an_auditor_sees_everything_in_full(module: Module) -> None:
    _reported(*FORCES[:2], month=NOVEMBER)
    entry = _entry(make_viewer(make_organisation("moothall", kind="partnership"), Role.AUDITOR))
    assert (entry.is_everything, entry.own.runs, entry.others.runs) == (True, 20, 0)


def test_a_steward_sees_no_more_than_others(module: Module) -> None:
    _reported(*FORCES[:4])
    entry = _entry(make_viewer(make_organisation("moothall", kind="partnership"), Role.STEWARD))
    assert entry.all.runs == 0


def test_who_shows_its_figures_is_seen_by_name_from_then_on(module: Module) -> None:
    _reported(*FORCES, "surrey")
    _reported("surrey", month=OCTOBER)
    note_naming("surrey", True, NOW.date())
    entry = _entry(make_viewer("met"))
    assert [(each.slug, each.sums.runs) for each in entry.by_name] == [("surrey", 10)]  # October's, of which nothing was shown before
    assert (entry.named.runs, entry.others.runs) == (10, 60)
    note_naming("surrey", False, NOW.date())
    entry = _entry(make_viewer("met"))
    assert (entry.by_name, entry.named.runs, entry.others.runs) == ((), 0, 60)


# ---- of what ----


def test_runs_under_a_former_name_are_the_modules(module: Module) -> None:
    FormerIdentifier.objects.create(publisher="dorset", slug="sorting", module=module)
    _reported(*FORCES[:3])
    _reported(*FORCES[2:], module="dorset/sorting")
    entry = _entry(make_viewer("met"))
    assert (entry.others.runs, entry.organisations) == (60, 5)
    partnership = run_pages.partnership_page(make_viewer("met"), YEAR)
    assert partnership is not None
    assert [(each.identifier, each.sums.runs) for each in partnership.modules] == [(TRIAGE, 60)]


def test_a_version_that_is_not_shown_to_the_reader_is_not_named(module: Module) -> None:
    _reported(*FORCES)
    _reported("a1", "a2", "a3", "a4", "a5", version="2.0.0")
    make_month("surrey", TRIAGE, OCTOBER, "2.0.0")
    make_organisation("surrey")
    note_naming("surrey", True, NOW.date())
    met = make_viewer("met")
    assert [each.version for each in _entry(met).versions] == ["2.0.0", "1.0.0"]
    Release.objects.filter(module=module, version="2.0.0").update(quarantined_at=NOW, quarantine_reason="An inquiry.")
    entry = _entry(met)
    assert [(each.version, each.elsewhere.runs) for each in entry.versions] == [("1.0.0", 50), ("", 60)]
    assert "2.0.0" not in runs_csv(lines(runs.module_runs(met, module, YEAR))).decode()
    owner = _entry(make_viewer("hampshire"))
    assert [each.version for each in owner.versions] == ["2.0.0", "1.0.0"]


def test_the_partnerships_page_knows_visible_modules_alone(module: Module) -> None:
    make_release("hampshire/secret", visibility="own")
    _reported(*FORCES)
    met = make_viewer("met")
    before = run_pages.partnership_page(met, YEAR)
    _reported(*FORCES, module="hampshire/secret", runs=1000)
    make_month("met", "hampshire/secret", AUGUST)
    assert run_pages.partnership_page(met, YEAR) == before
    owner = run_pages.partnership_page(make_viewer("hampshire"), YEAR)
    assert owner is not None
    assert [each.identifier for each in owner.modules] == ["hampshire/secret", TRIAGE]
    assert [(each.code, each.sums.runs) for each in owner.platforms] == [("bpmn", 5060)]


def test_a_hidden_module_is_missing() -> None:
    make_release("hampshire/secret", visibility="own")
    with pytest.raises(Missing):
        run_pages.module_page(make_viewer("met"), "hampshire", "secret", YEAR)


def test_an_organisation_sees_what_it_reports_of_modules_that_it_sees_no_longer(module: Module) -> None:
    make_month("met", TRIAGE, AUGUST)
    make_month("met", "hampshire/gone", AUGUST, runs=30)
    _, entry = run_pages.organisation_page(make_viewer("met"), "met", YEAR)
    assert entry is not None
    assert [(each.identifier, each.title, each.is_visible) for each in entry.modules] == [
        ("hampshire/gone", "hampshire/gone", False),
        (TRIAGE, "Triage", True),
    ]


def test_an_organisation_that_does_not_show_its_figures_has_no_such_page(module: Module) -> None:
    make_organisation("met")
    make_month("met", TRIAGE, OCTOBER)
    kent = make_viewer("kent")
    for slug in ("met", "nobody"):
        with pytest.raises(Missing):
            run_pages.organisation_page(kent, slug, YEAR)
        with pytest.raises(Missing):
            run_pages.organisation_lines(kent, slug, YEAR)
    make_release("hampshire/secret", visibility="own")
    make_month("met", "hampshire/secret", OCTOBER, runs=70)
    note_naming("met", True, NOW.date())
    _, entry = run_pages.organisation_page(kent, "met", YEAR)
    assert entry is not None
    assert [each.identifier for each in entry.modules] == [TRIAGE]
    assert entry.all.runs == 10
    assert "secret" not in runs_csv(lines(run_pages.organisation_lines(kent, "met", YEAR))).decode()


# ---- files, the signal, periods ----


def test_a_file_has_a_row_for_each_month_and_organisation_or_group(module: Module) -> None:
    _reported(*FORCES)
    _reported("surrey", month=OCTOBER)
    note_naming("surrey", True, NOW.date())
    make_month("met", TRIAGE, NOVEMBER, "2.0.0", runs=8)
    found = list(lines(runs.module_runs(make_viewer("met"), module, YEAR)))
    assert [(line.shown_as, line.organisation, line.version, line.organisations, line.sums.runs) for line in found] == [
        (OWN, "met", "2.0.0", 1, 8),
        (NAMED, "surrey", "1.0.0", 1, 10),
        (OTHERS, "", "1.0.0", 5, 50),
    ]
    text = runs_csv(found).decode().split("\r\n")
    assert text[0] == ",".join(COLUMNS)
    assert text[1] == "2026-11-01,hampshire/triage,own,met,2.0.0,1,8,8,0,0,24,16.000"
    assert text[3] == "2026-08-01,hampshire/triage,others,,1.0.0,5,50,45,5,0,150,100.000"


def test_a_file_says_where_versions_are_not_told_apart(module: Module) -> None:
    _reported(*FORCES)
    _reported("surrey", version="2.0.0")
    text = runs_csv(lines(runs.module_runs(make_viewer("met"), module, YEAR))).decode().split("\r\n")
    assert text[1] == "2026-08-01,hampshire/triage,others,,all,6,60,54,6,0,180,120.000"
    _reported("a1", "a2", "a3", "a4", "a5", "a6", version="3.0.0")
    text = runs_csv(lines(runs.module_runs(make_viewer("met"), module, YEAR))).decode().split("\r\n")
    assert [line.split(",")[4:7] for line in text[1:-1]] == [["all", "12", "120"]]  # 3.0.0 is no release that met sees
    make_release(TRIAGE, "3.0.0")
    text = runs_csv(lines(runs.module_runs(make_viewer("met"), module, YEAR))).decode().split("\r\n")
    assert [line.split(",")[4:7] for line in text[1:-1]] == [["3.0.0", "6", "60"], ["other", "6", "60"]]


def test_the_signal_adds_up_what_the_reader_may_add_up(module: Module, django_assert_max_num_queries) -> None:
    met = make_viewer("met")
    entry = entries_of(met, [module.pk])[0]
    assert run_signal(met, entry) is None
    _reported(*FORCES)
    make_month("met", TRIAGE, NOVEMBER, runs=50)
    with django_assert_max_num_queries(3):
        signal = run_signal(met, entry)
    assert signal is not None
    assert (signal.sums.runs, signal.sums.completed_percent, signal.own.runs, signal.named, signal.others) == (100, 90, 50, 0, 5)


def test_telemetry_that_is_down_leaves_the_pages_standing(module: Module, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> list[read.MonthRow]:
        raise OperationalError

    monkeypatch.setattr(read, "monthly", down)
    met = make_viewer("met")
    assert run_signal(met, entries_of(met, [module.pk])[0]) is None
    assert run_pages.module_page(met, "hampshire", "triage", YEAR)[1] is None
    assert run_pages.organisation_page(met, "met", YEAR)[1] is None
    assert run_pages.partnership_page(met, YEAR) is None


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (("", ""), (date(2025, 12, 1), NOVEMBER)),
        (("2026-08", "2026-10"), (AUGUST, OCTOBER)),
        (("2026-08", ""), (AUGUST, NOVEMBER)),
        (("2024-02", ""), (date(2024, 2, 1), date(2025, 1, 1))),
        (("", "2025-01"), (date(2024, 2, 1), date(2025, 1, 1))),
        (("2027-03", ""), (date(2027, 3, 1), date(2027, 3, 1))),
    ],
)
def test_a_period_is_a_year_unless_both_ends_are_given(asked: tuple[str, str], shown: tuple[date, date]) -> None:
    found = period(*asked)
    assert (found.first, found.last) == shown


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("2026-13", "", "month_invalid"),
        ("2026-1", "", "month_invalid"),
        ("banana!", "", "month_invalid"),
        ("", "2026-08-01", "month_invalid"),
        ("٢٠٢٦-08", "", "month_invalid"),
        ("0000-01", "", "month_invalid"),
        ("2026-09", "2026-08", "period_backwards"),
        ("2016-10", "2026-10", "period_too_long"),
        ("1999-12", "", "month_invalid"),
        ("", "9999-12", "month_invalid"),
        ("2000-01", "2099-12", "period_too_long"),
    ],
)
def test_what_is_no_period_is_refused(first: str, last: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        period(first, last)
    assert refusal.value.code == code


@pytest.mark.parametrize(("first", "last"), [("2000-01", ""), ("", "2000-01"), ("2099-12", ""), ("", "2099-12")])
def test_the_ends_of_the_calendar_are_periods(first: str, last: str) -> None:
    found = period(first, last)
    assert len(found.months) <= 12


Page = Callable[[Viewer], object]


@pytest.mark.parametrize(
    ("page", "most"),
    [
        (lambda viewer: run_pages.module_page(viewer, "hampshire", "triage", YEAR), 6),
        (lambda viewer: run_pages.organisation_page(viewer, "met", YEAR), 4),
        (lambda viewer: run_pages.partnership_page(viewer, YEAR), 5),
        (lambda viewer: run_pages.partnership_lines(viewer, YEAR), 6),
    ],
    ids=["module", "organisation", "partnership", "file"],
)
def test_the_number_of_queries_does_not_grow(module: Module, page: Page, most: int, django_assert_max_num_queries) -> None:
    _reported(*FORCES, "surrey", "met")
    for slug in ("surrey", "kent"):
        note_naming(slug, True, NOW.date())
        make_month(slug, TRIAGE, OCTOBER)
    for number in range(4):
        other = make_release(f"hampshire/other-{number}", "1.0.0").module
        _reported(*FORCES, module=other.identifier)
        FormerIdentifier.objects.create(publisher="dorset", slug=f"former-{number}", module=other)
    met = make_viewer("met")
    with django_assert_max_num_queries(most):
        page(met)
