"""The embedded broker: messages as files in a folder, for the demonstration and tests, where no service is installed."""

from __future__ import annotations

import uuid
from pathlib import Path
from time import time_ns
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """kombu's, whose own way of writing lets a worker read a message that is only half there; the worker then ends."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # as kombu's own does
        """Write beside, then rename: a message is there whole or not at all. Names sort by time, as ``_get`` goes by them."""
        file = Path(self.data_folder_out) / f"{time_ns()}_{uuid.uuid4()}.{queue}.msg"
        part = file.with_suffix(".part")
        part.write_text(dumps(payload), encoding="utf-8")
        part.replace(file)


class Transport(filesystem.Transport):
    """kombu's ``filesystem`` with that channel."""

    Channel = Channel
