"""Rows of the authorisation table: governance of releases, and access that is asked for."""

from __future__ import annotations

from typing import Any

from accounts.models import Role
from tests.architecture.urls_table import (
    LOGIN,
    OWNER,
    STRANGER,
    Actor,
    Row,
    Rule,
    Spot,
    api_write,
    machine,
    may_change,
    member,
    refused,
    sees_module,
    sees_release,
)

_MODULE = "modules/<piece:publisher>/<piece:slug>"
_RELEASE = f"{_MODULE}/<piece:version>"
_GOVERNANCE = f"{_RELEASE}/governance"
_API_MODULE = "api/v1/modules/<segment:publisher>/<segment:slug>"
_REVIEWED = ("listed", "yanked", "quarantined", "in_review")  # states of which there is a review, where others are to see it


def sees_governance(actor: Actor, spot: Spot) -> bool:
    """Who sees the release, and who judges it: the steward of the partnership also before it is listed."""
    return sees_release(actor, spot) or (actor.role == Role.STEWARD and spot.visibility != "own" and spot.state in _REVIEWED)


def _page(actor: Actor, spot: Spot) -> str:
    return LOGIN if not actor.is_signed_in else "200" if sees_governance(actor, spot) else "404"


def _nothing(actor: Actor, spot: Spot) -> str:
    """No assessment is signed, no paper kept, no change of law recorded, nothing on request."""
    return "404" if actor.is_signed_in else LOGIN


def _to_sign(actor: Actor, spot: Spot) -> str:
    """Nobody here signs as information assurance."""
    return LOGIN if not actor.is_signed_in else "403" if sees_governance(actor, spot) else "404"


def _sides(answer: str, others: str = "404") -> Rule:
    """Of a request: who asks and who is asked, and auditors."""

    def rule(actor: Actor, spot: Spot) -> str:
        known = actor.organisation in (OWNER, STRANGER) or actor.role == Role.AUDITOR
        return member(answer if known else others)(actor, spot)

    return rule


def _governance_address(spot: Spot) -> str:
    return f"302 /modules/{OWNER}/{spot.visibility}/{spot.version}/governance"


def _offered(spot: Spot) -> str:
    return f"302 /modules/{OWNER}/named" if spot.visibility == "named" else "409"


def _data_use(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {"data_categories": ["contact"], "automated_decisions": "none"}


def _declared(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {"data_categories": "contact"}


def _change(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {"what": "Conditions last 60 days.", "from_day": "2027-04-01"}


def _wish(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {"reason": "We do the same.", "purpose": "A pilot.", "until": "2027-04-30"}


def _no_method(scope: str) -> Rule:
    return machine(scope, lambda actor, spot: "405 method_not_allowed")


_ADMIN = _no_method("admin")
_WRITE = {"rest": _no_method("publish"), "options": _no_method("publish")}

ROWS: tuple[Row, ...] = (
    Row("governance", _GOVERNANCE, _page, of="release"),
    Row(
        "governance_declare",
        f"{_GOVERNANCE}/declare",
        may_change(lambda spot: "200", sees_release),
        may_change(_governance_address, sees_release),
        body=_data_use,
        of="release",
    ),
    Row("governance_export", f"{_GOVERNANCE}/export/<piece:filename>", _nothing, arguments={"filename": "dpia.json"}, of="release"),
    Row("governance_file", f"{_GOVERNANCE}/files/<int:number>", _nothing, arguments={"number": 1}, of="release"),
    Row(
        "governance_write",
        f"{_GOVERNANCE}/<piece:paper>",
        may_change(lambda spot: "200", sees_release),
        may_change(lambda spot: "422", sees_release),
        arguments={"paper": "dpia"},
        of="release",
    ),
    Row("governance_sign", f"{_GOVERNANCE}/<piece:paper>/sign", _to_sign, _to_sign, arguments={"paper": "dpia"}, of="release"),
    Row("ask_access", f"{_MODULE}/access", refused, _nothing, body=_wish, of="module"),
    Row(
        "public_part",
        f"{_MODULE}/public-part",
        may_change(lambda spot: "200", sees_module),
        may_change(_offered, sees_module),
        of="module",
    ),
    Row("reassess", f"{_MODULE}/law-changes/<int:number>", _nothing, _nothing, arguments={"number": 1}, of="module"),
    Row("access", "access", member()),
    Row("access_request", "access/<int:number>", _sides("200"), _sides("422"), arguments={"number": "access_request"}),
    Row("legal_bases", "legal-bases", member()),
    Row(
        "law_changed",
        "legal-bases/<piece:slug>/changed",
        member("200", Role.STEWARD),
        member("302 /legal-bases", Role.STEWARD),
        arguments={"slug": "bail"},
        body=_change,
    ),
    Row(
        "api_governance",
        f"{_API_MODULE}/releases/<segment:version>/governance",
        machine("read", lambda actor, spot: "200" if sees_release(actor, spot) else "404 not_found"),
        api_write(lambda spot: "200"),
        body=_declared,
        of="release",
        **_WRITE,
    ),
    Row("api_on_request", "api/v1/on-request", machine("read", lambda actor, spot: "200"), _no_method("publish"), **_WRITE),
    Row(
        "api_access_requests",
        f"{_API_MODULE}/access-requests",
        _no_method("read"),
        machine("admin", lambda actor, spot: "404 not_found"),
        rest=_ADMIN,
        options=_ADMIN,
        body=_wish,
        of="module",
    ),
)
