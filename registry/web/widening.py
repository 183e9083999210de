"""Letting more see a module: one person asks, after seeing exactly who they are; a second one agrees or declines, seeing the same."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import Organisation
from accounts.viewer import viewer_in
from accounts.views.access import member, posted, signed_in
from registry.actions.ask_widening import ask_widening
from registry.actions.decide_widening import decide_widening
from registry.catalogue.models import Module
from registry.errors import Conflict, Refused
from registry.index import read
from registry.index.review_entries import AudienceEntry
from registry.index.widenings import open_widening, preview, widening_detail
from registry.permissions import publisher_for
from registry.reviews.models import Widening
from registry.web.publishing import METHODS
from registry.web.reviewing_forms import DecideWideningForm, WidenForm


@require_http_methods(METHODS)
@signed_in
def widen(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Ask that more may see it: first who they would be, then the wish itself. Both steps are one form."""
    viewer = viewer_in(request)
    module = read.visible_module(viewer, publisher, slug)
    publisher_for(viewer, publisher, slug)
    form = WidenForm(posted(request), organisation=module.organisation, initial=_initial(request, module))
    shown, status = None, 200
    if form.is_bound and form.is_valid():
        if request.POST.get("do") == "send":
            try:
                widening = ask_widening(module=module, by=viewer, **form.cleaned_data)
            except (Refused, Conflict) as error:
                form.refuse(error)
                status = error.status
            else:
                messages.success(request, "Asked. Nobody more sees it until somebody else of your organisation agrees.")
                return redirect("widening", widening.pk)
        if request.POST.get("do") != "change" and not form.errors:
            shown = _preview(module, form)
    elif form.is_bound:
        status = 422
    context = {
        "form": form,
        "module": module,
        "preview": shown,
        "open": open_widening(module),
        "given": form.cleaned_data if shown else None,
    }
    return render(request, "registry/reviews/widen.html", context, status=status)


@require_http_methods(METHODS)
@member
def widening(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person's page; who asked can take it back there."""
    viewer = viewer_in(request)
    detail = widening_detail(viewer, pk)
    form = DecideWideningForm(posted(request), initial={"agree": "no"} if detail.is_asked_by_you else None)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            agreed = form.cleaned_data["agree"] == "yes"
            done = decide_widening(widening=Widening.objects.get(pk=pk), agree=agreed, text=form.cleaned_data["text"], by=viewer)
        except (Refused, Conflict) as error:
            form.refuse(error)
            status = error.status
        else:
            messages.success(request, _said(done))
            return redirect("widening", pk)
    elif form.is_bound:
        status = 422
    return render(request, "registry/reviews/widening.html", {"widening": detail, "form": form}, status=status)


def _initial(request: HttpRequest, module: Module) -> dict[str, object]:
    """What the module is now; the edit page may have said what it should be."""
    asked = request.GET.get("visibility", "")
    return {
        "visibility": asked or module.visibility,
        "marking": module.marking,
        "share_with": list(module.shares.filter(expires_at=None).values_list("organisation__slug", flat=True)),
    }


def _preview(module: Module, form: WidenForm) -> AudienceEntry:
    given = form.cleaned_data
    named = Organisation.objects.filter(slug__in=given["share_with"], is_active=True).values_list("pk", flat=True)
    return preview(module, given["visibility"], given["marking"], list(named))


def _said(done: Widening) -> str:
    if done.outcome == Widening.Outcome.WITHDRAWN:
        return "Taken back. Nobody more sees the module."
    if done.outcome == Widening.Outcome.DECLINED:
        return "Declined. Nobody more sees the module; who asked sees your words."
    if done.effective_at is not None:
        return "Agreed. They see the module now."
    return "Agreed. Its latest version is in review now; they see it once it is signed off for them."
