"""Tables are read by their headings in either language; every cell that cannot be read is told with its place and its mend."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from registry.errors import RegistryError
from registry.imports.columns import KINDS, plain
from registry.imports.money import currency_written
from registry.imports.reading import MOST_ROWS, Reading, read_rows


def reading(folder: Path, data: bytes | str, kind: str = "adoptions", language: str = "en-GB") -> Reading:
    path = folder / "sent"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_rows(path, "table.csv", kind, language)


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_headings_in_english_danish_or_mixed_in_any_order(tmp_path: Path) -> None:
    english = reading(tmp_path, 'Stage,Module,Live since,Volume a year,Unit\nlive,a/b,2023-05-02,"58,000",updates\n')
    danish = reading(
        tmp_path, "modul;STADE;i drift siden;Antal pr. år;enhed for antal\na/b;I drift;02-05-2023;58.000;updates\n", language="da"
    )
    assert english.rows[0].values == danish.rows[0].values
    assert danish.rows[0].values == {"module": "a/b", "stage": "live", "since": date(2023, 5, 2), "volume": 58000, "unit": "updates"}
    assert danish.headings["since"] == "i drift siden"


def test_what_it_does_not_know_it_says_and_leaves(tmp_path: Path) -> None:
    found = reading(tmp_path, "Module,Stage,Colour,Module owner's cat\na/b,live,blue,Tom\n")
    assert found.unread == ("Colour", "Module owner's cat")


def test_a_number_that_reads_either_way_is_shown_as_it_was_read(tmp_path: Path) -> None:
    danish = reading(tmp_path, "Module;Stage;Volume\na/b;live;1.000\n", language="da").rows[0]
    assert (danish.values["volume"], danish.notes) == (1000, ("Volume: “1.000” is read as 1,000.",))
    assert reading(tmp_path, "Module;Stage;Volume\na/b;live;10.000,0\n").rows[0].notes == ()


def test_every_cell_that_cannot_be_read_is_told_apart(tmp_path: Path) -> None:
    text = "Module,Stage,Live since,Volume,Adapted\n,soon,31-02-2023,many,perhaps\na/b,live,,1.5,yes\na/b,live,,,,x\n"
    first, second, third = reading(tmp_path, text).rows
    assert [(error.column, error.code) for error in first.errors] == [
        ("Module", "cell_missing"),
        ("Stage", "choice_unknown"),
        ("Live since", "day_unread"),
        ("Volume", "number_unread"),
        ("Adapted", "choice_unknown"),
    ]
    assert all(error.mend for error in first.errors)
    assert (second.number, [error.code for error in second.errors]) == (3, ["number_not_whole"])
    assert [error.code for error in third.errors] == ["row_too_long"]


def test_a_workbook_gives_numbers_and_days_as_they_are(tmp_path: Path) -> None:
    data = workbook(
        ["Titel", "Art", "Fra", "Til", "Succesrate", "Årsværk", "Beløb", "I tusinde"],
        ["Breve", "frigjort tid", datetime(2017, 1, 1), date(2017, 12, 31), 0.7, 0.6, -2500, True],
        ["Formel", "kvalitet", "=A1", date(2017, 12, 31), 70, "=1/0", True, None],
    )
    first, second = reading(tmp_path, data, "benefits", "da").rows
    assert first.values == {
        "title": "Breve",
        "benefit_class": "non_cashable",
        "starts_on": date(2017, 1, 1),
        "ends_on": date(2017, 12, 31),
        "success_rate": Decimal("0.7"),
        "fte": Decimal("0.6"),
        "money": -2500,
        "in_thousands": True,
    }
    assert second.values["success_rate"] == Decimal("0.7")
    assert [(error.column, error.code) for error in second.errors] == [
        ("Fra", "formula_without_value"),
        ("Årsværk", "formula_without_value"),
        ("Beløb", "number_unread"),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("Module,Version\na/b,1.0.0\n", "column_missing"),
        ("Module,Stage,Modul\na/b,live,c/d\n", "column_twice"),
        ("Module,Stage\n", "rows_missing"),
        ("", "table_empty"),
        ("Module,Stage\n" + "a/b,live\n" * (MOST_ROWS + 1), "table_too_many_rows"),
        (",".join(f"c{n}" for n in range(61)) + "\n", "table_too_many_columns"),
        ("Module,Stage\n" + "x" * (5 << 20), "table_too_large"),
        (b"Module,Stage\n\x00\x01", "table_binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "table_old_format"),
    ],
)
def test_what_is_no_such_table_is_refused(tmp_path: Path, data: bytes | str, code: str) -> None:
    with pytest.raises(RegistryError) as refusal:
        reading(tmp_path, data)
    assert (refusal.value.code, bool(refusal.value.mend)) == (code, True)


def test_a_text_over_its_bound_is_one_flaw_and_no_more(tmp_path: Path) -> None:
    found = reading(tmp_path, f"Module,Stage,Objective\na/b,live,{'x' * 2001}\na/b,live,short\n").rows
    assert [[error.code for error in row.errors] for row in found] == [["cell_too_long"], []]


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_columns_share_a_heading_of_their_own(kind: str) -> None:
    for place in (0, 1):
        own = [plain((column.heading, column.heading_da)[place]) for column in KINDS[kind]]
        assert len(set(own)) == len(own)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GBP", ("GBP", False)),
        ("£", ("GBP", False)),
        ("kr.", ("DKK", False)),
        ("1000 kr.", ("DKK", True)),
        ("1.000 kr.", ("DKK", True)),
        ("tkr.", ("DKK", True)),
        ("£000", ("GBP", True)),
        ("£k", ("GBP", True)),
        ("1000 DKK", ("DKK", True)),
        ("", ("", False)),
    ],
)
def test_currencies_as_tables_name_them(text: str, found: tuple[str, bool]) -> None:
    assert currency_written(text) == found


@pytest.mark.parametrize("text", ["pounds", "1000", "$$", "kroner i alt"])
def test_what_is_no_currency(text: str) -> None:
    with pytest.raises(RegistryError):
        currency_written(text)
