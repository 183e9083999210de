"""The table's rows of ratings: one that the named partner gave a version of the module that its owner shares with it, reported by a viewer there."""

from __future__ import annotations

from typing import Any

from accounts.models import Organisation, Role
from accounts.viewer import viewer_of
from registry.actions.report_rating import report_rating
from tests.architecture import urls_table as table
from tests.architecture.rows_lifecycle import _case, _if, _sees, _sent, _steward
from tests.architecture.urls_table import FILE, LOGIN, OWNER, PARTNER, Actor, Row, Rule, Spot, member, signed_in
from tests.make import make_adoption, make_rating, make_release

RATED = "rated"  # the module's slug
WORDS = "It files as our own people would, and faster."


def things(world: Any) -> dict[str, Any]:
    """What the rows speak of, by the names under which their addresses ask for it."""
    release = make_release(f"{OWNER}/{RATED}", filename=FILE, visibility="named", share_with=(PARTNER,), by=world.by)
    make_adoption(release, Organisation.objects.get(slug=PARTNER))
    rating = make_rating(release, by=viewer_of(world.users["named publisher"]))
    report_rating(rating=rating, reason="It names a constable.", by=viewer_of(world.users["named viewer"]))
    return {"rating": rating.pk, "rated": RATED, "rated_version": "1.0.0"}


def _publishes(actor: Actor) -> bool:
    return table.publishes(actor, Spot(RATED))


def _rates(answer: str) -> Rule:
    """Of the people here, the named partner's publisher alone: the owner never, others do not run it."""

    def rule(actor: Actor, spot: Spot) -> str:
        if not actor.is_signed_in:
            return LOGIN
        if not _sees(actor):
            return "404"
        return answer if (actor.organisation, actor.role) == (PARTNER, Role.PUBLISHER) else "403"

    return rule


def _reports(actor: Actor) -> str:
    """The named viewer did already."""
    if actor.role == Role.AUDITOR:
        return "403"
    return "422" if actor.name == "named viewer" else "302 /ratings/{rating}"


def _restores(actor: Actor) -> str:
    return "422" if _steward(actor) else "403"


_AT = {"slug": "rated", "version": "rated_version"}
_POINTS = _sent(does_the_work=5, adapts=4, documented=4, reliable=3, supported=2, words=WORDS)

ROWS: tuple[Row, ...] = (
    Row("ratings_how", "ratings/how", signed_in()),
    Row("signals", "signals", signed_in()),
    Row("reported_ratings", "ratings/reported", member("200", Role.STEWARD, Role.AUDITOR)),
    Row("rating", "ratings/<int:pk>", _case(_sees, lambda actor: "200"), arguments={"pk": "rating"}),
    Row(
        "reply_rating",
        "ratings/<int:pk>/reply",
        _case(_sees, _if(_publishes, "200")),
        _case(_sees, _if(_publishes, "302 /ratings/{rating}")),
        arguments={"pk": "rating"},
        body=_sent(text="Mended in 1.1.0."),
    ),
    Row(
        "report_rating",
        "ratings/<int:pk>/report",
        _case(_sees, lambda actor: "200"),
        _case(_sees, _reports),
        arguments={"pk": "rating"},
        body=_sent(reason="It is not so."),
    ),
    Row(
        "decide_rating",
        "ratings/<int:pk>/decide",
        _case(_sees, _if(_steward, "200")),
        _case(_sees, _if(_steward, "302 /ratings/reported")),
        arguments={"pk": "rating"},
        body=_sent(hide="yes", reason="It names a person."),
    ),
    Row(  # it is not hidden here
        "restore_rating",
        "ratings/<int:pk>/restore",
        _case(_sees, _if(_steward, "200")),
        _case(_sees, _restores),
        arguments={"pk": "rating"},
        body=_sent(reason="It names nobody now."),
    ),
    Row(
        "rate",
        f"{table._RELEASE}/rate",
        _rates("200"),
        _rates(f"302 /modules/{OWNER}/{RATED}#ratings"),
        arguments=_AT,
        body=_POINTS,
    ),
    table._api("api_ratings", f"{table._API_MODULE}/ratings", get=table.api_read(table.sees_module), of="module"),
)
