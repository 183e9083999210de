"""Pages about Moothall itself."""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from importlib import metadata

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.env import ROOT


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody else's software that runs here."""

    name: str
    version: str
    licence: str


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (The Public Sector Bodies (Websites and Mobile Applications) Accessibility Regulations 2018)."""
    return render(request, "registry/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of people, why, and for how long."""
    return render(request, "registry/privacy.html")


@require_safe
def made_of(request: HttpRequest) -> HttpResponse:
    """Whose software runs here, under which licences."""
    return render(request, "registry/made_of.html", {"parts": parts()})


@functools.cache
def parts() -> tuple[Part, ...]:
    """The packages that run here, by name."""
    pinned = re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / "requirements" / "run.txt").read_text(), re.MULTILINE)
    design = json.loads((ROOT / "package.json").read_text())["dependencies"]["govuk-frontend"]
    return (Part("govuk-frontend", design, "MIT"), *filter(None, (_part(name) for name in sorted(pinned, key=str.casefold))))


def _part(name: str) -> Part | None:
    """The package ``name``, or None where this system needs none of it: some are pinned for Windows alone."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    return Part(said["Name"], said["Version"], _licence(said))


def _licence(said: metadata.PackageMetadata) -> str:
    """The licence as its package states it: an expression, else the classifiers, else a short free text."""
    expression = said.get("License-Expression")
    if expression:
        return str(expression)
    classified = [line.rpartition(" :: ")[2] for line in said.get_all("Classifier") or [] if line.startswith("License :: OSI Approved :: ")]
    free = (said.get("License") or "").strip()
    return ", ".join(classified) or (free if 0 < len(free) <= 60 else "See the package")
