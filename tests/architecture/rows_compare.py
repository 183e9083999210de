"""The table's rows of comparing: modules side by side, and one version beside another. What is hidden is absent from both."""

from __future__ import annotations

from tests.architecture.urls_table import (
    _API_RELEASE,
    _RELEASE,
    Row,
    _api,
    api_read,
    machine,
    release_page,
    sees_release,
    signed_in,
)

ROWS: tuple[Row, ...] = (
    Row("compare", "compare", signed_in()),
    Row("release_changes", f"{_RELEASE}/changes", release_page, of="release"),
    _api("api_compare", "v1/compare", get=machine("read", lambda actor, spot: "422 module_missing")),
    _api("api_changes", f"{_API_RELEASE}/changes", get=api_read(sees_release), of="release"),
)
