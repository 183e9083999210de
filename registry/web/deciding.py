"""Claims of benefit decided by somebody independent, and joint ones agreed to."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.viewer import viewer_in
from accounts.views.access import member, posted
from registry.actions.decide_claim import Decision, decide_claim
from registry.actions.share_claim import agree_share, decline_share
from registry.benefits.moving import latest_entry
from registry.index import claiming as found
from registry.index.claim_page import claim_entry, visible_claim
from registry.permissions import answerer_for, decider_for
from registry.web.acting import Ask, ask, carried_out
from registry.web.claim_sums import steps
from registry.web.claiming_forms import AnswerShareForm, DecideForm
from registry.web.publishing import METHODS


@require_safe
@member
def to_decide(request: HttpRequest) -> HttpResponse:
    """What waits for the person who asks."""
    viewer = viewer_in(request)
    return render(request, "registry/benefits/to_decide.html", {"claims": found.to_decide(viewer), "decides": bool(viewer.reviews_at)})


@require_http_methods(METHODS)
@member
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a claim on its evidence, or send it back."""
    viewer = viewer_in(request)
    claim = visible_claim(viewer, pk)
    decider_for(viewer, claim)
    form = DecideForm(posted(request), initial={"seen": latest_entry(claim)})
    if form.is_valid():
        given = form.cleaned_data
        decision = Decision(given["decision"])
        if carried_out(form, lambda: decide_claim(claim=claim, decision=decision, note=given["note"], seen=given["seen"], by=viewer)):
            messages.success(request, "The claim is approved." if decision is Decision.APPROVE else "The claim is sent back.")
            return redirect("claims_to_decide")
    entry = claim_entry(viewer, pk)
    context = {"form": form, "entry": entry, "steps": steps(entry), "back": reverse("claim", args=[pk])}
    return render(request, "registry/benefits/decide.html", context, status=422 if form.errors else 200)


@require_http_methods(METHODS)
@member
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to one's organisation's share in a joint claim, or take no part."""
    viewer = viewer_in(request)
    share = found.share_to_answer(viewer, pk)
    answerer_for(viewer, share.organisation)
    claim, form = share.claim, AnswerShareForm(posted(request))
    said = Ask(
        heading=f"Your share in “{claim.title}”",
        lead=f"{claim.organisation} puts {(share.share * 100).normalize():f}% of it down to {share.organisation}.",
        points=(
            "The claim counts once: your share is yours and stands in your books, not beside a claim of your own.",
            "If you take no part, your share becomes theirs and the claim must be handed in anew.",
            *(("You agreed already. You can still leave.",) if share.agreed_at else ()),
        ),
        button="Send your answer",
        back=reverse("claim", args=[pk]),
    )

    def answered() -> None:
        if form.cleaned_data["answer"] == "agree":
            agree_share(claim=claim, organisation=share.organisation, by=viewer)
        else:
            decline_share(claim=claim, organisation=share.organisation, reason=form.cleaned_data["reason"], by=viewer)

    agrees = form.is_bound and form.data.get("answer") == "agree"
    done = "Your organisation has agreed." if agrees else "Your organisation takes no part in it."
    return ask(request, said, form, answered, done, reverse("claim", args=[pk]) if agrees else reverse("benefits"))
