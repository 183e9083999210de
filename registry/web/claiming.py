"""Claims of benefit written, changed, shown with evidence, split, handed in and withdrawn."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import ActionForm
from accounts.models import Organisation
from accounts.viewer import Viewer, viewer_in
from accounts.views.access import acted_for, member, posted
from registry.actions.add_evidence import add_evidence, adder_for
from registry.actions.measure_outcome import measure_outcome, remove_outcome
from registry.actions.share_claim import share_claim
from registry.actions.submit_claim import submit_claim, withdraw_claim
from registry.actions.write_claim import change_claim, write_claim
from registry.benefits.claim_form import checked
from registry.benefits.models import Claim
from registry.benefits.reckoning import Inputs
from registry.catalogue.models import Module
from registry.errors import Refused
from registry.index import claiming as found
from registry.index import read
from registry.index.claim_page import claim_entry, visible_claim
from registry.permissions import answerer_for
from registry.values.identifiers import split_identifier
from registry.web.acting import Ask, ask, carried_out
from registry.web.claim_forms import ClaimPageForm, initial_of
from registry.web.claim_preview import Preview, previewed
from registry.web.claiming_forms import ClaimEvidenceForm, MeasurePageForm, SharesForm
from registry.web.files import handed
from registry.web.lifecycle_forms import ReasonForm
from registry.web.publishing import METHODS, takes_files


@require_http_methods(METHODS)
@member
def add(request: HttpRequest) -> HttpResponse:
    """Write a claim for the organisation acted for; ``do=reckon`` shows its sum and stores nothing."""
    viewer, organisation = viewer_in(request), acted_for(request)
    answerer_for(viewer, organisation)
    module = _module_asked(request, viewer)
    initial = {"about": module.identifier if module else "", "currency": _currency_of(organisation), "sharing": Claim.Sharing.SHARED}
    form = ClaimPageForm(posted(request), viewer=viewer, organisation=organisation, module=module, initial=initial)
    made: list[Claim] = []

    def write() -> None:
        made.append(write_claim(organisation=organisation, form=form.said(), by=viewer))

    if form.is_valid() and not _only_reckons(request) and carried_out(form, write):
        messages.success(request, "The claim is written down. Add what shows it, then hand it in.")
        return redirect("claim", made[0].pk)
    return _written(request, form, organisation, None)


@require_http_methods(METHODS)
@member
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a claim; what was handed in or approved becomes a draft again."""
    viewer = viewer_in(request)
    claim = _held(viewer, pk)
    sees = claim.module is not None and Module.objects.visible_to(viewer).filter(pk=claim.module.pk).exists()
    module = claim.module if sees else None
    form = ClaimPageForm(
        posted(request), viewer=viewer, organisation=claim.organisation, claim=claim, module=module, initial=initial_of(claim, sees)
    )

    def store() -> None:
        change_claim(claim=claim, form=form.said(), by=viewer)

    if form.is_valid() and not _only_reckons(request) and carried_out(form, store):
        messages.success(request, "The claim is changed.")
        return redirect("claim", pk)
    return _written(request, form, claim.organisation, claim)


def _module_asked(request: HttpRequest, viewer: Viewer) -> Module | None:
    named = request.GET.get("module", "").strip()
    return read.visible_module(viewer, *split_identifier(named)) if named else None


def _currency_of(organisation: Organisation) -> str:
    return "DKK" if organisation.language == "da" else "GBP"


def _only_reckons(request: HttpRequest) -> bool:
    return request.POST.get("do") == "reckon"


def _written(request: HttpRequest, form: ClaimPageForm, organisation: Organisation, claim: Claim | None) -> HttpResponse:
    preview = _preview(form, organisation) if form.is_bound and form.is_valid() and _only_reckons(request) else None
    context = {"form": form, "organisation": organisation, "claim": claim, "preview": preview}
    return render(request, "registry/benefits/write.html", context, status=422 if form.errors else 200)


def _preview(form: ClaimPageForm, organisation: Organisation) -> Preview | None:
    """The sum of what was typed, or None with the refusal on the form."""
    try:
        values = checked(form.said(), organisation.language)
    except Refused as refusal:
        form.refuse(refusal)
        return None
    baseline = form.chosen_baseline()
    inputs = Inputs(
        values["starts_on"],
        values["ends_on"],
        volume=values["volume"],
        minutes_before=baseline.minutes_per_item if baseline else None,
        minutes_after=values["minutes_after"],
        success_rate=values["success_rate"],
        hours_per_fte=values["hours_per_fte"],
    )
    return previewed(inputs, values)


def _held(viewer: Viewer, pk: int) -> Claim:
    """A claim that ``viewer`` reads and whose organisation they answer for. Raises :class:`Missing`, or :class:`NotAllowed`."""
    claim = visible_claim(viewer, pk)
    answerer_for(viewer, claim.organisation)
    return claim


# --- What goes with it ----------------------------------------------------------------------------------------------------
@require_http_methods(METHODS)
@member
@takes_files
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Add what shows the claim."""
    viewer = viewer_in(request)
    claim = visible_claim(viewer, pk)
    adder_for(claim, viewer)
    said = Ask(
        heading=f"What shows “{claim.title}”",
        lead="A claim is approved on its evidence. What you add stays: it cannot be taken away again.",
        points=("Leave out people’s names and case numbers.", "What you add after the approval is shown as added later."),
        button="Add it",
        back=reverse("claim", args=[pk]),
        takes_files=True,
    )
    form = ClaimEvidenceForm(posted(request), request.FILES if request.method == "POST" else None, initial={"marking": "OFFICIAL"})

    def added() -> None:
        given: dict[str, Any] = {name: form.cleaned_data[name] for name in ("caption", "reference", "marking", "is_shared")}
        add_evidence(claim=claim, upload=form.upload(), by=viewer, **given)

    return ask(request, said, form, added, "The evidence is added.", reverse("claim", args=[pk]))


@require_safe
@member
def evidence_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file that shows a claim, as an attachment."""
    piece = found.evidence(viewer_in(request), pk)
    assert piece.file is not None
    return handed(piece.file, is_whole=request.method != "HEAD")


@require_http_methods(METHODS)
@member
def shares(request: HttpRequest, pk: int) -> HttpResponse:
    """Split a joint claim."""
    viewer = viewer_in(request)
    claim = _held(viewer, pk)
    form = SharesForm(posted(request), claim=claim, shares=list(claim.shares.all()))
    said = Ask(
        heading=f"Who shares in “{claim.title}”",
        lead="Several organisations that got the benefit together make one claim of it, so that nothing counts twice.",
        points=("Each agrees to its share before you can hand the claim in.", "Every change must be agreed to, and approved, anew."),
        button="Save the shares",
        back=reverse("claim", args=[pk]),
    )
    done = "The shares are saved. Who has a part in it was asked to agree."
    return ask(request, said, form, lambda: share_claim(claim=claim, shares=form.shares(), by=viewer), done, reverse("claim", args=[pk]))


@require_http_methods(METHODS)
@member
def outcomes(request: HttpRequest, pk: int) -> HttpResponse:
    """What else came of it, measured."""
    viewer = viewer_in(request)
    claim = _held(viewer, pk)
    form = MeasurePageForm(posted(request))
    if form.is_valid() and carried_out(form, lambda: measure_outcome(claim=claim, form=form.said(), by=viewer)):
        messages.success(request, "The measure is added.")
        return redirect("claim_outcomes", pk)
    context = {"form": form, "claim": claim, "measures": claim_entry(viewer, pk).outcomes, "rows": claim.outcomes.order_by("pk")}
    return render(request, "registry/benefits/outcomes.html", context, status=422 if form.errors else 200)


@require_http_methods(["POST"])
@member
def outcome_removed(request: HttpRequest, pk: int, measure: int) -> HttpResponse:
    """Take a measure out again."""
    viewer = viewer_in(request)
    row = found.measure(viewer, pk, measure)
    remove_outcome(measure=row, by=viewer)
    messages.success(request, f"“{row.measure}” is taken out.")
    return redirect("claim_outcomes", pk)


# --- Handing in -----------------------------------------------------------------------------------------------------------
@require_http_methods(METHODS)
@member
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a claim in for approval."""
    viewer = viewer_in(request)
    claim = _held(viewer, pk)
    said = Ask(
        heading=f"Hand in “{claim.title}”",
        lead="From now on others read it. Somebody of another organisation, who had no hand in it, decides it.",
        points=(
            "Until it is approved it counts as claimed, not as verified.",
            "You can still add evidence. Without any it cannot be approved.",
            "If you change it, it becomes a draft again.",
        ),
        button="Hand it in",
        back=reverse("claim", args=[pk]),
    )
    done = "The claim is handed in. Stewards were told that it waits."
    return ask(request, said, ActionForm(posted(request)), lambda: submit_claim(claim=claim, by=viewer), done, reverse("claim", args=[pk]))


@require_http_methods(METHODS)
@member
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a claim for good."""
    viewer = viewer_in(request)
    claim = _held(viewer, pk)
    said = Ask(
        heading=f"Withdraw “{claim.title}”",
        lead="It counts nowhere any more and cannot be taken up again. Its record stays.",
        button="Withdraw it",
        back=reverse("claim", args=[pk]),
        is_grave=True,
    )
    form = ReasonForm(posted(request), help_text="Kept in the log of the claim.")
    done = "The claim is withdrawn."
    return ask(request, said, form, lambda: withdraw_claim(claim=claim, by=viewer, **form.cleaned_data), done, reverse("claim", args=[pk]))
