"""The first page: for members a place to start, for everybody else what Moothall is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.viewer import viewer_in
from registry.index import read
from registry.web.notices import waiting

EXAMPLES = 4  # searches offered below the search field


@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Nothing of any module for whoever is no member."""
    viewer = viewer_in(request)
    if not viewer.is_member:
        return render(request, "registry/welcome.html")
    found = read.home(viewer)
    used = dict.fromkeys(name for entry in found.newest for name in entry.applications)
    return render(request, "registry/home.html", {"home": found, "examples": list(used)[:EXAMPLES], "waiting": waiting(viewer)})
