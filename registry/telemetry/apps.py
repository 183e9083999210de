"""Registers the telemetry app, which has its own migrations and may have its own database."""

from django.apps import AppConfig


class TelemetryConfig(AppConfig):
    """Runs of modules, and what they add up to."""

    name = "registry.telemetry"
    label = "telemetry"
    default_auto_field = "django.db.models.BigAutoField"
