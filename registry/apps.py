"""Registers the registry app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """What modules and releases are, and what organisations do with them."""

    name = "registry"
    default_auto_field = "django.db.models.BigAutoField"
