"""Whom changes of a sequence's parts concern, and what they are told. Called in the transaction of the change."""

from __future__ import annotations

from django.urls import reverse

from accounts.roles import Permission
from registry.formats.flow import Flow
from registry.notices.models import Notice
from registry.notices.telling import people_of, tell
from registry.releases.models import Release
from registry.sequences.models import PartUpdate

MAX_TEXT = 1_000


def tell_of_break(sequence: Release, update: PartUpdate, newest: Release, flow: Flow) -> None:
    """Those who publish the sequence: which of its steps a newer release of a part breaks. Once for each such release."""
    module = sequence.module
    title = f"{newest} breaks a step of {module.identifier} {sequence.version}"[:200]
    if Notice.objects.filter(kind="sequence_breaks", module=module, title=title).exists():
        return
    names = {node.id: node.name or node.id for node in flow.nodes}
    text = " ".join(f"{names.get(step, step)}: {' '.join(reasons)}" for step, reasons in update.reasons.items())
    tell(
        people_of(module.organisation, Permission.PUBLISH),
        "sequence_breaks",
        title=title,
        text=text[:MAX_TEXT],
        address=reverse("release", args=[module.publisher, module.slug, sequence.version]),
        organisation=module.organisation,
        module=module,
    )
