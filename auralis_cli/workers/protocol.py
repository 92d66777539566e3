"""The newline-delimited JSON contract with fp-worker, as types: four requests, eight responses.

The worker speaks first (`ready`); each request is answered by `started`, any number of `progress`, and
exactly one `done` (to `analyze`), `probed` (to `probe`), `hashed` (to `hash`), `traced` (to `trace`) or
`failed` with its id. The owner of the contract is `rust/fp-protocol`; a test compares these types with the
schema that it generates. Unknown fields are ignored.
"""

import base64
import os
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

import msgspec

from auralis_cli.model.codes import error_codes
from auralis_cli.model.record import MAX_DURATION_S, MAX_MESSAGE_CHARACTERS, TrackWarning
from auralis_cli.model.tags import SparseTags
from auralis_cli.model.trace import Band, Beats, Series, Share

PROTOCOL_VERSION = 1
"""Version of the contract; parent and worker refuse each other when it differs."""

MAX_LINE_BYTES = 1 << 20
"""Longest line that either side accepts, in bytes."""


AudioKey = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
ContentKey = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]

HASH_VERSION: Final = 1
"""Version of the acoustic hash; hashes of two versions cannot be compared."""


class Work(StrEnum):
    """What a worker can be asked to do with a file, by the name of the request."""

    ANALYZE = "analyze"
    PROBE = "probe"
    HASH = "hash"
    TRACE = "trace"


class ProtocolViolationError(Exception):
    """The worker said something that the contract does not allow."""


class _Message(msgspec.Struct, frozen=True, tag_field="type"):
    pass


class _TrackRequest(_Message, frozen=True):
    """About one file: `path` where the path is UTF-8, else `path_b64`, the base64 of its bytes.

    `descriptor`: which of the descriptors that were sent, counted from 0, is the open file; the path is then
    only a name.
    """

    id: int
    path: str | msgspec.UnsetType = msgspec.UNSET
    path_b64: str | msgspec.UnsetType = msgspec.UNSET
    descriptor: int | msgspec.UnsetType = msgspec.UNSET


class Analyze(_TrackRequest, frozen=True, tag="analyze"):
    """Decode the file and measure it."""


class Probe(_TrackRequest, frozen=True, tag="probe"):
    """Read the file for the key of its encoded audio, without decoding."""


class Hash(_TrackRequest, frozen=True, tag="hash"):
    """Decode the file for its acoustic hash."""


class Trace(_TrackRequest, frozen=True, tag="trace"):
    """Decode the file and measure it, for what pictures need of it."""


class Protection(msgspec.Struct, frozen=True):
    """One protection of a worker: whether it is in force, and what it does or why it is not."""

    active: bool
    detail: str


class Sandbox(msgspec.Struct, frozen=True):
    """What a worker, and its ffmpeg, cannot do even when a hostile file has taken it over."""

    no_new_privs: Protection
    landlock: Protection
    seccomp: Protection
    limits: Protection


class Ready(_Message, frozen=True, tag="ready"):
    """First line: who is speaking. `ffmpeg` is the program that decodes what the worker cannot, if any.

    `requests`: the types that it knows. `descriptors`: it takes open files. `tags`: it reads tags.
    """

    protocol: int
    analysis_version: int
    worker_version: str
    build_profile: str
    decoders: tuple[str, ...]
    ffmpeg: str | None = None
    requests: tuple[str, ...] = ()
    descriptors: bool = False
    tags: bool = False
    sandbox: Sandbox | None = None

    def can(self, work: Work) -> bool:
        """Whether it knows this request; one that names none knows `analyze`."""
        return work is Work.ANALYZE or work in self.requests


class Started(_Message, frozen=True, tag="started"):
    """The work on a request begins: its deadline runs from here."""

    id: int


class Progress(_Message, frozen=True, tag="progress"):
    """A long track goes on. `fraction` of the whole is None where the length is not known."""

    id: int
    audio_seconds: Annotated[float, msgspec.Meta(ge=0, le=MAX_DURATION_S)]
    fraction: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None


class Done(_Message, frozen=True, tag="done"):
    """The analysis is finished; the fields are those of `record.Record`.

    `tags` is left out by a worker that does not read them.
    """

    id: int
    fingerprint: dict[str, float | None]
    nulls: dict[str, str]
    details: dict[str, Any]
    warnings: tuple[TrackWarning, ...]
    content_key: str
    audio_key: AudioKey | None = None
    tags: SparseTags | msgspec.UnsetType | None = msgspec.UNSET


class Probed(_Message, frozen=True, tag="probed"):
    """The probe is finished. `audio_key` is None where the format has none, `tags` as in `Done`."""

    id: int
    audio_key: AudioKey | None = None
    tags: SparseTags | None = None


class Hashed(_Message, frozen=True, tag="hashed"):
    """The hash is finished. `content_key` is that of the samples that were hashed.

    `acoustic_hash`: words of 32 bits, little-endian, as sent in base64; None for audio that has none.
    """

    id: int
    content_key: ContentKey
    hash_version: int
    acoustic_hash: bytes | None = None


class Traced(_Message, frozen=True, tag="traced"):
    """The trace is finished; the fields are those of `trace.Traced`."""

    id: int
    content_key: ContentKey
    duration_s: Annotated[float, msgspec.Meta(ge=0, le=MAX_DURATION_S)]
    series: Annotated[tuple[Series, ...], msgspec.Meta(max_length=100)]
    third_octave: Annotated[tuple[Band, ...], msgspec.Meta(max_length=100)]
    chroma: Annotated[tuple[Share, ...], msgspec.Meta(min_length=12, max_length=12)] | None = None
    beats: Beats | None = None


class Failure(msgspec.Struct, frozen=True):
    """Why a track failed, and what to do: `skip` it for good, `retry` another time, or `stop` the run."""

    code: str
    message: Annotated[str, msgspec.Meta(max_length=MAX_MESSAGE_CHARACTERS)]
    action: Literal["skip", "retry", "stop"]
    depends_on_ffmpeg: bool


class Failed(_Message, frozen=True, tag="failed", kw_only=True):
    """The track failed. `id` is None when the worker could not read the request."""

    id: int | None = None
    error: Failure


Response = Ready | Started | Progress | Done | Probed | Hashed | Traced | Failed

_decoder: msgspec.json.Decoder[Response] = msgspec.json.Decoder(Response)
_encoder = msgspec.json.Encoder()
_REQUESTS: Final = {Work.ANALYZE: Analyze, Work.PROBE: Probe, Work.HASH: Hash, Work.TRACE: Trace}


def encode_request(
    request_id: int, path: str, descriptor: int | None = None, *, work: Work = Work.ANALYZE
) -> bytes:
    """The line that asks for this work; undecodable bytes of the path are surrogate escapes."""
    kind = _REQUESTS[work]
    opened = msgspec.UNSET if descriptor is None else descriptor
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        encoded = base64.b64encode(os.fsencode(path)).decode("ascii")
        request = kind(request_id, path_b64=encoded, descriptor=opened)
    else:
        request = kind(request_id, path=path, descriptor=opened)
    return _encoder.encode(request) + b"\n"


def decode_response(line: bytes) -> Response:
    """Reads one line from the worker. Raises ProtocolViolationError when it is not a response.

    The values of a `done` are not checked here: see `result_check.py`.
    """
    try:
        response = _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:  # [[[[[[… is too deep for it
        raise ProtocolViolationError(f"not a response: {line[:80]!r} ({error})") from error
    if isinstance(response, Failed) and response.error.code not in error_codes():
        raise ProtocolViolationError(f"an error that does not exist: {response.error.code[:80]!r}")
    return response
