"""Charts: geometry is true to the figures, words stay on the picture, and nothing a person wrote becomes markup."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from registry.web.charts import Bar, Figure, Month, Part, Series, Table, bars, months, parts, short, span
from registry.web.drawing import LEAST_WIDTH, Drawing, Mark, listed, room, ticks, wrapped

TEXT = st.text(min_size=1, max_size=60).filter(lambda text: text.split() and text.isprintable())
BARS = st.lists(
    st.builds(Bar, TEXT, st.integers(-(10**9), 10**9), st.just("£1,200"), st.booleans(), st.integers(1, 4)), min_size=1, max_size=8
)


def _rendered(figure: Figure) -> html.HtmlElement:
    return html.fromstring(engines["django"].from_string("{% figure figure %}").render({"figure": figure}))


def _share(length: str) -> float:
    assert length.endswith("%")
    return float(length[:-1])


def _rects(drawing: Drawing, css: str = "") -> list[Mark]:
    return [mark for mark in drawing.marks if mark.kind == "rect" and css in mark.css]


def _texts(drawing: Drawing, words: str) -> Mark:
    return next(mark for mark in drawing.marks if mark.text == words)


def _lies_within(drawing: Drawing) -> bool:
    """Whether every line of text is on the picture at the least width at which it is shown."""
    width = LEAST_WIDTH[drawing.name]
    for mark in drawing.marks:
        if mark.kind != "text":
            continue
        at = _share(mark.x) / 100 * width + float(mark.dx.removesuffix("rem") or 0)
        names, long = mark.css.split(), room(mark.text)
        left = at - (long if "end" in names else long / 2 if "middle" in names else 0)
        if left < -0.01 or left + long > width + 0.01 or float(mark.y.removesuffix("rem")) > float(drawing.height.removesuffix("rem")):
            return False
    return True


def test_bars_are_as_long_as_their_values_from_one_zero_and_labelled_at_their_end() -> None:
    figure = bars("One line gives 90%", [Bar("Filing", Decimal("50.0"), "50.0"), Bar("Triage", Decimal("2.5"), "2.5")], measure="FTE")
    assert [drawing.name for drawing in figure.drawings] == ["wide", "middle", "narrow"]
    for drawing in figure.drawings:
        first, second = _rects(drawing)
        assert first.x == second.x
        assert _share(first.width) / _share(second.width) == pytest.approx(20, rel=0.01)
        assert _share(_texts(drawing, "50.0").x) == pytest.approx(_share(first.x) + _share(first.width), abs=0.02)
    assert figure.table == Table(("Line", "FTE"), (("Filing", "50.0"), ("Triage", "2.5")))


def test_what_is_claimed_without_evidence_is_an_outline_and_the_table_says_so() -> None:
    figure = bars("Half is evidenced", [Bar("Filing", 5, "5"), Bar("Rest", 5, "5", is_evidenced=False, tone=2)])
    assert [mark.css for mark in _rects(figure.drawings[0])] == ["tone-1", "claimed"]
    assert [row[-1] for row in figure.table.rows] == ["Evidenced", "Claimed without evidence"]
    assert "Rest 5, claimed without evidence." in figure.description


def test_a_negative_bar_goes_left_of_zero_with_its_words_outside() -> None:
    drawing = bars("A saving and a cost", [Bar("Saving", -300, "−300 kr."), Bar("Cost", 100, "100 kr.")]).drawings[0]
    saving, cost = _rects(drawing)
    assert _share(saving.x) + _share(saving.width) == pytest.approx(_share(cost.x), abs=0.02)
    assert _share(saving.width) == pytest.approx(3 * _share(cost.width), rel=0.01)
    assert _texts(drawing, "−300 kr.").css.split()[0] == "end"


def test_bars_of_nothing_have_no_length() -> None:
    assert [_share(mark.width) for mark in _rects(bars("Nothing yet", [Bar("Filing", 0, "0"), Bar("Triage", 0, "0")]).drawings[0])] == [
        0,
        0,
    ]
    assert bars("No line yet", []).drawings == ()


@given(BARS)
def test_the_words_of_any_bars_stay_on_the_picture(rows: Sequence[Bar]) -> None:
    for drawing in bars("Any", rows).drawings:
        assert _lies_within(drawing)
        for mark in _rects(drawing):
            assert 0 <= _share(mark.x) <= _share(mark.x) + _share(mark.width) <= 100.02


def test_the_parts_of_a_bar_adjoin_and_are_its_shares() -> None:
    rows = [
        Part("Itemised, evidence approved", Decimal("2.105"), "£2.105m", "55.4 FTE in 3 lines"),
        Part("Claimed for the programme, not itemised", Decimal("1.495"), "£1.495m", "40.6 FTE", is_evidenced=False),
    ]
    figure = parts("58% of the £3.6m claimed is itemised and evidenced", rows)
    wide, _, narrow = figure.drawings
    itemised, rest = _rects(wide)
    assert (itemised.width, rest.x, rest.css) == ("58.47%", "58.47%", "claimed")
    assert _share(itemised.width) + _share(rest.width) == pytest.approx(100, abs=0.02)
    assert _texts(wide, "£2.105m").css.startswith("in-1")  # inside its part
    assert _texts(narrow, "£2.105m").css == "strong"  # where that has no room, in a line below with a sample of the fill
    assert "58 per cent" in figure.description
    assert parts("Nothing claimed", [Part("Itemised", 0, "£0")]).drawings == ()


@given(st.lists(st.builds(Part, TEXT, st.integers(0, 10**7), st.just("£1.495m"), TEXT, st.booleans()), min_size=1, max_size=5))
def test_the_words_of_any_parts_stay_on_the_picture(rows: Sequence[Part]) -> None:
    for drawing in parts("Any", rows).drawings:
        assert _lies_within(drawing)


def test_a_forecast_shows_its_range_with_the_middle_marked_on_an_axis_from_zero() -> None:
    figure = span("You could gain 4 to 11 FTE", Decimal("4.1"), Decimal("7.8"), Decimal("11.2"), unit="FTE a year", label="Your volumes")
    for drawing in figure.drawings:
        zero, top = _share(_texts(drawing, "0").x), max(int(mark.text) for mark in drawing.marks if mark.text.isdigit())
        one = (_share(_texts(drawing, str(top)).x) - zero) / top
        (band,) = _rects(drawing, "range")
        likely = next(mark for mark in drawing.marks if mark.css == "likely")
        assert (_share(band.x) - zero) / one == pytest.approx(4.1, abs=0.05)
        assert _share(band.width) / one == pytest.approx(7.1, abs=0.05)
        assert (_share(likely.x) - zero) / one == pytest.approx(7.8, abs=0.05)
    assert figure.description == "Low 4.1, Likely 7.8, High 11.2 FTE a year."
    assert figure.table == Table(("Case", "FTE a year"), (("Low", "4.1"), ("Likely", "7.8"), ("High", "11.2")))


@pytest.mark.parametrize("ends", [(3, 2, 4), (-1, 2, 4), (1, 5, 4)])
def test_a_range_that_is_none_is_an_error(ends: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="low, likely, high"):
        span("No range", *ends, unit="FTE")


@given(
    st.lists(st.integers(0, 10**8), min_size=3, max_size=3).map(sorted), st.sampled_from(["", "Your volumes", "A long label of many words"])
)
def test_the_words_of_any_range_stay_on_the_picture(ends: list[int], label: str) -> None:
    for drawing in span("Any", *ends, unit="FTE a year", label=label).drawings:
        assert _lies_within(drawing)


def test_columns_are_as_high_as_their_months_and_a_month_not_shown_has_none() -> None:
    rows = [Month(date(2026, 1, 1), (80, 20)), Month(date(2026, 2, 1), None), Month(date(2026, 3, 1), (40, 10))]
    figure = months("Runs halved", [Series("Completed"), Series("Exceptions", 2)], rows, missing="Fewer than 5 organisations")
    drawing = figure.drawings[0]
    heights = [float(mark.height.removesuffix("rem")) for mark in _rects(drawing)]
    assert heights == [9 * 0.8, 9 * 0.2, 9 * 0.4, 9 * 0.1]  # of 9 rem for 100, the highest tick
    tops = [float(mark.y.removesuffix("rem")) for mark in _rects(drawing)]
    assert tops[0] == pytest.approx(tops[1] + heights[1])  # stacked
    assert sum(mark.text == "–" for mark in drawing.marks) == 1
    assert figure.table.head == ("Month", "Completed", "Exceptions", "Total")
    assert figure.table.rows[1] == ("Feb 2026", "Fewer than 5 organisations", "", "")
    assert figure.table.rows[2] == ("Mar 2026", "40", "10", "50")
    assert [each.name for each in figure.legend] == ["Completed", "Exceptions"]
    assert months("Runs", [Series("Runs")], [Month(date(2026, 1, 1), (8,))]).legend == ()


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=60))
def test_the_words_of_any_months_stay_on_the_picture(values: list[int]) -> None:
    rows = [Month(date(2020 + place // 12, place % 12 + 1, 1), (value,)) for place, value in enumerate(values)]
    for drawing in months("Any", [Series("Runs")], rows).drawings:
        assert all(_share(mark.x) + _share(mark.width) <= 100.02 for mark in _rects(drawing))
        names = [mark for mark in drawing.marks if mark.kind == "text" and "middle" in mark.css]
        places = sorted({_share(mark.x) for mark in names})
        apart = [(b - a) / 100 * LEAST_WIDTH[drawing.name] for a, b in pairwise(places)]
        assert all(rems >= 1.9 for rems in apart)  # no month's name runs into the next


@given(st.integers(1, 10**12), st.integers(2, 8))
def test_an_axis_reaches_its_highest_value_by_round_steps(highest: int, most: int) -> None:
    marks = ticks(highest, most)
    assert marks[0] == 0
    assert marks[-2] < highest <= marks[-1]
    assert len(marks) <= most + 1
    assert str((marks[1] - marks[0]).normalize()).lstrip("0.").startswith(("1", "2", "5"))


def test_numbers_on_an_axis() -> None:
    assert [short(Decimal(number)) for number in ("0", "0.5", "800", "12000", "1200000", "2000000")] == [
        "0",
        "0.5",
        "800",
        "12,000",
        "1.2m",
        "2m",
    ]


def test_long_labels_break_between_words_and_end_in_an_ellipsis() -> None:
    lines = wrapped("Reconciliation of supplier statements against the ledger, every month", 12)
    assert len(lines) == 2
    assert all(room(each) <= 12 for each in lines)
    assert lines[1].endswith("…")
    assert wrapped("Filing", 12) == ("Filing",)
    assert listed(["a", "b", "c"], 2) == "a, b, and 1 more in the table."


def test_what_people_wrote_stays_text() -> None:
    wrote = "<b onclick=x>'\"&"
    figure = bars(wrote, [Bar(wrote, 1, wrote)], title=wrote, what=wrote, measure=wrote, note=wrote)
    page = _rendered(figure)
    assert page.xpath("//b") == []
    assert page.xpath("//@onclick") == []
    assert page.findtext("figcaption") == wrote
    assert wrote in [each.text for each in page.iter("text")]
    assert page.xpath("//table//th[@scope='row']/text()") == [wrote]


def test_a_figure_names_and_describes_its_picture_without_a_style_attribute() -> None:
    page = _rendered(months("Runs halved", [Series("Completed"), Series("Exceptions", 2)], [Month(date(2026, 1, 1), (80, 20))]))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids)) == 6
    for picture in page.xpath("//svg[@role='img']"):
        title, description = picture.get("aria-labelledby").split()
        assert picture.get_element_by_id(title).text == "Runs halved"
        assert picture.get_element_by_id(description).text == "Jan 2026 100."
    assert page.xpath("//@style") == []
    assert [each.text_content() for each in page.xpath("//ul[contains(@class, 'key')]/li")] == ["Completed", "Exceptions"]
