"""The tasks of Dask, as they run on its workers: JSON in, JSON out. They never raise: an exception would
travel as a pickle, which the scan refuses to read.
"""

import asyncio
import socket
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Final

import msgspec
from distributed import get_worker

from auralis_cli import __version__
from auralis_cli.cluster.cargo import unpacked
from auralis_cli.cluster.inquiry import Inquiry, look
from auralis_cli.cluster.plugin import ScanPlugin, names_of, plugin_name
from auralis_cli.cluster.wire import WIRE_VERSION, Refusal, Terms, encode, encode_ends, words
from auralis_cli.model.errors import AuralisError
from auralis_cli.workers.remote_track import memory_for_one

START_S: Final = 120.0
"""How long the plugin may take to start: a cold disk, a self-identification of fp-worker."""
_starting = threading.Lock()
_left: deque[str] = deque(maxlen=1000)
"""Scans that have left: what of theirs comes late starts nothing any more."""


def greet(terms: bytes) -> bytes:
    """Starts the scan's plugin on this worker, and says who the machine is or why it cannot work."""
    return _answer(lambda: encode(_plugin(msgspec.json.decode(terms, type=Terms)).hello))


def analyse(request: bytes) -> bytes:
    """Analyses a batch, with the bytes of its tracks if they came."""

    def run() -> bytes:
        worker: Any = get_worker()
        wanted, cargo = unpacked(request, memory_for_one(worker.state.nthreads))
        task = str(worker.get_current_task())
        return encode_ends(_plugin(wanted.terms).analyse(wanted, task, cargo))

    return _answer(run)


def report(inquiry: bytes) -> bytes:
    """Says what this machine is like."""

    def run() -> bytes:
        return encode(look(msgspec.json.decode(inquiry, type=Inquiry), names_of(get_worker())))

    return _answer(run)


def leave(scan: str) -> None:
    """Ends the scan's plugin on the workers of this process. Called in Dask's event loop; does not wait."""
    from distributed.worker import Worker

    _left.append(scan)
    for worker in list(Worker._instances):
        plugin = worker.plugins.get(plugin_name(scan))
        if isinstance(plugin, ScanPlugin):
            plugin.leave()


def _answer(run: Callable[[], bytes]) -> bytes:
    try:
        return run()
    except InterruptedError as error:
        return _refuse(str(error), again=True)
    except AuralisError as error:
        return _refuse(str(error))
    except msgspec.ValidationError as error:
        return _refuse(f"auralis {__version__} there does not understand this one ({error})")
    except Exception as error:  # noqa: BLE001 - an exception would travel as a pickle
        return _refuse(f"{type(error).__name__}: {error}")


def _refuse(why: str, *, again: bool = False) -> bytes:
    return encode(Refusal(words(why), socket.gethostname(), again))


def _plugin(terms: Terms) -> ScanPlugin:
    if terms.wire_version != WIRE_VERSION:
        raise AuralisError(
            f"auralis {__version__} there speaks version {WIRE_VERSION} of the messages, the scan "
            f"{terms.wire_version}"
        )
    worker: Any = get_worker()
    name = plugin_name(terms.scan)
    with _starting:
        if terms.scan in _left:
            raise InterruptedError("the scan has left")
        plugin = worker.plugins.get(name)
        if not isinstance(plugin, ScanPlugin) or plugin.ended:
            plugin = ScanPlugin(terms, worker)
            adding = worker.plugin_add(plugin, name=name, catch_errors=False)
            asyncio.run_coroutine_threadsafe(adding, worker.loop.asyncio_loop).result(START_S)
        if terms.scan in _left:  # while its plugin was made
            plugin.leave()
            raise InterruptedError("the scan has left")
        return plugin
