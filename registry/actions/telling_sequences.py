"""Whom changes of a sequence's parts concern, and what they are told. Called in the transaction of the change."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import User
from accounts.roles import Permission
from registry.formats.flow import Flow
from registry.lifecycle.models import NoticePeriod, Objection
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


def tell_of_announcement(period: NoticePeriod, but: User) -> None:
    """Those who answer for an organisation that it may hit: that a release is announced, or that this was taken back.

    They may not see the release yet, so the notice goes by the address of the notice period, which they do see.
    """
    what = f"{period.module.identifier} {period.version}"
    withdrawn = period.withdrawn_at is not None
    for organisation in period.told.all():
        tell(
            people_of(organisation, Permission.PUBLISH),
            "release_announced",
            title=f"{what} is no longer announced" if withdrawn else f"{what} breaks what is used: object until {period.ends_on:%-d %B %Y}",
            text="It may be listed at once." if withdrawn else period.why,
            address=reverse("notice_period", args=[period.pk]),
            organisation=organisation,
            but=but,
        )


def tell_of_objection(objection: Objection, but: User) -> None:
    """Those who publish the module."""
    period = objection.notice_period
    tell(
        people_of(period.module.organisation, Permission.PUBLISH),
        "release_objected",
        title=f"{objection.organisation} objects to {period.module.identifier} {period.version}",
        text=objection.text,
        address=reverse("notice_period", args=[period.pk]),
        organisation=period.module.organisation,
        but=but,
    )


def tell_of_answer_to(objection: Objection, but: User) -> None:
    """Those who answer for the organisation that objected."""
    period = objection.notice_period
    tell(
        people_of(objection.organisation, Permission.PUBLISH),
        "release_objected",
        title=f"Your objection to {period.module.identifier} {period.version} is answered",
        text=objection.answer,
        address=reverse("notice_period", args=[period.pk]),
        organisation=objection.organisation,
        but=but,
    )
