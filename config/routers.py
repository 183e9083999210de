"""Sends the telemetry app to a database of its own where settings have one, and everything else to the default."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from registry.telemetry.database import ALIAS, alias

APP = "telemetry"


class TelemetryRouter:
    """What Django asks before each statement of a model, and before each migration."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return alias() if model._meta.app_label == APP else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        if app_label == APP:
            return db == alias()
        return False if db == ALIAS else None
