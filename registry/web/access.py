"""Asking to see what is kept to some, answering that, and choosing whether it may be asked for (B24)."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import ActionForm
from accounts.viewer import viewer_in
from accounts.views.access import member, posted, signed_in
from registry.actions.ask_access import ask_access, withdraw_request
from registry.actions.decide_access import decide_access, decider, revoke_access
from registry.actions.list_public_part import is_restricted, list_public_part
from registry.errors import Conflict, NotAllowed, Refused
from registry.governance.models import AccessRequest
from registry.index import governance as index
from registry.index.governance import OnRequestEntry
from registry.index.read import visible_module
from registry.permissions import publisher_for
from registry.web.governance_forms import ApproveForm, AskForm, WhyForm
from registry.web.publishing import METHODS


def on_request(request: HttpRequest, entry: OnRequestEntry, form: AskForm | None = None) -> HttpResponse:
    """The page of a module that may only be asked for: its public part, and the form to ask."""
    form = form or AskForm()
    asked = AccessRequest.objects.filter(
        organisation=viewer_in(request).organisation, module__publisher=entry.publisher, module__slug=entry.slug, state="pending"
    ).first()
    context = {"entry": entry, "form": form, "asked": asked}
    return render(request, "registry/on_request.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def ask(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Ask for a module; one that may not be asked for is not there."""
    module, entry = index.on_request_module(viewer_in(request), publisher, slug)
    form = AskForm(request.POST)
    if form.is_valid() and _done(form, lambda: ask_access(module=module, by=viewer_in(request), **form.cleaned_data)):
        messages.success(request, f"Asked. {entry.publisher_name} decides, and you are told.")
        return redirect("access")
    return on_request(request, entry, form)


@require_http_methods(METHODS)
@signed_in
def public_part(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Choose whether those who do not see the module may know of it and ask."""
    module = visible_module(viewer_in(request), publisher, slug)
    publisher_for(viewer_in(request), publisher, slug)
    form = ActionForm(posted(request))
    listed = not module.lists_public_part
    if form.is_valid() and _done(form, lambda: list_public_part(module=module, listed=listed, by=viewer_in(request))):
        said = "Every member can now see that it is there, and ask for it." if listed else "Only those who see it know of it now."
        messages.success(request, said)
        return redirect("module", publisher, slug)
    context = {"form": form, "module": module, "is_restricted": is_restricted(module)}
    return render(request, "registry/public_part.html", context, status=409 if form.errors else 200)


@require_safe
@member
def access(request: HttpRequest) -> HttpResponse:
    """What one's organisation asked for, and what others ask of it."""
    viewer = viewer_in(request)
    return render(request, "registry/access.html", {"asked": index.requests_by(viewer), "received": index.requests_of(viewer)})


@require_http_methods(METHODS)
@member
def access_request(request: HttpRequest, number: int) -> HttpResponse:
    """One request, and what the viewer may do with it: ``do`` is approve, decline, withdraw or revoke."""
    viewer = viewer_in(request)
    found = index.access_request(viewer, number)
    act = request.POST.get("do", "") if request.method == "POST" else ""
    approve = ApproveForm(request.POST if act == "approve" else None, prefix="approve", initial={"until": found.until})
    decline = WhyForm(request.POST if act == "decline" else None, prefix="decline")
    revoke = WhyForm(request.POST if act == "revoke" else None, prefix="revoke")
    acts: dict[str, tuple[ActionForm, Callable[[], object]]] = {
        "approve": (approve, lambda: decide_access(request=found, approve=True, by=viewer, **approve.cleaned_data)),
        "decline": (decline, lambda: decide_access(request=found, approve=False, by=viewer, **decline.cleaned_data)),
        "revoke": (revoke, lambda: revoke_access(request=found, by=viewer, **revoke.cleaned_data)),
        "withdraw": (ActionForm({}), lambda: withdraw_request(request=found, by=viewer)),
    }
    errors: ActionForm | None = None
    if request.method == "POST":
        if act not in acts:
            raise Refused("act_unknown", "That cannot be done with a request.", where="do", mend="Choose one of the buttons.")
        if act != "withdraw":
            decider(found, viewer)
        form, action = acts[act]
        if form.is_valid() and _done(form, action):
            messages.success(request, _SAID[act])
            return redirect("access_request", number)
        errors = form
    is_asking = viewer.organisation is not None and found.organisation_id == viewer.organisation.pk
    context = {
        "request_": found,
        "form": errors,
        "approve": approve,
        "decline": decline,
        "revoke": revoke,
        "may_decide": _may_decide(request, found),
        "is_asking": is_asking,
        "is_owner": found.module.organisation_id in viewer.organisations or viewer.is_auditor,
    }
    return render(request, "registry/access_request.html", context, status=422 if errors else 200)


_SAID = {
    "approve": "Access is given. It ends by itself.",
    "decline": "Declined. They are told why.",
    "revoke": "Access is taken back. It ended this second.",
    "withdraw": "The request is withdrawn.",
}


def _may_decide(request: HttpRequest, found: AccessRequest) -> bool:
    try:
        decider(found, viewer_in(request))
    except NotAllowed:
        return False
    return True


def _done(form: ActionForm, action: Callable[[], object]) -> bool:
    try:
        action()
    except (Refused, Conflict) as error:
        form.refuse(error)
        return False
    return True
