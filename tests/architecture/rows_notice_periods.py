"""The table's rows of updates and announced releases, and the things they speak of: of one module that its owner shares with the named partner."""

from __future__ import annotations

from typing import Any

from accounts.models import Role
from registry.actions.give_notice import give_notice
from registry.lifecycle.models import Objection
from tests.architecture import urls_table as table
from tests.architecture.rows_governance import sees_governance
from tests.architecture.rows_lifecycle import _case, _if, _publishes, _row, _sees, _sent
from tests.architecture.urls_table import LOGIN, OWNER, PARTNER, Actor, Row, Spot, member, refused
from tests.make import make_adoption, make_organisation, make_release

_WORDS = {"days": "1", "why": "The system changes."}  # so few that it is refused: the address of one that is made is its key


def things(world: Any) -> dict[str, Any]:
    """A release that is announced to the partner, and to another that has objected."""
    said = {"visibility": "named", "share_with": (PARTNER,), "by": world.by}
    listed = make_release(f"{OWNER}/announced", **said)
    make_adoption(listed, PARTNER)
    make_adoption(listed, "kent")
    draft = make_release(f"{OWNER}/announced", "2.0.0", checked=False, draft=True, **said)
    period = give_notice(release=draft, days=30, why="The system changes.", by=world.by)
    kent = make_organisation("kent")
    objection = Objection.objects.create(notice_period=period, organisation=kent, text="Not before May.", made_by=world.by.user)
    return {"notice_period": period.pk, "objection": objection.pk}


def _impact(answer: str) -> Any:
    """Those who lead the module; a steward also of what waits in review, which others do not see."""

    def rule(actor: Actor, spot: Spot) -> str:
        if not actor.is_signed_in:
            return LOGIN
        if not sees_governance(actor, spot):
            return "404"
        may = table.publishes(actor, spot) or (actor.role == Role.STEWARD and answer == "200")
        return answer if may else "403"

    return rule


def _objects(actor: Actor) -> str:
    if actor.organisation != PARTNER:
        return "404"
    return "302 /notice-periods/{notice_period}" if actor.role == Role.PUBLISHER else "403"


def _answers(actor: Actor) -> str:
    if actor.organisation == PARTNER:
        return "404"
    return "302 /notice-periods/{notice_period}" if _publishes(actor) else "403"


def _objects_by_token(actor: Actor, spot: Spot) -> str:
    """The owner was not told. Nobody made the partner's token, and a person must answer for what is said."""
    if actor.modules or actor.organisation not in (OWNER, PARTNER):
        return "404 not_found"
    return "403 not_told" if actor.organisation == OWNER else "403 person_needed"


ROWS: tuple[Row, ...] = (
    _row("notice_periods", "notice-periods", member()),
    _row("notice_period", "notice-periods/<int:pk>", _case(_sees, lambda actor: "200"), pk="notice_period"),
    _row(
        "withdraw_notice",
        "notice-periods/<int:pk>/withdraw",
        refused,
        _case(_sees, _if(_publishes, "302 /notice-periods/{notice_period}")),
        "notice_period",
    ),
    Row(
        "object_to_release",
        "notice-periods/<int:pk>/object",
        refused,
        _case(_sees, _objects),
        arguments={"pk": "notice_period"},
        body=lambda world, actor, spot: {"organisation": make_organisation(PARTNER).pk, "text": "Not before May."},
    ),
    Row(
        "answer_objection",
        "notice-periods/<int:pk>/objections/<int:objection>/answer",
        refused,
        _case(_sees, _answers),
        arguments={"pk": "notice_period", "objection": "objection"},
        body=_sent(answer="We wait."),
    ),
    _row("impact", f"{table._RELEASE}/impact", _impact("200"), _impact("422"), body=_sent(**_WORDS), of="release", sees=sees_governance),
    # To machines.
    table._api("api_updates", f"{table._API_RELEASE}/updates", get=table.api_read(table.sees_release), of="release"),
    table._api(
        "api_give_notice",
        f"{table._API_RELEASE}/notice",
        post=table.api_write(lambda spot: "422 notice_days_invalid"),
        body=_sent(**_WORDS),
        is_json=True,
        of="release",
    ),
    table._api("api_notice_periods", "v1/notice-periods", get=table.api_read(table.anything)),
    table._api(
        "api_object",
        "v1/notice-periods/<segment:key>/objection",
        post=table.machine("publish", _objects_by_token),
        arguments={"key": "notice_period"},
        body=_sent(text="Not before May."),
        is_json=True,
    ),
)
