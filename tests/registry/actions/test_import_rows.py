"""A table is shown as it would become and stored only when confirmed: all of it, or nothing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Role
from accounts.viewer import Viewer
from registry.actions.import_rows import import_rows, keep_import
from registry.actions.recall_releases import recall_releases
from registry.actions.remove_expired import remove_expired
from registry.adoption.models import Adoption
from registry.benefits.costs import Cost, mismatches
from registry.benefits.models import Baseline, Claim, CostLine
from registry.benefits.money import Money
from registry.catalogue.models import Module
from registry.errors import Conflict, Missing, NotAllowed, RegistryError
from registry.imports.models import KEPT_FOR, ImportDraft
from registry.imports.outcome import Outcome, from_json
from registry.imports.reading import CellError
from registry.index.imports import draft_of
from registry.lifecycle.models import RecallNotice
from registry.notices.models import Notice
from registry.releases.models import Release
from registry.releases.upload import spooled
from tests.make import make_adoption, make_organisation, make_release, make_viewer
from tests.unchanged import unchanged

pytestmark = pytest.mark.django_db
UPDATE = "hampshire/victim-update"
HEAD = "Module,Version,Stage,Live since,Owner,Volume a year,Unit,Shared"


@pytest.fixture
def release() -> Release:
    return make_release(UPDATE, "1.2.0")


@pytest.fixture
def kent() -> Viewer:
    return make_viewer("kent")


def sent(by: Viewer, text: str, kind: str = "adoptions", language: str = "en-GB") -> ImportDraft:
    assert by.organisation is not None
    with spooled([text.encode()], "table.csv", "text/csv") as upload:
        return keep_import(organisation=by.organisation, kind=kind, language=language, upload=upload, by=by)


def shown(draft: ImportDraft) -> Outcome:
    return from_json(ImportDraft.objects.get(pk=draft.pk).preview)


def codes(outcome: Outcome) -> dict[int, list[tuple[str, str]]]:
    return {row.number: [(error.column, error.code) for error in row.errors] for row in outcome.refused}


# --- What an organisation runs --------------------------------------------------------------------------------------------
def test_what_is_shown_is_what_is_made(release: Release, kent: Viewer) -> None:
    make_release("hampshire/letters")
    text = f'{HEAD}\n{UPDATE},1.2.0,live,02-05-2023,Case team,"58,000",updates,counted\nhampshire/letters,,interested,,,,,\n'
    draft = sent(kent, text)
    assert not Adoption.objects.exists()
    assert [(row.number, row.words) for row in shown(draft).made] == [
        (2, f"{UPDATE} 1.2.0: live, since 2 May 2023, 58,000 updates a year"),
        (3, "hampshire/letters: interested"),
    ]
    before = shown(draft)
    assert import_rows(draft=draft, by=kent) == before
    made = Adoption.objects.get(release=release)
    assert (made.stage, made.since, made.volume, made.unit, made.owner, made.sharing) == (
        "live", date(2023, 5, 2), 58_000, "updates", "Case team", "counted",
    )  # fmt: skip
    assert (made.created_by, made.organisation) == (kent.user, kent.organisation)
    assert not ImportDraft.objects.exists()
    event = AuditEvent.objects.get(action="import.done")
    assert (event.subject, event.detail) == ("table.csv", {"kind": "adoptions", "made": 2, "known": 0})
    assert Module.objects.get(pk=release.module_id).adopters == 1


def test_to_look_stores_nothing_and_tells_nobody(release: Release, kent: Viewer) -> None:
    by = make_viewer("hampshire")
    recall_releases(module=release.module, versions="*", severity="high", reason="It fails.", by=by)
    before = (AuditEvent.objects.count(), Notice.objects.count(), RecallNotice.objects.count())
    draft = sent(kent, f"{HEAD}\n{UPDATE},1.2.0,live,02-05-2023,Case team,,,\n")
    assert len(shown(draft).made) == 1
    assert (AuditEvent.objects.count(), Notice.objects.count(), RecallNotice.objects.count()) == before
    assert not Adoption.objects.exists()
    import_rows(draft=draft, by=kent)
    assert [notice.organisation for notice in RecallNotice.objects.all()] == [kent.organisation]  # told at once, as by any other door


def test_one_wrong_row_keeps_all_of_them_out(release: Release, kent: Viewer) -> None:
    text = (
        f"{HEAD}\n{UPDATE},1.2.0,live,02-05-2023,Case team,,,\n{UPDATE},9.9.9,pilot,,,,,\nhampshire/none,1.0.0,pilot,,,,,\n,x,live,,,,,\n"
    )
    draft = sent(kent, text)
    assert codes(shown(draft)) == {
        3: [("Version", "version_unknown")],
        4: [("Module", "module_unknown")],
        5: [("Module", "cell_missing")],
    }
    assert len(shown(draft).made) == 1
    with unchanged():
        assert len(import_rows(draft=draft, by=kent).refused) == len(shown(draft).refused)
    assert not Adoption.objects.exists()
    assert ImportDraft.objects.filter(pk=draft.pk).exists()


def test_a_row_names_the_column_that_the_rules_refuse(release: Release, kent: Viewer) -> None:
    rows = {
        "live,02-05-2099,Team,,": ("Live since", "since_in_the_future"),
        "live,,Team,,": ("Live since", "since_missing"),
        "live,02-05-2023,,,": ("Owner", "owner_missing"),
        "pilot,,,12,": ("Unit", "volume_half_said"),
        "pilot,,a@b.example,,": ("Owner", "owner_is_a_person"),
        "retired,,Team,,": ("", "reason_missing"),
    }
    for row, (column, code) in rows.items():
        draft = sent(kent, f"{HEAD}\n{UPDATE},1.2.0,{row},\n")
        assert codes(shown(draft)) == {2: [(column, code)]}, row


def test_what_is_there_already_is_left_as_it_is(release: Release, kent: Viewer) -> None:
    known = make_adoption(release, "kent", "pilot")
    draft = sent(kent, f"{HEAD}\n{UPDATE},1.2.0,live,02-05-2023,Case team,,,\n")
    assert [row.words for row in shown(draft).known] == [f"Your record of {UPDATE} 1.2.0 stays as it is: pilot."]
    import_rows(draft=draft, by=kent)
    known.refresh_from_db()
    assert (known.stage, Adoption.objects.count()) == ("pilot", 1)


def test_a_table_that_says_a_thing_twice_makes_it_once(release: Release, kent: Viewer) -> None:
    row = f"{UPDATE},1.2.0,live,02-05-2023,Case team,,,"
    draft = sent(kent, f"{HEAD}\n{row}\n{row}\n")
    assert (len(shown(draft).made), len(shown(draft).known)) == (1, 1)
    import_rows(draft=draft, by=kent)
    again = sent(kent, f"{HEAD}\n{row}\n{row}\n")
    assert (len(shown(again).made), len(shown(again).known)) == (0, 2)
    assert Adoption.objects.count() == 1


def test_what_it_may_not_see_is_answered_as_what_is_not_there(kent: Viewer) -> None:
    hidden = make_release("hampshire/secret", visibility="own")
    rows = [f"{HEAD}\n{name},1.0.0,pilot,,,,,\n" for name in (hidden.module.identifier, "hampshire/nothing", "\x01/x", "nonsense")]
    errors = [shown(sent(kent, text)).rows[0].errors for text in rows]
    assert errors == [errors[0]] * 4
    assert errors[0] == (CellError("Module", "module_unknown", "We cannot find that module.", "Use its identifier: publisher/name."),)


def test_between_the_look_and_the_word_things_change(release: Release, kent: Viewer) -> None:
    draft = sent(kent, f"{HEAD}\n{UPDATE},1.2.0,live,02-05-2023,Case team,,,\n")
    Module.objects.filter(pk=release.module_id).update(visibility="own")
    outcome = import_rows(draft=draft, by=kent)
    assert codes(outcome) == {2: [("Module", "module_unknown")]} == codes(shown(draft))
    assert not Adoption.objects.exists()


def test_it_is_confirmed_once(release: Release, kent: Viewer) -> None:
    draft = sent(kent, f"{HEAD}\n{UPDATE},1.2.0,live,02-05-2023,Case team,,,\n")
    import_rows(draft=draft, by=kent)
    with pytest.raises(Conflict) as refusal:
        import_rows(draft=draft, by=kent)
    assert (refusal.value.code, Adoption.objects.count()) == ("import_gone", 1)


# --- Who, and for how long ------------------------------------------------------------------------------------------------
def test_only_who_answers_for_the_organisation_sends_and_confirms(release: Release, kent: Viewer) -> None:
    text = f"{HEAD}\n{UPDATE},1.2.0,live,02-05-2023,Case team,,,\n"
    reader = make_viewer("kent", Role.VIEWER)
    with unchanged(), pytest.raises(NotAllowed):
        sent(reader, text)
    draft = sent(kent, text)
    for by in (make_viewer("essex"), reader):
        with unchanged(), pytest.raises(NotAllowed):
            import_rows(draft=draft, by=by)
    with unchanged(), pytest.raises(Conflict):  # a colleague did not see what would be stored
        import_rows(draft=draft, by=make_viewer("kent"))


def test_a_draft_is_its_senders_alone_and_lives_an_hour(release: Release, kent: Viewer) -> None:
    draft = sent(kent, f"{HEAD}\n{UPDATE},1.2.0,pilot,,,,,\n")
    assert draft_of(kent, draft.pk) == draft
    for viewer in (
        make_viewer("kent"),
        make_viewer("essex"),
        make_viewer(make_organisation("partnership", kind="partnership"), Role.AUDITOR),
    ):
        with pytest.raises(Missing):
            draft_of(viewer, draft.pk)
    remove_expired()
    assert ImportDraft.objects.exists()
    ImportDraft.objects.update(created_at=timezone.now() - KEPT_FOR - timedelta(seconds=1))
    with pytest.raises(Missing):
        draft_of(kent, draft.pk)
    remove_expired()
    assert not ImportDraft.objects.exists()


def test_a_second_file_takes_the_place_of_the_first(release: Release, kent: Viewer) -> None:
    first = sent(kent, f"{HEAD}\n{UPDATE},1.2.0,pilot,,,,,\n")
    second = sent(kent, f"{HEAD}\n{UPDATE},1.2.0,live,02-05-2023,Case team,,,\n")
    assert list(ImportDraft.objects.values_list("pk", flat=True)) == [second.pk] != [first.pk]


@pytest.mark.parametrize(("kind", "language", "code"), [("people", "da", "kind_unknown"), ("costs", "fr", "language_unknown")])
def test_what_it_is_must_be_said(kent: Viewer, kind: str, language: str, code: str) -> None:
    with unchanged(), pytest.raises(RegistryError) as refusal:
        sent(kent, "Line,Year,Amount\nA,2017,1\n", kind, language)
    assert refusal.value.code == code


# --- Benefits -------------------------------------------------------------------------------------------------------------
DANISH = "Titel;Modul;Art;År;Antal;Enhed for antal;Minutter pr. sag før;Antal målte sager;Målt den;Succesrate;Årsværk;Timer pr. årsværk;Beløb;Valuta;Besparelser med minus;Prisniveau"


@pytest.fixture
def copenhagen() -> Viewer:
    make_release("kobenhavn/breve", by=make_viewer(make_organisation("kobenhavn", kind="council", language="da")))
    return make_viewer("kobenhavn")


def test_a_danish_ledger_arrives_with_its_own_signs_and_thousands(copenhagen: Viewer) -> None:
    """S4-5: 70 % success, 0.6 årsværk, 10,000 letters of 10 minutes, savings with a minus in 1000 kr. at 2016 prices."""
    text = f"{DANISH}\nBreve;kobenhavn/breve;frigjort tid;2017;10.000;breve;10;50;14-11-2016;70 %;0,6;1.667;-2.500;1000 kr.;ja;2016 p/l\n"
    draft = sent(copenhagen, text, "benefits", "da")
    assert [row.words for row in shown(draft).made] == ["Breve, 2017, a draft: 0.6 FTE, DKK\u00a02,500,000 (2016 p/l)"]
    assert not Claim.objects.exists()
    assert not Baseline.objects.exists()
    import_rows(draft=draft, by=copenhagen)
    claim = Claim.objects.get()
    assert (claim.state, claim.starts_on, claim.ends_on, claim.language) == ("draft", date(2017, 1, 1), date(2017, 12, 31), "da")
    assert (claim.money, claim.currency, claim.price_base) == (2_500_000, "DKK", "2016 p/l")
    assert (claim.in_thousands, claim.savings_are_negative) == (True, True)
    assert (claim.success_rate, claim.fte, claim.hours_per_fte, claim.volume) == (Decimal("0.7"), Decimal("0.6"), 1667, 10_000)
    baseline = Baseline.objects.get()
    assert claim.baseline == baseline
    assert (baseline.minutes_per_item, baseline.sample_size, baseline.measured_on, baseline.unit) == (10, 50, date(2016, 11, 14), "breve")
    again = sent(copenhagen, text, "benefits", "da")
    assert (len(shown(again).known), len(shown(again).made)) == (1, 0)


def test_a_programme_and_its_parts_in_one_table(kent: Viewer, release: Release) -> None:
    text = (
        "Title,Module,Scope,Part of programme,Class,Year,FTE,Money,Currency\n"
        "The programme,,programme,,capacity released,2020–21,96,£3.6m,GBP\n"
        f"Updates,{UPDATE},line,The programme,capacity released,2020–21,50,£1.9m,GBP\n"
    )
    import_rows(draft=sent(kent, text, "benefits"), by=kent)
    whole, part = Claim.objects.get(scope="programme"), Claim.objects.get(scope="line")
    assert (part.part_of, whole.fte, whole.money, part.money) == (whole, 96, 3_600_000, 1_900_000)


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("A,,quality,2017,,,,", "Module", "module_missing"),
        ("A,hampshire/nothing,quality,2017,,,,", "Module", "module_unknown"),
        ("A,{0},quality,,,,,", "Year", "period_missing"),
        ("A,{0},quality,soon,,,,", "Year", "period_unread"),
        ("A,{0},quality,2017,-5,GBP,,", "Money", "sign_unsaid"),
        ("A,{0},quality,2017,5,,,", "Currency", "currency_invalid"),
        ("A,{0},quality,2017,5,pounds,,", "Currency", "currency_unread"),
        ("A,{0},quality,2017,,,Nothing,", "Part of programme", "programme_unknown"),
        ("A,{0},quality,2017,,,,10", "", "baseline_half_said"),
        ("A,{0},splendid,2017,,,,", "Class", "choice_unknown"),
    ],
)
def test_what_a_row_lacks_is_said(release: Release, kent: Viewer, row: str, column: str, code: str) -> None:
    head = "Title,Module,Class,Year,Money,Currency,Part of programme,Minutes per item before"
    draft = sent(kent, f"{head}\n{row.format(UPDATE)}\n", "benefits")
    assert codes(shown(draft)) == {2: [(column, code)]}


# --- Costs ----------------------------------------------------------------------------------------------------------------
def test_two_tables_that_disagree_are_both_kept_and_the_difference_shows(copenhagen: Viewer) -> None:
    """The trap of S4-5: both come to 1000 and 1500, but one has ITU 500 in 2017 only, the other 500 and 500."""
    head = "Linje;År;Beløb;Valuta;Prisniveau;Kilde"
    rows = {
        "Tabel 1": (("ITU", "2017", 500), ("Koncern IT", "2017", 500), ("Koncern IT", "2018", 1500)),
        "Tabel 2": (("ITU", "2017", 500), ("Koncern IT", "2017", 500), ("ITU", "2018", 500), ("Koncern IT", "2018", 1000)),
    }
    for source, lines in rows.items():
        text = "\n".join([head, *(f"{line};{year};{amount};1000 kr.;2016 p/l;{source}" for line, year, amount in lines)])
        import_rows(draft=sent(copenhagen, text, "costs", "da"), by=copenhagen)
    kept = [Cost(row.source, row.title, row.year, Money(row.amount, row.currency, row.price_base)) for row in CostLine.objects.all()]
    assert sum(each.money.amount for each in kept if each.source == "Tabel 1") == 2_500_000
    assert [(each.line, each.year) for each in mismatches(kept)] == [("ITU", "2018"), ("Koncern IT", "2018")]
    text = "\n".join([head, "ITU;2017;500;1000 kr.;2016 p/l;Tabel 1", "ITU;2017;501;1000 kr.;2016 p/l;Tabel 1"])
    again = shown(sent(copenhagen, text, "costs", "da"))
    assert ([row.number for row in again.known], [row.number for row in again.made]) == ([2], [3])
    assert again.known[0].words == "ITU, 2017, Tabel 1: recorded already, and stays as it is."


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("ITU,2017,-500,DKK", "Amount", "amount_invalid"),
        ("ITU,2017,x,DKK", "Amount", "number_unread"),
        ("ITU,2017,500,", "Currency", "currency_invalid"),
        (",2017,500,DKK", "Line", "cell_missing"),
    ],
)
def test_what_a_cost_lacks_is_said(kent: Viewer, row: str, column: str, code: str) -> None:
    assert codes(shown(sent(kent, f"Line,Year,Amount,Currency\n{row}\n", "costs"))) == {2: [(column, code)]}
