"""`python3 dev.py bench [NAME]`: runs the benchmarks against the real server and prints one line for each figure."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable


def main(names: list[str]) -> None:
    """Run the named benchmarks, or all."""
    from benchmarks.ground import ground

    with ground():
        from benchmarks import inspecting, malformed, pages, publishing, resolving, telemetry

        known: dict[str, Callable[[], None]] = {
            "inspect": inspecting.run,
            "publish": publishing.run,
            "pages": pages.run,
            "telemetry": telemetry.run,
            "resolve": resolving.run,
            "malformed": malformed.run,
        }
        unknown = [name for name in names if name not in known]
        if unknown:
            sys.exit(f"There is no benchmark {unknown[0]}. There are: {', '.join(known)}.")
        for name in names or known:
            known[name]()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    main(sys.argv[1:])
