"""The embedded broker loses nothing between processes that write and one that reads."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

EACH, WRITERS = 300, 2


def connection(folder: Path, transport: str) -> Connection:
    folders = {name: str(folder) for name in ("data_folder_in", "data_folder_out", "processed_folder")}
    return Connection("filesystem://", transport=transport, transport_options={**folders, "control_folder": str(folder / "control")})


def write(folder: Path, transport: str, who: int) -> None:
    with connection(folder, transport) as open_connection:
        queue = open_connection.SimpleQueue("work")
        for number in range(EACH):
            queue.put({"who": who, "number": number, "padding": "x" * 2000})


def test_every_message_comes_whole_and_once(tmp_path: Path) -> None:
    (tmp_path / "control").mkdir()
    transport = "config.broker:Transport"
    with connection(tmp_path, transport) as open_connection:
        queue = open_connection.SimpleQueue("work")
        fork = multiprocessing.get_context("spawn")
        writers = [fork.Process(target=write, args=(tmp_path, transport, who)) for who in range(WRITERS)]
        for writer in writers:
            writer.start()
        came: list[tuple[int, int]] = []
        deadline = time.monotonic() + 60
        while len(came) < EACH * WRITERS and time.monotonic() < deadline:
            try:
                message = queue.get(timeout=0.5)
            except Empty:
                continue
            came.append((message.payload["who"], message.payload["number"]))
            message.ack()
        for writer in writers:
            writer.join(20)
    assert sorted(came) == [(who, number) for who in range(WRITERS) for number in range(EACH)]
    for who in range(WRITERS):
        assert [number for writer, number in came if writer == who] == list(range(EACH)), "in the order they were written"
    assert not list(tmp_path.glob("*.part"))


def test_the_product_uses_it() -> None:
    from config.broker import Transport
    from config.celery import app

    with app.connection() as open_connection:
        assert isinstance(open_connection.transport, Transport)


def test_a_message_that_cannot_be_written_leaves_nothing_to_be_read(tmp_path: Path) -> None:
    (tmp_path / "control").mkdir()
    with connection(tmp_path, "config.broker:Transport") as open_connection, pytest.raises(TypeError):
        open_connection.channel()._put("work", {"body": object()})  # half a message would end the worker that reads it
    assert not list(tmp_path.glob("*.msg*"))
