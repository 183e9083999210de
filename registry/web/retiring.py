"""Retirement: announced by a module's publisher, worked through by each who uses it, then closed."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.viewer import viewer_in
from accounts.views.access import member, posted, signed_in
from registry.actions.retire_module import close_retirement, start_retirement, tick_retirement_item
from registry.errors import Conflict, NotAllowed, Refused
from registry.index import changes, read
from registry.lifecycle.models import Retirement
from registry.permissions import leader_for, may_lead, publisher_for
from registry.releases.storage import disposition, store
from registry.web.acting import Ask, ask, carried_out, module_address
from registry.web.lifecycle_forms import CloseForm, EvidenceForm, RetireForm
from registry.web.publishing import METHODS, takes_files


@require_http_methods(METHODS)
@signed_in
def retire(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Announce that a module goes out of service."""
    viewer = viewer_in(request)
    module = read.visible_module(viewer, publisher, slug)
    publisher_for(viewer, publisher, slug)
    said = Ask(
        heading="Retire it",
        lead="It is shown as deprecated from now on. Every organisation that states it uses a version of it is asked to show that:",
        points=(
            "the robot is stopped",
            "its accounts and access are removed",
            "its credentials are deleted",
            "its schedule is removed",
        ),
        button="Begin its retirement",
        back=module_address(module),
        is_grave=True,
        module=module,
    )
    form = RetireForm(posted(request))
    done = "Its retirement has begun, and those who use it were told."
    return ask(request, said, form, lambda: start_retirement(module=module, by=viewer, **form.cleaned_data), done, reverse("retirements"))


@require_safe
@member
def retirements(request: HttpRequest) -> HttpResponse:
    """Those one leads, and those one has a checklist of."""
    return render(request, "registry/lifecycle/retirements.html", {"retirements": changes.retirements(viewer_in(request))})


@require_safe
@member
def retirement(request: HttpRequest, pk: int) -> HttpResponse:
    """The checklists of one retirement."""
    return _case(request, changes.retirement(viewer_in(request), pk), CloseForm(), EvidenceForm())


@require_http_methods(["POST"])
@member
@takes_files
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one thing is done, with what shows it."""
    viewer = viewer_in(request)
    case = changes.retirement(viewer, pk)
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        wanted = form.cleaned_data["item"]
        mine = case.items.filter(organisation__in=viewer.organisations).select_related("organisation")
        item = mine.filter(pk=int(wanted)).first() if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else None
        if item is None:
            raise read.missing()
        done = form.cleaned_data
        if carried_out(form, lambda: tick_retirement_item(item=item, upload=done["evidence"], note=done["note"], by=viewer)):
            messages.success(request, f"{item.get_item_display()}: ticked.")
            return redirect("retirement", pk)
    return _case(request, case, CloseForm(), form)


@require_http_methods(["POST"])
@member
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Retire the module."""
    viewer = viewer_in(request)
    case = changes.retirement(viewer, pk)
    leader_for(viewer, case.module)
    form = CloseForm(request.POST)
    if form.is_valid():
        try:
            close_retirement(retirement=case, override_reason=form.cleaned_data["reason"], by=viewer)
        except (Refused, Conflict, NotAllowed) as error:
            form.add_error("reason", f"{error.message} {error.mend}".strip())
        else:
            messages.success(request, "The module is retired. Lists leave it out; its address still opens its page.")
            return redirect("retirement", pk)
    return _case(request, case, form, EvidenceForm())


@require_safe
@member
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What shows that one thing is done, as an attachment."""
    item = changes.evidence(viewer_in(request), pk)
    assert item.evidence is not None
    response = FileResponse(store().open(item.evidence.sha256), content_type="application/octet-stream")
    response["Content-Disposition"] = disposition(item.evidence.filename)
    response["Content-Length"] = str(item.evidence.size)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _case(request: HttpRequest, case: Retirement, close_form: CloseForm, evidence_form: EvidenceForm) -> HttpResponse:
    viewer = viewer_in(request)
    close_form.fields["reason"].label = "Why what is open need not be done"
    close_form.fields["reason"].help_text = "For stewards, while checklists are not done."
    bound = evidence_form if evidence_form.is_bound else close_form
    context = {
        "retirement": case,
        "module": case.module,
        "holders": changes.checklists(viewer, case),
        "may_lead": may_lead(viewer, case.module),
        "close_form": close_form,
        "evidence_form": evidence_form,
        "form": bound,
        "chosen": request.POST.get("item", ""),
    }
    return render(request, "registry/lifecycle/retirement.html", context, status=422 if bound.errors else 200)
