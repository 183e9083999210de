#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

WITHOUT_DATABASE = {"inspect", "check", "collectstatic", "makemessages", "compilemessages", "help", "version", "--help", "--version"}


def main() -> None:
    """Run one command; on embedded defaults start the database for it and, if it did not run before, stop it afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config.env import EMBEDDED, HOME, TEST

    if not EMBEDDED or os.environ.get("DATABASE_URL") or not sys.argv[1:] or sys.argv[1] in WITHOUT_DATABASE:
        execute_from_command_line(sys.argv)
        return
    from config import postgres

    data = HOME / "postgres"
    was_running = postgres.is_running(data)
    postgres.ensure(data, fast=TEST)
    try:
        execute_from_command_line(sys.argv)
    finally:
        if not was_running:
            postgres.stop(data)


if __name__ == "__main__":
    main()
