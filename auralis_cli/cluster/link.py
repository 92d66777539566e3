"""The connection to a Dask scheduler: which machines there are, tasks for one of them, and their events."""

import asyncio
import contextlib
import ipaddress
import logging
import warnings
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from auralis_cli.cluster.no_pickle import refuse_pickles
from auralis_cli.cluster.scheduler_file import address_in
from auralis_cli.cluster.wire import EVENT_TOPIC
from auralis_cli.model.errors import ConfigError, WorkerUnavailableError

CONNECT_S: Final = 10.0
LEAVE_S: Final = 3.0
"""How long machines may take to confirm that they leave the scan."""
CLOSE_S: Final = 1.0
"""How long the connection may take to close."""
ALL_TOPIC: Final = "all"
"""The topic of Dask's events about machines that come and go."""
_CALL: Final = "__import__('importlib').import_module('auralis_cli.cluster.task').{}(message)"
"""What Dask evaluates on a machine: a function of auralis could only be sent through a scheduler that has
auralis too.
"""


class TaskLostError(Exception):
    """A task has ended without an answer: Dask has lost it, or it could not run."""


class Sent(Protocol):
    """A task that was sent to a machine."""

    async def answer(self) -> object:
        """What it returns. Raises TaskLostError."""

    def release(self) -> None:
        """Nobody wants its result any more: Dask forgets it, and the machine hears of it."""


class Link(Protocol):
    """What the engine needs of Dask."""

    address: str

    @property
    def connected(self) -> bool:
        """Whether the scheduler is still there, as far as can be seen."""

    async def members(self) -> dict[str, int]:
        """The threads of each machine by address. Raises OSError, TimeoutError."""

    def call(self, machine: str, function: str, message: bytes) -> Sent:
        """Has a function of `task.py` run on this machine and no other."""

    def knock(self) -> Sent:
        """Leaves a task for whoever comes first: an adaptive cluster starts a machine for it."""

    async def leave(self, machines: Sequence[str], scan: str) -> None:
        """Ends the scan on these machines, without waiting for their tasks."""

    async def close(self) -> None:
        """Ends the connection; tasks that are left are forgotten."""


class Ears(Protocol):
    """Who hears of events."""

    def heard_pulse(self, message: object) -> None:
        """What a machine says; not checked."""

    def heard_left(self, machine: str, *, expected: bool) -> None:
        """Dask has removed a machine; `expected`: it has said goodbye."""

    def heard_joined(self) -> None:
        """There is another machine."""


OpenLink = Callable[[Ears], Awaitable[Link]]


class DaskLink:
    """The link over Dask's own client."""

    def __init__(self, client: Any, ears: Ears) -> None:
        self._client = client
        self._ears = ears
        self.address = str(client.scheduler.address)
        self._keys = 0
        client.subscribe_topic(EVENT_TOPIC, lambda event: ears.heard_pulse(event[1]))
        client.subscribe_topic(ALL_TOPIC, lambda event: self._hear(event[1]))

    @property
    def connected(self) -> bool:
        """See `Link`."""
        return bool(self._client.status == "running")

    async def members(self) -> dict[str, int]:
        """See `Link`."""
        if not self.connected:
            raise OSError("not connected")
        found = await self._client.scheduler.ncores(workers=None)
        return {str(address): int(threads) for address, threads in found.items()}

    async def packages(self, package: str) -> dict[str, str | None]:
        """The version of a package on each machine by address, None where it cannot be imported."""
        asked = {"op": "versions", "packages": [package]}
        said = await self._client.scheduler.broadcast(msg=asked, on_error="ignore")
        return {str(address): _version_in(versions, package) for address, versions in said.items()}

    def call(self, machine: str, function: str, message: bytes) -> Sent:
        """See `Link`."""
        self._keys += 1
        key = f"auralis-{function}-{self._client.id}-{self._keys}"
        options = {"workers": [machine], "allow_other_workers": False, "retries": 0, "pure": False}
        return DaskTask(
            self._client.submit(eval, _CALL.format(function), {"message": message}, key=key, **options)
        )

    def knock(self) -> Sent:
        """See `Link`."""
        return DaskTask(self._client.submit(eval, "None", pure=False))

    async def leave(self, machines: Sequence[str], scan: str) -> None:
        """See `Link`."""
        running = self._client.run(
            eval, _CALL.format("leave"), {"message": scan}, workers=list(machines), on_error="ignore"
        )
        with contextlib.suppress(Exception):  # a machine that is gone has left
            await asyncio.wait_for(running, LEAVE_S)

    async def close(self) -> None:
        """See `Link`."""
        with contextlib.suppress(Exception):  # the scheduler may be gone
            for topic in (EVENT_TOPIC, ALL_TOPIC):  # else it tries to tell this client that it has gone
                self._client.unsubscribe_topic(topic)
            await asyncio.wait_for(self._client.close(timeout=CLOSE_S), CLOSE_S)

    def _hear(self, message: object) -> None:
        if not isinstance(message, dict):
            return
        match message.get("action"):
            case "remove-worker":
                self._ears.heard_left(str(message.get("worker")), expected=bool(message.get("expected")))
            case "add-worker":
                self._ears.heard_joined()


def _version_in(versions: Any, package: str) -> str | None:
    """What a machine says, which is not checked."""
    try:
        version = versions["packages"][package]
    except (KeyError, TypeError):
        return None
    return version if isinstance(version, str) else None


class DaskTask:
    """A future of Dask."""

    def __init__(self, future: Any) -> None:
        self._future = future

    async def answer(self) -> object:
        """See `Sent`."""
        try:
            return await self._future.result()
        except (asyncio.CancelledError, Exception) as error:
            if isinstance(error, asyncio.CancelledError) and not self._future.cancelled():
                raise
            raise TaskLostError(f"{type(error).__name__}: {str(error)[:200]}") from error

    def release(self) -> None:
        """See `Sent`."""
        self._future.release()


async def open_link(address: str | None, scheduler_file: Path | None, ears: Ears) -> DaskLink:
    """Connects to a scheduler.

    Raises ConfigError without Dask and for a wrong file, WorkerUnavailableError without a scheduler.
    """
    try:
        import distributed
    except ImportError as error:
        raise ConfigError(
            f"engine 'dask' needs the package distributed ({error}); run pip install '.[dask]' in the "
            "checkout of auralis"
        ) from error
    _silence()
    refuse_pickles()
    if address is None:
        assert scheduler_file is not None, "the settings name one of the two"
        address = await address_in(scheduler_file, CONNECT_S)
    client: Any = None
    try:
        client = distributed.Client(  # type: ignore[no-untyped-call]
            address,
            asynchronous=True,
            name="auralis",
            timeout=CONNECT_S,
            set_as_default=False,
            direct_to_workers=False,
            deserializers=["msgpack"],
        )
        async with asyncio.timeout(2 * CONNECT_S):  # Dask waits for ever for a server of another kind
            await client
    except (OSError, ValueError, TimeoutError, RuntimeError, TypeError) as error:
        with contextlib.suppress(Exception):  # there may be none; one that is not closed makes Dask warn
            await asyncio.wait_for(client.close(timeout=CLOSE_S), CLOSE_S)
        why = str(error) or "it does not speak as one"
        raise WorkerUnavailableError(
            f"no Dask scheduler answers at {address} ({why}); start one with 'dask scheduler', or correct "
            "--scheduler"
        ) from error
    return DaskLink(client, ears)


def open_warning(address: str) -> str | None:
    """What to say of a connection that others can read; None for one within this machine, or with TLS."""
    parts = urlsplit(address)
    if parts.scheme in ("tls", "wss") or _is_loopback(parts.hostname or ""):
        return None
    return (
        f"the scheduler at {address} is reached without TLS: names, tags and fingerprints of the tracks "
        "travel readable, and who reaches that port can run programs on its machines; set up Dask's TLS and "
        "use tls://, or keep the network closed"
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _silence() -> None:
    """Dask logs to stderr, where progress and report are; what matters of it the engine says itself."""
    for name in ("distributed", "tornado", *logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    warnings.filterwarnings("ignore", module="distributed")
