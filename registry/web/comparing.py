"""Two to four modules side by side: what differs, before what is alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.viewer import viewer_in
from accounts.views.access import signed_in
from registry.index.comparing import MOST, Candidate, alike, comparison, wanted
from registry.index.entries import ModuleEntry
from registry.web.comparison_rows import groups

MOST_NAMED = 20  # of what an address asks for; the rest is not looked at
MOST_VERSIONS = 8  # offered of each
DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Column:
    """One candidate's head: where to go from it."""

    one: Candidate
    without: str  # address of the page without it
    versions: tuple[tuple[str, str], ...]  # other versions, each with the address of the page that has it instead


@require_safe
@signed_in
def compare(request: HttpRequest) -> HttpResponse:
    """The table, and ways to add to it; whatever else an address says (a form of the catalogue's) is left out of it."""
    named = named_in(request.GET.getlist("module"))
    only = request.GET.get("only") == DIFFERENT
    if set(request.GET) - {"module", "only"} or len(named) != len(request.GET.getlist("module")):
        return redirect(address(named, only=only))
    viewer = viewer_in(request)
    asked = [(name, wanted(name)) for name in named]
    found = comparison(viewer, [want for _, want in asked if want is not None])
    shown = [one.wanted for one in found.candidates]
    missing = [name for name, want in asked if want is None or want in found.missing]
    context = {
        "columns": [_column(one, [str(want) for want in shown], only) for one in found.candidates],
        "groups": groups(found.candidates, only_different=only) if found.candidates else (),
        "missing": missing,
        "too_many": len(named) > MOST,
        "most": MOST,
        "only": only,
        "shown": [str(want) for want in shown],
        "every_row": address([str(want) for want in shown]),
        "different_rows": address([str(want) for want in shown], only=True),
        "alike": _offers(alike(viewer, found.candidates), [str(want) for want in shown], only) if 0 < len(shown) < MOST else (),
    }
    return render(request, "registry/compare.html", context)


def named_in(given: Sequence[str]) -> list[str]:
    """What an address asks for: each once, without blanks."""
    tidy = (" ".join(name.replace("\0", " ").split())[:300] for name in given)
    return list(dict.fromkeys(name for name in tidy if name))[:MOST_NAMED]


def address(named: Sequence[str], *, only: bool = False) -> str:
    """The page that compares these."""
    asked = [f"module={quote(name, safe='/@')}" for name in named] + (["only=different"] if only else [])
    return reverse("compare") + (f"?{'&'.join(asked)}" if asked else "")


def _column(one: Candidate, shown: Sequence[str], only: bool) -> Column:
    name, place = str(one.wanted), list(shown).index(str(one.wanted))
    others = [version for version in one.versions if version != one.version][:MOST_VERSIONS]
    with_version = [(version, f"{one.entry.id}@{version}") for version in others]
    return Column(
        one,
        address([each for each in shown if each != name], only=only),
        tuple((version, address([*shown[:place], other, *shown[place + 1 :]], only=only)) for version, other in with_version),
    )


def _offers(entries: Sequence[ModuleEntry], shown: Sequence[str], only: bool) -> list[tuple[ModuleEntry, str]]:
    return [(entry, address([*shown, entry.id], only=only)) for entry in entries]
