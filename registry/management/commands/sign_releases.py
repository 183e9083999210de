"""Stores what near-duplicates are found by for releases that came in before it was kept. May be broken off and run again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from registry.releases.alike import sign_all


class Command(BaseCommand):
    """Signs at most ``--limit`` releases, oldest first, and says how many."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=100_000, help="releases at most (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        done = sign_all(options["limit"])
        self.stdout.write(f"{done} releases were signed.")
