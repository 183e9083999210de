"""Who answers for a module: confirmed in one click, promised support, passed on, taken over."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.viewer import viewer_in
from accounts.views.access import member, posted, signed_in
from registry.actions.confirm_ownership import confirm_ownership, promise_support
from registry.actions.transfer_module import agree_transfer, ask_adoption, end_transfer, offer_transfer, sides_of, waiting_for
from registry.actions.undeprecate_module import undeprecate_module
from registry.errors import NotAllowed
from registry.index import changes, read
from registry.lifecycle.models import Transfer
from registry.permissions import may_adopt, publisher_for
from registry.web.acting import Ask, ask, carried_out, module_address
from registry.web.lifecycle_forms import ReasonForm, SupportForm, TransferForm
from registry.web.publishing import METHODS


@require_http_methods(["POST"])
@signed_in
def confirm(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Say that somebody still answers for the module."""
    module = read.visible_module(viewer_in(request), publisher, slug)
    module = confirm_ownership(module=module, by=viewer_in(request))
    messages.success(request, "Thank you. We ask again in a year.")
    return redirect("module", module.publisher, module.slug)


@require_http_methods(METHODS)
@signed_in
def support(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Say who keeps the module working, and until when."""
    viewer = viewer_in(request)
    module = read.visible_module(viewer, publisher, slug)
    publisher_for(viewer, publisher, slug)
    said = Ask(
        heading="Promise of support",
        lead="Whoever sees the module reads who keeps it working and until when.",
        button="Save",
        back=module_address(module),
        module=module,
    )
    form = SupportForm(posted(request), initial={"support_by": module.support_by, "support_until": module.support_until})
    done = "The promise of support is changed."
    return ask(request, said, form, lambda: promise_support(module=module, by=viewer, **form.cleaned_data), done, module_address(module))


@require_http_methods(METHODS)
@signed_in
def undeprecate(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Take a deprecation back."""
    viewer = viewer_in(request)
    module = read.visible_module(viewer, publisher, slug)
    publisher_for(viewer, publisher, slug)
    said = Ask(
        heading="Take the deprecation back",
        lead="Its page and every list stop saying that it should no longer be taken.",
        button="Take it back",
        back=module_address(module),
        module=module,
    )
    form = ReasonForm(posted(request), help_text="Kept in the record of the module.")
    done = "The module is no longer deprecated."
    return ask(
        request,
        said,
        form,
        lambda: undeprecate_module(module=module, reason=form.cleaned_data["reason"], by=viewer),
        done,
        module_address(module),
    )


@require_http_methods(METHODS)
@signed_in
def transfer(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Offer the module to another organisation."""
    viewer = viewer_in(request)
    module = read.visible_module(viewer, publisher, slug)
    publisher_for(viewer, publisher, slug)
    said = Ask(
        heading="Pass it on",
        lead="An administrator of the other organisation must accept. Then at once:",
        points=(
            f"its address begins with their name; {publisher}/{slug} leads there and names nothing else ever after",
            "they publish it and answer for it, and you no longer do",
            "tokens that you bound to it end",
            "who it is shared with stays as it is",
        ),
        button="Offer it",
        back=module_address(module),
        is_grave=True,
        module=module,
    )
    form = TransferForm(posted(request), owner=module.organisation)
    done = "The module is offered. You find the offer under Transfers until it is answered."
    return ask(request, said, form, lambda: offer_transfer(module=module, by=viewer, **form.cleaned_data), done, reverse("transfers"))


@require_http_methods(METHODS)
@signed_in
def adopt(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Ask to look after a module that needs an owner."""
    viewer = viewer_in(request)
    module = read.visible_module(viewer, publisher, slug)
    if not may_adopt(viewer, module):
        raise NotAllowed("may_not_adopt", "Only administrators of another organisation ask to look after a module.")
    said = Ask(
        heading="Look after it",
        lead=f"You ask for {viewer.organisation}. A steward must agree, and its publisher too while there is somebody. Then it is yours.",
        button="Ask for it",
        back=module_address(module),
        module=module,
    )
    form = ReasonForm(posted(request), help_text="The stewards and its publisher read this.")
    done = "You asked for the module. You find it under Transfers."
    return ask(request, said, form, lambda: ask_adoption(module=module, by=viewer, **form.cleaned_data), done, reverse("transfers"))


@require_safe
@member
def transfers(request: HttpRequest) -> HttpResponse:
    """Offers and wishes that concern one's organisations."""
    return render(request, "registry/lifecycle/transfers.html", {"transfers": changes.transfers(viewer_in(request))})


@require_safe
@member
def transfer_case(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them, with what one may do about it."""
    return _case(request, changes.transfer(viewer_in(request), pk), ReasonForm(help_text="The other side reads this."))


@require_http_methods(["POST"])
@member
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree for one's side."""
    done = agree_transfer(transfer=changes.transfer(viewer_in(request), pk), by=viewer_in(request))
    passed = done.outcome == Transfer.Outcome.DONE
    messages.success(request, f"{done.title} has passed to {done.receiver}." if passed else "You have agreed. Others must still do so.")
    return redirect("transfer_case", pk)


@require_http_methods(["POST"])
@member
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline, or take back."""
    viewer = viewer_in(request)
    case = changes.transfer(viewer, pk)
    form = ReasonForm(request.POST, help_text="The other side reads this.")
    if form.is_valid() and carried_out(form, lambda: end_transfer(transfer=case, by=viewer, **form.cleaned_data)):
        messages.success(request, "That is ended. The module stays where it is.")
        return redirect("transfer_case", pk)
    return _case(request, case, form)


def _case(request: HttpRequest, case: Transfer, form: ReasonForm) -> HttpResponse:
    sides = sides_of(case, viewer_in(request))
    waiting = waiting_for(case) if case.outcome == Transfer.Outcome.OPEN else []
    context = {
        "transfer": case,
        "form": form,
        "waiting": waiting,
        "may_end": bool(sides) and bool(waiting),
        "may_agree": bool(set(sides) & set(waiting)),
    }
    return render(request, "registry/lifecycle/transfer.html", context, status=422 if form.errors else 200)
