"""The table's rows of who runs what: the named partner states that it runs what is shared with it by name, and shows its name."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.models import Role
from accounts.viewer import viewer_of
from registry.actions.state_adoption import AdoptionForm, state_adoption
from registry.releases.models import Release
from tests.architecture import urls_table as table
from tests.architecture.urls_table import ACCOUNT, LOGIN, OWNER, PARTNER, PARTNERSHIP, Actor, Row, Rule, Spot, member, refused


def things(world: Any) -> dict[str, Any]:
    """The partner's record."""
    by = viewer_of(world.users["named publisher"])
    release = Release.objects.select_related("module").get(module__publisher=OWNER, module__slug="named", version="1.0.0")
    form = AdoptionForm(since=date(2024, 4, 2), owner="Automation team")
    assert by.organisation is not None
    stated = state_adoption(module=release.module, release=release, stage="live", form=form, organisation=by.organisation, by=by)
    return {"adoption": stated.pk}


# --- Who is who -----------------------------------------------------------------------------------------------------------
def _speaks(actor: Actor) -> bool:
    """For the organisation acted for, if that can run anything."""
    if actor.organisation == PARTNERSHIP:
        return False
    if actor.is_token:
        return "publish" in actor.scopes and not actor.modules
    return actor.role in (Role.PUBLISHER, Role.ADMINISTRATOR)


def _states_it(actor: Actor, spot: Spot) -> bool:
    """Whether there is a record of it already."""
    return actor.organisation == PARTNER and spot.visibility == "named"


def _states(actor: Actor, spot: Spot) -> str:
    if not actor.is_signed_in:
        return LOGIN
    if not table.sees_module(actor, spot):
        return "404"
    if not _speaks(actor):
        return "403"
    return "422" if _states_it(actor, spot) else f"302 /modules/{OWNER}/{spot.visibility}/use"


def _record(answer: str, *, writes: bool = False) -> Rule:
    """The partner's record: absent to everybody else but the auditor; written by those who speak for the partner."""

    def rule(actor: Actor, spot: Spot) -> str:
        if not actor.is_signed_in:
            return LOGIN
        if not actor.organisation:
            return ACCOUNT
        if actor.organisation != PARTNER and actor.role != Role.AUDITOR:
            return "404"
        return answer if not writes or _speaks(actor) else "403"

    return rule


def _api_states(actor: Actor, spot: Spot) -> str:
    """A token bound to some modules speaks for nobody, which is said before anything is looked up."""
    if actor.modules:
        return "403 may_not_answer"
    if not table.sees_module(actor, spot):
        return "404 not_found"
    if actor.organisation == PARTNERSHIP:
        return "403 partnership_runs_nothing"
    return "409 adoption_exists" if _states_it(actor, spot) else "201"


def _api_record(actor: Actor, spot: Spot) -> str:
    return "200" if actor.organisation == PARTNER else "404 not_found"


# --- What is sent ---------------------------------------------------------------------------------------------------------
_LIVE = {"stage": "live", "version": "1.0.0", "since": "2024-04-02", "owner": "Automation team", "sharing": "named"}
_BACK = {"stage": "pilot", "reason": "The letters went out twice."}


def _sent(**fields: str) -> Any:
    return lambda world, actor, spot: fields


def _kept(name: str, route: str, get: Rule, post: Rule = refused, **fields: str) -> Row:
    return Row(name, f"adoptions/<int:pk>{route}", get, post, arguments={"pk": "adoption"}, body=_sent(**fields))


_DONE = "302 /adoptions/{adoption}"

ROWS: tuple[Row, ...] = (
    Row("use", f"{table._MODULE}/use", table.module_page, _states, of="module", body=_sent(**_LIVE)),
    Row("adoptions", "adoptions", member()),
    Row("adoptions_csv", "adoptions.csv", member()),
    _kept("adoption", "", _record("200")),
    _kept("confirm_adoption", "/confirm", refused, _record(_DONE, writes=True)),
    _kept("move_adoption", "/move", _record("200", writes=True), _record(_DONE, writes=True), **_BACK),
    _kept("change_adoption", "/change", _record("200", writes=True), _record(_DONE, writes=True), **_LIVE),
    _kept("retire_adoption", "/retire", _record("200", writes=True), _record(_DONE, writes=True), reason="Too much upkeep."),
    table._api("api_adoptions", "v1/adoptions", get=table.api_read(table.anything)),
    table._api(
        "api_module_adoptions",
        f"{table._API_MODULE}/adoptions",
        get=table.api_read(table.sees_module),
        post=table.machine("publish", _api_states),
        body=_sent(**_LIVE),
        is_json=True,
        of="module",
    ),
    table._api(
        "api_confirm_adoption",
        "v1/adoptions/<segment:key>/confirm",
        post=table.machine("publish", _api_record),
        arguments={"key": "adoption"},
        is_json=True,
    ),
    table._api(
        "api_move_adoption",
        "v1/adoptions/<segment:key>/move",
        post=table.machine("publish", _api_record),
        arguments={"key": "adoption"},
        body=_sent(**_BACK),
        is_json=True,
    ),
    Row(
        "powerbi_adoptions",
        "feeds/powerbi/adoptions.csv",
        table.api_read(table.anything),
        table._no_method("publish"),
        rest=table._no_method("publish"),
        options=table._no_method("publish"),
    ),
)
