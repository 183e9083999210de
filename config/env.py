"""The environment, read once: production needs everything named, the demonstration and tests have embedded defaults."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env

ROOT = Path(__file__).resolve().parent.parent
env = Env()

# MOOTHALL_DEMO=1 is set by `dev.py demo`, MOOTHALL_TEST=1 by the tests' settings; neither is meant for production.
DEMO = env.bool("MOOTHALL_DEMO", False)
TEST = env.bool("MOOTHALL_TEST", False)
EMBEDDED = DEMO or TEST
HOME = Path(env.str("MOOTHALL_HOME", str(ROOT / "var"))).resolve()


def needed(name: str, hint: str, embedded: str) -> str:
    """The variable ``name``; unset it is ``embedded`` in the demonstration and in tests, and stops start-up with ``hint`` elsewhere."""
    value = os.environ.get(name, "")
    if value:
        return value
    if EMBEDDED:
        return embedded
    raise ImproperlyConfigured(f"{name} is not set. {hint} See docs/operating.md, or run `python3 dev.py demo` for a demonstration.")
