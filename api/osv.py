"""An advisory in OSV form (schema 1.6, https://ossf.github.io/osv-schema/), for the tools that read that."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from api.answers import as_text
from registry.lifecycle.models import Advisory
from registry.values.ranges import parse_range
from registry.values.severities import vector_kind

SCHEMA = "1.6.7"
ECOSYSTEM = "Moothall"


def osv(advisory: Advisory) -> dict[str, Any]:
    """``advisory``, whose module is loaded; members that would be empty are left out."""
    said: dict[str, Any] = {
        "schema_version": SCHEMA,
        "id": advisory.key,
        "modified": advisory.modified_at,
        "published": advisory.published_at,
        "withdrawn": advisory.withdrawn_at,
        "aliases": advisory.aliases,
        "summary": advisory.summary,
        "details": advisory.details,
        "severity": [{"type": vector_kind(advisory.cvss), "score": advisory.cvss}] if advisory.cvss else [],
        "affected": [_affected(advisory)],
        "references": [{"type": "WEB", "url": f"{settings.BASE_URL}/advisories/{advisory.key}"}],
        "credits": [{"name": name} for name in advisory.credits],
        "database_specific": {"severity": advisory.severity.upper(), "workaround": advisory.workaround},
    }
    return {name: value for name, value in said.items() if value or name == "affected"}


def osv_text(advisory: Advisory) -> str:
    """The same as JSON."""
    return as_text(osv(advisory))


def _affected(advisory: Advisory) -> dict[str, Any]:
    events = parse_range(advisory.ranges).events() if advisory.ranges else []
    affected: dict[str, Any] = {"package": {"ecosystem": ECOSYSTEM, "name": advisory.module.identifier}}
    if events:
        affected["ranges"] = [{"type": "SEMVER", "events": events}]
    if advisory.versions:
        affected["versions"] = list(advisory.versions)
    return affected
