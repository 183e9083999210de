"""Settings of the test suite: the production settings on embedded defaults, in a folder of their own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["MOOTHALL_TEST"] = "1"
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # One of several processes of a run: the database server of the first, a database and folders of its own.
    from config.postgres import address

    home = Path(os.environ["MOOTHALL_HOME"])
    os.environ.setdefault("DATABASE_URL", address(home / "postgres"))
    os.environ["MOOTHALL_HOME"] = str(home / worker)
if "MOOTHALL_HOME" not in os.environ:
    os.environ["MOOTHALL_HOME"] = os.environ.get("MOOTHALL_TEST_HOME") or tempfile.mkdtemp(prefix="moothall-test-")
    if not os.environ.get("MOOTHALL_TEST_HOME"):
        atexit.register(shutil.rmtree, os.environ["MOOTHALL_HOME"], ignore_errors=True)

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
REQUIRE_SECOND_FACTOR = False  # tests/accounts turns it on where it is the subject

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405  # whitenoise warns of a missing folder, and warnings are errors
