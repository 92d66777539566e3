"""Fetches what a URL leads to: all of it, and the very version that was listed, or not at all."""

import contextlib
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from auralis_cli.files.remote.deadline import CancelledError
from auralis_cli.files.remote.holder import Holder
from auralis_cli.files.remote.outage import Outages
from auralis_cli.files.remote.store import SILENCE_S, Store
from auralis_cli.files.remote.trouble import CHANGED, STALLED, StoreError, Trouble
from auralis_cli.files.remote.version import track_from_info
from auralis_cli.files.urls import server_of
from auralis_cli.model.record import Track
from auralis_cli.model.stamps import UNKNOWN

PAUSES_S: Final = (1.0, 4.0)
"""Between the tries."""
PART_BYTES: Final = 4 << 20
"""So much is asked for at once, and is in memory beside the file."""
MAX_UNKNOWN_BYTES: Final = 8 << 30
"""Of a file whose size the store does not tell."""

outages: Final = Outages()
"""Of all scans of this process."""
_TOLD_IN_HEADERS: Final = ("ETag", "Content-MD5", "Digest", "Last-Modified")


def fetch(track: Track, *, memory_bytes: int, deadline_s: float) -> int:
    """A descriptor of the content, which has no name and lies in memory if it is not larger than that.

    What may be over in a moment is tried again, until the deadline. Raises StoreError, with nothing left of
    what was fetched.
    """
    give_up = time.monotonic() + deadline_s
    server = server_of(track.path)
    outages.check(server)
    for pause in (*PAUSES_S, None):
        try:
            descriptor = _fetch_once(track, memory_bytes, give_up)
        except StoreError as error:
            outages.note(server, error.trouble)
            if pause is None or not error.trouble.passes or time.monotonic() + pause >= give_up:
                raise
            time.sleep(pause)
        else:
            outages.note(server, None)
            return descriptor
    raise AssertionError("the last try returns or raises")


def _fetch_once(track: Track, memory_bytes: int, give_up: float) -> int:
    store = Store(track.path)
    known_size = track.size if track.size or track.version != UNKNOWN else None
    limit = MAX_UNKNOWN_BYTES if known_size is None else known_size
    try:
        with Holder(memory_bytes, known_size or 0) as held, _opened(store, track, give_up) as source:
            while part := _ask(store, partial(source.read, PART_BYTES), give_up):
                if held.size + len(part) > limit:
                    raise StoreError(_LONGER if known_size is not None else _ENDLESS)
                held.add(part)
            if known_size is not None and held.size != known_size:
                raise StoreError(_SHORTER)
            if not store.is_http:
                _refuse_another(track, track_from_info(track.path, store.info(store.path)))
            return held.reader()
    except OSError as error:
        why = f"there is no room for it here: {error.strerror or error}"
        raise StoreError(Trouble("read_error", why, "make room in the folder for temporary files")) from error
    except CancelledError:  # nobody cancels a fetch
        raise StoreError(STALLED) from None


@contextlib.contextmanager
def _opened(store: Store, track: Track, give_up: float) -> Iterator[Any]:
    """The file in the store, open to read from its start; closed without waiting for that."""
    options: dict[str, Any] = {"block_size": PART_BYTES}
    if store.is_http:  # one request for all of it: two could bring parts of two versions
        options = {"block_size": 0, "size": max(track.size, 1), "headers": {"Accept-Encoding": "identity"}}
    else:
        options["cache_type"] = "none"
    source = _ask(store, lambda: store.files.open(store.path, "rb", **options), give_up)
    try:
        if store.is_http:
            _refuse_another(track, _from_headers(track, source.r.headers))
        yield source
    finally:
        with contextlib.suppress(Exception):
            store.ask(source.close, 1.0)


def _ask(store: Store, question: Callable[[], Any], give_up: float) -> Any:
    left = give_up - time.monotonic()
    if left <= 0:
        raise StoreError(_TOO_SLOW)
    return store.ask(question, min(SILENCE_S, left))


def _from_headers(track: Track, headers: Any) -> Track:
    """The file that an answer brings, by its headers."""
    info = {name: headers[name] for name in _TOLD_IN_HEADERS if name in headers}
    length = headers.get("Content-Length", "")
    is_number = length.isascii() and length.isdigit()
    return track_from_info(track.path, {**info, "size": int(length) if is_number else None})


def _refuse_another(track: Track, now: Track) -> None:
    """Where both versions are of one kind: a server may tell more in one answer than in another."""
    before, after = str(track.version), str(now.version)
    if after != before and after.partition(" ")[0] == before.partition(" ")[0]:
        raise StoreError(CHANGED)


_LONGER: Final = Trouble("read_error", "the server sends more than it said", "check the server", True)
_SHORTER: Final = Trouble("read_error", "the server sent less than it said", "check the server", True)
_ENDLESS: Final = Trouble("read_error", "it does not end", "check the URL: it may be a live stream")
_TOO_SLOW: Final = Trouble(
    "read_stalled", "it did not come within its time", "check the network, or give more time with --timeout"
)
