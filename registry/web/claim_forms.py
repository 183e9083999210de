"""The form of a claim: one question a group, in plain words. What is typed becomes a :class:`ClaimForm`; the rules are in the actions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from accounts.forms import ActionForm
from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.benefits.claim_form import ClaimForm, form_of
from registry.benefits.models import Baseline, BenefitClass, Claim
from registry.benefits.money import from_thousands
from registry.benefits.reckoning import inputs_of, kept_money, reckon, written_money
from registry.catalogue.models import Module
from registry.index import claiming as found
from registry.web.claim_fields import PercentField, WholeField, day, line, number, radios, select, text, tick, written

PROGRAMME, KEPT = "programme", "kept"
CLASSES = [
    (BenefitClass.NON_CASHABLE, "Capacity released: people do something else in that time"),
    (BenefitClass.CASHABLE, "Cashable: a budget went down, or a post is left unfilled"),
    (BenefitClass.AVOIDED, "Cost avoided: what you would otherwise have had to spend"),
    (BenefitClass.NEW_CAPACITY, "New capacity: work that nobody did before"),
    (BenefitClass.QUALITY, "Quality: better, faster or safer, whatever it costs"),
]
SHARING = [
    (Claim.Sharing.SHARED, "Everyone who sees the module"),
    (Claim.Sharing.OWN, "Only us, and those who share in it. Nobody outside can approve it then"),
]
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("What is it about?", "", ("about", "title", "part_of", "benefit_class", "post")),
    ("When was it?", "A claim says what came of it, so its period is over when you hand it in.", ("starts_on", "ends_on", "period")),
    (
        "What did the robot do?",
        "Leave empty what you do not know. With items, minutes and hours we work out the FTE for you.",
        ("volume", "unit", "success_rate", "baseline", "minutes_after", "hours_per_fte"),
    ),
    ("What did it give back?", "As you state it in your own papers. Leave empty what you do not state.", ("fte", "money", "currency", "price_base", "rate_per_fte")),
    ("How does your ledger write money?", "So that your export reads like your own books.", ("in_thousands", "savings_are_negative")),
    ("What did you invest?", "For the years until it has paid for itself. Running costs go under Costs.", ("service_investment", "total_investment")),
    ("Who reads it?", "", ("sharing", "source", "note")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together."""

    legend: str
    hint: str
    fields: tuple[BoundField, ...]


class ClaimPageForm(ActionForm):
    """What an organisation says it got."""

    about = select("Module or programme", help_text="A module you publish or say you run.", required="Choose what it is about.")
    title = line("A short name for it", help_text="Such as “Filing of incidents, 2023–24”.", required="Give it a short name.")
    part_of = select("Part of a programme", help_text="If you also claim for a whole programme, so that nothing counts twice.")
    benefit_class = radios("What kind of benefit is it?", CLASSES, "Choose what kind of benefit it is.")
    post = line(
        "Post or budget line", help_text="For a cashable benefit: where the money was, such as “Filing clerk, post 1182”.", limit=160
    )
    starts_on = day("First day", required="Enter the first day, such as 2023-04-01.")
    ends_on = day("Last day", required="Enter the last day, such as 2024-03-31.")
    period = line("What you call it", help_text="Such as 2023–24. Leave empty and we name it by its days.", limit=20, width="10")
    volume = WholeField(label="Items in that time", help_text="Such as 224,000.", required=False)
    unit = line("What an item is", help_text="In the plural, such as case files, letters or contacts.", limit=40, width="20")
    success_rate = PercentField(
        label="Per cent that it ends by itself", help_text="Such as 70. The rest is done by people as before.", required=False
    )
    baseline = select("How long an item took by hand", help_text="Your own measurement from before, if you recorded one.")
    minutes_after = number("Minutes that people still spend on an item", help_text="Such as 0.5, for checking. Leave empty for none.")
    hours_per_fte = number("Hours that one FTE works in a year", help_text="By your own count, such as 1,667. It is kept with the claim.")
    fte = number("FTE (full-time equivalents)", help_text="A year’s. Leave empty and we work it out, if the answers above allow it.")
    money = number(
        "Money", help_text="The cash equivalent or the saving, as your ledger writes it. See below for thousands and minus signs."
    )
    currency = line("Currency", help_text="Three letters, such as GBP or DKK.", limit=3, width="4")
    price_base = line("Price base", help_text="Such as “2016 p/l”. Leave empty for prices of the period.", limit=20, width="10")
    rate_per_fte = number("What a year of one FTE costs you", help_text="In whole units, such as 38,000, if you reckon with one.")
    in_thousands = tick("Our ledger writes thousands", help_text="2,500 above is then 2,500,000.")
    savings_are_negative = tick("Our ledger writes savings with a minus", help_text="-2,500 above is then a saving of 2,500.")
    service_investment = number("Operating money spent to get there", help_text="In thousands if your ledger writes thousands.")
    total_investment = number("Operating and capital money together", help_text="In thousands if your ledger writes thousands.")
    sharing = radios("Who reads it once it is handed in?", SHARING, "Choose who reads it.", initial=Claim.Sharing.SHARED)
    source = line("Where the figures are published", help_text="A report or an address, if they are.", limit=300)
    note = text("Note", help_text="How you arrived at the figures, and what they leave out. Name no person.", limit=2000, rows=4)

    def __init__(self, *args: Any, viewer: Viewer, organisation: Organisation, claim: Claim | None = None, module: Module | None = None, **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.claim = claim
        self._baselines = found.baselines_for(viewer, organisation)
        programmes = [each for each in found.programmes_for(organisation) if claim is None or each.pk != claim.pk]
        modules = {each.identifier: each for each in (*found.modules_for(viewer, organisation), *([module] if module else []))}
        self._choose("about", [("", "Choose"), *self._kept(modules), *_named(modules), (PROGRAMME, "A whole programme")])
        self._choose("part_of", [("", "No"), *((str(each.pk), f"{each.title}, {each.period}") for each in programmes)])
        self._choose("baseline", [("", "Not recorded"), *((str(each.pk), _said(each)) for each in self._baselines)])

    def _kept(self, modules: dict[str, Module]) -> list[tuple[str, str]]:
        """What it is about now, where its module is not among those the person sees."""
        about = self.claim.module if self.claim else None
        return [(KEPT, "The module it is about now")] if about is not None and about.identifier not in modules else []

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
        if name != "about" and len(choices) == 1:
            self.fields[name].widget = forms.HiddenInput()

    @property
    def groups(self) -> list[Group]:
        """The questions in their groups."""
        return [Group(legend, hint, tuple(self[name] for name in names)) for legend, hint, names in GROUPS]

    def said(self) -> ClaimForm:
        """What was typed, as the actions take it. Raises :class:`Refused` for money that would be a cost."""
        given = dict(self.cleaned_data)
        about, part_of, baseline = given.pop("about"), given.pop("part_of"), given.pop("baseline")
        given["currency"] = given["currency"].strip().upper()
        if given["money"] is not None:
            given["money"] = kept_money(
                given["money"], in_thousands=given["in_thousands"], savings_are_negative=given["savings_are_negative"]
            )
        for name in ("service_investment", "total_investment"):
            if given["in_thousands"] and given[name] is not None:
                given[name] = from_thousands(given[name])
        kept = self.claim.module.identifier if self.claim and self.claim.module else ""
        return ClaimForm(
            module="" if about == PROGRAMME else kept if about == KEPT else about,
            scope=Claim.Scope.PROGRAMME if about == PROGRAMME else Claim.Scope.LINE,
            part_of=int(part_of) if part_of else None,
            baseline=int(baseline) if baseline else None,
            language=self.claim.language if self.claim else "",
            **given,
        )

    def chosen_baseline(self) -> Baseline | None:
        """The one that was chosen."""
        return next((each for each in self._baselines if str(each.pk) == self.cleaned_data["baseline"]), None)


def _named(modules: dict[str, Module]) -> list[tuple[str, str]]:
    return [(identifier, f"{module.title} ({identifier})") for identifier, module in modules.items()]


def _said(baseline: Baseline) -> str:
    late = ", after it went live" if baseline.is_before_live is False else ""
    minutes = f"{written(baseline.minutes_per_item)} minutes"
    return (
        f"{baseline.module.title}: {minutes} for each of {baseline.sample_size:,} {baseline.unit}, {baseline.measured_on:%-d %B %Y}{late}"
    )


def initial_of(claim: Claim, sees_module: bool) -> dict[str, Any]:
    """What the form shows of a claim whose baseline is loaded: money as its ledger writes it, FTE only where they were stated."""
    form, reckoned = form_of(claim), reckon(inputs_of(claim))
    ledger = {"in_thousands": claim.in_thousands, "savings_are_negative": claim.savings_are_negative}
    shown: dict[str, Any] = {name: getattr(form, name) for name in ClaimPageForm.base_fields if hasattr(form, name)}
    for name in ("volume", "minutes_after", "hours_per_fte", "fte", "rate_per_fte"):
        shown[name] = written(getattr(form, name))
    if claim.money is not None:
        shown["money"] = written(written_money(claim.money, **ledger))
    for name in ("service_investment", "total_investment"):
        amount: Decimal | None = getattr(form, name)
        shown[name] = written(amount / 1000 if amount is not None and claim.in_thousands else amount)
    if reckoned is not None and claim.fte == reckoned.fte:
        shown["fte"] = ""
    shown["success_rate"] = "" if claim.success_rate is None else written(claim.success_rate * 100)
    shown["about"] = PROGRAMME if form.scope == Claim.Scope.PROGRAMME else form.module if sees_module else KEPT
    return shown
