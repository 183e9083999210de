"""Adds an organisation to the partnership, or the partnership itself."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.validators import URLValidator, validate_slug
from django.db import transaction

from accounts.audit import record
from accounts.models import Organisation


class Command(BaseCommand):
    """The slug becomes the prefix of its modules' identifiers and never changes."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("name")
        parser.add_argument("--kind", choices=Organisation.Kind.values, required=True)
        parser.add_argument("--language", choices=["en-GB", "da"], default="en-GB")
        parser.add_argument("--website", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        slug, name = options["slug"].lower(), options["name"].strip()
        validate_slug(slug)
        if options["website"]:
            URLValidator()(options["website"])
        if Organisation.objects.filter(slug=slug).exists():
            raise CommandError(f"There is an organisation {slug} already.")
        with transaction.atomic():
            fields = {key: options[key] for key in ("kind", "language", "website")}
            organisation = Organisation.objects.create(slug=slug, name=name, **fields)
            record("organisation.added", slug, by=None, organisation=organisation, kind=organisation.kind)
        self.stdout.write(f"Added {organisation.name} as {organisation.slug}.")
