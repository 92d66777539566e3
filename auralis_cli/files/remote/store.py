"""A store behind a URL, as fsspec knows it, with limits on how long it may stay silent."""

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

from auralis_cli.files.remote.deadline import CancelledError, within
from auralis_cli.files.remote.trouble import STALLED, StoreError, Trouble, trouble_of
from auralis_cli.files.urls import is_web, scheme_of, server_of

T = TypeVar("T")

CONNECT_S: Final = 15.0
SILENCE_S: Final = 45.0
"""How long a store may send nothing. Sleeping disks and cold archives take seconds."""
ANSWER_S: Final = 90.0
"""How long the answer to one question may take, with what the libraries try again by themselves."""
PAUSE_S: Final = 1.0
"""Before a question is asked once more."""

_NOISY: Final = ("aiobotocore", "aiohttp", "botocore", "fsspec", "s3fs")
"""Libraries that log errors with all that they know, signed URLs among it. auralis tells its own."""
_known: Final[dict[str, Any]] = {}
"""File systems by scheme, or by server where each has its own: fsspec would make one for each thread."""
_making: Final[dict[str, threading.Lock]] = {}
"""By the same: a server that does not answer holds up no other."""


class Store:
    """The file system of one URL. `path` is where the URL leads to in it. Raises StoreError."""

    def __init__(self, url: str, cancelled: Callable[[], bool] = lambda: False) -> None:
        self.url = url
        self.scheme = scheme_of(url)
        self.is_http = is_web(url)
        self._cancelled = cancelled
        self.files, self.path = self.ask(partial(_open, url))

    def ask(self, question: Callable[[], T], seconds: float | None = None) -> T:
        """What the store answers within the time, by default `ANSWER_S`."""
        try:
            return within(seconds or ANSWER_S, question, self._cancelled)
        except CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - each library below has errors of its own
            raise StoreError(trouble_of(error, self.url)) from None

    def ask_twice(self, question: Callable[[], T], seconds: float | None = None) -> T:
        """The same; asks once more if what went wrong may have passed, unless the store just says nothing."""
        try:
            return self.ask(question, seconds)
        except StoreError as error:
            if not error.trouble.passes or error.trouble is STALLED:
                raise
        time.sleep(PAUSE_S)
        return self.ask(question, seconds)

    def info(self, path: str) -> dict[str, Any]:
        """What the store tells about one file or folder."""
        found: dict[str, Any] = self.ask_twice(lambda: self.files.info(path))
        return found

    def url_of(self, path: str) -> str:
        """The URL of a path in this store."""
        return path if self.is_http else before_path(self.url, self.path) + path.lstrip("/")


def before_path(url: str, path: str) -> str:
    """What stands in a URL before its path in its store: `s3://`, whose paths begin with the bucket, or
    `sftp://nas/`, whose paths do not begin with the host.
    """
    below = path.strip("/")
    if not below:
        return f"{url.rstrip('/')}/"
    return url.removesuffix(below) if url.endswith(below) else f"{url.partition('://')[0]}://"


def forget_stores() -> None:
    """Connects anew, with other credentials."""
    _known.clear()


def _open(url: str) -> tuple[Any, str]:
    scheme = scheme_of(url)
    key = scheme if scheme in ("http", "https", "s3", "s3a", "gs", "gcs") else server_of(url)
    with _making.setdefault(key, threading.Lock()):
        files = _known.get(key)
        if files is None:
            files = _known[key] = _connect(url, scheme)
    return files, files._strip_protocol(url)


def _connect(url: str, scheme: str) -> Any:
    import fsspec
    from fsspec.asyn import get_loop
    from fsspec.config import conf

    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    get_loop().set_exception_handler(lambda *_: None)  # of connections that were left: told as failures
    own = conf.get(scheme, {})
    options: dict[str, Any] = {}
    if is_web(url):
        from aiohttp import ClientTimeout

        from auralis_cli.files.remote.web_page import WebPage

        wait = ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=SILENCE_S)
        ours = {"timeout": wait, "trust_env": True, "response_class": WebPage}
        options["client_kwargs"] = {**ours, **own.get("client_kwargs", {})}
        options["simple_links"] = False
    elif scheme in ("s3", "s3a"):
        limits = {"connect_timeout": CONNECT_S, "read_timeout": SILENCE_S, "retries": {"max_attempts": 1}}
        options["config_kwargs"] = {**limits, **own.get("config_kwargs", {})}
    try:
        files, _ = fsspec.url_to_fs(url, skip_instance_cache=True, **options)
    except ValueError as error:
        if "Protocol not known" not in str(error):
            raise
        raise StoreError(
            Trouble("read_error", f"no store has URLs with {scheme}://", "check how the URL begins")
        ) from None
    # What it remembers of listings would grow without bounds, and hide what changes meanwhile.
    files.dircache.use_listings_cache = False
    return files
