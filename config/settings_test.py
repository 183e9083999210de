"""Settings of the test suite: the production settings on embedded defaults, in a folder of their own."""

import os
import tempfile

os.environ["MOOTHALL_TEST"] = "1"
os.environ["MOOTHALL_DEMO"] = "0"
os.environ.setdefault("MOOTHALL_HOME", os.environ.get("MOOTHALL_TEST_HOME") or tempfile.mkdtemp(prefix="moothall-test-"))

from config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
REQUIRE_SECOND_FACTOR = False  # tests/accounts turns it on where it is the subject
