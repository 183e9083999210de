"""The table's rows of composing: a draft of the owner, whose first step a module does and whose second a person."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organisation
from registry.sequences.models import SequenceDraft
from tests.architecture.urls_table import _PUBLISHES, ACCOUNT, FILE, LOGIN, OWNER, Actor, Row, Rule, Spot, member
from tests.make import bpmn, no_people

DRAFT = "sequences/drafts/<int:pk>"
STEP = f"{DRAFT}/steps/<piece:step>"
STEPS = {
    "name": "Letters",
    "documentation": "",
    "steps": [
        {"id": "check", "name": "Check data", "uses": {"module": f"{OWNER}/partnership", "range": "^1.0.0", "entry_point": ""}},
        {"id": "decide", "name": "Decide", "human": True},
        {"id": "send", "name": "Send"},
    ],
}


def things(world: Any) -> dict[str, Any]:
    """A draft that is left as it is."""
    user, organisation = world.users["publisher"], Organisation.objects.get(slug=OWNER)
    draft = SequenceDraft.objects.create(organisation=organisation, title="Letters", steps=STEPS, created_by=user, changed_by=user)
    return {"draft": draft.pk, "check": "check", "decide": "decide"}


def _composes(answer: str) -> Rule:
    """The owner's publishers and administrators; its other members may not, and for everybody else there is no such draft."""

    def rule(actor: Actor, spot: Spot) -> str:
        if not actor.is_signed_in:
            return LOGIN
        if not actor.organisation:
            return ACCOUNT
        if actor.organisation != OWNER:
            return "404"
        return answer if actor.role in _PUBLISHES else "403"

    return rule


def _sent(**said: Any) -> Any:
    return lambda world, actor, spot: {"revision": 0, **said}


def _published(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    said = {"title": "Letters", "summary": "Sends a letter.", "language": "en-GB", "visibility": "own", "marking": "OFFICIAL"}
    return said | {"slug": "brand-new", "version": "1.0.0", "licence": "MIT", **no_people()}


def _row(row: str, route: str, to: str = "", step: str = "", /, **said: Any) -> Row:
    """A page of the draft, or of a step of it, and what is led to when its form is sent."""
    arguments = {"pk": "draft"} | ({"step": step} if step else {})
    return Row(row, route, _composes("200"), _composes(f"302 /sequences/drafts/{{draft}}{to}"), arguments=arguments, body=_sent(**said))


_AT = {"pk": "draft"}

ROWS: tuple[Row, ...] = (
    Row("drafts", "sequences/drafts", member("200", *_PUBLISHES)),
    Row(
        "compose", "sequences/drafts/new", member("200", *_PUBLISHES), member("422", *_PUBLISHES)
    ),  # what is made has a number nobody knows
    Row(
        "compose_upload",
        "sequences/drafts/upload",
        member("200", *_PUBLISHES),
        member("422", *_PUBLISHES),
        body=lambda *_: {"artefact": SimpleUploadedFile(FILE, bpmn("No tasks", tasks=()))},
    ),
    Row("draft", DRAFT, _composes("200"), arguments=_AT),
    _row("draft_words", f"{DRAFT}/words", title="Letters and mails"),
    Row("draft_discard", f"{DRAFT}/discard", _composes("200"), _composes("302 /sequences/drafts"), arguments=_AT, body=_sent()),
    Row("draft_bpmn", f"{DRAFT}/bpmn", _composes("200"), arguments=_AT),
    Row(
        "draft_publish",
        f"{DRAFT}/publish",
        _composes("200"),
        _composes(f"302 /modules/{OWNER}/brand-new/1.0.0"),
        arguments=_AT,
        body=_published,
    ),
    _row("draft_add", f"{DRAFT}/add", "#step-file-it", name="File it", does="nobody"),
    _row("draft_step", STEP, "#step-decide", "decide", name="Decide it", does="person"),
    Row(
        "draft_move",
        f"{STEP}/move",
        lambda actor, spot: "405",
        _composes("302 /sequences/drafts/{draft}#step-decide"),
        arguments={"pk": "draft", "step": "decide"},
        body=_sent(to="up"),
    ),
    _row("draft_remove", f"{STEP}/remove", "", "decide"),
    _row("draft_module", f"{STEP}/module", "/steps/decide/call", "decide", module=f"{OWNER}/partnership"),
    _row("draft_call", f"{STEP}/call", "/steps/check/inputs", "check", range="1.x"),
    _row("draft_inputs", f"{STEP}/inputs", "#step-check", "check"),
    _row("draft_gives", f"{STEP}/gives", "#step-decide", "decide"),
    _row("draft_next", f"{STEP}/next", "#step-decide", "decide", to="end"),
)
