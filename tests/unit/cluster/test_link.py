"""Connecting to a scheduler that is not there, or is none."""

import asyncio
import socket
from pathlib import Path
from unittest.mock import Mock

import pytest

from auralis_cli.cluster import link, scheduler_file
from auralis_cli.model.errors import ConfigError, WorkerUnavailableError

pytest.importorskip("distributed")


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "refuse_pickles", lambda: None)  # the tests go on in this process
    monkeypatch.setattr(link, "CONNECT_S", 0.3)
    monkeypatch.setattr(scheduler_file, "LOOK_S", 0.01)


def connect(address: str | None, file: Path | None = None) -> None:
    async def run() -> None:
        async with asyncio.timeout(10):
            await link.open_link(address, file, Mock())

    asyncio.run(run())


def test_a_scheduler_that_is_not_there_is_said() -> None:
    with pytest.raises(WorkerUnavailableError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1 "):
        connect("tcp://127.0.0.1:1")


def test_a_server_that_says_nothing_is_no_scheduler() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(WorkerUnavailableError, match=f"no Dask scheduler answers at {address} "):
            connect(address)


def test_a_scheduler_file_that_is_not_there_is_not_waited_for_without_end(tmp_path: Path) -> None:
    with pytest.raises(WorkerUnavailableError, match=r"there is no scheduler file .*none\.json; start"):
        connect(None, tmp_path / "none.json")


@pytest.mark.parametrize("content", [b"", b"[]", b'{"x": 1}', b'{"address": 7}', b"\xff\xfe", b"[" * 100_000])
def test_a_file_of_another_kind_names_no_scheduler(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "s.json").write_bytes(content)
    with pytest.raises(ConfigError, match="names no scheduler"):
        connect(None, tmp_path / "s.json")
