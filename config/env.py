"""The environment, read once: production needs everything named, the demonstration and tests have embedded defaults."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env

ROOT = Path(__file__).resolve().parent.parent
env = Env()

# MOOTHALL_DEMO=1 is set by `dev.py demo`, MOOTHALL_TEST=1 by the tests' settings; neither is meant for production.
HOME = Path(os.environ.get("MOOTHALL_HOME") or ROOT / "var").resolve()
TEST = env.bool("MOOTHALL_TEST", False)
# The demonstration leaves a mark in its home, so that manage.py finds its data without being told.
DEMO = not TEST and env.bool("MOOTHALL_DEMO", (HOME / "demonstration").exists() and "DATABASE_URL" not in os.environ)
EMBEDDED = DEMO or TEST


def needed(name: str, hint: str, embedded: str) -> str:
    """The variable ``name``; unset it is ``embedded`` in the demonstration and in tests, and stops start-up with ``hint`` elsewhere."""
    value = os.environ.get(name, "")
    if value:
        return value
    if EMBEDDED:
        return embedded
    raise ImproperlyConfigured(f"{name} is not set. {hint} See docs/operating.md, or run `python3 dev.py demo` for a demonstration.")


def kept_secret() -> str:
    """A random key that the demonstration's processes share, kept in its home."""
    path = HOME / "secret"
    HOME.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = HOME / f".secret.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text()
