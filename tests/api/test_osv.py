"""Advisories have the shape that OSV's schema 1.6 requires, whatever they hold."""

from __future__ import annotations

import json
import re

import pytest

from api.answers import as_text
from api.osv import osv
from registry.actions.publish_advisory import AdvisoryForm, publish_advisory, withdraw_advisory
from registry.lifecycle.models import Advisory
from tests.make import make_release, make_viewer

pytestmark = pytest.mark.django_db
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z")  # the schema's own pattern
KNOWN = {
    *("schema_version", "id", "modified", "published", "withdrawn", "aliases", "related", "summary", "details", "severity"),
    *("affected", "references", "credits", "database_specific"),
}
SCORE = {"CVSS_V3": r"CVSS:3[.][01]/(AV:|AC:|PR:|UI:|S:|C:|I:|A:).*", "CVSS_V4": r"CVSS:4[.]0/.*"}
V4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"


def check(said: dict) -> None:
    """What https://ossf.github.io/osv-schema/ requires of the members we use."""
    assert set(said) <= KNOWN
    assert re.fullmatch(r"[0-9]+[.][0-9]+[.][0-9]+", said["schema_version"])
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*-.+", said["id"])
    for name in ("modified", "published", "withdrawn"):
        assert (name == "withdrawn" and name not in said) or MOMENT.fullmatch(said[name]), name
    assert all(isinstance(said[name], str) for name in ("summary", "details"))
    assert all(isinstance(alias, str) for alias in said.get("aliases", []))
    for score in said.get("severity", []):
        assert set(score) == {"type", "score"}
        assert re.fullmatch(SCORE[score["type"]], score["score"])
    for affected in said["affected"]:
        assert set(affected["package"]) == {"ecosystem", "name"}
        assert affected.get("ranges") or affected.get("versions")
        assert all(isinstance(version, str) for version in affected.get("versions", []))
        for span in affected.get("ranges", []):
            assert span["type"] == "SEMVER"
            assert any("introduced" in event for event in span["events"])
            assert all(len(event) == 1 and set(event) <= {"introduced", "fixed"} for event in span["events"])
    assert all(set(reference) == {"type", "url"} for reference in said["references"])
    assert all(isinstance(credit["name"], str) for credit in said.get("credits", []))


@pytest.mark.parametrize(
    "given",
    [
        {"ranges": "*"},
        {"ranges": ">=1.4.0 <1.4.3 || ^2.1", "versions": ("1.2.0",)},
        {"versions": ("1.2.0", "1.3.0-rc.1")},
        {"ranges": "1.4.x", "cvss": V4, "aliases": ("CVE-2026-12345",), "credits": ("Ada", "Bo"), "workaround": "None."},
    ],
    ids=["all", "several ranges", "versions", "everything"],
)
def test_an_advisory_is_osv(given: dict) -> None:
    by = make_viewer("hampshire")
    module = make_release("hampshire/victim-update").module
    publish_advisory(module=module, form=AdvisoryForm(summary="Wrong file", details="It happens.", severity="low", **given), by=by)
    advisory = Advisory.objects.select_related("module").get()
    check(json.loads(as_text(osv(advisory))))
    assert "withdrawn" not in json.loads(as_text(osv(advisory)))
    withdraw_advisory(advisory=advisory, reason="It was the driver.", by=by)
    said = json.loads(as_text(osv(Advisory.objects.select_related("module").get())))
    check(said)
    assert said["withdrawn"] == said["modified"]


def test_the_check_would_notice() -> None:
    with pytest.raises((AssertionError, KeyError)):
        check({"schema_version": "1.6.7", "id": "MH-2026-0001", "modified": "yesterday"})
