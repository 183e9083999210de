"""Registers the API app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Machines only; no models."""

    name = "api"
