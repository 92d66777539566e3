"""What is known about a track: the record that goes into the cache, the sidecar and the JSON output."""

import os
from enum import StrEnum
from typing import Any, Final, Self

import msgspec

from auralis_cli.model.stamps import MAX_TIME_NS, storable_time_ns
from auralis_cli.model.tags import Tags

ANALYSIS_VERSION: Final = 3
"""Version of the definitions that the analyzers of this auralis implement; tests compare it with theirs."""
MAX_MESSAGE_CHARACTERS: Final = 2_000
"""Of what a worker says about a track."""
MAX_DURATION_S: Final = 1e7
"""Four months: no file is that long."""


class AnalyzerName(StrEnum):
    """The two analyzers. A record by one is never used for a record by the other."""

    WORKER = "worker"
    """fp-worker, the Rust program."""
    REFERENCE = "reference"
    """The Python reference: slow, for a user who has to do without the worker for a while."""


VIDEO_ERROR: Final = "video"
"""Code of the failure of a film in a scan for audio alone. It is reported as skipped."""


class Track(msgspec.Struct, frozen=True, gc=False):
    """A file as discovery saw it. `path` is absolute; bytes that are not UTF-8 are surrogate escapes.

    Of a track in a store, `path` is its URL, and `version` is what the store tells of its content.
    """

    path: str
    size: int
    """Bytes."""
    mtime_ns: int
    """Time of the last modification, in ns since 1970; at most `MAX_TIME_NS` before or after it. 0 for a URL
    whose store tells none."""
    ctime_ns: int | None = None
    """Time of the last change to the file or to what `stat` says of it, which no program can set; None where
    it is not known."""
    inode: int | None = None
    """Its number on its file system; None where there are none."""
    version: str | None = None
    """Of a URL alone, and never None there: `etag …`, `time …`, or one of the two in `stamps.py`."""

    @classmethod
    def seen(cls, path: str, status: os.stat_result) -> Self:
        """The track at this absolute path, as `stat` describes it."""
        mtime_ns, ctime_ns = status.st_mtime_ns, status.st_ctime_ns
        if not (0 <= mtime_ns <= MAX_TIME_NS and 0 <= ctime_ns <= MAX_TIME_NS):
            mtime_ns, ctime_ns = storable_time_ns(mtime_ns), storable_time_ns(ctime_ns)
        return cls(path, status.st_size, mtime_ns, ctime_ns, status.st_ino or None)


class TrackWarning(msgspec.Struct, frozen=True):
    """Something wrong with a file that was analysed all the same."""

    code: str
    message: str
    count: int


class TrackError(msgspec.Struct, frozen=True):
    """Why a track has no fingerprint.

    `depends_on_ffmpeg`: another ffmpeg program could change the outcome.
    """

    code: str
    message: str
    depends_on_ffmpeg: bool = False


class Record(msgspec.Struct, frozen=True):
    """A finished analysis of one file's audio.

    `fingerprint` has exactly the 25 keys of `dimensions.py`, each value finite or None; `nulls` has the
    reason of each None. `content_key` is the hash of the decoded audio, `analyzer` an `AnalyzerName`.
    `audio_key` is the hash of the encoded audio, which tags do not change (32 hexadecimal digits); None where
    the format has none, or an older auralis made the record. `tags` are those of the file, which another file
    with the same audio does not share; None where they were never read.
    """

    analyzer: str
    analysis_version: int
    worker_version: str
    fingerprint: dict[str, float | None]
    nulls: dict[str, str]
    details: dict[str, Any]
    warnings: tuple[TrackWarning, ...]
    content_key: str
    audio_key: str | None = None
    tags: Tags | None = None


class AnalyzerVersion(msgspec.Struct, frozen=True):
    """The analyzer of a run. Records of another analyzer are not used. `reads_tags`: so do its workers."""

    name: AnalyzerName
    analysis_version: int
    worker_version: str
    reads_tags: bool = False

    def takes(self, analyzer: str, analysis_version: int, oldest: int | None = None) -> bool:
        """Whether the numbers of that analyzer and version are good for this run, for which those from the
        version `oldest` on are, if it is given, else those of its own version alone.
        """
        newest = self.analysis_version
        return analyzer == self.name and (newest if oldest is None else oldest) <= analysis_version <= newest
