"""Composes a process sequence step by step in a draft, which its organisation's publishers share until it is published or thrown away.

Drafts are working papers: what becomes of them is audited once, when they are published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.viewer import Viewer
from registry.actions.inspect_upload import inspect_upload
from registry.catalogue.models import Module
from registry.errors import Conflict, Missing, NotAllowed, Refused, TooLarge
from registry.formats.flow import flow_from_json
from registry.permissions import may_publish, publisher_for
from registry.releases.models import Release
from registry.releases.storage import store
from registry.releases.upload import Upload
from registry.sequences import drafts
from registry.sequences.models import SequenceDraft
from registry.sequences.steps import steps_of
from registry.values.identifiers import split_identifier
from registry.values.ranges import parse_range

KEPT_FOR: Final = timedelta(days=180)  # without a change
MOST_DRAFTS: Final = 100  # of one organisation
MOST_BYTES: Final = 5 * 1024**2  # of a drawing
MODULE, PERSON, NOBODY = "module", "person", "nobody"


@dataclass(frozen=True, slots=True)
class StepWords:
    """What is said of a step: ``does`` is who or what does it: ``module``, ``person`` or ``nobody`` yet. Of a drawn one, name, who and text stay."""

    does: str
    name: str = ""
    who: str = ""
    documentation: str = ""
    hand_over: str = ""


# --- To begin and to end --------------------------------------------------------------------------------------------------
def start_draft(*, organisation: Organisation, title: str, by: Viewer) -> SequenceDraft:
    """An empty draft; raises :class:`NotAllowed` or :class:`Refused` (``too_many_drafts``)."""
    return _started(organisation, title, by, steps=drafts.empty(title))


def start_from_file(*, organisation: Organisation, upload: Upload, by: Viewer) -> SequenceDraft:
    """A draft of a process drawn in another tool, into whose tasks modules are bound.

    Raises :class:`NotAllowed`, :class:`Refused` (``not_bpmn``, ``no_tasks``, ``too_many_drafts``) or whatever reading the file does.
    """
    _publisher(by, organisation)
    if upload.size > MOST_BYTES:
        raise TooLarge("too_large", "A drawing may have 5 MiB.", where="artefact", mend="Take pictures out of it.")
    inspection = inspect_upload(upload=upload).inspection
    if inspection.kind != "bpmn" or inspection.flow is None:
        raise Refused(
            "not_bpmn",
            "That is no single BPMN file.",
            where="artefact",
            mend="Export the process as BPMN 2.0 (.bpmn); a zip must be unpacked before.",
        )
    data = inspection.as_json()["flow"]
    return _from_drawing(organisation, upload.path.read_bytes(), upload.filename, data, by)


def start_from_release(*, organisation: Organisation, release: Release, by: Viewer) -> SequenceDraft:
    """A draft of what ``release`` of a sequence is now: of its module's next version for those who publish that, else of a sequence of one's own.

    The caller found ``release`` visible. Raises :class:`NotAllowed`, :class:`Conflict` (``quarantined``), :class:`Refused`.
    """
    _publisher(by, organisation)
    if release.quarantined_at is not None:
        raise Conflict("quarantined", "This version is in quarantine: nobody may take it until the inquiry is over.", where="version")
    module = release.module
    flow = flow_from_json(release.inspection.get("flow"))
    if flow is None:
        raise Refused("not_a_sequence", f"{module.identifier} is no process sequence that can be composed.", mend="Compose a new one.")
    own = module if module.organisation_id == organisation.pk and may_publish(by, module.publisher, module.slug) else None
    steps = steps_of(flow)
    if steps is not None:
        return _started(organisation, module.title, by, steps=drafts.empty(module.title) | steps, module=own)
    artefact = release.artefacts.order_by("position").first()
    assert artefact is not None
    if artefact.kind != "bpmn" or artefact.size > MOST_BYTES:
        raise Refused(
            "not_bpmn", "Its files cannot be changed here.", mend="Take its files, change them in your tool, and send the .bpmn file."
        )
    with store().open(artefact.sha256) as stream:
        source = stream.read()
    return _from_drawing(organisation, source, artefact.filename, release.inspection["flow"], by, title=module.title, module=own)


def _from_drawing(
    organisation: Organisation,
    source: bytes,
    filename: str,
    data: dict[str, Any],
    by: Viewer,
    *,
    title: str = "",
    module: Module | None = None,
) -> SequenceDraft:
    flow = flow_from_json(data)
    if flow is None or not flow.tasks:
        raise Refused(
            "no_tasks", "There is no task in that process, so no module can do one.", where="artefact", mend="Draw its tasks first."
        )
    title = title or flow.name or filename.rpartition(".")[0] or filename
    return _started(organisation, title[:120], by, steps=drafts.drawn(flow, data), module=module, source=source, filename=filename)


def _started(organisation: Organisation, title: str, by: Viewer, **more: Any) -> SequenceDraft:
    user = _publisher(by, organisation)
    if SequenceDraft.objects.filter(organisation=organisation).count() >= MOST_DRAFTS:
        raise Refused("too_many_drafts", f"{organisation} has {MOST_DRAFTS} drafts.", mend="Publish some, or throw some away.")
    return SequenceDraft.objects.create(organisation=organisation, title=title, created_by=user, changed_by=user, **more)


def discard_draft(*, draft: SequenceDraft, by: Viewer) -> None:
    """Throw it away, or be done with it once it is published. Raises :class:`NotAllowed`."""
    _publisher(by, draft.organisation)
    SequenceDraft.objects.filter(pk=draft.pk).delete()


# --- To change ------------------------------------------------------------------------------------------------------------
def describe_draft(*, draft: SequenceDraft, revision: int, title: str, documentation: str, by: Viewer) -> None:
    """What it is called, and what the whole process is for; a drawing's own text stays as it was drawn. Raises as :func:`changing`."""
    with changing(draft, revision, by) as now:
        now.title = title
        now.steps |= {"name": title} if drafts.is_drawn(now.steps) else {"name": title, "documentation": documentation}


def add_step(*, draft: SequenceDraft, revision: int, words: StepWords, after: str, by: Viewer) -> str:
    """The id of a new step behind the step ``after``, else at the end. Raises as :func:`changing`, or ``too_many_steps``."""
    with changing(draft, revision, by) as now:
        _must_be_composed(now)
        step = drafts.add(now.steps, words.name, after)
        _say(step, words, is_drawn=False)
    return str(step["id"])


def change_step(*, draft: SequenceDraft, revision: int, step: str, words: StepWords, by: Viewer) -> None:
    """What is said of a step. Raises as :func:`changing`."""
    with changing(draft, revision, by) as now:
        _say(drafts.step_in(now.steps, step), words, is_drawn=drafts.is_drawn(now.steps))


def move_step(*, draft: SequenceDraft, revision: int, step: str, up: bool, by: Viewer) -> None:
    """One place up or down. Raises as :func:`changing`."""
    with changing(draft, revision, by) as now:
        _must_be_composed(now)
        drafts.move(now.steps, step, up)


def remove_step(*, draft: SequenceDraft, revision: int, step: str, by: Viewer) -> list[str]:
    """Take a step out; the names of the steps some of whose inputs it filled. Raises as :func:`changing`."""
    with changing(draft, revision, by) as now:
        _must_be_composed(now)
        return drafts.remove(now.steps, step)


def choose_module(*, draft: SequenceDraft, revision: int, step: str, module: str, by: Viewer) -> None:
    """The module that does a step, in the versions like its latest. Raises as :func:`changing`, or :class:`Refused` (``module_unknown``)."""
    publisher, slug = split_identifier(module)
    found = Module.objects.visible_to(by).filter(publisher=publisher, slug=slug).exclude(latest_version="").first()
    if found is None:
        raise Refused("module_unknown", "We cannot find that module, or it has no listed version.", where="module", mend="Choose another.")
    with changing(draft, revision, by) as now:
        chosen = drafts.step_in(now.steps, step)
        if drafts.is_drawn(now.steps) and chosen.get("human"):
            mend = "Make it a service task in your modelling tool, and send the file again."
            raise Refused("step_human", "In the drawing a person does this task.", where="module", mend=mend)
        if chosen.get("uses", {}).get("module") == module:
            return
        chosen["uses"] = {"module": module, "range": f"^{found.latest_version}", "entry_point": ""}
        for name in ("inputs", "gives"):
            chosen.pop(name, None)
        if not drafts.is_drawn(now.steps):
            chosen.pop("human", None)


def set_call(*, draft: SequenceDraft, revision: int, step: str, range: str, entry_point: str, by: Viewer) -> None:
    """Which versions of the module do a step, and where it begins. Raises as :func:`changing`, or :class:`Refused` (``range_invalid``)."""
    parse_range(range)
    with changing(draft, revision, by) as now:
        uses = _used(drafts.step_in(now.steps, step))
        uses |= {"range": range.strip(), "entry_point": entry_point}


def fill_inputs(*, draft: SequenceDraft, revision: int, step: str, inputs: Mapping[str, dict[str, str]], by: Viewer) -> None:
    """What fills each input of a step: ``{"from": "step/output"}``, ``{"from": "/name"}`` or ``{"value": text}``. Raises as :func:`changing`."""
    if len(inputs) > drafts.MOST_INPUTS:
        raise Refused("too_many_inputs", f"A step may have {drafts.MOST_INPUTS} inputs.", mend="Leave some out.")
    with changing(draft, revision, by) as now:
        filled = drafts.step_in(now.steps, step)
        _used(filled)
        filled["inputs"] = dict(inputs)


def say_gives(*, draft: SequenceDraft, revision: int, step: str, gives: Sequence[dict[str, str]], by: Viewer) -> None:
    """What a person's step hands on: name and type of each. Raises as :func:`changing`."""
    with changing(draft, revision, by) as now:
        drafts.step_in(now.steps, step)["gives"] = list(gives)


def lead_on(*, draft: SequenceDraft, revision: int, step: str, question: str, ways: Sequence[dict[str, str]], by: Viewer) -> None:
    """What comes after a step: nothing said means the next of the list; of several the answer to ``question`` decides.

    Raises as :func:`changing`, or :class:`Refused` (``step_missing``).
    """
    with changing(draft, revision, by) as now:
        _must_be_composed(now)
        changed = drafts.step_in(now.steps, step)
        known = {each["id"] for each in drafts.steps_in(now.steps)} | {drafts.END}
        if any(way["to"] not in known for way in ways):
            raise Refused("step_missing", "One of those steps is not there any more.", mend="Open the page again.")
        changed.pop("next", None)
        changed.pop("question", None)
        if ways:
            changed["next"] = list(ways)
        if len(ways) > 1:
            changed["question"] = question


@contextmanager
def changing(draft: SequenceDraft, revision: int, by: Viewer) -> Iterator[SequenceDraft]:
    """The draft as it is now, kept again with whatever is changed of it.

    Raises :class:`NotAllowed`, :class:`Missing`, or :class:`Conflict` (``draft_changed``) where it is not what was looked at.
    """
    user = _publisher(by, draft.organisation)
    with transaction.atomic():
        now = SequenceDraft.objects.select_for_update().defer("source").filter(pk=draft.pk).first()
        if now is None:
            raise Missing("not_found", "This draft was published or thrown away meanwhile.")
        if now.revision != revision:
            raise Conflict(
                "draft_changed",
                "Somebody changed this draft since you opened it, so nothing of yours was kept.",
                where="revision",
                mend="Open the draft again, look at what is new, and then do what you meant to do.",
            )
        yield now
        now.revision += 1
        now.changed_at, now.changed_by = timezone.now(), user
        now.save(update_fields=["title", "steps", "revision", "changed_at", "changed_by"])


def _say(step: drafts.Step, words: StepWords, is_drawn: bool) -> None:
    step["hand_over"] = words.hand_over
    if not is_drawn:
        step |= {"name": words.name, "who": words.who, "documentation": words.documentation}
        step.pop("human", None)
        if words.does == PERSON:
            step["human"] = True
        else:
            step.pop("gives", None)
    if words.does != MODULE:
        step.pop("uses", None)
        step.pop("inputs", None)


def _used(step: drafts.Step) -> dict[str, str]:
    if "uses" not in step:
        raise Refused("no_module", f"No module does “{step['name']}” yet.", mend="Choose one first.")
    uses: dict[str, str] = step["uses"]
    return uses


def _must_be_composed(draft: SequenceDraft) -> None:
    if drafts.is_drawn(draft.steps):
        raise Refused(
            "drawn_elsewhere",
            "The order of this process was drawn in another tool.",
            mend="Change it there, and send the file again. Modules are bound here.",
        )


def _publisher(by: Viewer, organisation: Organisation) -> User:
    publisher_for(by, organisation.slug, "")
    if by.user is None or by.token is not None:
        raise NotAllowed("person_needed", "People compose in drafts, programs send steps by the API.", mend="Sign in to compose one.")
    return by.user
