"""What the rules see of a track, and an album of them."""

import os
from collections.abc import Collection, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from auralis_cli.model.dimensions import MAX_DECIBELS, MAX_PER_SECOND
from auralis_cli.model.record import MAX_DURATION_S, TrackWarning
from auralis_cli.model.tags import NO_TAGS, Tags

_Decibels = Annotated[float, Meta(ge=-MAX_DECIBELS, le=MAX_DECIBELS)]
_Seconds = Annotated[float, Meta(ge=0, le=MAX_DURATION_S)]
_Count = Annotated[int, Meta(ge=0)]
_Share = Annotated[float, Meta(ge=-1e6, le=1e6)]


class Clipping(msgspec.Struct, frozen=True, gc=False):
    """Runs of equal samples at the ceiling of the track."""

    runs: _Count
    samples: _Count
    longest_samples: _Count
    ceiling_dbfs: _Decibels
    first_s: _Seconds = 0.0
    times_s: tuple[_Seconds, ...] = ()


class Facts(msgspec.Struct, frozen=True, gc=False):
    """The details of a record that rules are about. What is undefined, or was not measured, is None.

    The ranges are checked, because a cache may be crafted.
    """

    duration_s: _Seconds = 0.0
    sample_rate_hz: Annotated[int, Meta(ge=0, le=int(MAX_PER_SECOND))] = 0
    channels: _Count = 0
    bit_depth: _Count | None = None
    """Of lossless audio of whole numbers; None for lossy codecs and floating point."""
    codec: str = ""
    container: str = ""
    key: str | None = None
    key_strength: float | None = None
    loudness_range_lu: _Decibels | None = None
    sample_peak_dbfs: _Decibels | None = None
    true_peak_dbtp: _Decibels | None = None
    true_peak_at_s: _Seconds | None = None
    max_short_term_lufs: _Decibels | None = None
    plr_lu: _Decibels | None = None
    clipping: Clipping | None = None
    dc_offset: tuple[_Share, ...] | None = None
    channel_levels_dbfs: tuple[_Decibels | None, ...] | None = None
    level_difference_db: _Decibels | None = None
    channel_relation: str | None = None
    bandwidth_hz: Annotated[float, Meta(ge=0, le=MAX_PER_SECOND)] | None = None
    bandwidth_edge_db: _Decibels | msgspec.UnsetType | None = msgspec.UNSET
    effective_bits: _Count | None = None
    leading_silence_s: _Seconds | None = None
    trailing_silence_s: _Seconds | None = None
    longest_silence_s: _Seconds | None = None
    longest_silence_at_s: _Seconds | None = None
    start_level_db: _Decibels | None = None
    end_level_db: _Decibels | None = None
    missing_samples: int | None = None
    """0 where all is there; None where something is missing, and nobody knows how much. So of damage."""
    damaged_samples: int | msgspec.UnsetType | None = msgspec.UNSET

    @property
    def is_measured(self) -> bool:
        """Whether the analysis took the measurements that rules are about: it always writes these two."""
        return self.damaged_samples is not msgspec.UNSET and self.bandwidth_edge_db is not msgspec.UNSET


NO_FACTS: Final = Facts()


class Track(msgspec.Struct, frozen=True, gc=False):
    """A track as the rules see it.

    `values`: the 25 dimensions in order. `error`: code and message of a failed analysis, of which nothing
    else is known.
    """

    path: str
    facts: Facts = NO_FACTS
    tags: Tags = NO_TAGS
    values: tuple[float | None, ...] = ()
    warnings: tuple[TrackWarning, ...] = ()
    content_key: str = ""
    error: tuple[str, str] | None = None
    lufs: float | None = None
    stereo_width: float | None = None
    phase_correlation: float | None = None
    blocks: tuple[tuple[float, int], ...] = ()
    """Its gating blocks as (mean loudness in LUFS, number), read only where album loudness is asked for."""

    @property
    def folder(self) -> str:
        """Where it lies."""
        return self.path.rpartition("/")[0] or "/"

    @property
    def name(self) -> str:
        """The name of its file."""
        return os.path.basename(self.path)

    @property
    def is_lossless(self) -> bool:
        """Whether its codec keeps every bit; one bit per sample is DSD, to which no rule of PCM applies."""
        return (self.facts.bit_depth or 0) > 1 or self.facts.codec.startswith("pcm_f")

    def warning(self, code: str) -> TrackWarning | None:
        """What the worker said about the file with this code."""
        if not self.warnings:  # as of nearly all tracks
            return None
        return next((each for each in self.warnings if each.code == code), None)


class Album(msgspec.Struct, frozen=True):
    """The tracks of one album in the order of their paths; those that failed are not among them.

    `place`: its folder. `is_whole`: all of its files that exist are known. `failed`: files that could not be
    analysed, whose tags are not known. `asked`: the paths that the user asked about; None for all.
    """

    name: str
    place: str
    tracks: Sequence[Track]
    is_whole: bool = True
    failed: Sequence[Track] = ()
    asked: Collection[str] | None = None

    @property
    def is_one(self) -> bool:
        """Whether the tags allow that these tracks are one album; those of a folder of singles do not."""
        return len({track.tags.album for track in self.tracks if track.tags.album}) <= 1
