"""Servers that have stopped answering: after some minutes nobody waits for them track by track any more."""

import threading
import time
from typing import Final

from auralis_cli.files.remote.trouble import StoreError, Trouble

PATIENCE_S: Final = 180.0
"""How long a server may fail, with no track between, before tracks fail at once."""
AGAIN_S: Final = 30.0
"""How often one track tries all the same."""

_GONE: Final = Trouble(
    "read_stalled",
    "its server has been out of reach for minutes, so it was not tried",
    "check the network and the server, and scan again",
    is_here=True,
)


class Outages:
    """Since when servers fail. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}
        self._tried: dict[str, float] = {}
        self._lock = threading.Lock()

    def check(self, host: str) -> None:
        """Raises StoreError while the server is given up, but for one track in a while."""
        now = time.monotonic()
        with self._lock:
            if now - self._since.get(host, now) < PATIENCE_S:
                return
            if now - self._tried.get(host, 0.0) >= AGAIN_S:
                self._tried[host] = now
                return
        raise StoreError(_GONE)

    def note(self, host: str, trouble: Trouble | None) -> None:
        """A track has come, or has not; what the server itself has answered is no outage."""
        with self._lock:
            if trouble is None or not trouble.passes:
                self._since.pop(host, None)
            else:
                self._since.setdefault(host, time.monotonic())
