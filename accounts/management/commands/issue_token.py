"""Issues an API token at the command line, for operators and for the demonstration."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Organisation
from accounts.tokens import PUBLISH_DAYS, issue_token, longest_life
from registry.errors import RegistryError


class Command(BaseCommand):
    help = "Prints a new API token, alone on a line. It is shown this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", required=True, metavar="SLUG")
        parser.add_argument("--scopes", required=True, help="parted by commas: read, publish, telemetry, admin")
        parser.add_argument("--module", action="append", default=[], metavar="SLUG", help="bind it to this module; may be repeated")
        parser.add_argument("--days", type=int, help=f"how long it is valid; {PUBLISH_DAYS} unless given")
        parser.add_argument("--name", default="command line")

    def handle(self, *args: Any, **options: Any) -> None:
        scopes = [scope.strip() for scope in options["scopes"].split(",") if scope.strip()]
        days = min(PUBLISH_DAYS, longest_life(scopes)) if options["days"] is None else options["days"]
        modules = [slug.rpartition("/")[2] for slug in options["module"]]
        try:
            organisation = Organisation.objects.get(slug=options["organisation"], is_active=True)
            _, secret = issue_token(organisation=organisation, name=options["name"], scopes=scopes, modules=modules, days=days, by=None)
        except Organisation.DoesNotExist:
            raise CommandError(f"There is no organisation {options['organisation']}.") from None
        except RegistryError as error:
            raise CommandError(f"{error.message} {error.mend}".strip()) from None
        self.stdout.write(secret)
