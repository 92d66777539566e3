"""What went wrong with a store, as the failure of a track: what, why, what to do.

Messages are made from the kind of an error and its codes, never from its text: that may hold a signed URL to
which a server has sent us on, or a header with a key.
"""

import os
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from auralis_cli.files.urls import scheme_of
from auralis_cli.model.record import TrackError

_SAFE_CODE: Final = re.compile(r"[A-Za-z0-9.]{1,60}")
_DENIED: Final = frozenset({401, 403, 407})
_NO_CREDENTIALS: Final = frozenset(
    {"NoCredentialsError", "PartialCredentialsError", "DefaultCredentialsError", "ClientAuthenticationError"}
)
_TIMEOUTS: Final = frozenset({"TimeoutError", "FSTimeoutError", "ReadTimeoutError", "ConnectTimeoutError"})
_BROKEN_OFF: Final = frozenset(
    {"ClientPayloadError", "ServerDisconnectedError", "IncompleteReadError", "ResponseStreamingError",
     "ConnectionResetError", "ConnectionClosedError"}
)  # fmt: skip
_UNREACHED: Final = frozenset(
    {"ClientConnectorError", "ClientConnectionError", "EndpointConnectionError", "ConnectionError",
     "gaierror", "ProxyConnectionError", "SSLError"}
)  # fmt: skip
_CHANGED: Final = frozenset({"FileExpired", "PreconditionFailed"})


class Trouble(NamedTuple):
    """Why a store gave nothing.

    `passes`: it may be over in a moment, so it is worth another try. `is_here`: another machine may have what
    this one lacks: credentials, a way to the server, a library.
    """

    code: str
    why: str
    to_do: str
    passes: bool = False
    is_here: bool = False


class StoreError(Exception):
    """A store did not give what it was asked for."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.why)
        self.trouble = trouble

    def about(self, url: str, verb: str = "read") -> TrackError:
        """The failure of what lies at a URL."""
        trouble = self.trouble
        return TrackError(trouble.code, f"cannot {verb} {url}: {trouble.why}; {trouble.to_do}")


STALLED: Final = Trouble(
    "read_stalled", "the server stopped answering", "check the network and the server, and scan again", True
)
CHANGED: Final = Trouble(
    "changed_during_analysis", "it has changed since it was listed", "scan again when it is complete"
)


def trouble_of(error: BaseException, url: str) -> Trouble:
    """What an error of fsspec, or of a library below it, says."""
    if isinstance(error, StoreError):
        return error.trouble
    if isinstance(error, ImportError):
        return _missing_library(url)
    links = list(_chain(error))
    names = {kind.__name__ for link in links for kind in type(link).__mro__}
    status, code = _codes(links)
    said = f" ({code})" if code else f" (HTTP status {status})" if status else ""
    if names & _NO_CREDENTIALS:
        why = "no credentials were found for this store"
        return Trouble("permission_denied", why, _CREDENTIALS, is_here=True)
    if status == 412 or names & _CHANGED or code == "PreconditionFailed":
        return CHANGED
    if status in _DENIED or code == "AccessDenied":
        return Trouble("permission_denied", f"the server does not allow it{said}", _CREDENTIALS, is_here=True)
    if status is not None and (status in (408, 425, 429) or status >= 500):
        return Trouble("read_error", f"the server failed{said}", "scan again later", passes=True)
    if names & _TIMEOUTS:
        return STALLED
    if names & _BROKEN_OFF:
        why = f"the connection broke off{said}"
        return Trouble("read_error", why, "check the network and scan again", passes=True)
    if names & _UNREACHED:
        why = "no connection to the server"
        to_do = "check the URL's host and the network, and scan again"
        return Trouble("read_error", why, to_do, passes=True, is_here=True)
    if status in (404, 410) or "FileNotFoundError" in names:
        return Trouble("not_found", f"nothing is there{said}", "check the spelling of the URL")
    if "PermissionError" in names:
        return Trouble("permission_denied", f"the server does not allow it{said}", _CREDENTIALS, is_here=True)
    if status is not None:
        return Trouble("read_error", f"the server refused{said}", "check the URL")
    return Trouble("read_error", _kind_of(error) + said, "check the URL and the settings of its store")


_CREDENTIALS: Final = (
    "give credentials where the tools of this store look for them (for S3: AWS_PROFILE, the AWS_… variables, "
    "or FSSPEC_S3_ANON=true for a public bucket)"
)


_PACKAGES: Final = {
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "az": "adlfs",
    "abfs": "adlfs",
    "abfss": "adlfs",
    "sftp": "paramiko",
    "ssh": "paramiko",
    "smb": "smbprotocol",
}
"""What fsspec needs for some stores, beyond the extra."""


def _missing_library(url: str) -> Trouble:
    scheme = scheme_of(url)
    package = _PACKAGES.get(scheme, "")
    what = f"the Python package {package}" if package else "the extra 'remote' of auralis"
    why, to_do = f"the library for {scheme}:// is missing", f"install {what}, and scan again"
    return Trouble("read_error", why, to_do, is_here=True)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what has caused it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _codes(links: list[BaseException]) -> tuple[int | None, str]:
    """The HTTP status and the store's own code, from the error that was raised first."""
    status, code = None, ""
    for link in links:
        found = getattr(link, "status", None)
        response: Any = getattr(link, "response", None)
        if isinstance(response, dict):
            found = response.get("ResponseMetadata", {}).get("HTTPStatusCode", found)
            code = str(response.get("Error", {}).get("Code", ""))
        if isinstance(found, int):
            status = found
    return status, code if _SAFE_CODE.fullmatch(code) and not code.isdigit() else ""


def _kind_of(error: BaseException) -> str:
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return f"its library failed ({type(error).__name__})"
