"""The shapes of answers about updates of sequences and announced releases; the published schema is made from these very types."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypedDict

from registry.index.impact import Impact, SequenceHit
from registry.index.notice_periods import NoticePeriodEntry
from registry.index.sequence_updates import StepOutlook, UpdateEntry


class StepOutlookShape(TypedDict):
    """What a newer release would do to one step."""

    id: str
    name: str
    reasons: Annotated[list[str], "Empty where it fits"]


class UpdateShape(TypedDict):
    """A part of a sequence that has a newer release."""

    module: Annotated[str, "publisher/slug"]
    locked: Annotated[str, "The version that the sequence has"]
    newest: Annotated[str, "The newest that everybody sees who sees the sequence"]
    verdict: Annotated[str, "fits, outside (the range does not allow it) or breaks"]
    steps: list[StepOutlookShape]


class UpdatesShape(TypedDict):
    """The parts of a sequence that have newer releases, in the order of the sequence; none for any but its latest release."""

    count: int
    results: list[UpdateShape]


class SequenceHitShape(TypedDict):
    """A process sequence that a release would break."""

    module: Annotated[str, "publisher/slug of the sequence"]
    version: str
    locked: Annotated[str, "The version of the module that it has now"]
    steps: list[StepOutlookShape]


class ImpactShape(TypedDict):
    """Whom a release would hit. Numbers stand where names may not be shown."""

    breaking: Annotated[list[str], "Why who runs the version before cannot simply take this one"]
    before: Annotated[str, "The listed version it is compared with, or empty"]
    sequences: Annotated[list[SequenceHitShape], "Those you may see that it would break"]
    hidden_sequences: Annotated[int, "Those you may not see that it would break"]
    unharmed_sequences: Annotated[int, "Those made of it that it would not break"]
    not_judged: Annotated[int, "Beyond the most that are looked at"]
    adopters: Annotated[list[str], "Organisations that show that they run the module"]
    counted_adopters: Annotated[int, "Organisations that run it and show no name"]


class ObjectionShape(TypedDict):
    """What an organisation says against a release."""

    organisation: str
    text: str
    made_at: datetime
    answer: Annotated[str, "Of its publisher, or empty"]
    answered_at: datetime | None


class NoticePeriodShape(TypedDict):
    """A breaking release that is announced before it is listed."""

    key: Annotated[int, "By which you object"]
    module: Annotated[str, "publisher/slug"]
    version: str
    state: Annotated[str, "running, over or withdrawn"]
    reasons: Annotated[list[str], "What it breaks, as far as its files tell"]
    why: str
    given_at: datetime
    ends_on: Annotated[str, "The day from which it may be listed, such as 2027-03-31"]
    objections: Annotated[list[ObjectionShape], "All for its publisher; else your organisation's"]


class NoticePeriodsShape(TypedDict):
    """The announced releases that concern your organisation, running ones first."""

    count: int
    results: list[NoticePeriodShape]


def update_shape(entry: UpdateEntry) -> UpdateShape:
    """One update as the API tells it."""
    return UpdateShape(
        module=entry.module, locked=entry.locked, newest=entry.newest, verdict=entry.verdict, steps=[_step(step) for step in entry.steps]
    )


def impact_shape(impact: Impact) -> ImpactShape:
    """An impact as the API tells it."""
    return ImpactShape(
        breaking=list(impact.breaking),
        before=impact.before,
        sequences=[_hit(hit) for hit in impact.sequences],
        hidden_sequences=impact.hidden,
        unharmed_sequences=impact.unharmed,
        not_judged=impact.not_judged,
        adopters=list(impact.adopters),
        counted_adopters=impact.counted,
    )


def notice_period_shape(entry: NoticePeriodEntry) -> NoticePeriodShape:
    """A notice period as the API tells it."""
    return NoticePeriodShape(
        key=entry.key,
        module=entry.module,
        version=entry.version,
        state=entry.state,
        reasons=list(entry.reasons),
        why=entry.why,
        given_at=entry.given_at,
        ends_on=entry.ends_on.isoformat(),
        objections=[
            ObjectionShape(
                organisation=each.organisation, text=each.text, made_at=each.made_at, answer=each.answer, answered_at=each.answered_at
            )
            for each in entry.objections
        ],
    )


def _step(step: StepOutlook) -> StepOutlookShape:
    return StepOutlookShape(id=step.id, name=step.name, reasons=list(step.reasons))


def _hit(hit: SequenceHit) -> SequenceHitShape:
    return SequenceHitShape(module=hit.module, version=hit.version, locked=hit.locked, steps=[_step(step) for step in hit.steps])
