"""Brings database and folders to the state this version needs: run it once at every deployment, before the servers start."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS

from registry.actions.keep_runs import keep_runs
from registry.telemetry.database import alias


class Command(BaseCommand):
    """Migrates the databases, makes the cache table, collects the static files."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        verbosity = options["verbosity"]
        call_command("migrate", interactive=False, verbosity=verbosity)
        if alias() != DEFAULT_DB_ALIAS:
            call_command("migrate", "telemetry", interactive=False, verbosity=verbosity, database=alias())
        keep_runs()  # in case the role that serves may make no tables
        call_command("createcachetable", verbosity=verbosity)
        call_command("collectstatic", interactive=False, verbosity=verbosity)
