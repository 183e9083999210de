"""The client against ClamAV's own daemon, with a signature of our own: its data are not to be had without a network."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import time
from collections.abc import Iterator

import pytest

from registry.releases.malware import ScannerAway, connected, scan_at
from tests.registry.formats.hostile import zipped
from tests.registry.releases.scanner import EICAR

pytestmark = [pytest.mark.services, pytest.mark.skipif(not os.environ.get("CI"), reason="CI brings the scanner")]


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not shutil.which("clamd"):
        pytest.fail("clamd is not installed")
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "db").mkdir()
    (folder / "db" / "own.hdb").write_text(f"{hashlib.md5(EICAR).hexdigest()}:{len(EICAR)}:Own-Test\n")
    settings = {"LocalSocket": folder / "s", "DatabaseDirectory": folder / "db", "Foreground": "yes", "StreamMaxLength": "1M"}
    (folder / "clamd.conf").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(["clamd", "-c", str(folder / "clamd.conf")], stdout=log, stderr=log)
    url = f"unix://{folder}/s"
    try:
        _wait(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "clamd ended"
        try:
            connected(url).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("clamd does not answer")


def test_what_it_knows_is_found_also_two_zips_deep(clamd: str) -> None:
    assert scan_at(clamd, io.BytesIO(b"a letter")) is None
    assert scan_at(clamd, io.BytesIO(EICAR)) == "Own-Test.UNOFFICIAL"
    deep = zipped({"inner.zip": zipped({"letter.txt": EICAR})})
    assert scan_at(clamd, io.BytesIO(deep)) == "Own-Test.UNOFFICIAL"


def test_over_its_limit_it_has_scanned_nothing(clamd: str) -> None:
    with pytest.raises(ScannerAway, match="size limit"):
        scan_at(clamd, io.BytesIO(os.urandom(8 << 20)))
