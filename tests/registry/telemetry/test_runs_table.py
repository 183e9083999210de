"""Exports of every platform as it writes them, our own template, and rows that cannot be read."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from registry.errors import Refused
from registry.formats.tables import Flaw, read_table
from registry.telemetry.adapters import table, times
from registry.telemetry.adapters.model import Read, Seen, Unread

LONDON = ZoneInfo("Europe/London")
CANARY = "canary-jane-doe-case-4711"
KEY = "9cc6c2e4-237d-42f6-8cb8-43010652fb22"
UIPATH = (
    "Key,Process,Robot,Machine,Hostname,Host Identity,Job type,Runtime type/license,State,Priority,Started (absolute),Ended (absolute),Source,Created (absolute)\n"
    f"{KEY},VictimUpdate,{CANARY},{CANARY},{CANARY},{CANARY},Service,Production (Unattended),Successful,Medium,"
    f"2026-11-03 09:30:00.250,2026-11-03 09:31:00.250,{CANARY},2026-11-03 09:29:00\n"
)
BLUE_PRISM = (
    "ID,Process,Resource,User,Status,Start time,End time,Latest stage,Stage started\n"
    f"17,Victim Update,{CANARY},{CANARY},Terminated,03/11/2026 09:30:00,03/11/2026 09:31:00,{CANARY},\n"
)
POWER_AUTOMATE = (
    "Flow name;Run start time;Run duration;Status;Error message;Owner\n"
    f"Victim Update;2026-11-03T09:30:00.0000000Z;00:01:00;Succeeded;{CANARY};{CANARY}\n"
)
A360 = (
    "Status,Automation,Device,User name,Started on,Ended on,Activity type\n"
    f'Run failed,Victim Update,{CANARY},{CANARY},09:30:00 GMT 2026-11-03,09:31:00 GMT 2026-11-03,"{CANARY}"\n'
)
DANISH = (
    "Proces;Version;Starttidspunkt;Sluttidspunkt;Tilstand;Fejltype;Antal sager;Sagsbehandler\n"
    f"Underretning;1.2.0;03-11-2026 09.30;03-11-2026 09.31;Fejlet;Business Exception;1.250;{CANARY}\n"
)
TEMPLATE = f"id,module,version,started_at,duration_seconds,outcome,items,notes\n{KEY},a/victim-update,1.2.0,2026-11-03T09:30:00Z,60,completed,3,{CANARY}\n"


def read(folder: Path, data: str | bytes, organisation: str = "wiltshire", order: times.Order = "dmy") -> Read:
    path = folder / "export"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    found = table.read(read_table(path, "export.csv", table.BOUNDS), organisation, LONDON, order)
    assert CANARY not in repr(found)
    return found


def only(folder: Path, data: str) -> Seen:
    (seen,) = read(folder, data).events
    return seen


@pytest.mark.parametrize(
    ("data", "source", "name", "outcome", "items"),
    [
        (UIPATH, "uipath", "VictimUpdate", "completed", 1),
        (BLUE_PRISM, "blueprism", "Victim Update", "system_exception", 1),
        (POWER_AUTOMATE, "power_automate", "Victim Update", "completed", 1),
        (A360, "automation_anywhere", "Victim Update", "system_exception", 1),
        (DANISH, "table", "Underretning", "business_exception", 1250),
        (TEMPLATE, "table", "", "completed", 3),
    ],
    ids=["uipath", "blueprism", "power_automate", "a360", "danish", "template"],
)
def test_each_platforms_export(tmp_path: Path, data: str, source: str, name: str, outcome: str, items: int) -> None:
    seen = only(tmp_path, data)
    assert (seen.source, seen.name, seen.outcome, seen.items, seen.duration_seconds) == (source, name, outcome, items, 60.0)
    assert seen.started_at.replace(microsecond=0) == datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
    assert seen.where == "row 2"


def test_our_template_names_the_module(tmp_path: Path) -> None:
    seen = only(tmp_path, TEMPLATE)
    assert (seen.module, seen.version, str(seen.id)) == ("a/victim-update", "1.2.0", KEY)


def test_a_job_has_the_id_that_its_webhook_has(tmp_path: Path) -> None:
    assert str(only(tmp_path, UIPATH).id) == KEY


@pytest.mark.parametrize("data", [BLUE_PRISM, POWER_AUTOMATE, A360, DANISH])
def test_the_same_export_again_has_the_same_ids(tmp_path: Path, data: str) -> None:
    row = data.splitlines()[1] + "\n"
    first, second = (read(tmp_path, data + row).events for _ in range(2))
    assert [seen.id for seen in first] == [seen.id for seen in second]
    assert len({seen.id for seen in first}) == 2, "two alike in one file ran side by side"
    assert read(tmp_path, data, "hampshire").events[0].id != first[0].id


def test_an_export_saved_as_a_workbook_counts_the_same_runs(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(BLUE_PRISM.splitlines()[0].split(","))
    start = datetime(2026, 11, 3, 9, 30)
    sheet.append([17, "Victim Update", CANARY, CANARY, "Terminated", start, start + timedelta(minutes=1), CANARY])
    out = io.BytesIO()
    book.save(out)
    assert [seen.id for seen in read(tmp_path, out.getvalue()).events] == [only(tmp_path, BLUE_PRISM).id]


def test_runs_that_have_not_ended_are_left_for_the_next_export(tmp_path: Path) -> None:
    found = read(tmp_path, BLUE_PRISM.replace("Terminated", "Running").replace("03/11/2026 09:31:00", ""))
    assert (found.events, found.ignored, found.refused) == ([], 1, 0)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("Terminated", CANARY, "outcome_unknown"),
        ("Terminated", "", "outcome_unknown"),
        ("03/11/2026 09:30:00", CANARY, "time_invalid"),
        ("03/11/2026 09:30:00", "", "time_invalid"),
        ("03/11/2026 09:30:00", "11/23/2026 09:30:00", "time_invalid"),
        ("03/11/2026 09:30:00", "03/11/1026 09:30:00", "time_invalid"),
        ("03/11/2026 09:31:00", "03/11/2026 09:29:00", "duration_invalid"),
        ("03/11/2026 09:31:00", "", "duration_invalid"),
        ("Victim Update", "", "name_invalid"),
        ("Victim Update", "x" * 121, "name_invalid"),
        ("Victim Update", "x" * 2001, "cell_too_long"),
        (f"{CANARY},\n", f"{CANARY},,,{CANARY}\n", "row_too_long"),
    ],
)
def test_a_row_that_cannot_be_read_is_told_and_the_others_count(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert old in BLUE_PRISM
    good = BLUE_PRISM.splitlines()[1] + "\n"
    found = read(tmp_path, BLUE_PRISM.replace(old, new, 1) + good)
    assert (len(found.events), found.refused) == (1, 1)
    assert [(problem.code, problem.where) for problem in found.problems] == [(code, "row 2")]
    assert found.problems[0].mend


def test_only_so_many_problems_are_told(tmp_path: Path) -> None:
    found = read(tmp_path, "module,version,started,ended,outcome\n" + "a/b,1.0.0,x,y,completed\n" * 300)
    assert (len(found.problems), found.refused) == (50, 300)


def test_headings_that_tell_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        read(tmp_path, f"Name,{CANARY}\n1,2\n")
    assert caught.value.code == "headings_unknown"
    assert CANARY not in str(vars(caught.value))


def test_a_formula_in_a_cell_is_a_name_and_never_run(tmp_path: Path) -> None:
    assert only(tmp_path, BLUE_PRISM.replace("Victim Update", '"=HYPERLINK(""http://x"")"')).name == '=HYPERLINK("http://x")'


@pytest.mark.parametrize(
    ("text", "order", "wanted"),
    [
        ("2026-11-03 09:30", "dmy", (11, 3, 9, 30)),
        ("2026-11-03T09:30:00.1234567Z", "dmy", (11, 3, 9, 30)),
        ("2026-11-03T10:30:00+01:00", "dmy", (11, 3, 9, 30)),
        ("2026/11/03 09:30", "dmy", (11, 3, 9, 30)),
        ("03/11/2026 09:30", "dmy", (11, 3, 9, 30)),
        ("11/3/2026 9:30:00 AM", "mdy", (11, 3, 9, 30)),
        ("11/3/2026 12:05:00 AM", "mdy", (11, 3, 0, 5)),
        ("11/3/2026 12:05 p.m.", "mdy", (11, 3, 12, 5)),
        ("03-11-2026 09.30.15", "dmy", (11, 3, 9, 30)),
        ("3. nov. 2026 kl. 09.30", "dmy", (11, 3, 9, 30)),
        ("3 November 2026 09:30", "dmy", (11, 3, 9, 30)),
        ("Nov 3, 2026, 9:30 AM", "mdy", (11, 3, 9, 30)),
        ("09:30:00 AM 03/11/2026", "dmy", (11, 3, 9, 30)),
        ("10:30:00 CET 2026-11-03", "dmy", (11, 3, 9, 30)),
        ("03/07/2026 10:30", "dmy", (7, 3, 9, 30)),  # summer time in London
        ("03/11/2026", "dmy", (11, 3, 0, 0)),
        ("1. maj 2026", "dmy", (4, 30, 23, 0)),
    ],
)
def test_moments_as_exports_write_them(text: str, order: times.Order, wanted: tuple[int, ...]) -> None:
    told = times.moment(text, LONDON, order)
    assert (told.month, told.day, told.hour, told.minute) == wanted
    assert told.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    ["", "soon", "31/02/2026 09:30", "13:30 PM 03/11/2026", "03/11/26 09:30", "9" * 400, "03/11/2026 25:00", 5, True, Flaw("x", "y")],
)
def test_what_is_no_moment(text: object) -> None:
    with pytest.raises(Unread):
        times.moment(text, LONDON, "dmy")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("60", 60),
        (60, 60),
        (1.5, 1.5),
        ("1,5", 1.5),
        ("00:01:00", 60),
        ("1.02:03:04.5", 93784.5),
        ("100:00:00", 360000),
        (timedelta(minutes=1), 60),
    ],
)
def test_lengths_of_time(cell: object, seconds: float) -> None:
    assert times.span(cell) == seconds  # type: ignore[arg-type]


@pytest.mark.parametrize(("cell", "number"), [("3", 3), (3.0, 3), ("1.250", 1250), ("1,250,000", 1250000), ("1 250", 1250)])
def test_numbers_of_items(cell: object, number: int) -> None:
    assert times.count(cell) == number  # type: ignore[arg-type]


@given(st.one_of(st.text(max_size=80), st.floats(), st.integers(), st.booleans(), st.datetimes(), st.times(), st.timedeltas()))
def test_any_cell_is_read_or_refused(cell: object) -> None:
    for reading in (lambda: times.moment(cell, LONDON, "mdy"), lambda: times.span(cell), lambda: times.count(cell)):  # type: ignore[arg-type]
        try:
            reading()
        except Unread as problem:
            assert problem.mend
