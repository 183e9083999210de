"""An advisory in OSV form (schema 1.6, https://ossf.github.io/osv-schema/), for the tools that read that."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from api.rest.lifecycle_shapes import OsvShape
from registry.lifecycle.models import Advisory
from registry.values.ranges import parse_range
from registry.values.severities import vector_kind

SCHEMA = "1.6.7"
ECOSYSTEM = "Moothall"


def osv(advisory: Advisory) -> OsvShape:
    """``advisory``, whose module is loaded."""
    said: OsvShape = {
        "schema_version": SCHEMA,
        "id": advisory.key,
        "modified": advisory.modified_at,
        "published": advisory.published_at,
        "aliases": advisory.aliases,
        "summary": advisory.summary,
        "details": advisory.details,
        "severity": [{"type": vector_kind(advisory.cvss), "score": advisory.cvss}] if advisory.cvss else [],
        "affected": [_affected(advisory)],
        "references": [{"type": "WEB", "url": f"{settings.BASE_URL}/advisories/{advisory.key}"}],
        "credits": [{"name": name} for name in advisory.credits],
        "database_specific": {"severity": advisory.severity.upper(), "workaround": advisory.workaround},
    }
    if advisory.withdrawn_at is not None:
        said["withdrawn"] = advisory.withdrawn_at
    return said


def _affected(advisory: Advisory) -> dict[str, Any]:
    events = parse_range(advisory.ranges).events() if advisory.ranges else []
    affected: dict[str, Any] = {"package": {"ecosystem": ECOSYSTEM, "name": advisory.module.identifier}}
    if events:
        affected["ranges"] = [{"type": "SEMVER", "events": events}]
    if advisory.versions:
        affected["versions"] = list(advisory.versions)
    return affected
