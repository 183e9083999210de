"""What a module could give the reader's organisation: worked out by a GET form, kept by a POST, and later set against what came of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.forms import ActionForm
from accounts.roles import Permission
from accounts.viewer import viewer_in
from accounts.views.access import posted, signed_in
from registry.actions.save_forecast import ForecastForm, realise_forecast, save_forecast, worked_out
from registry.benefits.cases import EvidencedCase
from registry.benefits.forecast import Forecast
from registry.benefits.money import Money, full, whole
from registry.catalogue.models import Module
from registry.errors import Refused
from registry.index import read
from registry.index.forecasts import ForecastPage, forecast_page, own_forecast
from registry.web.acting import carried_out
from registry.web.benefit_charts import forecast_chart
from registry.web.charts import Figure
from registry.web.publishing import METHODS
from registry.web.templatetags.moothall import plural
from registry.web.words import CURRENCIES

NO_UNIT = "Choose what you count."


class AskForm(ActionForm):
    """The reader's own figures."""

    volume = forms.IntegerField(
        label="How many do you handle in a year?",
        min_value=1,
        error_messages={"required": "Enter how many you handle in a year.", "invalid": "Enter a whole number, such as 35000."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-10"}),
    )
    unit = forms.ChoiceField(
        label="Of what?",
        help_text="What others counted when they measured.",
        error_messages={"required": NO_UNIT, "invalid_choice": NO_UNIT},
    )
    hours_per_fte = forms.DecimalField(
        label="How many hours does one full-time post work in a year?",
        help_text="Your own count, without leave and holidays. Copenhagen’s business case of 2016 works with about 1,667.",
        max_digits=7,
        decimal_places=2,
        error_messages={"required": "Enter the hours, such as 1650.", "invalid": "Enter a number, such as 1650."},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-10"}),
    )
    rate_per_fte = forms.DecimalField(
        label="What does such a post cost you in a year? (optional)",
        help_text="Without it we show no money: what a post costs elsewhere says nothing of yours.",
        max_digits=12,
        decimal_places=2,
        required=False,
        error_messages={"invalid": "Enter an amount, such as 38000."},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-10"}),
    )
    currency = forms.ChoiceField(label="In", choices=[(code, name) for code, name in CURRENCIES.items()], required=False)
    with_own = forms.BooleanField(label="Count what your own organisation measured too, such as for another unit of it", required=False)

    def __init__(self, *args: Any, page: ForecastPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(each, each) for each in (*page.units, *page.own_units)]  # type: ignore[attr-defined]

    def asked(self) -> ForecastForm:
        """As the action takes it; a currency alone means nothing."""
        given = self.cleaned_data
        rate: Decimal | None = given["rate_per_fte"]
        return ForecastForm(
            given["volume"],
            given["unit"],
            given["hours_per_fte"],
            rate,
            (given["currency"] or "GBP") if rate is not None else "",
            given["with_own"],
        )


@require_http_methods(METHODS)
@signed_in
def forecast(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Ask, show, and with POST keep."""
    viewer = viewer_in(request)
    module = read.visible_module(viewer, publisher, slug)
    page = forecast_page(viewer, module)
    asked = request.POST if request.method == "POST" else request.GET if "volume" in request.GET else None
    form = AskForm(asked, page=page, initial=_known(page))
    found = _found(form, module, request) if asked is not None and form.is_valid() else None
    if request.method == "POST" and found and carried_out(form, lambda: save_forecast(module=module, form=form.asked(), by=viewer)):
        messages.success(request, "Kept. Come back in a year and set what came of it against it.")
        return redirect("forecast", module.publisher, module.slug)
    context = {
        "module": module,
        "page": page,
        "form": form,
        "found": found[0] if found else None,
        "cases": found[1] if found else (),
        "chart": _chart(module, form, found[0]) if found else None,
        "money": _money(found[0]) if found else None,
        "kept": _hidden(form) if found else (),
        "may_keep": viewer.organisation is not None and viewer.may(Permission.PUBLISH, viewer.organisation.pk),
    }
    return render(request, "registry/benefits/forecast.html", context, status=422 if form.errors and request.method == "POST" else 200)


@require_http_methods(["POST"])
@signed_in
def realise(request: HttpRequest, publisher: str, slug: str, pk: int) -> HttpResponse:
    """Say which claim a forecast came to."""
    viewer = viewer_in(request)
    module = read.visible_module(viewer, publisher, slug)
    kept = own_forecast(viewer, module, pk)
    form = RealiseForm(posted(request))
    if form.is_valid() and carried_out(form, lambda: realise_forecast(forecast=kept, claim=form.cleaned_data["claim"], by=viewer)):
        messages.success(request, "The forecast is set against that claim.")
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("forecast", module.publisher, module.slug)


class RealiseForm(ActionForm):
    claim = forms.IntegerField(min_value=1, error_messages={"required": "Choose a claim.", "invalid": "Choose a claim."})


def _known(page: ForecastPage) -> dict[str, Any]:
    """What we know of the organisation already."""
    units = (*page.units, *page.own_units)
    unit = next((each for each in units if each.casefold() == page.unit.casefold()), units[0] if units else "")
    known = {"volume": page.volume, "unit": unit, "hours_per_fte": page.hours_per_fte, "rate_per_fte": page.rate_per_fte}
    return known | {"currency": page.currency or "GBP"}


def _found(form: AskForm, module: Module, request: HttpRequest) -> tuple[Forecast, tuple[EvidencedCase, ...]] | None:
    try:
        return worked_out(module=module, form=form.asked(), by=viewer_in(request))
    except Refused as error:
        form.refuse(error)
        return None


def _hidden(form: AskForm) -> list[tuple[str, object]]:
    """What was asked, for the form that keeps it."""
    return [(name, "on" if value is True else value) for name, value in form.cleaned_data.items() if value not in (None, "", False)]


def _chart(module: Module, form: AskForm, found: Forecast) -> Figure:
    asked = form.asked()
    note = f"From {plural(found.cases, 'approved claim')} and your {asked.volume:,} {asked.unit}. {found.basis}"
    return forecast_chart(module.title, found.fte.low, found.fte.likely, found.fte.high, note)


def _money(found: Forecast) -> tuple[str, str, str] | None:
    """Low, likely and high in whole units."""
    if found.money is None:
        return None
    low, likely, high = (full(Money(whole(each), found.currency)) for each in (found.money.low, found.money.likely, found.money.high))
    return low, likely, high
