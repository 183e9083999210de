"""An organisation of the partnership and what it publishes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from accounts.viewer import viewer_in
from accounts.views.access import signed_in
from registry.index import read
from registry.index.adoptions import confirmed_by
from registry.index.governance import on_request
from registry.index.statistics import reach_of


@require_safe
@signed_in
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Members see every live organisation, and of its modules those they may see."""
    viewer = viewer_in(request)
    found = Organisation.objects.filter(slug=slug, is_active=True).first() if viewer.is_member else None
    if found is None:
        raise read.missing()
    context = {
        "organisation": found,
        "modules": read.organisation_modules(viewer, found),
        "on_request": on_request(viewer, organisation=found),
        "runs": confirmed_by(viewer, found),
        "is_own": found.pk in viewer.organisations,
        "reach": reach_of(viewer, found),
    }
    return render(request, "registry/organisation.html", context)
