"""Prints the number and hash of the last audit event, to be kept where the database's administrators cannot change it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.chain import head


class Command(BaseCommand):
    """One line, which verify_audit takes as --head."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(head()))
