"""The smaller forms of the benefits ledger: evidence, shares, outcomes, decisions, baselines, costs, rates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from accounts.forms import ActionForm
from accounts.models import Organisation
from registry.actions.decide_claim import Decision
from registry.actions.measure_outcome import MeasureForm
from registry.actions.record_baseline import BaselineForm
from registry.actions.record_cost import CostForm
from registry.benefits.models import Claim, ClaimShare, CostLine, Method, Outcome
from registry.catalogue.models import Module
from registry.index import claiming as found
from registry.releases.receiving import ReceivedFile
from registry.releases.upload import Upload
from registry.values.markings import Marking
from registry.web.claim_fields import PercentField, WholeField, day, line, number, radios, select, text, tick, written

MARKINGS = [(each.value, each.value) for each in Marking]
SPARE_ROWS, MOST_ROWS = 3, 12


class ClaimEvidenceForm(ActionForm):
    """What shows a claim."""

    caption = line("What it is", help_text="Such as “Benefits report 2023–24” or “Screen of the queue, March”.", required="Say what it is.", limit=200)  # fmt: skip
    reference = line("Where it is to be found", help_text="A report and page, an address, a record number.", limit=300)
    evidence = forms.FileField(
        label="Or the file itself",
        help_text="A picture, PDF, office document or text, up to 20 MB.",
        required=False,
        allow_empty_file=True,
    )
    marking = radios("Marking of the file", MARKINGS, "Choose its marking.", initial=Marking.OFFICIAL)
    is_shared = tick(
        "Everybody who reads the claim may open the file", help_text="Otherwise your organisation, those who share in it, and its approver."
    )

    def upload(self) -> Upload | None:
        """The file as it was received to disk, if any."""
        file = self.cleaned_data.get("evidence")
        return file.upload if isinstance(file, ReceivedFile) else None


class DecideForm(ActionForm):
    """How a claim is decided."""

    decision = radios(
        "Your decision",
        [(Decision.APPROVE, "Approve it: the evidence shows the figures"), (Decision.RETURN, "Send it back")],
        "Choose your decision.",
    )
    note = text("What you checked, or what is missing", help_text="Its organisation reads this. Needed to send it back.")
    seen = forms.IntegerField(widget=forms.HiddenInput)


class AnswerShareForm(ActionForm):
    """Whether an organisation takes its share."""

    answer = radios(
        "Your answer", [("agree", "We agree to our share"), ("decline", "We take no part in it")], "Choose your answer.",
    )  # fmt: skip
    reason = text("Why not", help_text="Only if you take no part. The other organisation reads it.", limit=500, rows=2)


class SharesForm(ActionForm):
    """How a claim is split: rows of an organisation and its per cent; what is left is the holder's."""

    def __init__(self, *args: Any, claim: Claim, shares: list[ClaimShare], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claim = claim
        theirs = [share for share in shares if share.organisation_id != claim.organisation_id]
        choices = [("", "Nobody"), *((each.slug, each.name) for each in found.partners(claim.organisation))]
        own = next((share.share for share in shares if share.organisation_id == claim.organisation_id), Decimal(1))
        self.fields["own"] = PercentField(
            label=f"Per cent of {claim.organisation}", help_text="All shares together are 100.", initial=written(own * 100)
        )
        self.rows = min(max(len(theirs) + SPARE_ROWS, SPARE_ROWS), MOST_ROWS) if len(theirs) < MOST_ROWS else len(theirs)
        for place in range(self.rows):
            share = theirs[place] if place < len(theirs) else None
            who = select(f"Organisation {place + 1}", choices=choices)
            who.initial = share.organisation.slug if share else ""
            part = PercentField(label=f"Its per cent ({place + 1})", required=False, initial=written(share.share * 100) if share else "")
            self.fields[f"who_{place}"], self.fields[f"part_{place}"] = who, part

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        named = [given.get(f"who_{place}") for place in range(self.rows) if given.get(f"who_{place}")]
        for place in range(self.rows):
            who, part = given.get(f"who_{place}"), given.get(f"part_{place}")
            if who and part is None and f"part_{place}" not in self.errors:
                self.add_error(f"part_{place}", "Enter its per cent.")
            if part is not None and not who and f"who_{place}" not in self.errors:
                self.add_error(f"who_{place}", "Choose whose share that is.")
            if who and named.count(who) > 1:
                self.add_error(f"who_{place}", "Name each organisation once.")
        return given

    def shares(self) -> dict[str, Decimal]:
        """Shares by slug, the holder's too."""
        given = self.cleaned_data
        rows = {given[f"who_{place}"]: given[f"part_{place}"] for place in range(self.rows) if given[f"who_{place}"]}
        return {self.claim.organisation.slug: given["own"] or Decimal(0), **rows}


class MeasurePageForm(ActionForm):
    """One measured outcome."""

    outcome = radios("Which outcome is it?", Outcome.choices, "Choose an outcome.")
    measure = line("What you measured", help_text="Such as “vulnerable children identified” or “time to an update”.", required="Say what you measured.", limit=160)  # fmt: skip
    unit = line("Unit", help_text="For numbers, such as calls or days.", limit=40, width="10")
    before = number("Before, as a number")
    before_text = line("Before, in words", help_text="Such as “weeks”, where there is no number.")
    after = number("Now, as a number")
    after_text = line("Now, in words", help_text="Such as “typically within 2 hours”.")
    change_percent = number("Change in per cent", help_text="Such as 150 for 150% more, if that is all you know.")

    def said(self) -> MeasureForm:
        """What was typed."""
        return MeasureForm(**self.cleaned_data)


class BaselinePageForm(ActionForm):
    """How long an item took."""

    about = select("Module", help_text="A module you publish, run or mean to run.", required="Choose a module.")
    minutes_per_item = number(
        "Minutes that an item takes by hand", help_text="On average, such as 10 or 2.5.", required="Enter the minutes."
    )
    unit = line("What an item is", help_text="In the plural, such as case files, letters or contacts.", required="Say what an item is.", limit=40, width="20")  # fmt: skip
    sample_size = WholeField(
        label="How many items you measured", required=True, error_messages={"required": "Enter how many items you measured."}
    )
    measured_on = day("Day it was measured", required="Enter the day it was measured.")
    method = radios("How you measured it", Method.choices, "Choose how you measured it.")
    live_on = day("Day it went live with you", help_text="Leave empty if it is not live yet, or if your statement of use says so.")
    note = text("Note", help_text="Who measured, what was left out. Name no person.")

    def __init__(self, *args: Any, modules: list[Module], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Choose"), *((each.identifier, f"{each.title} ({each.identifier})") for each in modules)]
        self.fields["about"].choices = choices  # type: ignore[attr-defined]

    def said(self) -> BaselineForm:
        """What was typed."""
        return BaselineForm(**{name: value for name, value in self.cleaned_data.items() if name != "about"})


class CostPageForm(ActionForm):
    """What something costs in a year."""

    title = line(
        "What it is for", help_text="Such as “Licences” or “ITU”. Two tables are compared by this name.", required="Say what it is for."
    )
    kind = radios("Kind", CostLine.Kind.choices, "Choose its kind.")
    year = line("Year", help_text="As you say it, such as 2017 or 2023–24.", required="Enter the year.", limit=20, width="10")
    amount = number("Amount", help_text="Without a minus, in whole units or in thousands; tick below which.", required="Enter the amount.")
    in_thousands = tick("The amount is in thousands")
    currency = line("Currency", help_text="Three letters, such as GBP or DKK.", required="Enter the currency.", limit=3, width="4")
    price_base = line("Price base", help_text="Such as “2016 p/l”. Leave empty for prices of the year.", limit=20, width="10")
    is_at_least = tick("It is at least so much", help_text="As in “over £500K”.")
    is_capital = tick("It is capital money")
    source = line("Table or paper it stands in", help_text="Such as “Business case, table 4”. Two tables that disagree are both kept and shown.", limit=160)  # fmt: skip
    claim = select("Programme it is part of")
    sharing = radios(
        "Who reads it?",
        [(Claim.Sharing.SHARED, "Everyone who reads the programme"), (Claim.Sharing.OWN, "Only us")],
        "Choose who reads it.",
        initial=Claim.Sharing.SHARED,
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = [each for each in found.programmes_for(organisation) if each.organisation_id == organisation.pk]
        choices = [("", "None in particular"), *((str(each.pk), f"{each.title}, {each.period}") for each in held)]
        self.fields["claim"].choices = choices  # type: ignore[attr-defined]

    def said(self) -> CostForm:
        """What was typed."""
        given = dict(self.cleaned_data)
        thousands, claim = given.pop("in_thousands"), given.pop("claim")
        amount = given.pop("amount") * (1000 if thousands else 1)
        return CostForm(amount=amount, claim=int(claim) if claim else None, **given)


class RatePageForm(ActionForm):
    """What one currency is worth in another."""

    base = line("One unit of", help_text="Three letters, such as GBP.", required="Enter a currency.", limit=3, width="4")
    quote = line("Is so much of", help_text="Three letters, such as DKK.", required="Enter a currency.", limit=3, width="4")
    rate = number("Rate", help_text="Such as 8.65.", required="Enter the rate.")
    on = day("On", required="Enter the day it held.")
    source = line("Whose rate it is", help_text="Such as “Danmarks Nationalbank”.", required="Say whose rate it is.", limit=160)
