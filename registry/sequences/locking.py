"""The lock of a sequence: which version of which module does each step, and all that these need, with the digests of their bytes."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from accounts.viewer import Viewer
from registry.errors import Refused
from registry.formats.flow import Flow, Node
from registry.releases.models import Release
from registry.resolving.model import Asked, Chosen, Need
from registry.resolving.solving import resolve
from registry.sequences.numbered import numbers
from registry.sequences.pool import Outside, Pool, pool_for
from registry.values.identifiers import split_identifier
from registry.values.ranges import parse_range

FORMAT = 1
DECLARED = "sequence"  # who requires what the publisher of the sequence declared
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Part:
    """A release that a lock names; ``steps`` are the ids of those that ask for it, none for what only other parts need."""

    release: Release
    steps: tuple[str, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Lock:
    """``content`` is its canonical JSON, of which the same steps and the same releases always make the same bytes."""

    content: str
    sha256: str
    parts: tuple[Part, ...]


def lock_of(viewer: Viewer, flow: Flow, *, declared: Sequence[Need] = (), prereleases: bool = False, shared: bool = False) -> Lock:
    """What the steps of ``flow`` resolve to among the releases that ``viewer`` may take; ``shared`` as in :func:`pool_for`.

    Raises :class:`Conflict` (``no_solution``, ``resolution_too_large``, ``resolution_too_hard``) and :class:`Refused`
    (``identifier_invalid``, ``range_invalid``) with ``where`` such as ``steps[2].range``, counted among all steps of the flow.
    """
    wanted = _wanted(flow, declared)
    pool = pool_for(viewer, [need for _, _, need in wanted], prereleases=prereleases, shared=shared)
    asked = [Asked(words, pool.need(need)) for words, _, need in wanted]
    chosen = resolve(asked, pool.offers, prereleases=prereleases)
    by_words = {words: by for words, by, _ in wanted}
    releases = _releases([each.offer.key for each in chosen])
    content = json.dumps(_content(flow, pool, chosen, releases, by_words), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    steps = _steps(flow, pool)
    parts = tuple(Part(releases[each.offer.key], steps.get(each.offer.module, ()), place) for place, each in enumerate(chosen))
    return Lock(content, hashlib.sha256(content.encode()).hexdigest(), parts)


def _wanted(flow: Flow, declared: Sequence[Need]) -> list[tuple[str, str, Need]]:
    """Who asks, in words and as the lock has it, and what for."""
    wanted = [("the sequence itself", DECLARED, _checked(need, f"declared[{place}]")) for place, need in enumerate(declared)]
    order = numbers(flow)
    for place, node in enumerate(flow.tasks):
        if node.uses is not None:
            need = _checked(Need(node.uses.module, node.uses.range), f"steps[{place}]")
            wanted.append((_words(order[node.id], node), f"step:{node.id}", need))
    return wanted


def _words(number: int, node: Node) -> str:
    name = " ".join(node.name.split())
    short = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
    return f"step {number} ({short})" if short else f"step {number}"


def _checked(need: Need, where: str) -> Need:
    for part, check in (("module", split_identifier), ("range", parse_range)):
        try:
            check(getattr(need, part))
        except Refused as error:
            raise Refused(error.code, error.message, where=f"{where}.{part}", mend=error.mend) from error
    return need


def _releases(keys: list[int]) -> dict[int, Release]:
    """With their modules and artefacts; inspections come all together when the first is asked for."""
    rows = Release.objects.filter(pk__in=keys).select_related("module").prefetch_related("artefacts")
    return rows.defer("inspection", "module__search", "module__readme", "module__readme_html").fetch_mode(models.FETCH_PEERS).in_bulk()


def _steps(flow: Flow, pool: Pool) -> dict[str, tuple[str, ...]]:
    steps: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for node in flow.bound:
        assert node.uses is not None
        module = pool.now[node.uses.module]
        steps[module] = (*steps[module], node.id)
    return dict(steps)


def _content(
    flow: Flow, pool: Pool, chosen: Sequence[Chosen], releases: Mapping[int, Release], by_words: Mapping[str, str]
) -> dict[str, Any]:
    versions = {each.offer.module: each.offer.version for each in chosen}
    return {
        "lock": FORMAT,
        "steps": [_step(node, pool, versions) for node in flow.bound],
        "modules": [_module(each, releases[each.offer.key], by_words) for each in chosen],
        "outside": _outside(pool, chosen),
    }


def _step(node: Node, pool: Pool, versions: Mapping[str, str]) -> dict[str, str]:
    assert node.uses is not None
    module = pool.now[node.uses.module]
    said = {"id": node.id, "module": module, "range": node.uses.range, "entry_point": node.uses.entry_point}
    return {**said, "version": versions[module]}


def _module(each: Chosen, release: Release, by_words: Mapping[str, str]) -> dict[str, Any]:
    required = sorted((by_words.get(by, by), text) for by, text in each.required_by)
    return {
        "module": each.offer.module,
        "version": each.offer.version,
        "licence": release.licence,
        "sha256": release.digest,
        "artefacts": [{"filename": one.filename, "sha256": one.sha256, "size": one.size} for one in release.artefacts.all()],
        "required_by": [{"by": by, "range": text} for by, text in required],
    }


def _outside(pool: Pool, chosen: Sequence[Chosen]) -> list[dict[str, Any]]:
    needed: dict[Outside, set[str]] = defaultdict(set)
    for each in chosen:
        for need in pool.outside.get(each.offer.key, ()):
            needed[need].add(str(each.offer))
    return [
        {"ecosystem": need.ecosystem, "name": need.name, "range": need.range, "required_by": sorted(needed[need])}
        for need in sorted(needed)
    ]
