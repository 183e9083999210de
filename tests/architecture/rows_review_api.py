"""Who may do what at the addresses of reviews, for machines."""

from __future__ import annotations

from typing import Any

from tests.architecture.urls_table import (
    _API_RELEASE,
    LISTED,
    Actor,
    Row,
    Spot,
    _api,
    _file,
    api_read,
    api_write,
    sees_module,
    signed_in,
)


def _sees_review(actor: Actor, spot: Spot) -> bool:
    """Tokens review nothing: they see how what their own organisation publishes is judged."""
    return sees_module(actor, spot) and actor.organisation == "hampshire"


def _words(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {"text": "The host is our test system."}


def _nothing(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {}


def _listing(spot: Spot) -> str:
    """What is listed may be listed again; the checks list what the owner keeps to itself."""
    if spot.state in LISTED or (spot.state, spot.visibility) == ("in_review", "own"):
        return "200"
    return "409 sign_offs_missing" if spot.state == "in_review" else _WRONG


_WRONG = "409 wrong_state"
ROWS: tuple[Row, ...] = (
    Row("assurance", "assurance", signed_in()),
    _api("api_review", f"{_API_RELEASE}/review", get=api_read(_sees_review), of="release"),
    _api(
        "api_submit",
        f"{_API_RELEASE}/submit",
        post=api_write(lambda spot: "200" if spot.state == "draft" else _WRONG),
        body=_nothing,
        is_json=True,
        of="release",
    ),
    _api("api_resubmit", f"{_API_RELEASE}/resubmit", post=api_write(lambda spot: _WRONG), body=_words, is_json=True, of="release"),
    _api(
        "api_replace",
        f"{_API_RELEASE}/artefacts",
        post=api_write(lambda spot: "200" if spot.state in ("held", "draft") else _WRONG),
        body=_file,
        of="release",
    ),
    _api(
        "api_list",
        f"{_API_RELEASE}/list",
        post=api_write(_listing),
        body=_nothing,
        is_json=True,
        of="release",
    ),
)
