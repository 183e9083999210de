"""The table's rows of a sequence's pages, lock and bundle. The world's releases draw steps and bind no module, so there is nothing to take."""

from __future__ import annotations

from tests.architecture import urls_table as table
from tests.architecture.urls_table import _API_RELEASE, _RELEASE, Actor, Row, Spot, api_read, release_page, sees_release


def _nothing_bound(actor: Actor, spot: Spot) -> str:
    answer = release_page(actor, spot)
    return "409" if answer == "200" else answer


def _no_lock(actor: Actor, spot: Spot) -> str:
    answer = api_read(sees_release)(actor, spot)
    return "409 no_lock" if answer == "200" else answer


ROWS: tuple[Row, ...] = (
    Row("sequence_bundle", f"{_RELEASE}/bundle", _nothing_bound, _nothing_bound, of="release"),
    Row("sequence_documentation", f"{_RELEASE}/documentation", release_page, of="release"),
    Row("sequence_step", f"{_RELEASE}/steps/<rest:node>", release_page, arguments={"node": "t0"}, of="release"),
    table._api("api_bundle", f"{_API_RELEASE}/bundle", get=_no_lock, of="release"),
    table._api("api_lock", f"{_API_RELEASE}/lock", get=_no_lock, of="release"),
)
