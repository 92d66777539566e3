"""What travels between a scan and its machines: JSON, both ways.

The results are the very messages that fp-worker sends (`workers/protocol.py`), so that they are checked as
those are.
"""

import base64
import os
from collections.abc import Sequence
from typing import Annotated, Final, Literal

import msgspec

from auralis_cli.model.record import Record, Track, TrackError
from auralis_cli.model.tags import SparseTags
from auralis_cli.settings.values import PathMap
from auralis_cli.workers import protocol
from auralis_cli.workers.engine import Finished, Hashed, Job, Probed
from auralis_cli.workers.protocol import HASH_VERSION, MAX_LINE_BYTES, Done, Failed, Failure, Ready, Work

WIRE_VERSION: Final = 1
"""Of these messages; scan and machine refuse each other when it differs."""
MAX_MESSAGE: Final = 2_000
"""Characters of a machine's words."""

MAX_THREADS: Final = 1024
"""Of one machine."""
MAX_AUDIO_S: Final = 1e7
"""Seconds of one track that anybody can believe: 115 days."""
Host = Annotated[str, msgspec.Meta(max_length=255)]
Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]
AudioSeconds = Annotated[float, msgspec.Meta(ge=0, le=MAX_AUDIO_S)]
EVENT_TOPIC: Final = "auralis"
"""The topic of Dask's events in which machines say what they do."""


class Terms(msgspec.Struct, frozen=True):
    """What a scan asks of every machine. `scan`: its random name. `ffmpeg`: whether one may be used."""

    scan: str
    wire_version: int = WIRE_VERSION
    audio_only: bool = False
    nice: bool = False
    timeout: int | None = None
    max_memory: int | None = None
    ffmpeg: bool = True
    path_map: tuple[PathMap, ...] = ()
    ship: bool = False
    """The bytes of the tracks come with the requests."""


class WireTrack(msgspec.Struct, frozen=True, omit_defaults=True):
    """A track to work on.

    `path_b64`: the path's bytes where they are not UTF-8. `version`: of a URL. `shipped`: how many bytes of
    those that follow the request are the track's.
    """

    id: int
    size: int
    mtime_ns: int
    path: str = ""
    path_b64: str = ""
    file_key: str = ""
    work: Work = Work.ANALYZE
    version: str | None = None
    shipped: int | None = None

    @classmethod
    def of(cls, number: int, job: Job) -> "WireTrack":
        """The job as it travels."""
        track, path, path_b64 = job.track, job.track.path, ""
        try:
            path.encode()
        except UnicodeEncodeError:
            path, path_b64 = "", base64.b64encode(os.fsencode(track.path)).decode("ascii")
        named = (path, path_b64, job.file_key, job.work, track.version)
        return cls(number, track.size, track.mtime_ns, *named)

    def job(self) -> Job:
        """The job on the machine, under the path that the file has for the scan."""
        path = os.fsdecode(base64.b64decode(self.path_b64)) if self.path_b64 else self.path
        track = Track(path, self.size, self.mtime_ns, version=self.version)
        return Job(track, self.work, file_key=self.file_key)


class Request(msgspec.Struct, frozen=True):
    """A batch of tracks."""

    terms: Terms
    batch: int
    tracks: tuple[WireTrack, ...]


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """A machine that can work: its host, its worker processes, its fp-worker, the version of its ffmpeg."""

    host: Host
    jobs: Annotated[int, msgspec.Meta(ge=1, le=MAX_THREADS)]
    wire_version: int
    ready: Ready
    ffmpeg: str | None = None


class Refusal(msgspec.Struct, frozen=True, tag="refusal"):
    """A machine that cannot work, and why. `again`: it may the next time."""

    why: Annotated[str, msgspec.Meta(max_length=MAX_MESSAGE)]
    host: Host
    again: bool = False


class Answers(msgspec.Struct, frozen=True, tag="answers"):
    """The ends of a batch, each as fp-worker would say it, with the id of its track."""

    results: list[msgspec.Raw]


Answer = Hello | Refusal | Answers


class Pulse(msgspec.Struct, frozen=True):
    """What a machine does now, once a second while it works: its batches, and of each track in work its id,
    the fraction done and the seconds of audio.
    """

    scan: str
    machine: str
    batches: tuple[int, ...]
    tracks: tuple[tuple[int, Fraction | None, AudioSeconds], ...] = ()


class BadAnswerError(Exception):
    """A machine said what no machine of this version says."""


def printable(words: str) -> str:
    """A machine's words without what would act on a terminal."""
    return "".join(character if character.isprintable() else " " for character in words)


def words(text: str) -> str:
    """The text as a message may have it: not too long, and UTF-8 even where a path in it is not."""
    return text[:MAX_MESSAGE].encode("utf-8", "backslashreplace").decode()[:MAX_MESSAGE]


def encode(message: msgspec.Struct) -> bytes:
    """The message as JSON."""
    return msgspec.json.encode(message)


def encode_ends(ends: Sequence[tuple[int, Finished]]) -> bytes:
    """The ends of a batch, with the ids of their tracks."""
    return encode(Answers([msgspec.Raw(encode(_said(number, end))) for number, end in ends]))


def decode_answer(answer: object) -> Answer:
    """Reads what a machine has returned. Raises BadAnswerError."""
    if not isinstance(answer, bytes):
        raise BadAnswerError(f"it returned {type(answer).__name__}, not bytes")
    try:
        return msgspec.json.decode(answer, type=Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadAnswerError(f"it returned what is no answer: {answer[:80]!r} ({error})") from error


def decode_result(result: msgspec.Raw) -> Done | protocol.Probed | protocol.Hashed | Failed:
    """Reads one end, whose values are not checked yet. Raises BadAnswerError."""
    line = bytes(result)
    if len(line) > MAX_LINE_BYTES:
        raise BadAnswerError(f"it returned a result of more than {MAX_LINE_BYTES} bytes")
    try:
        response = protocol.decode_response(line)
    except protocol.ProtocolViolationError as error:
        raise BadAnswerError(f"it returned {error}") from error
    if not isinstance(response, Done | protocol.Probed | protocol.Hashed | Failed) or response.id is None:
        raise BadAnswerError("it returned what is no end of a track")
    return response


def _said(number: int, end: Finished) -> Done | protocol.Probed | protocol.Hashed | Failed:
    """What fp-worker would say."""
    match end.outcome:
        case Record() as record:
            return Done(
                number,
                record.fingerprint,
                record.nulls,
                record.details,
                record.warnings,
                record.content_key,
                record.audio_key,
                msgspec.UNSET if record.tags is None else SparseTags.of(record.tags),
            )
        case Probed(audio_key, tags):
            return protocol.Probed(number, audio_key, SparseTags.of(tags))
        case Hashed(content_key, acoustic_hash):
            return protocol.Hashed(number, content_key, HASH_VERSION, acoustic_hash)
        case TrackError(code, message, depends_on_ffmpeg):
            action: Literal["skip", "retry"] = "skip" if end.final else "retry"
            return Failed(id=number, error=Failure(code, words(message), action, depends_on_ffmpeg))
    raise TypeError(f"no end of a track: {type(end.outcome).__name__}")
