"""Loads the demonstration's organisations, people and modules once, or prints how to sign in to it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Organisation
from accounts.tokens import issue_token
from demonstration.loading import load
from demonstration.people import ORGANISATIONS, PASSWORD, PEOPLE

TOKEN_DAYS = 30


class Command(BaseCommand):
    """``manage.py load_demonstration [--print]``."""

    help = "Load the demonstration data once; --print shows the address, the sign-ins and a new publisher's token."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--print", action="store_true", dest="show", help="print the address, the sign-ins and a token of hampshire")

    def handle(self, *args: Any, **options: Any) -> None:
        # Its people share a passphrase that everybody can read.
        if not settings.IS_DEMONSTRATION:
            raise CommandError("This is not a demonstration, so its data is not loaded here. Run `python3 dev.py demo`.")
        load()
        if options["show"]:
            self.stdout.write(_words())


def _words() -> str:
    names = {body.slug: body.name for body in ORGANISATIONS}
    width = max(len(person.email) for person in PEOPLE)
    lines = [f"Moothall is at {settings.BASE_URL}", "", f"Sign in with the password {PASSWORD} as"]
    for slug, name in names.items():
        lines += ["", f"  {name}"]
        lines += [f"    {person.email:<{width}}  {person.role.label}" for person in PEOPLE if person.organisation == slug]
    _, secret = issue_token(
        organisation=Organisation.objects.get(slug="hampshire"), name="Demonstration", scopes=("publish", "read"), days=TOKEN_DAYS, by=None
    )
    return "\n".join([*lines, "", f"A token of hampshire to publish and read with, for {TOKEN_DAYS} days:", f"  {secret}", ""])
