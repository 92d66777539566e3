"""What the analysis of one track may take: time, silence, memory."""

from typing import Final

import msgspec

from auralis_cli.model.record import AnalyzerName, Track
from auralis_cli.settings.values import Settings

MIN_DEADLINE_S, MAX_DEADLINE_S = 120.0, 3600.0
MIN_BYTES_PER_S = 50_000
"""A file of speech at 24 kb/s, the longest audio for its size that is common, gets 1/16 of its length."""

SILENCE_S: Final = 60.0
"""A worker reports progress four times a second while it gets samples. Its last step, after the last sample,
reports nothing, and takes seconds for ten hours of audio; a sleeping disk takes 15 s to spin up."""

MEMORY_BYTES: Final = 1 << 30
"""A worker takes 10 to 40 MB, ffmpeg about 60: this much is a defect or an attack."""

REFERENCE_SLOWNESS: Final = 10.0
"""The reference takes about 75 times as long as the worker, which uses little of its deadline."""


class TrackLimits(msgspec.Struct, frozen=True):
    """The limits of one run. None means no limit."""

    timeout_s: float | None = None
    """For every file, instead of the time by size."""
    silence_s: float | None = SILENCE_S
    """Without a line from the worker."""
    memory_bytes: int | None = MEMORY_BYTES
    """Resident, of a worker and the programs that it started."""
    slowness: float = 1.0
    """How many times the time by size is allowed."""

    def deadline_s(self, size: int) -> float:
        """Seconds that the analysis of a file of this many bytes may take."""
        if self.timeout_s is not None:
            return self.timeout_s
        return self.slowness * min(max(MIN_DEADLINE_S, size / MIN_BYTES_PER_S), MAX_DEADLINE_S)

    def start_s(self, track: Track, on_disk_s: float) -> float:
        """Seconds until the analysis of a track begins, `on_disk_s` if that is on a disk.

        What a URL leads to is fetched before, which has a limit of its own and then says why it failed.
        """
        return on_disk_s if track.version is None else on_disk_s + self.deadline_s(track.size)


def track_limits(settings: Settings, analyzer: AnalyzerName) -> TrackLimits:
    """The limits that the settings ask for.

    The reference analyzer holds whole tracks in memory and reports no progress: it gets more time, and no
    other limit unless one is set.
    """
    memory = None if settings.max_memory is None else settings.max_memory << 20
    if analyzer is AnalyzerName.REFERENCE:
        return TrackLimits(settings.timeout, None, memory, REFERENCE_SLOWNESS)
    return TrackLimits(settings.timeout, memory_bytes=memory or MEMORY_BYTES)
