"""What one version changes against another: the verdict first, then the steps as a picture, then every change by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.viewer import viewer_in
from accounts.views.access import signed_in
from registry.index.release_changes import ReleaseChanges, release_changes
from registry.releases.step_changes import StepChanges, as_read_lately, step_changes
from registry.web.changes import change_rows, file_rows
from registry.web.step_diagram import Picture, step_picture
from registry.web.step_parts import Part, part_of, parts_of

MOST_DRAWN = 200  # steps of a part, those that are gone too; of a longer one the table says all
MOST_PARTS = 100
GONE = "gone"


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """How many steps of a part are new, changed, moved or gone."""

    name: str
    new: int
    changed: int
    moved: int
    gone: int
    address: str
    is_shown: bool


@require_safe
@signed_in
def changes(request: HttpRequest, publisher: str, slug: str, version: str) -> HttpResponse:
    """The page of ``version`` beside the one that ``from`` names; ``to`` leads to the page of another."""
    since, other = request.GET.get("from", "").replace("\0", ""), request.GET.get("to", "").replace("\0", "")
    if other and other != version and "/" not in other:
        address = reverse("release_changes", args=[publisher, slug, other[:80]])
        return redirect(f"{address}?{urlencode({'from': since})}" if since else address)
    found = release_changes(viewer_in(request), publisher, slug, version, since[:80])
    parts, picture = _drawn(found, request.GET.get("part"))
    context = {
        "module": found.release.module,
        "release": found.release,
        "found": found,
        "rows": change_rows(found.differences) if found.before else (),
        "files": file_rows(found.differences) if found.before else (),
        "parts": parts[:MOST_PARTS],
        "picture": picture,
    }
    return render(request, "registry/changes.html", context)


def _drawn(found: ReleaseChanges, asked: str | None) -> tuple[list[ChangedPart], Picture | None]:
    """The parts in which steps differ, and the picture of the one asked for, else of the one in which most do."""
    if found.was is None or found.before is None:
        return [], None
    since = found.before.version
    was, now = as_read_lately(found.was.steps, found.now.steps), as_read_lately(found.now.steps, found.was.steps)
    found = replace(found, was=replace(found.was, steps=tuple(was)), now=replace(found.now, steps=tuple(now)))
    steps = step_changes(was, now)
    counts = _counted(found, steps)
    if not counts:
        return [], None
    name = asked if asked in counts else max(counts, key=lambda each: sum(counts[each].values()))
    part_now = next((part for part in parts_of(found.now.steps) if part.name == name), part_of(name, ()))
    part, signs = _together(found, steps, name, part_now)
    title = f"{found.release.module.title} {found.release.version}{f', {name}' if name else ''}, since {since}"
    picture = step_picture(part, title, signs=signs) if len(part.steps) <= MOST_DRAWN else None
    return list(_parts(found, counts, name)), picture


def _counted(found: ReleaseChanges, steps: StepChanges) -> dict[str, Counter[str]]:
    """Part -> how many of its steps bear which sign, in the order of the later version."""
    assert found.was is not None
    counts: dict[str, Counter[str]] = {}
    for place, sign in sorted(steps.signs.items()):
        counts.setdefault(found.now.steps[place].part, Counter())[sign] += 1
    for place in steps.removed:
        counts.setdefault(found.was.steps[place].part, Counter())[GONE] += 1
    return counts


def _parts(found: ReleaseChanges, counts: Mapping[str, Counter[str]], shown: str) -> Iterator[ChangedPart]:
    since = found.before.version if found.before else ""
    for name, signs in counts.items():
        address = f"?{urlencode({'from': since, 'part': name})}#steps"
        yield ChangedPart(name, signs["new"], signs["chg"], signs["moved"], signs[GONE], address, name == shown)


def _together(found: ReleaseChanges, steps: StepChanges, name: str, now: Part) -> tuple[Part, dict[int, str]]:
    """A part as it is now, with what is gone from it after the rest of the same surroundings, and the sign of each step by its place."""
    assert found.was is not None
    own = {place: number for number, place in enumerate(place for place, step in enumerate(found.now.steps) if step.part == name)}
    stayed = {found.was.steps[one].id: own[other] for one, other in steps.both if other in own and found.was.steps[one].part == name}
    gone = [found.was.steps[place] for place in steps.removed if found.was.steps[place].part == name]
    outer = [stayed.get(step.within) if step.within else None for step in gone]
    part = replace(
        now,
        steps=(*now.steps, *gone),
        around=(*now.around, *outer),
        depths=(*now.depths, *(0 if place is None else now.depths[place] + 1 for place in outer)),
        ways=(*now.ways, *(() for _ in gone)),
        numbers=(*now.numbers, *(None for _ in gone)),
    )
    signs = {own[place]: sign for place, sign in steps.signs.items() if place in own}
    return part, signs | dict.fromkeys(range(len(now.steps), len(part.steps)), GONE)
