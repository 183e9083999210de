"""Baselines, costs and exchange rates: what claims are held against."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Permission
from accounts.viewer import viewer_in
from accounts.views.access import acted_for, member, posted
from registry.actions.record_baseline import record_baseline
from registry.actions.record_cost import record_cost, remove_cost
from registry.actions.record_rate import record_rate
from registry.index import claiming as found
from registry.index import read
from registry.index.ledger_costs import entry_of, summed
from registry.permissions import answerer_for, steward_for
from registry.values.identifiers import split_identifier
from registry.web.acting import Ask, ask
from registry.web.claiming_forms import BaselinePageForm, CostPageForm, RatePageForm
from registry.web.publishing import METHODS


@require_http_methods(METHODS)
@member
def add_baseline(request: HttpRequest) -> HttpResponse:
    """Record how long an item takes by hand; ``?module=`` is chosen already."""
    viewer, organisation = viewer_in(request), acted_for(request)
    answerer_for(viewer, organisation)
    named = request.GET.get("module", "").strip()
    module = read.visible_module(viewer, *split_identifier(named)) if named else None
    modules = {each.pk: each for each in (*([module] if module else []), *found.modules_for(viewer, organisation))}
    form = BaselinePageForm(posted(request), modules=list(modules.values()), initial={"about": module.identifier if module else ""})
    said = Ask(
        heading="How long it takes by hand",
        lead=f"Recorded for {organisation}. Measure before the robot starts: afterwards nobody can.",
        points=(
            "It stays as you record it. Measure again, and the new one stands beside it.",
            "One taken after go-live is kept, and marked.",
        ),
        button="Record it",
        back=reverse("benefits"),
    )

    def recorded() -> None:
        chosen = next(each for each in modules.values() if each.identifier == form.cleaned_data["about"])
        record_baseline(organisation=organisation, module=chosen, form=form.said(), by=viewer)

    to = f"{reverse('add_claim')}?module={form.data.get('about', '')}" if form.is_bound else ""
    return ask(request, said, form, recorded, "The baseline is recorded. You can use it in a claim.", to)


@require_safe
@member
def costs(request: HttpRequest) -> HttpResponse:
    """What programmes cost, as far as one may read it, and where tables disagree."""
    viewer = viewer_in(request)
    lines = found.cost_lines(viewer)
    entries = [entry_of(line) for line in lines]
    context = {
        "lines": list(zip(lines, entries, strict=True)),
        "costs": summed(entries, entries),
        "mine": [m.organisation_id for m in viewer.memberships if viewer.may(Permission.PUBLISH, m.organisation_id)],
    }
    return render(request, "registry/benefits/costs.html", context)


@require_http_methods(METHODS)
@member
def add_cost(request: HttpRequest) -> HttpResponse:
    """Record a cost line."""
    viewer, organisation = viewer_in(request), acted_for(request)
    answerer_for(viewer, organisation)
    initial = {"currency": "DKK" if organisation.language == "da" else "GBP", "sharing": "shared"}
    form = CostPageForm(posted(request), organisation=organisation, initial=initial)
    said = Ask(
        heading="What it costs",
        lead=f"A line of {organisation}’s. Where two tables disagree, enter both with the paper each stands in: we show the difference.",
        button="Record it",
        back=reverse("costs"),
    )
    return ask(
        request,
        said,
        form,
        lambda: record_cost(organisation=organisation, form=form.said(), by=viewer),
        "The cost is recorded.",
        reverse("costs"),
    )


@require_http_methods(["POST"])
@member
def cost_removed(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a cost line out."""
    viewer = viewer_in(request)
    line = found.cost_line(viewer, pk)
    remove_cost(cost=line, by=viewer)
    messages.success(request, f"“{line.title}, {line.year}” is taken out.")
    return redirect("costs")


@require_safe
@member
def rates(request: HttpRequest) -> HttpResponse:
    """The exchange rates at which currencies are added."""
    viewer = viewer_in(request)
    return render(request, "registry/benefits/rates.html", {"rates": found.rates(), "may_add": viewer.is_steward and viewer.token is None})


@require_http_methods(METHODS)
@member
def add_rate(request: HttpRequest) -> HttpResponse:
    """Record an exchange rate."""
    viewer = viewer_in(request)
    steward_for(viewer)
    form = RatePageForm(posted(request))
    said = Ask(
        heading="Exchange rate",
        lead="Everybody’s sums can use it. It stays as you record it; a rate of another day stands beside it.",
        button="Record it",
        back=reverse("rates"),
    )
    return ask(request, said, form, lambda: record_rate(by=viewer, **form.cleaned_data), "The rate is recorded.", reverse("rates"))
