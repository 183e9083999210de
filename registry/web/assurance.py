"""What the tiers of assurance ask for, to be read by everybody here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views.access import signed_in
from registry.reviews.tiers import CRITERIA, TIERS


@require_safe
@signed_in
def assurance(request: HttpRequest) -> HttpResponse:
    """Each tier with its criteria, out of the very table that modules are judged by."""
    tiers = [(tier, name, said, [each for each in CRITERIA if each.tier == tier]) for tier, (name, said) in TIERS.items()]
    return render(request, "registry/assurance.html", {"tiers": tiers})
