"""The reference as a worker: it speaks the protocol of fp-worker and answers one request after the other."""

import base64
import binascii
import os
import threading
import traceback
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, Final, Literal

import msgspec

from auralis_cli.reference.undecodable import UndecodableError
from auralis_cli.workers.protocol import (
    MAX_LINE_BYTES,
    Analyze,
    Done,
    Failed,
    Failure,
    Progress,
    Ready,
    Response,
    Started,
)

HEARTBEAT_S: Final = 0.25
"""Time between progress lines. The first line that cannot be written shows that the parent has ended."""

AnalyseFile = Callable[[str], Mapping[str, Any]]

_decoder: msgspec.json.Decoder[Analyze] = msgspec.json.Decoder(Analyze)


class ParentGoneError(Exception):
    """The parent no longer reads the responses."""


class Output:
    """Writes responses from several threads, each as one flushed line."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = threading.Lock()

    def write(self, response: Response) -> None:
        """Raises ParentGoneError."""
        with self._lock:
            try:
                self._file.write(msgspec.json.encode(response) + b"\n")
                self._file.flush()
            except OSError as error:
                raise ParentGoneError from error


class Heartbeat:
    """Sends a progress line every quarter of a second during an analysis; NumPy itself reports none.

    If the parent has ended, this process ends at once, in the middle of its analysis.
    """

    def __init__(self, output: Output, request_id: int, exit_now: Callable[[int], object] = os._exit) -> None:
        self._output = output
        self._progress = Progress(request_id, 0.0)
        self._exit_now = exit_now
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(HEARTBEAT_S):
            try:
                self._output.write(self._progress)
            except ParentGoneError:
                self._exit_now(1)
                return


def serve(source: BinaryIO, sink: BinaryIO, ready: Ready, analyse: AnalyseFile) -> None:
    """Answers requests until the input ends. Raises ParentGoneError."""
    output = Output(sink)
    output.write(ready)
    while line := source.readline(MAX_LINE_BYTES + 1):
        try:
            request = _decoder.decode(line)
            path = _path_of(request)
        except (msgspec.MsgspecError, UnicodeDecodeError, binascii.Error, RecursionError) as error:
            why = f"the request cannot be read: {error}"
            output.write(Failed(id=None, error=Failure("bad_request", why, "stop", False)))
            continue
        output.write(Started(request.id))
        with Heartbeat(output, request.id):
            response = _answer(request.id, path, analyse)
        output.write(response)


def _answer(request_id: int, path: str, analyse: AnalyseFile) -> Done | Failed:
    """The final response. An error of any kind fails only this track."""
    try:
        return Done(request_id, **analyse(path))
    except UndecodableError as error:
        action: Literal["retry", "skip"] = "retry" if error.may_pass else "skip"
        failure = Failure(error.code, _utf8(str(error)), action, error.depends_on_ffmpeg)
    except ImportError as error:
        traceback.print_exc()
        why = f"the reference cannot be loaded: {error}; run pip install '.[bench]' in the source tree"
        failure = Failure("internal_error", _utf8(why), "stop", False)
    except MemoryError:
        why = "the reference needs 0.3 GB of memory per minute of audio, and there is not enough"
        failure = Failure("out_of_memory", why, "retry", False)
    except Exception as error:  # noqa: BLE001 - the same as a panic of fp-worker: one failed track
        traceback.print_exc()
        why = f"the analysis hit a defect in the reference: {error!r}; please report it with the file"
        failure = Failure("internal_error", _utf8(why), "skip", False)
    return Failed(id=request_id, error=failure)


def _path_of(request: Analyze) -> str:
    if not isinstance(request.path_b64, msgspec.UnsetType):
        return os.fsdecode(base64.b64decode(request.path_b64, validate=True))
    if isinstance(request.path, msgspec.UnsetType):
        raise msgspec.ValidationError("it has neither path nor path_b64")
    return request.path


def _utf8(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
