"""The table's rows of writing the benefits ledger, and the things they speak of: claims of one module that its owner shares with the partner."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import ApiToken, Role
from accounts.tokens import find_token
from registry.actions.measure_outcome import MeasureForm, measure_outcome
from registry.actions.record_cost import CostForm, record_cost
from registry.actions.share_claim import share_claim
from registry.benefits.models import Claim
from registry.benefits.moving import latest_entry
from registry.catalogue.models import Module
from tests.architecture import urls_table as table
from tests.architecture.rows_lifecycle import CASES, _case, _if, _publishes, _sees
from tests.architecture.urls_table import OWNER, PARTNER, Actor, Row, Rule, Spot, member, refused
from tests.make import PICTURE, make_claim, make_evidence, make_organisation

WRITERS = (Role.PUBLISHER, Role.ADMINISTRATOR)


def things(world: Any) -> dict[str, Any]:
    """A draft with a measure, a joint draft that the partner has not answered, and one that waits to be decided."""
    for name in ("token in scope", "token publish-only"):  # a claim is written in the name of who made the token
        token = find_token(world.secrets[name])
        ApiToken.objects.filter(pk=token.pk if token else 0).update(created_by=world.by.user)
    module, owner = Module.objects.get(publisher=OWNER, slug=CASES), make_organisation(OWNER)
    draft = make_claim(OWNER, module, state="draft", by=world.by, title="Draft")
    measure = measure_outcome(claim=draft, form=MeasureForm(outcome="capacity", measure="hours", after=Decimal(5)), by=world.by)
    joint = make_claim(OWNER, module, state="draft", by=world.by, title="Joint")
    share_claim(claim=joint, shares={OWNER: Decimal("0.6"), PARTNER: Decimal("0.4")}, by=world.by)
    waiting = make_claim(OWNER, module, state="submitted", by=world.by, title="Waiting")
    cost = record_cost(organisation=owner, form=CostForm(title="Licences", year="2023", amount=Decimal(5), currency="GBP"), by=world.by)
    return {
        "claim_draft": draft.pk,
        "claim_measure": measure.pk,
        "claim_joint": joint.pk,
        "claim_waiting": waiting.pk,
        "claim_evidence": make_evidence(waiting, data=PICTURE, by=world.by).pk,
        "cost_line": cost.pk,
    }


# --- Who is who -----------------------------------------------------------------------------------------------------------
def _own(actor: Actor) -> bool:
    """Whose drafts they are: the owner's people read them, and the auditor."""
    return actor.organisation == OWNER or actor.role == Role.AUDITOR


def _steward(actor: Actor) -> bool:
    return actor.role == Role.STEWARD


def _writes(get: str, post: str) -> tuple[Rule, Rule]:
    """A page of the owner's writers, about a draft."""
    return _case(_own, _if(_publishes, get)), _case(_own, _if(_publishes, post))


def _sharer(actor: Actor) -> bool:
    return actor.organisation == PARTNER


def _answers(answer: str) -> Rule:
    return _case(_sharer, _if(lambda actor: actor.role == Role.PUBLISHER, answer))


def _opens(actor: Actor) -> bool:
    return _own(actor) or _steward(actor)


def _measures(actor: Actor, spot: Spot) -> str:
    """What is chosen is the owner's module, which the partner says it runs."""
    answer = member("302 /benefits/add", *WRITERS)(actor, spot)
    return "422" if answer == "302 /benefits/add" and actor.organisation not in (OWNER, PARTNER) else answer


def _written(answer: Callable[[Actor], str]) -> Rule:
    """By a token of a whole organisation; and only the owner's have somebody who answers for them."""

    def said(actor: Actor, spot: Spot) -> str:
        if actor.modules:
            return "403 may_not_answer"
        return answer(actor)

    return table.machine("publish", said)


def _by_person(answer: str) -> Callable[[Actor], str]:
    return lambda actor: answer if actor.organisation == OWNER else "403 token_without_person"


def _of_module(actor: Actor) -> str:
    """The module is shared with the partner by name."""
    if actor.organisation in (OWNER, PARTNER):
        return _by_person("201")(actor)
    return "404 not_found"


def _handed_in(actor: Actor, spot: Spot) -> str:
    """A draft of the owner's, whose tokens for single modules read no claims."""
    return "200" if actor.organisation == OWNER and not actor.modules else "404 not_found"


# --- What is sent ---------------------------------------------------------------------------------------------------------
_CLAIM = {
    "title": "Filing",
    "benefit_class": "non_cashable",
    "starts_on": "2023-04-01",
    "ends_on": "2024-03-31",
    "fte": "2",
}


def _sent(**fields: Any) -> Callable[[Any, Actor, Spot], dict[str, Any]]:
    return lambda world, actor, spot: dict(fields)


def _file(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {"caption": "A picture", "marking": "OFFICIAL", "evidence": SimpleUploadedFile("queue.png", PICTURE)}


def _decision(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {"decision": "approve", "note": "Seen.", "seen": latest_entry(Claim.objects.get(pk=world.keys["claim_waiting"]))}


_BASELINE = {
    "minutes_per_item": "2.5",
    "unit": "letters",
    "sample_size": "30",
    "measured_on": "2020-03-01",
    "method": "timed",
}
_COST = {"title": "Servers", "kind": "other", "year": "2023", "amount": "5", "currency": "GBP", "sharing": "shared"}
_RATE = {"base": "GBP", "quote": "DKK", "rate": "8.65", "on": "2024-03-28", "source": "A bank"}
_DRAFT = "302 /benefits/claims/{claim_draft}"


def _row(name: str, route: str, get: Rule, post: Rule = refused, pk: str = "", body: Any = None, **more: Any) -> Row:
    return Row(name, f"benefits/{route}", get, post, arguments={"pk": pk, **more} if pk else {}, body=body or _sent())


ROWS: tuple[Row, ...] = (
    _row(  # the address of a claim just written is its key; its sum shows who may
        "add_claim",
        "add",
        member("200", *WRITERS),
        member("200", *WRITERS),
        body=_sent(**_CLAIM, about="programme", sharing="shared", do="reckon"),
    ),
    _row("claims_to_decide", "to-decide", member()),
    _row(
        "add_baseline",
        "baselines/add",
        member("200", *WRITERS),
        _measures,
        body=_sent(**_BASELINE, about=f"{OWNER}/{CASES}"),
    ),
    _row("costs", "costs", member()),
    _row("add_cost", "costs/add", member("200", *WRITERS), member("302 /benefits/costs", *WRITERS), body=_sent(**_COST)),
    _row(
        "remove_cost",
        "costs/<int:pk>/remove",
        refused,
        _case(lambda actor: True, _if(_publishes, "302 /benefits/costs")),
        "cost_line",
    ),
    _row("rates", "rates", member()),
    _row("add_rate", "rates/add", member("200", Role.STEWARD), member("302 /benefits/rates", Role.STEWARD), body=_sent(**_RATE)),
    _row("evidence_file", "evidence/<int:pk>", _case(_opens, lambda actor: "200"), pk="claim_evidence"),
    _row(
        "change_claim",
        "claims/<int:pk>/change",
        *_writes("200", _DRAFT),
        "claim_draft",
        _sent(**_CLAIM, about=f"{OWNER}/{CASES}", sharing="shared"),
    ),
    _row("claim_evidence", "claims/<int:pk>/evidence", *_writes("200", _DRAFT), "claim_draft", _file),
    _row(
        "claim_shares",
        "claims/<int:pk>/shares",
        *_writes("200", _DRAFT),
        "claim_draft",
        _sent(own="60", who_0=PARTNER, part_0="40"),
    ),
    _row(
        "claim_outcomes",
        "claims/<int:pk>/outcomes",
        *_writes("200", f"{_DRAFT}/outcomes"),
        "claim_draft",
        _sent(outcome="compliance", measure="errors", after_text="none"),
    ),
    _row(
        "remove_outcome",
        "claims/<int:pk>/outcomes/<int:measure>/remove",
        refused,
        _writes("200", f"{_DRAFT}/outcomes")[1],
        "claim_draft",
        measure="claim_measure",
    ),
    _row("submit_claim", "claims/<int:pk>/submit", *_writes("200", _DRAFT), "claim_draft"),
    _row("withdraw_claim", "claims/<int:pk>/withdraw", *_writes("200", _DRAFT), "claim_draft", _sent(reason="Counted twice.")),
    _row(
        "decide_claim",
        "claims/<int:pk>/decide",
        _case(_sees, _if(_steward, "200")),
        _case(_sees, _if(_steward, "302 /benefits/to-decide")),
        "claim_waiting",
        _decision,
    ),
    _row(
        "agree_claim_share",
        "claims/<int:pk>/agree",
        _answers("200"),
        _answers("302 /benefits/claims/{claim_joint}"),
        "claim_joint",
        _sent(answer="agree"),
    ),
    # To machines.
    table._api(
        "api_claims",
        "v1/claims",
        get=table.api_read(table.anything),
        post=_written(_by_person("201")),
        body=_sent(**_CLAIM, scope="programme"),
        is_json=True,
    ),
    table._api(
        "api_submit_claim",
        "v1/claims/<segment:key>/submit",
        post=table.machine("publish", _handed_in),
        arguments={"key": "claim_draft"},
        is_json=True,
    ),
    table._api(
        "api_baselines",
        "v1/baselines",
        post=_written(_of_module),
        body=_sent(**_BASELINE, module=f"{OWNER}/{CASES}"),
        is_json=True,
    ),
)
