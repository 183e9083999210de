"""The first page: for members a place to start, for everybody else what Moothall is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.viewer import Viewer, viewer_in
from registry.index import read
from registry.index.adoptions import mine
from registry.index.use_entries import OwnAdoption
from registry.web.notices import waiting

DUE = 5  # statements of use that are shown; the page of all has the rest
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
    context = {"home": found, "examples": list(used)[:EXAMPLES], "waiting": waiting(viewer), "due": due(viewer)}
    return render(request, "registry/home.html", context)


def due(viewer: Viewer) -> list[OwnAdoption]:
    """What the organisation acted for runs that it must confirm, or could update; what ends soonest first."""
    return [each for each in mine(viewer) if each.standing in ("ended", "ending") or each.behind][:DUE]
