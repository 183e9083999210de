"""The ledger as it is read: the seeds' figures come out, nothing counts twice, and nobody reads or infers what is kept from them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import ApiToken, Role
from accounts.viewer import NOBODY, Viewer, viewer_of_token
from registry.actions.record_cost import CostForm, record_cost
from registry.actions.record_rate import record_rate
from registry.benefits.costs import Bound
from registry.benefits.models import Claim, OutcomeMeasure
from registry.benefits.money import Money, Sign
from registry.benefits.outcomes import Turnaround
from registry.catalogue.models import Module
from registry.errors import Missing
from registry.index.benefits import LedgerEntry, ledger_entry, module_benefits
from registry.index.claim_page import claim_entry
from registry.index.ledger_choices import LedgerFilters, choices, chosen
from registry.index.ledger_table import COLUMNS, TableRow, cells_of, ledger_table
from registry.index.sheets import as_csv, as_xlsx
from tests.ledger_seed import copenhagen, fresh_claim, hampshire
from tests.make import make_claim, make_evidence, make_organisation, make_release, make_steward, make_token, make_viewer

pytestmark = pytest.mark.django_db
D = Decimal


def ledger(viewer: Viewer, organisation: str = "", year: str = "", money: str = "", rate: str = "") -> LedgerEntry:
    found = choices(viewer)
    return ledger_entry(viewer, found, chosen(found, organisation, year, money, rate))


def table(viewer: Viewer, sign: Sign = Sign.NATURAL, **filters: str) -> tuple[TableRow, ...]:
    return ledger_table(viewer, choices(viewer), LedgerFilters(**filters), sign)  # type: ignore[arg-type]


def reader() -> Viewer:
    """Somebody of an organisation that has no part in any of it."""
    return make_viewer("met", Role.VIEWER)


def kept(claim: Claim) -> Claim:
    """The same claim, which its organisation keeps to its bodies now."""
    Claim.objects.filter(pk=claim.pk).update(sharing="own")
    return claim


def secret(module: Module) -> None:
    """What was shared is its publisher's own now."""
    Module.objects.filter(pk=module.pk).update(visibility="own")


def queries(read: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        read()
    return len(captured)


# --- The seeds ------------------------------------------------------------------------------------------------------------
def test_s0_6_s0_7_the_programme_and_what_is_itemised() -> None:
    hampshire()
    entry = ledger(reader())
    assert entry.filters.year == "2023–24"
    assert (entry.totals.fte_claimed, entry.totals.fte_verified) == (96, D("55.4"))
    assert entry.money is not None
    assert (entry.money.claimed.amount, entry.money.verified.amount) == (3_600_000, 2_105_000)
    assert [(row.claim.title, row.figures.fte, row.figures.per_fte, row.status) for row in entry.verified] == [
        ("Crime incident filing", 50, 38_000, "approved"),
        ("Contact management", 3, 39_000, "approved"),
        ("Domestic abuse triage", D("2.4"), 36_667, "approved"),
    ]
    (rest,) = entry.remainders
    assert (rest.figures.fte, rest.figures.per_fte, rest.status) == (D("40.6"), 36_823, "not_itemised")
    assert rest.figures.money == Money(D(1_495_000), "GBP")
    assert entry.waiting == ()


def test_s0_6_net_of_a_cost_that_is_over_so_much() -> None:
    hampshire()
    entry = ledger(reader())
    assert entry.money is not None
    net = entry.costs.net_of(entry.money.claimed)
    assert net is not None
    assert (net.money.amount, net.bound) == (3_100_000, Bound.AT_MOST)


def test_s0_9_an_outcome_without_a_baseline_says_what_it_lacks() -> None:
    hampshire()
    (outcome,) = ledger(reader()).outcomes
    assert (outcome.after, outcome.change, outcome.lacks) == ("150% more identified", None, "baseline")


def test_s0_9_weeks_became_hours_and_nobody_phones_101() -> None:
    claim = make_claim("hampshire", make_release("hampshire/leave", "1.0.0").module, state="draft")
    for outcome, measure, said in (
        ("workforce_satisfaction", "Time to an answer", {"before_text": "Weeks", "after_text": "Typically within 2 hours"}),
        ("victim_satisfaction", "Calls to 101", {"before": 1200, "after": 150}),
    ):
        OutcomeMeasure.objects.create(claim=claim, outcome=outcome, measure=measure, **said)
    Claim.objects.filter(pk=claim.pk).update(state="submitted")
    calls, leave = ledger(reader()).outcomes
    assert leave.faster == Turnaround(D(168), Bound.AT_LEAST)
    assert (calls.fewer, calls.change, calls.lacks) == (1050, D("-87.5"), "evidence")


def test_s0_18_joint_claims_count_once_in_every_portfolio() -> None:
    hampshire()
    make_organisation("wiltshire")
    viewer = reader()
    both, one, other = (ledger(viewer, each) for each in ("hampshire,thames-valley", "hampshire", "thames-valley"))
    assert both.totals.fte_claimed == 96
    assert one.totals.fte_claimed + other.totals.fte_claimed == 96
    assert (one.totals.fte_verified, other.totals.fte_verified) == (D("52.7"), D("2.7"))
    assert [row.is_share for row in other.rows] == [True, True]
    assert [each.value for each in choices(viewer).organisations()] == [
        "hampshire",
        "hampshire,thames-valley",
        "thames-valley",
        "thames-valley,hampshire",
    ]


def test_s4_5_kroner_stand_apart_and_say_where_they_are() -> None:
    hampshire()
    copenhagen()
    entry = ledger(reader())
    assert [each.claimed.currency for each in entry.totals.money] == ["GBP"]
    assert [(each.name, each.currency, each.price_base, each.count, each.year) for each in entry.others] == [
        ("Københavns Kommune", "DKK", "2016 p/l", 1, "2017")
    ]
    own = ledger(reader(), "koebenhavn")
    assert own.filters.year == "2017"
    assert own.money is not None
    assert own.money.claimed == Money(D(2_500_000), "DKK", "2016 p/l")
    assert own.money.verified.amount == 0
    assert [row.status for row in own.rows] == ["unevidenced"]


def test_s4_5_the_sum_of_the_letters() -> None:
    claim = copenhagen()
    entry = claim_entry(make_viewer("koebenhavn"), claim.pk)
    assert round(entry.full_success or D(0), 3) == D("0.857")
    assert entry.written == -2500
    assert (entry.payback.service, entry.payback.total) == (D("0.4"), 1)
    assert entry.row.figures.money == Money(D(2_500_000), "DKK", "2016 p/l")


def test_s4_5_two_cost_tables_that_disagree_are_both_shown() -> None:
    owner = make_organisation("koebenhavn", name="Københavns Kommune", kind="council", language="da")
    copenhagen()
    by = make_viewer(owner)
    lines = [
        ("Table 1", "ITU", "2017", 500_000),
        ("Table 1", "Centre", "2017", 500_000),
        ("Table 1", "Centre", "2018", 1_500_000),
        ("Table 4", "ITU", "2017", 500_000),
        ("Table 4", "ITU", "2018", 500_000),
        ("Table 4", "Centre", "2017", 500_000),
        ("Table 4", "Centre", "2018", 1_000_000),
    ]
    for source, title, year, amount in lines:
        form = CostForm(title=title, year=year, amount=D(amount), currency="DKK", price_base="2016 p/l", source=source)
        record_cost(organisation=owner, form=form, by=by)
    costs = ledger(reader(), "koebenhavn").costs
    assert [(each.line, each.year) for _, each in costs.mismatches] == [("Centre", "2018"), ("ITU", "2018")]
    assert [each.money.amount for each in costs.totals] == [1_000_000]  # both say so of 2017
    form = CostForm(title="Servers", year="2017", amount=D(1), currency="DKK", price_base="2016 p/l", source="Table 4")
    record_cost(organisation=owner, form=form, by=by)
    costs = ledger(reader(), "koebenhavn").costs
    assert costs.totals == ()
    assert ("", "2017") in [(each.line, each.year) for _, each in costs.mismatches]


def test_s0_13_new_capacity_stands_outside_the_sums() -> None:
    hampshire()
    make_claim("hampshire", make_release("hampshire/new", "1.0.0").module, benefit_class="new_capacity", fte=D(7))
    entry = ledger(reader())
    assert (entry.totals.fte_claimed, entry.totals.new_capacity_verified) == (96, 7)
    assert {benefit: found.fte_claimed for benefit, found in entry.classes.items()} == {"non_cashable": 96, "new_capacity": 7}


def test_s0_12_a_post_left_unfilled() -> None:
    module = make_release("hampshire/action-fraud", "1.0.0").module
    make_claim("hampshire", module, state="submitted", benefit_class="cashable", post="Action Fraud, a retired post", fte=D(1))
    (cashable,) = ledger(reader()).cashable
    assert (cashable.post, cashable.status, cashable.is_verified) == ("Action Fraud, a retired post", "unevidenced", False)


# --- Money ----------------------------------------------------------------------------------------------------------------
def two_currencies() -> str:
    hampshire()
    module = make_release("aarhus/mail", "1.0.0").module
    make_claim("aarhus", module, money=D(850_000), currency="DKK")
    return rate_of("GBP", "DKK", "8.5")


def rate_of(base: str, quote: str, rate: str) -> str:
    made = record_rate(base=base, quote=quote, rate=D(rate), on=date(2024, 3, 28), source="Danmarks Nationalbank", by=make_steward())
    return str(made.pk)


def test_currencies_are_added_at_a_dated_rate_that_somebody_chose_and_not_else() -> None:
    rate = two_currencies()
    apart = ledger(reader())
    assert {each.claimed.currency: each.claimed.amount for each in apart.totals.money} == {"DKK": 850_000, "GBP": 3_600_000}
    chosen_only = ledger(reader(), money="GBP")
    assert len(chosen_only.totals.money) == 2
    together = ledger(reader(), money="GBP", rate=rate)
    assert [(each.claimed.currency, each.claimed.amount) for each in together.totals.money] == [("GBP", 3_700_000)]
    turned = ledger(reader(), money="DKK", rate=rate)
    assert [(each.claimed.currency, each.claimed.amount) for each in turned.totals.money] == [("DKK", 31_450_000)]


def test_a_rate_of_other_currencies_changes_nothing() -> None:
    two_currencies()
    other = rate_of("EUR", "SEK", "11")
    assert len(ledger(reader(), money="GBP", rate=other).totals.money) == 2
    assert ledger(reader(), money="GBP", rate=other).filters.rate is None


# --- Who reads what -------------------------------------------------------------------------------------------------------
def test_what_is_kept_among_its_bodies_is_read_by_nobody_else() -> None:
    make_organisation("kent")
    claim = kept(make_claim("hampshire", make_release("hampshire/mail", "1.0.0").module, shares={"hampshire": "0.5", "kent": "0.5"}))
    for viewer in (reader(), make_steward(), NOBODY):
        assert choices(viewer).claims == ()
        assert ledger(viewer).rows == ()
        assert table(viewer) == ()
        with pytest.raises(Missing):
            claim_entry(viewer, claim.pk)
    for slug in ("hampshire", "kent"):
        assert [row.key for row in choices(make_viewer(slug)).claims] == [claim.pk]
        assert claim_entry(make_viewer(slug), claim.pk).is_party
    assert claim_entry(make_viewer(make_organisation("moothall", kind="partnership"), Role.AUDITOR), claim.pk).is_party


def test_a_claim_of_a_module_one_does_not_see_is_absent_but_for_those_who_share_in_it() -> None:
    make_organisation("kent")
    module = make_release("hampshire/secret", "1.0.0").module
    claim = make_claim("hampshire", module, shares={"hampshire": "0.5", "kent": "0.5"}, title="Joint work")
    secret(module)
    assert choices(reader()).claims == ()
    with pytest.raises(Missing):
        claim_entry(reader(), claim.pk)
    shared = claim_entry(make_viewer("kent"), claim.pk)
    assert shared.row.module is None
    assert [row.module for row in table(make_viewer("kent"))] == [""]
    assert [row.module for row in table(make_viewer("hampshire"))] == ["hampshire/secret"]


def test_a_part_that_is_hidden_from_the_reader_changes_nothing_they_read() -> None:
    seed = hampshire()
    viewer = reader()
    before = (ledger(viewer), table(viewer), claim_entry(viewer, seed.programme.pk))
    module = make_release("hampshire/secret", "1.0.0").module
    make_claim("hampshire", module, part_of=seed.programme.pk, fte=D(9), money=D(300_000), currency="GBP")
    secret(module)
    kept(make_claim("hampshire", seed.module, part_of=seed.programme.pk, fte=D(2), money=D(1), currency="GBP"))
    assert (ledger(viewer), table(viewer), claim_entry(viewer, seed.programme.pk)) == before
    assert ledger(make_viewer("hampshire")).remainders[0].figures.fte == D("29.6")


def test_drafts_are_their_own_bodies_affair_and_count_nowhere() -> None:
    module = make_release("hampshire/mail", "1.0.0").module
    draft = make_claim("hampshire", module, state="draft", fte=D(5))
    assert ledger(reader()).own == ()
    own = ledger(make_viewer("hampshire"))
    assert [row.key for row in own.own] == [draft.pk]
    assert (own.rows, own.totals.fte_claimed) == ((), 0)
    with pytest.raises(Missing):
        claim_entry(reader(), draft.pk)


def test_withdrawn_claims_count_nowhere() -> None:
    seed = hampshire()
    Claim.objects.filter(pk=seed.filing.pk).update(state="withdrawn")
    assert ledger(reader()).totals.fte_verified == D("5.4")
    assert "Crime incident filing" not in [row.title for row in table(reader())]


def test_a_token_bound_to_a_module_reads_the_claims_of_that_one_alone() -> None:
    seed = hampshire()
    make_token("hampshire", ("read",), modules=("contact",))
    viewer = viewer_of_token(ApiToken.objects.select_related("organisation").latest("pk"))
    assert [row.title for row in table(viewer)] == ["Contact management"]
    with pytest.raises(Missing):
        claim_entry(viewer, seed.filing.pk)


def test_evidence_that_is_kept_is_counted_and_not_named() -> None:
    module = make_release("hampshire/mail", "1.0.0").module
    claim = make_claim("hampshire", module, state="submitted")
    make_evidence(claim, caption="Secret annex")
    make_evidence(claim, caption="Public report", is_shared=True)
    entry = claim_entry(reader(), claim.pk)
    assert ([each.caption for each in entry.evidence], entry.kept_evidence) == (["Public report"], 1)
    assert entry.log == ()
    own = claim_entry(make_viewer("hampshire"), claim.pk)
    assert (len(own.evidence), own.kept_evidence) == (2, 0)
    assert own.log[0].by


def test_costs_that_an_organisation_keeps_are_its_own() -> None:
    hampshire()
    owner = make_organisation("hampshire")
    form = CostForm(title="Consultant", year="2023–24", amount=D(7), currency="GBP", sharing="own")
    record_cost(organisation=owner, form=form, by=make_viewer(owner))
    assert [each.title for each in ledger(reader()).costs.lines] == ["Staff, licences, infrastructure"]
    assert len(ledger(make_viewer("hampshire")).costs.lines) == 2


def test_every_member_but_nobody_else_reads_what_is_shared() -> None:
    hampshire()
    assert choices(NOBODY).claims == ()
    assert len(choices(reader()).claims) == 4


# --- Years ----------------------------------------------------------------------------------------------------------------
def test_years_are_not_added_and_parts_go_with_their_programme() -> None:
    seed = hampshire()
    half = make_claim("hampshire", seed.module, part_of=seed.programme.pk, starts_on=date(2023, 4, 1), ends_on=date(2023, 9, 30), fte=D(1))
    make_claim("hampshire", seed.module, starts_on=date(2024, 4, 1), ends_on=date(2025, 3, 31), fte=D(60))
    viewer = reader()
    assert choices(viewer).years(None) == ["2024–25", "2023–24"]
    assert ledger(viewer).totals.fte_claimed == 60
    assert ledger(viewer, year="2023–24").totals.fte_claimed == 96
    assert half.pk in [row.claim.key for row in ledger(viewer, year="2023–24").rows]
    assert {row.year for row in table(viewer) if row.claim == half.pk} == {"2023–24"}


def test_what_there_is_none_of_falls_back() -> None:
    hampshire()
    found = choices(reader())
    filters = chosen(found, "nobody", "1999", "XXX", "7")
    assert filters == LedgerFilters("", "2023–24", "", None)


# --- Files ----------------------------------------------------------------------------------------------------------------
def test_the_table_adds_up_to_the_page() -> None:
    hampshire()
    rows = table(reader(), year="2023–24")
    assert sum(row.fte or 0 for row in rows) == 96
    assert sum(row.money or 0 for row in rows) == 3_600_000
    assert sum(row.fte or 0 for row in rows if row.verified == "yes") == D("55.4")
    assert [row.row for row in rows].count("remainder") == 1


def test_s4_5_savings_go_out_negative_and_in_thousands_at_their_price_base() -> None:
    copenhagen()
    (natural,) = table(reader())
    assert (natural.money, natural.sign, natural.currency, natural.price_base) == (2_500_000, "natural", "DKK", "2016 p/l")
    assert (natural.as_kept, natural.as_kept_in) == (-2500, "1000 DKK 2016 p/l")
    assert (natural.success_rate, natural.fte_at_full_success) == (D("0.7"), D("0.857"))
    (turned,) = table(reader(), Sign.SAVINGS_NEGATIVE)
    assert (turned.money, turned.sign) == (-2_500_000, "savings_negative")


def test_csv_and_spreadsheet_hold_the_same_and_no_formula() -> None:
    module = make_release("hampshire/mail", "1.0.0").module
    make_claim("hampshire", module, title='=HYPERLINK("http://example.org")', money=D("1234.50"), currency="GBP")
    cells = cells_of(table(reader()))
    text = as_csv(COLUMNS, cells).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["title"].startswith("'=")
    assert (row["money"], row["starts_on"], row["volume"]) == ("1234.50", "2023-04-01", "")
    sheet = load_workbook(BytesIO(as_xlsx("Benefits", COLUMNS, cells))).active
    assert sheet is not None
    head = [cell.value for cell in sheet[1]]
    assert head == list(COLUMNS)
    title = sheet.cell(2, head.index("title") + 1)
    assert (title.data_type, title.value) == ("s", '=HYPERLINK("http://example.org")')
    assert sheet.cell(2, head.index("money") + 1).value == 1234.5


def test_control_characters_break_no_file() -> None:
    assert b"\x07" not in as_csv(["a"], [["x\x07y"]])
    assert load_workbook(BytesIO(as_xlsx("T", ["a"], [["x\x0by\ttab"]]))).active["A2"].value == "xytab"  # type: ignore[index]


# --- A claim, a module ----------------------------------------------------------------------------------------------------
def test_a_programmes_page_has_its_parts_and_what_they_leave() -> None:
    seed = hampshire()
    entry = claim_entry(reader(), seed.programme.pk)
    assert [part.title for part in entry.parts] == ["Crime incident filing", "Contact management", "Domestic abuse triage"]
    assert entry.left is not None
    assert entry.left.fte == D("40.6")
    part = claim_entry(reader(), seed.filing.pk)
    assert part.programme is not None
    assert part.programme.key == seed.programme.pk


def test_parts_that_exceed_their_programme_are_told() -> None:
    seed = hampshire()
    make_claim("hampshire", seed.module, part_of=seed.programme.pk, fte=D(60), money=D(3_000_000), currency="GBP")
    entry = ledger(reader())
    assert entry.totals.findings == ("parts_exceed_whole",)
    assert entry.remainders[0].figures.fte == D("-19.4")
    assert claim_entry(reader(), seed.programme.pk).findings == ("parts_exceed_whole",)


def test_a_module_shows_its_claims_and_sums_of_one_year() -> None:
    seed = hampshire()
    make_claim("hampshire", seed.module, starts_on=date(2022, 4, 1), ends_on=date(2023, 3, 31), fte=D(40))
    found = module_benefits(reader(), "hampshire", "crime-filing")
    assert ([row.period for row in found.rows], found.year, found.verified) == (["2023–24", "2022–23"], "2023–24", 2)
    assert found.totals.fte_verified == 50


def test_who_may_do_what_with_a_claim() -> None:
    seed = hampshire()
    waiting = fresh_claim(seed.programme)
    steward = claim_entry(make_steward(), waiting.pk)
    assert (steward.may_change, steward.may_decide, steward.to_agree) == (False, True, False)
    own = claim_entry(make_viewer("hampshire"), waiting.pk)
    assert (own.may_change, own.may_decide) == (True, False)
    seen = claim_entry(reader(), waiting.pk)
    assert (seen.may_change, seen.may_decide) == (False, False)


def test_a_sharer_that_has_not_agreed_is_asked() -> None:
    from registry.actions.share_claim import share_claim

    module = make_release("hampshire/mail", "1.0.0").module
    by = make_viewer("hampshire")
    make_organisation("kent")
    claim = make_claim("hampshire", module, state="draft", by=by)
    share_claim(claim=claim, shares={"hampshire": D("0.5"), "kent": D("0.5")}, by=by)
    assert claim_entry(make_viewer("kent"), claim.pk).to_agree
    assert not claim_entry(make_viewer("kent", Role.VIEWER), claim.pk).to_agree


# --- What it costs --------------------------------------------------------------------------------------------------------
def test_the_cost_of_reading_does_not_grow() -> None:
    seed = hampshire()
    viewer = reader()
    few = [queries(lambda: ledger(viewer)), queries(lambda: table(viewer)), queries(lambda: claim_entry(viewer, seed.programme.pk))]
    make_organisation("essex")
    for number in range(3):
        module = make_release(f"kent/mail-{number}", "1.0.0").module
        make_claim("kent", module, shares={"kent": "0.5", "essex": "0.5"})
        make_claim("hampshire", seed.module, part_of=seed.programme.pk)
    many = [queries(lambda: ledger(viewer)), queries(lambda: table(viewer)), queries(lambda: claim_entry(viewer, seed.programme.pk))]
    assert many == few
    assert max(many) <= 14
