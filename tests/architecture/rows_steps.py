"""The table's rows of a sequence's steps: told to whoever reads the release, written as BPMN for every token that may publish."""

from __future__ import annotations

from tests.architecture.urls_table import _API_RELEASE, Row, _api, api_read, machine, sees_release

_STEPS = {"steps": [{"id": "read", "name": "Read the record"}]}

ROWS: tuple[Row, ...] = (
    _api("api_steps", f"{_API_RELEASE}/steps", get=api_read(sees_release), of="release"),
    _api("api_write_bpmn", "v1/sequences/bpmn", post=machine("publish", lambda *_: "200"), body=lambda *_: _STEPS, is_json=True),
)
