"""Adds an organisation to the partnership, or the partnership itself."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.audit import record
from accounts.models import Organisation
from registry.values.identifiers import slugify


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
        if slugify(slug) != slug:
            raise CommandError(f"{slug} cannot begin identifiers: use small letters, digits and single hyphens.")
        if Organisation.objects.filter(slug=slug).exists():
            raise CommandError(f"There is an organisation {slug} already.")
        organisation = Organisation(slug=slug, name=name, **{key: options[key] for key in ("kind", "language", "website")})
        try:
            organisation.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items())) from None
        with transaction.atomic():
            organisation.save()
            record("organisation.added", slug, by=None, organisation=organisation, kind=organisation.kind)
        self.stdout.write(f"Added {organisation.name} as {organisation.slug}.")
