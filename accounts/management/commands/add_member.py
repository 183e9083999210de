"""Makes somebody a member without an invitation: how the first steward of an installation comes in."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from accounts.addresses import keep_proven_address
from accounts.audit import record
from accounts.membership import check_role, check_signs
from accounts.models import Membership, Organisation, Role, User
from registry.errors import RegistryError


class Command(BaseCommand):
    help = "Makes a person a member of an organisation. Without a password yet: they set one by “Set a new password” on the sign-in page."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--organisation", required=True, metavar="SLUG")
        parser.add_argument("--role", required=True, choices=[str(role) for role in Role])
        parser.add_argument("--name", default="")
        parser.add_argument("--signs", default="", metavar="ROLES", help="what a reviewer signs as, such as technical,licence")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"There is no organisation {options['organisation']}.")
        try:
            validate_email(options["email"])
            check_role(organisation, options["role"])
            signs = [each.strip() for each in options["signs"].split(",") if each.strip()]
            check_signs(options["role"], signs)
        except ValidationError:
            raise CommandError(f"{options['email']} is not an e-mail address.") from None
        except RegistryError as error:
            raise CommandError(f"{error.message} {error.mend}".strip()) from None
        with transaction.atomic():
            user = User.objects.filter(email__iexact=options["email"]).first()
            user = user or User.objects.create_user(options["email"], None, name=options["name"])
            keep_proven_address(user)
            Membership.objects.update_or_create(user=user, organisation=organisation, defaults={"role": options["role"], "signs": signs})
            record("member.added", f"user {user.pk}", by=None, organisation=organisation, role=options["role"], signs=signs)
        self.stdout.write(f"{user.email} is {options['role']} at {organisation.slug}.")
