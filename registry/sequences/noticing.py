"""What cannot be told of a sequence's steps, as findings for its author and reviewers: notes, as certain faults never get in."""

from __future__ import annotations

from collections.abc import Iterable

from registry.checks.model import Found, fingerprint
from registry.formats.flow import Flow, flow_from_json
from registry.releases.models import Release
from registry.sequences.checking import Problem, problems
from registry.sequences.interfaces import interface_of


def notes_of(flow: Flow, doubts: Iterable[Problem], key: bytes) -> list[Found]:
    """One note for each doubt; ``key`` is the installation's for fingerprints."""
    names = {node.id: node.name or node.id for node in flow.nodes}
    return [
        Found(
            code=doubt.code,
            severity="note",
            title=doubt.message,
            where=f"{names.get(doubt.step, doubt.step)}: {doubt.where}".removesuffix(": "),
            mend=doubt.mend,
            fingerprint=fingerprint(key, doubt.code, f"{doubt.step}/{doubt.where}", doubt.message),
        )
        for doubt in doubts
    ]


def notes_on(release: Release, key: bytes) -> list[Found]:
    """Those of a stored release, by what it is locked to; nothing for what is no sequence. Two queries at most."""
    flow = flow_from_json(release.inspection.get("flow"))
    if flow is None or not flow.bound:
        return []
    parts = Release.objects.filter(locked_in__lock=release.pk).select_related("module").defer("module__search")
    interfaces = {part.module.identifier: interface_of(part) for part in parts}
    return notes_of(flow, (one for one in problems(flow, interfaces) if not one.is_certain), key)
