"""Claims of benefit: written with the seeds' figures, joint ones agreed, submitted with what must hold, void once they change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import ApiToken, AuditEvent, Membership, Role
from accounts.viewer import viewer_of, viewer_of_token
from registry.actions.add_evidence import add_evidence
from registry.actions.decide_claim import Decision, decide_claim
from registry.actions.measure_outcome import MeasureForm, measure_outcome, remove_outcome
from registry.actions.record_baseline import BaselineForm, record_baseline
from registry.actions.record_cost import CostForm, record_cost, remove_cost
from registry.actions.record_rate import record_rate
from registry.actions.share_claim import agree_share, decline_share, share_claim
from registry.actions.submit_claim import submit_claim, withdraw_claim
from registry.actions.write_claim import ClaimForm, change_claim, write_claim
from registry.adoption.models import Adoption
from registry.benefits.claim_form import form_of
from registry.benefits.models import Claim, ClaimEntry, Evidence
from registry.benefits.reckoning import held_against, inputs_of, kept_money, reckon
from registry.catalogue.models import Module
from registry.errors import Missing
from registry.index.claim_page import claim_entry
from registry.index.claims import figures_of
from registry.notices.models import Notice
from tests.make import (
    PICTURE,
    make_baseline,
    make_claim,
    make_evidence,
    make_member,
    make_module,
    make_organisation,
    make_release,
    make_reviewer,
    make_steward,
    make_token,
    make_viewer,
)
from tests.unchanged import refuses, unchanged

pytestmark = pytest.mark.django_db
YEAR = {"starts_on": date(2023, 4, 1), "ends_on": date(2024, 3, 31)}


@pytest.fixture
def module() -> Module:
    return make_module("hampshire/incident-filing")


def said(**form: Any) -> ClaimForm:
    return ClaimForm(**{"title": "Filing", "benefit_class": "non_cashable", **YEAR, **form})


# --- The seeds' figures, by the real doors --------------------------------------------------------------------------------
LINES = {  # S0-7: items, unit, FTE, money, money for each FTE
    "Filing of incidents": (224_000, "case files", "50", "1900000", 38_000),
    "Contact management": (131_000, "contacts", "3", "117000", 39_000),
    "Task handling": (161_000, "tasks", "2.4", "88000", 36_667),
}


def hampshire() -> dict[str, Claim]:
    """The programme of S0-6 with the three lines of S0-7 as its parts."""
    by = make_viewer("hampshire")
    whole = make_claim(
        "hampshire", state="draft", by=by, title="RPA programme", fte=Decimal(96), money=Decimal("3600000"), currency="GBP", **YEAR
    )
    parts = {}
    for title, (volume, unit, fte, money, _) in LINES.items():
        form = said(
            title=title, module=make_module(f"hampshire/{title.lower().replace(' ', '-')}").identifier, part_of=whole.pk, volume=volume,
            unit=unit, fte=Decimal(fte), money=Decimal(money), currency="GBP",
        )  # fmt: skip
        parts[title] = write_claim(organisation=whole.organisation, form=form, by=by)
    return {"RPA programme": whole, **parts}


def test_hampshire_three_lines_and_the_whole_keep_their_figures() -> None:
    """S0-6, S0-7: what is stated is kept to the digit, each line part of the whole, and nothing is made up from the rest."""
    claims = hampshire()
    whole = claims.pop("RPA programme")
    assert (whole.fte, whole.money, whole.currency, whole.period) == (96, 3_600_000, "GBP", "2023–24")
    for title, claim in claims.items():
        claim.refresh_from_db()
        volume, unit, fte, money, per_fte = LINES[title]
        assert (claim.volume, claim.unit, claim.fte, claim.money) == (volume, unit, Decimal(fte), Decimal(money))
        assert figures_of(claim).per_fte == per_fte
        assert (claim.part_of, claim.rate_per_fte, claim.hours_per_fte) == (whole, None, None)
    assert sum(claim.fte or 0 for claim in whole.parts.all()) == Decimal("55.4")
    assert sum(claim.money or 0 for claim in whole.parts.all()) == 2_105_000


def test_copenhagen_letters_with_their_own_year_and_success_rate() -> None:
    """S4-5: 10,000 letters × 10 minutes are 1,666.7 hours; 0.6 årsværk at 70% stated are kept beside the 0.7 they come to; 0.857 at 100%."""
    copenhagen = make_organisation("copenhagen", language="da", kind="council")
    module = make_module("copenhagen/brevudsendelse")
    by = make_viewer(copenhagen)
    baseline = make_baseline(module, copenhagen, minutes="10", unit="breve", by=by)
    form = said(
        title="Breve", module=module.identifier, volume=10_000, unit="breve", baseline=baseline.pk, hours_per_fte=Decimal(1667),
        success_rate=Decimal("0.7"), fte=Decimal("0.6"), starts_on=date(2017, 1, 1), ends_on=date(2017, 12, 31),
        money=kept_money(Decimal(-2500), in_thousands=True, savings_are_negative=True), currency="dkk", price_base="2016 p/l",
        in_thousands=True, savings_are_negative=True,
    )  # fmt: skip
    claim = write_claim(organisation=copenhagen, form=form, by=by)
    claim = Claim.objects.select_related("baseline").get(pk=claim.pk)
    assert (claim.fte, claim.success_rate, claim.money, claim.currency) == (Decimal("0.6"), Decimal("0.7"), 2_500_000, "DKK")
    assert (claim.price_base, claim.in_thousands, claim.savings_are_negative, claim.language) == ("2016 p/l", True, True, "da")
    assert claim.period == "2017"
    reckoned, check = reckon(inputs_of(claim)), held_against(claim.fte, inputs_of(claim))
    assert reckoned is not None
    assert check is not None
    assert (round(reckoned.hours / Decimal("0.7"), 1), reckoned.fte) == (Decimal("1666.7"), Decimal("0.700"))
    assert (check.is_material, check.stated, check.computed) == (True, Decimal("0.6"), Decimal("0.700"))
    assert "kept as stated, 0.6" in claim.entries.get().note
    full = claim_entry(by, claim.pk).full_success
    assert full is not None
    assert round(full, 3) == Decimal("0.857")


def test_fte_are_reckoned_where_none_are_stated(module: Module) -> None:
    """224,000 files × (3 − 0.5) minutes are 9,333.3 hours: 5.6 FTE of 1,667 hours; a claim of half a year is not half as many people."""
    by = make_viewer("hampshire")
    baseline = make_baseline(module, minutes="3", by=by)
    given = {"module": module.identifier, "volume": 224_000, "unit": "case files", "baseline": baseline.pk}
    form = said(**given, hours_per_fte=Decimal(1667), minutes_after=Decimal("0.5"))
    claim = write_claim(organisation=module.organisation, form=form, by=by)
    assert claim.fte == Decimal("5.599")
    assert "reckoned" in claim.entries.get().note
    half = replace(form, ends_on=date(2023, 9, 30), volume=112_000)
    assert write_claim(organisation=module.organisation, form=half, by=by).fte == Decimal("5.599")


def test_what_cannot_be_reckoned_stays_empty(module: Module) -> None:
    claim = write_claim(
        organisation=module.organisation, form=said(module=module.identifier, volume=5, unit="files"), by=make_viewer("hampshire")
    )
    assert (claim.fte, claim.money, claim.currency, claim.minutes_after) == (None, None, "", None)


def test_a_retired_post_left_unfilled_is_cashable_only_with_the_post_named(module: Module) -> None:
    """S0-12."""
    claim = make_claim("hampshire", module, state="draft", benefit_class="cashable", money=Decimal("31000"), currency="GBP")
    by = make_viewer("hampshire")
    with refuses("post_missing", "post"):
        submit_claim(claim=claim, by=by)
    claim = change_claim(claim=claim, form=replace(form_of(claim), post="Filing clerk, post 1182, retired and not filled"), by=by)
    assert submit_claim(claim=claim, by=by).state == "submitted"


def test_new_capacity_is_not_added_to_effort_replaced(module: Module) -> None:
    """S0-13: "newly achieved efficiencies, not just a replacement of manual effort"."""
    make_claim("hampshire", module, fte=Decimal("50"))
    make_claim("hampshire", module, benefit_class="new_capacity", fte=Decimal("7"))
    module.refresh_from_db()
    assert (module.verified_fte, module.evidence) == (50, "approved")


def test_a_joint_claim_is_split_and_counts_once() -> None:
    """S0-18: the contact management line of Thames Valley and Hampshire, half each."""
    make_organisation("thames-valley")
    module = make_module("hampshire/contact-management")
    claim = make_claim(
        "hampshire", module, fte=Decimal(3), money=Decimal(117_000), currency="GBP", shares={"hampshire": "0.5", "thames-valley": "0.5"}
    )
    assert sorted(claim.shares.values_list("organisation__slug", "share")) == [
        ("hampshire", Decimal("0.5")),
        ("thames-valley", Decimal("0.5")),
    ]
    assert not claim.shares.filter(agreed_at=None).exists()
    module.refresh_from_db()
    assert module.verified_fte == 3  # once, not once for each


def test_outcomes_beyond_fte_are_enough_for_a_claim(module: Module) -> None:
    """S0-9: +150% vulnerable children identified; within 2 hours rather than weeks; no call to 101."""
    by = make_viewer("hampshire")
    claim = make_claim("hampshire", module, state="draft", benefit_class="quality", fte=None, by=by)
    with refuses("figure_missing"):
        submit_claim(claim=claim, by=by)
    measures = (
        MeasureForm(outcome="protecting", measure="vulnerable children identified", change_percent=Decimal(150)),
        MeasureForm(outcome="victim_satisfaction", measure="time to an update", before_text="weeks", after_text="typically within 2 hours"),
        MeasureForm(outcome="capacity", measure="calls to 101", unit="calls", before=Decimal(1000), after=Decimal(0)),
    )
    for form in measures:
        measure_outcome(claim=claim, form=form, by=by)
    submit_claim(claim=claim, by=by)
    assert claim.outcomes.count() == 3
    with refuses("measure_known"):
        measure_outcome(claim=claim, form=measures[0], by=by)


# --- Baselines ------------------------------------------------------------------------------------------------------------
def test_a_baseline_says_whether_it_was_taken_before_go_live(module: Module) -> None:
    """S0-10: by what the organisation states of its adoption, or by the day given."""
    wiltshire, by = make_organisation("wiltshire"), make_viewer("wiltshire")
    form = BaselineForm(minutes_per_item=Decimal(20), unit="files", sample_size=30, measured_on=date(2024, 5, 1))
    unknown = record_baseline(organisation=wiltshire, module=module, form=form, by=by)
    release = module.releases.get()
    Adoption.objects.create(
        organisation=wiltshire, module=module, release=release, stage="live", since=date(2024, 4, 1), confirmed_at=timezone.now(),
        expires_on=date(2030, 1, 1),
    )  # fmt: skip
    after = record_baseline(organisation=wiltshire, module=module, form=form, by=by)
    before = record_baseline(organisation=wiltshire, module=module, form=replace(form, live_on=date(2024, 6, 1)), by=by)
    assert [each.is_before_live for each in (unknown, after, before)] == [None, False, True]
    assert AuditEvent.objects.filter(action="baseline.recorded", organisation=wiltshire).count() == 3


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"minutes_per_item": Decimal(0)}, "minutes_invalid"),
        ({"minutes_per_item": Decimal("1.234")}, "number_too_fine"),
        ({"minutes_per_item": Decimal("NaN")}, "value_invalid"),
        ({"sample_size": 0}, "sample_invalid"),
        ({"measured_on": date(2999, 1, 1)}, "date_ahead"),
        ({"measured_on": date(1066, 1, 1)}, "date_invalid"),
        ({"method": "guessed"}, "method_unknown"),
        ({"unit": " "}, "words_missing"),
    ],
)
def test_a_baseline_that_measures_nothing_is_refused(module: Module, form: dict[str, Any], code: str) -> None:
    given: dict[str, Any] = {"minutes_per_item": Decimal(20), "unit": "files", "sample_size": 30, "measured_on": date(2020, 3, 1), **form}
    by = make_viewer("hampshire")
    with refuses(code):
        record_baseline(organisation=module.organisation, module=module, form=BaselineForm(**given), by=by)


def test_a_baseline_of_a_module_one_does_not_see_is_not_there() -> None:
    hidden = make_release("hampshire/hidden", visibility="own").module
    form = BaselineForm(minutes_per_item=Decimal(20), unit="files", sample_size=30, measured_on=date(2020, 3, 1))
    by = make_viewer("wiltshire")
    with pytest.raises(Missing):
        record_baseline(organisation=make_organisation("wiltshire"), module=hidden, form=form, by=by)


# --- What is refused ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("form", "code", "where"),
    [
        ({"title": " "}, "words_missing", "title"),
        ({"title": "x" * 121}, "text_too_long", "title"),
        ({"note": "a\x00b"}, "text_invalid", "note"),
        ({"benefit_class": "huge"}, "benefit_class_unknown", "benefit_class"),
        ({"sharing": "world"}, "sharing_unknown", "sharing"),
        ({"language": "tlh"}, "language_unknown", "language"),
        ({"ends_on": date(2023, 3, 31)}, "period_backwards", "ends_on"),
        ({"starts_on": date(1066, 10, 14)}, "date_invalid", "starts_on"),
        ({"volume": 0, "unit": "files"}, "volume_invalid", "volume"),
        ({"volume": 10**15, "unit": "files"}, "volume_invalid", "volume"),
        ({"volume": 5}, "unit_missing", "unit"),
        ({"success_rate": Decimal(70)}, "success_rate_invalid", "success_rate"),
        ({"success_rate": Decimal(0)}, "success_rate_invalid", "success_rate"),
        ({"hours_per_fte": Decimal(9999)}, "not_above_zero", "hours_per_fte"),
        ({"fte": Decimal(-1)}, "below_zero", "fte"),
        ({"fte": Decimal("Infinity")}, "value_invalid", "fte"),
        ({"fte": Decimal("1.2345")}, "number_too_fine", "fte"),
        ({"fte": Decimal(10**9)}, "number_too_large", "fte"),
        ({"money": Decimal(5)}, "currency_invalid", "currency"),
        ({"money": Decimal(5), "currency": "pounds"}, "currency_invalid", "currency"),
        ({"money": Decimal(-5), "currency": "GBP"}, "money_is_cost", "money"),
        ({"module": "hampshire/none"}, "module_unknown", "module"),
        ({"module": "\x00/x"}, "module_unknown", "module"),
        ({"module": ""}, "module_missing", "module"),
        ({"baseline": 10**9}, "baseline_unknown", "baseline"),
        ({"part_of": 10**9}, "programme_unknown", "part_of"),
        ({"scope": "programme", "part_of": 1}, "programme_is_no_part", "part_of"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(module: Module, form: dict[str, Any], code: str, where: str) -> None:
    by = make_viewer("hampshire")
    with refuses(code, where):
        write_claim(organisation=module.organisation, form=said(**{"module": module.identifier, **form}), by=by)


def test_floats_are_no_money(module: Module) -> None:
    with pytest.raises(TypeError):
        write_claim(organisation=module.organisation, form=said(module=module.identifier, fte=0.1), by=make_viewer("hampshire"))


def test_a_claim_about_what_one_does_not_see_is_refused_as_what_does_not_exist() -> None:
    make_release("hampshire/hidden", visibility="own")
    by = make_viewer("wiltshire")
    with refuses("module_unknown", "module"):
        write_claim(organisation=make_organisation("wiltshire"), form=said(module="hampshire/hidden"), by=by)


def test_baselines_are_of_the_same_module_organisation_and_unit_and_longer(module: Module) -> None:
    by = make_viewer("hampshire")
    own = make_baseline(module, minutes="3", by=by)
    theirs = make_baseline(module, "wiltshire")
    other = make_baseline(make_module("hampshire/other"), by=by)
    for wrong in (theirs, other):
        with refuses("baseline_unknown", "baseline"):
            write_claim(organisation=module.organisation, form=said(module=module.identifier, baseline=wrong.pk), by=by)
    with refuses("nothing_saved", "minutes_after"):
        write_claim(organisation=module.organisation, form=said(module=module.identifier, baseline=own.pk, minutes_after=Decimal(3)), by=by)
    with refuses("units_differ", "unit"):
        write_claim(organisation=module.organisation, form=said(module=module.identifier, baseline=own.pk, volume=1, unit="letters"), by=by)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER])
def test_publishers_and_administrators_write_for_their_organisation_alone(module: Module, role: str) -> None:
    for by in (make_viewer("hampshire", role), make_viewer("wiltshire", Role.ADMINISTRATOR), make_steward()):
        with refuses("may_not_answer"):
            write_claim(organisation=module.organisation, form=said(module=module.identifier), by=by)
    claim = make_claim("hampshire", module, state="submitted")
    by = make_viewer("wiltshire")
    acts: list[Any] = [
        lambda: change_claim(claim=claim, form=replace(form_of(claim), fte=Decimal(9)), by=by),
        lambda: share_claim(claim=claim, shares={}, by=by),
        lambda: submit_claim(claim=claim, by=by),
        lambda: withdraw_claim(claim=claim, reason="No.", by=by),
        lambda: add_evidence(claim=claim, caption="Theirs", reference="x", by=by),
        lambda: measure_outcome(claim=claim, form=MeasureForm(outcome="capacity", measure="m", after=Decimal(1)), by=by),
    ]
    for act in acts:
        with refuses("may_not_answer"):
            act()


def test_a_token_that_publishes_writes_drafts_in_the_name_of_who_made_it(module: Module) -> None:
    make_token("hampshire")
    token = ApiToken.objects.select_related("organisation").get()
    form = said(module=module.identifier, fte=Decimal(2))
    with refuses("token_without_person"):
        write_claim(organisation=module.organisation, form=form, by=viewer_of_token(token))
    token.created_by = make_member("hampshire")
    token.save()
    claim = write_claim(organisation=module.organisation, form=form, by=viewer_of_token(token))
    assert (claim.created_by, list(claim.writers.all())) == (token.created_by, [token.created_by])
    assert submit_claim(claim=claim, by=viewer_of_token(token)).submitted_by is None
    with refuses("person_needed"):
        add_evidence(claim=claim, caption="Report", reference="7", by=viewer_of_token(token))
    make_evidence(claim)
    theirs = make_token("wiltshire")
    assert theirs
    wiltshire = viewer_of_token(ApiToken.objects.select_related("organisation").get(organisation__slug="wiltshire"))
    with refuses("person_needed"):
        decide_claim(claim=claim, decision=Decision.APPROVE, by=wiltshire)


# --- Programmes and their parts -------------------------------------------------------------------------------------------
def test_a_part_is_of_the_programmes_currency_and_time(module: Module) -> None:
    by = make_viewer("hampshire")
    whole = make_claim("hampshire", state="draft", by=by, money=Decimal(100), currency="GBP")
    part = said(module=module.identifier, part_of=whole.pk, money=Decimal(5), currency="GBP")
    with refuses("programme_currency", "currency"):
        write_claim(organisation=module.organisation, form=replace(part, currency="DKK"), by=by)
    with refuses("programme_period", "starts_on"):
        write_claim(organisation=module.organisation, form=replace(part, starts_on=date(2022, 4, 1), ends_on=date(2023, 3, 31)), by=by)
    kept = write_claim(organisation=module.organisation, form=part, by=by)
    for change in (
        {"currency": "EUR"},
        {"starts_on": date(2030, 4, 1), "ends_on": date(2031, 3, 31)},
        {"scope": "line", "module": module.identifier},
    ):
        with refuses("parts_differ"):
            change_claim(claim=whole, form=replace(form_of(whole), **change), by=by)
    withdraw_claim(claim=kept, reason="Wrong.", by=by)
    assert change_claim(claim=whole, form=replace(form_of(whole), currency="EUR"), by=by).currency == "EUR"


def test_parts_beyond_the_whole_are_kept_for_the_remainder_to_show(module: Module) -> None:
    by = make_viewer("hampshire")
    whole = make_claim("hampshire", state="draft", by=by, fte=Decimal(2))
    part = write_claim(organisation=module.organisation, form=said(module=module.identifier, part_of=whole.pk, fte=Decimal(50)), by=by)
    assert part.part_of == whole


def test_only_who_shares_in_a_programme_adds_parts_to_it(module: Module) -> None:
    make_organisation("thames-valley")
    whole = make_claim("hampshire", state="draft", fte=Decimal(2))
    by = make_viewer("thames-valley")
    form = said(module=module.identifier, part_of=whole.pk, fte=Decimal(1))
    with refuses("programme_unknown"):
        write_claim(organisation=make_organisation("thames-valley"), form=form, by=by)
    holder = make_viewer("hampshire")
    share_claim(claim=whole, shares={"hampshire": Decimal("0.6"), "thames-valley": Decimal("0.4")}, by=holder)
    agree_share(claim=whole, organisation=make_organisation("thames-valley"), by=by)
    write_claim(organisation=make_organisation("thames-valley"), form=form, by=by)
    with refuses("parts_differ"):
        share_claim(claim=whole, shares={}, by=holder)
    with refuses("parts_differ"):
        decline_share(claim=whole, organisation=make_organisation("thames-valley"), reason="No.", by=by)


# --- Joint claims ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("shares", "code"),
    [
        ({"hampshire": "0.5", "thames-valley": "0.4"}, "shares_not_whole"),
        ({"hampshire": "0.6", "thames-valley": "0.5"}, "shares_not_whole"),
        ({"thames-valley": "1"}, "holder_without_share"),
        ({"hampshire": "1", "thames-valley": "0"}, "share_invalid"),
        ({"hampshire": "1.5", "thames-valley": "-0.5"}, "share_invalid"),
        ({"hampshire": "0.333333", "thames-valley": "0.666667"}, "number_too_fine"),
        ({"hampshire": "0.5", "nowhere": "0.5"}, "organisation_unknown"),
        ({"hampshire": "0.5", "partnership": "0.5"}, "organisation_unknown"),
        ({f"force-{number}": "0.01" for number in range(60)}, "too_many_shares"),
    ],
)
def test_shares_that_do_not_make_one_are_refused(module: Module, shares: dict[str, str], code: str) -> None:
    make_organisation("thames-valley")
    make_steward()
    claim, by = make_claim("hampshire", module, state="draft"), make_viewer("hampshire")
    with refuses(code, "shares"):
        share_claim(claim=claim, shares={slug: Decimal(part) for slug, part in shares.items()}, by=by)


def test_who_does_not_see_the_module_is_given_no_share() -> None:
    make_organisation("thames-valley")
    module = make_release("hampshire/hidden", visibility="own").module
    claim, by = make_claim("hampshire", module, state="draft"), make_viewer("hampshire")
    with refuses("organisation_does_not_see"):
        share_claim(claim=claim, shares={"hampshire": Decimal("0.5"), "thames-valley": Decimal("0.5")}, by=by)


def test_every_share_is_agreed_by_a_person_of_that_organisation_before_it_is_handed_in(module: Module) -> None:
    thames_valley, theirs = make_organisation("thames-valley"), make_viewer("thames-valley")
    holder = make_viewer("hampshire")
    claim = make_claim("hampshire", module, state="draft", by=holder)
    claim = share_claim(claim=claim, shares={"hampshire": Decimal("0.5"), "thames-valley": Decimal("0.5")}, by=holder)
    assert list(Notice.objects.filter(kind="claim_share").values_list("user", flat=True)) == [theirs.user.pk if theirs.user else 0]
    with refuses("share_open"):
        submit_claim(claim=claim, by=holder)
    for by in (holder, make_viewer("thames-valley", Role.REVIEWER), make_viewer("wiltshire")):
        with refuses("may_not_answer"):
            agree_share(claim=claim, organisation=thames_valley, by=by)
    with refuses("no_share"):
        agree_share(claim=claim, organisation=make_organisation("hampshire"), by=holder)
    agree_share(claim=claim, organisation=thames_valley, by=theirs)
    with refuses("agreed_already"):
        agree_share(claim=claim, organisation=thames_valley, by=theirs)
    assert submit_claim(claim=claim, by=holder).state == "submitted"
    assert AuditEvent.objects.filter(action="claim.share_agreed").count() == 2  # in the books of both


def test_other_figures_must_be_agreed_to_anew(module: Module) -> None:
    make_organisation("thames-valley")
    claim = make_claim("hampshire", module, shares={"hampshire": "0.5", "thames-valley": "0.5"})
    by = make_viewer("hampshire")
    claim = change_claim(claim=claim, form=replace(form_of(claim), fte=Decimal(90)), by=by)
    assert claim.shares.get(agreed_at=None).organisation.slug == "thames-valley"
    with refuses("share_open"):
        submit_claim(claim=claim, by=by)


def test_who_declines_gives_its_share_back_and_voids_what_was_approved(module: Module) -> None:
    thames_valley, wiltshire = make_organisation("thames-valley"), make_organisation("wiltshire")
    claim = make_claim("hampshire", module, shares={"hampshire": "0.5", "thames-valley": "0.3", "wiltshire": "0.2"})
    claim = decline_share(claim=claim, organisation=thames_valley, reason="Not ours.", by=make_viewer("thames-valley"))
    assert dict(claim.shares.values_list("organisation__slug", "share")) == {"hampshire": Decimal("0.8"), "wiltshire": Decimal("0.2")}
    assert (claim.state, ClaimEntry.objects.filter(claim=claim, what="voided").count()) == ("draft", 1)
    module.refresh_from_db()
    assert (module.evidence, module.verified_fte) == ("", 0)
    claim = decline_share(claim=claim, organisation=wiltshire, reason="Nor ours.", by=make_viewer("wiltshire"))
    assert not claim.shares.exists()


# --- Handing in -----------------------------------------------------------------------------------------------------------
def test_what_must_hold_to_hand_it_in(module: Module) -> None:
    by = make_viewer("hampshire")
    ahead = make_claim("hampshire", module, state="draft", by=by, ends_on=timezone.localdate() + timedelta(days=1))
    with refuses("period_open", "ends_on"):
        submit_claim(claim=ahead, by=by)
    kept = make_claim("hampshire", module, state="draft", by=by, sharing="own")
    with refuses("claim_kept", "sharing"):
        submit_claim(claim=kept, by=by)
    hidden = make_claim("hampshire", make_release("hampshire/hidden", visibility="own").module, state="draft", by=by)
    with refuses("module_kept", "module"):
        submit_claim(claim=hidden, by=by)
    baseline = make_baseline(module, by=by)
    given = {"baseline": baseline.pk, "unit": "case files", "fte": None, "money": Decimal(5), "currency": "GBP"}
    for more, where in (({}, "volume"), ({"volume": 5}, "hours_per_fte")):
        claim = make_claim("hampshire", module, state="draft", by=by, **{**given, **more})
        with refuses("fte_incomputable", where):
            submit_claim(claim=claim, by=by)


def test_stewards_are_told_that_it_waits_and_the_module_says_claimed(module: Module) -> None:
    steward = make_steward()
    claim = make_claim("hampshire", module, state="submitted")
    assert Notice.objects.get(kind="claim_to_decide").user == steward.user
    module.refresh_from_db()
    assert (module.evidence, module.verified_fte) == ("claimed", 0)
    by = make_viewer("hampshire")
    with refuses("wrong_state"):
        submit_claim(claim=claim, by=by)


def test_withdrawing_keeps_the_claim_and_counts_it_no_more(module: Module) -> None:
    claim = make_claim("hampshire", module)
    by = make_viewer("hampshire")
    with refuses("words_missing"):
        withdraw_claim(claim=claim, reason=" ", by=by)
    claim = withdraw_claim(claim=claim, reason="Counted twice.", by=by)
    module.refresh_from_db()
    assert (module.evidence, claim.state, claim.entries.last().note) == ("", "withdrawn", "Counted twice.")  # type: ignore[union-attr]
    for act in (
        lambda: withdraw_claim(claim=claim, reason="Again.", by=by),
        lambda: change_claim(claim=claim, form=replace(form_of(claim), title="Again"), by=by),
        lambda: add_evidence(claim=claim, caption="Late", reference="x", by=by),
    ):
        with refuses("wrong_state"):
            act()


# --- Approval -------------------------------------------------------------------------------------------------------------
def test_somebody_independent_approves_on_evidence(module: Module) -> None:
    claim = make_claim("hampshire", module, state="submitted", fte=Decimal(50))
    steward = make_steward()
    with refuses("claim_unevidenced"):
        decide_claim(claim=claim, decision=Decision.APPROVE, by=steward)
    make_evidence(claim)
    claim = decide_claim(claim=claim, decision=Decision.APPROVE, note="Seen the report.", by=steward)
    assert (claim.state, claim.decided_by, claim.decision) == ("approved", steward.user, "Seen the report.")
    assert claim.decided_for == steward.organisation
    module.refresh_from_db()
    assert (module.evidence, module.verified_fte) == ("approved", 50)
    assert Notice.objects.filter(kind="claim_decided").exists()


def test_a_reviewer_of_another_organisation_approves_too(module: Module) -> None:
    claim = make_claim("hampshire", module, state="submitted")
    make_evidence(claim)
    by = make_reviewer("kent")
    assert list(Claim.objects.to_decide_by(by)) == [claim]
    assert decide_claim(claim=claim, decision=Decision.APPROVE, by=by).decided_for == make_organisation("kent")


def test_it_is_sent_back_with_a_reason_and_may_come_again(module: Module) -> None:
    claim = make_claim("hampshire", module, state="submitted")
    steward = make_steward()
    with refuses("words_missing", "note"):
        decide_claim(claim=claim, decision=Decision.RETURN, by=steward)
    claim = decide_claim(claim=claim, decision=Decision.RETURN, note="Show the sample.", by=steward)
    assert (claim.state, claim.decision) == ("returned", "Show the sample.")
    by = make_viewer("hampshire")
    claim = change_claim(claim=claim, form=replace(form_of(claim), note="Sample of 30."), by=by)
    assert (claim.state, claim.decision) == ("returned", "Show the sample.")  # until it is handed in again
    assert submit_claim(claim=claim, by=by).decision == ""


def test_a_claimant_never_approves_their_own() -> None:
    """J7. Nor does anybody of an organisation that has a part in it, nor who had a hand in it before they moved."""
    make_organisation("thames-valley")
    module = make_module("hampshire/joint")
    writer = make_viewer("hampshire")
    claim = make_claim("hampshire", module, state="submitted", by=writer, shares={"hampshire": "0.5", "thames-valley": "0.5"})
    make_evidence(claim, by=writer)
    for by in (make_reviewer("hampshire"), make_reviewer("thames-valley"), writer):
        assert not Claim.objects.to_decide_by(by).exists()
        with refuses("second_person"):
            decide_claim(claim=claim, decision=Decision.APPROVE, by=by)
    assert writer.user is not None
    Membership.objects.filter(user=writer.user).delete()
    moved = viewer_of(make_member("kent", Role.REVIEWER, user=writer.user))
    assert not Claim.objects.to_decide_by(moved).exists()
    with refuses("second_person"):
        decide_claim(claim=claim, decision=Decision.APPROVE, by=moved)
    both = make_reviewer("kent")
    assert both.user is not None
    make_member("thames-valley", Role.VIEWER, user=both.user)
    with refuses("second_person"):
        decide_claim(claim=claim, decision=Decision.APPROVE, by=viewer_of(both.user))
    with refuses("reviewers_only"):
        decide_claim(claim=claim, decision=Decision.APPROVE, by=make_viewer("essex"))


def test_who_does_not_see_it_finds_no_claim_to_decide() -> None:
    make_organisation("wiltshire")
    module = make_release("hampshire/named", visibility="named", share_with=("wiltshire",)).module
    claim = make_claim("hampshire", module, state="submitted")
    for by in (make_reviewer("kent"), make_viewer("kent")):
        assert not Claim.objects.to_decide_by(by).exists()
        with unchanged(), pytest.raises(Missing):
            decide_claim(claim=claim, decision=Decision.APPROVE, by=by)
    assert Claim.objects.to_decide_by(make_steward()).exists()


def test_what_changed_since_it_was_read_is_read_again(module: Module) -> None:
    claim = make_claim("hampshire", module, state="submitted")
    seen = claim.entries.order_by("-pk")[0].pk
    make_evidence(claim)
    steward = make_steward()
    with refuses("claim_changed"):
        decide_claim(claim=claim, decision=Decision.APPROVE, seen=seen, by=steward)
    now = claim.entries.order_by("-pk")[0].pk
    assert decide_claim(claim=claim, decision=Decision.APPROVE, seen=now, by=steward).state == "approved"


# --- Changing -------------------------------------------------------------------------------------------------------------
def test_changing_what_was_approved_voids_the_approval(module: Module) -> None:
    claim = make_claim("hampshire", module, fte=Decimal(50))
    claim = change_claim(claim=claim, form=replace(form_of(claim), fte=Decimal(60)), by=make_viewer("hampshire"))
    assert (claim.state, claim.decided_by, claim.submitted_at) == ("draft", None, None)
    assert list(claim.entries.values_list("what", flat=True))[-2:] == ["voided", "changed"]
    module.refresh_from_db()
    assert (module.evidence, module.verified_fte) == ("", 0)


def test_a_measure_changes_the_claim_too(module: Module) -> None:
    claim = make_claim("hampshire", module)
    by = make_viewer("hampshire")
    made = measure_outcome(claim=claim, form=MeasureForm(outcome="capacity", measure="hours", after=Decimal(5)), by=by)
    claim.refresh_from_db()
    assert claim.state == "draft"
    assert not remove_outcome(measure=made, by=by).outcomes.exists()


def test_who_reads_it_changes_without_a_new_approval(module: Module) -> None:
    claim = make_claim("hampshire", module, fte=Decimal(50))
    claim = change_claim(claim=claim, form=replace(form_of(claim), sharing="own"), by=make_viewer("hampshire"))
    assert claim.state == "approved"
    module.refresh_from_db()
    assert (module.evidence, module.verified_fte) == ("", 0)  # what is kept to oneself counts nowhere that others read


def test_saving_the_same_again_changes_nothing(module: Module) -> None:
    claim = make_claim("hampshire", module)
    by = make_viewer("hampshire")
    with unchanged():
        assert change_claim(claim=claim, form=form_of(claim), by=by).state == "approved"


def test_moving_a_claim_to_another_module_counts_it_there(module: Module) -> None:
    other = make_module("hampshire/other")
    claim = make_claim("hampshire", module, fte=Decimal(50))
    change_claim(claim=claim, form=replace(form_of(claim), module=other.identifier), by=make_viewer("hampshire"))
    module.refresh_from_db()
    assert module.evidence == ""


# --- Evidence -------------------------------------------------------------------------------------------------------------
def test_evidence_added_after_the_approval_is_shown_as_added_later(module: Module) -> None:
    claim, by = make_claim("hampshire", module), make_viewer("hampshire")
    late = make_evidence(claim, by=by, caption="More")
    claim.refresh_from_db()
    assert claim.state == "approved"
    assert {each.key for each in claim_entry(by, claim.pk).evidence if each.is_later} == {late.pk}
    assert claim.entries.order_by("-pk")[0].note == "Added after the approval: More"


def test_evidence_is_a_file_or_a_place(module: Module) -> None:
    claim, by = make_claim("hampshire", module, state="draft"), make_viewer("hampshire")
    with refuses("evidence_missing", "evidence"):
        add_evidence(claim=claim, caption="Report", by=by)
    with refuses("words_missing", "caption"):
        add_evidence(claim=claim, caption=" ", reference="x", by=by)
    made = make_evidence(claim, data=PICTURE, by=by)
    assert made.file is not None
    assert (made.file.module, made.file.organisation) == (module, module.organisation)
    with refuses("attachment_kind"):
        make_evidence(claim, data=b"\x00\x01\x02", by=by)
    with refuses("evidence_sensitive", "is_shared"):
        make_evidence(claim, data=PICTURE, by=by, is_shared=True, marking="OFFICIAL-SENSITIVE")


def test_evidence_of_a_whole_programme_belongs_to_no_module() -> None:
    claim = make_claim("hampshire", state="draft")
    file = make_evidence(claim, data=PICTURE).file
    assert file is not None
    assert file.module is None


def test_who_opens_evidence(module: Module) -> None:
    """Its own bodies, whoever decides it, auditors; and whoever reads the claim where it is shared with them."""
    make_organisation("thames-valley")
    claim = make_claim("hampshire", module, state="submitted", shares={"hampshire": "0.5", "thames-valley": "0.5"})
    kept = make_evidence(claim, data=PICTURE)
    open_one = make_evidence(claim, data=PICTURE, is_shared=True, caption="Public report")
    partnership = make_organisation("partnership", kind="partnership")
    whole = [make_viewer("hampshire", Role.VIEWER), make_viewer("thames-valley", Role.VIEWER), make_steward(), make_reviewer("kent"),
             make_viewer(partnership, Role.AUDITOR)]  # fmt: skip
    for viewer in whole:
        assert set(Evidence.objects.open_to(viewer)) == {kept, open_one}
    assert list(Evidence.objects.open_to(make_viewer("kent"))) == [open_one]
    decided = make_reviewer("essex")
    decide_claim(claim=claim, decision=Decision.APPROVE, by=decided)
    assert set(Evidence.objects.open_to(decided)) == {kept, open_one}
    assert list(Evidence.objects.open_to(whole[3])) == [open_one]  # it is no longer theirs to decide
    draft = make_claim("hampshire", module, state="draft")
    make_evidence(draft, data=PICTURE, is_shared=True)
    assert Evidence.objects.open_to(make_steward()).filter(claim=draft).count() == 0


# --- Costs and rates ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("form", "code", "where"),
    [
        ({"title": ""}, "words_missing", "title"),
        ({"year": " "}, "words_missing", "year"),
        ({"amount": Decimal(0)}, "amount_invalid", "amount"),
        ({"amount": Decimal(-5)}, "amount_invalid", "amount"),
        ({"amount": Decimal(10**15)}, "number_too_large", "amount"),
        ({"currency": "pounds"}, "currency_invalid", "currency"),
        ({"kind": "bribes"}, "kind_unknown", "kind"),
        ({"sharing": "world"}, "sharing_unknown", "sharing"),
        ({"claim": 10**9}, "programme_unknown", "claim"),
    ],
)
def test_a_cost_that_makes_no_sense_is_refused(form: dict[str, Any], code: str, where: str) -> None:
    given: dict[str, Any] = {"title": "Licences", "year": "2023–24", "amount": Decimal(5), "currency": "GBP", **form}
    by = make_viewer("hampshire")
    with refuses(code, where):
        record_cost(organisation=make_organisation("hampshire"), form=CostForm(**given), by=by)


def test_a_cost_belongs_to_a_programme_of_the_same_organisation() -> None:
    """S0-6: "total budget of over £500K per year"."""
    programme = make_claim("hampshire", state="draft")
    form = CostForm(
        title="Budget", year="2023–24", kind="total", amount=Decimal(500_000), currency="gbp", is_at_least=True, claim=programme.pk
    )
    line = record_cost(organisation=programme.organisation, form=form, by=make_viewer("hampshire"))
    assert (line.claim, line.currency, line.is_at_least) == (programme, "GBP", True)
    wiltshire, by = make_organisation("wiltshire"), make_viewer("wiltshire")
    with refuses("programme_unknown", "claim"):
        record_cost(organisation=wiltshire, form=form, by=by)
    with refuses("may_not_answer"):
        remove_cost(cost=line, by=by)
    by = make_viewer("hampshire")
    assert remove_cost(cost=line, by=by).removed_at is not None
    with refuses("removed_already"):
        remove_cost(cost=line, by=by)


def test_only_stewards_record_rates() -> None:
    given: dict[str, Any] = {"base": "GBP", "quote": "DKK", "rate": Decimal("8.65"), "on": date(2024, 3, 28), "source": "A bank"}
    by = make_viewer("hampshire", Role.ADMINISTRATOR)
    with refuses("stewards_only"):
        record_rate(by=by, **given)
    steward = make_steward()
    for wrong, code in (
        ({"rate": Decimal(0)}, "rate_invalid"),
        ({"rate": Decimal(-1)}, "rate_invalid"),
        ({"quote": "GBP"}, "rate_invalid"),
        ({"base": "pound"}, "currency_invalid"),
        ({"source": " "}, "words_missing"),
        ({"on": timezone.localdate() + timedelta(days=1)}, "date_ahead"),
    ):
        with refuses(code):
            record_rate(by=steward, **{**given, **wrong})
    record_rate(by=steward, **given)
    with refuses("rate_known"):
        record_rate(by=steward, **given)
