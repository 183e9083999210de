"""Every kind of malformed file that is read: what travels badly is in `tests/api/test_malformed_requests.py`."""

from __future__ import annotations

from tests.registry.formats.malformed import json_kinds, nuget_kinds, policy_kinds, python_kinds, tar_kinds, xml_kinds, zip_kinds
from tests.registry.formats.malformed.kind import Kind

KINDS: tuple[Kind, ...] = (
    *zip_kinds.KINDS,
    *tar_kinds.KINDS,
    *nuget_kinds.KINDS,
    *python_kinds.KINDS,
    *xml_kinds.KINDS,
    *json_kinds.KINDS,
    *policy_kinds.KINDS,
)
