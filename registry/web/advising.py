"""Advisories: read by whoever sees the module, written by those who publish it and by stewards."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.viewer import viewer_in
from accounts.views.access import posted, signed_in
from registry.actions.publish_advisory import amend_advisory, publish_advisory, withdraw_advisory
from registry.index import read, recalls, warnings
from registry.permissions import leader_for, may_lead
from registry.values.markdown import to_html
from registry.web.acting import Ask, ask, module_address
from registry.web.lifecycle_forms import AdvisoryEditForm, ReasonForm, said_by
from registry.web.publishing import METHODS


@require_safe
@signed_in
def advisories(request: HttpRequest) -> HttpResponse:
    """Every advisory one may see."""
    found = [warnings.advisory_entry(each) for each in warnings.advisories(viewer_in(request))]
    return render(request, "registry/lifecycle/advisories.html", {"advisories": found})


@require_safe
@signed_in
def advisory(request: HttpRequest, key: str) -> HttpResponse:
    """One advisory."""
    viewer = viewer_in(request)
    found = recalls.advisory(viewer, key)
    context = {
        "advisory": found,
        "entry": warnings.advisory_entry(found),
        "module": found.module,
        "details": to_html(found.details),
        "workaround": to_html(found.workaround),
        "may_lead": may_lead(viewer, found.module),
    }
    return render(request, "registry/lifecycle/advisory.html", context)


@require_http_methods(METHODS)
@signed_in
def warn(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Publish an advisory."""
    viewer = viewer_in(request)
    module = read.visible_module(viewer, publisher, slug)
    leader_for(viewer, module)
    said = Ask(
        heading="Publish an advisory",
        lead="Everybody who sees the module reads it, on its page and by the API. To have each holder answer, recall the versions instead.",
        button="Publish it",
        back=module_address(module),
        module=module,
    )
    form = AdvisoryEditForm(posted(request))
    return ask(
        request,
        said,
        form,
        lambda: publish_advisory(module=module, form=form.advisory_form(), by=viewer),
        "The advisory is published.",
        module_address(module),
    )


@require_http_methods(METHODS)
@signed_in
def amend(request: HttpRequest, key: str) -> HttpResponse:
    """Say an advisory anew."""
    viewer = viewer_in(request)
    found = recalls.advisory(viewer, key)
    leader_for(viewer, found.module)
    back = reverse("advisory", args=[key])
    said = Ask(heading=f"Change {key}", lead="Readers see when it was last changed.", button="Save", back=back, module=found.module)
    form = AdvisoryEditForm(posted(request), initial=said_by(found))
    done = "The advisory is changed."
    return ask(request, said, form, lambda: amend_advisory(advisory=found, form=form.advisory_form(), by=viewer), done, back)


@require_http_methods(METHODS)
@signed_in
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Say that an advisory was wrong."""
    viewer = viewer_in(request)
    found = recalls.advisory(viewer, key)
    leader_for(viewer, found.module)
    back = reverse("advisory", args=[key])
    said = Ask(
        heading=f"Withdraw {key}",
        lead="It stays readable, marked as withdrawn, and warns of no version any more.",
        button="Withdraw it",
        back=back,
        is_grave=True,
        module=found.module,
    )
    form = ReasonForm(posted(request), help_text="Its readers see this.")
    done = "The advisory is withdrawn."
    return ask(request, said, form, lambda: withdraw_advisory(advisory=found, reason=form.cleaned_data["reason"], by=viewer), done, back)
