"""What the rules see of a track, and an album of them."""

import os
from collections.abc import Collection, Sequence
from typing import Final

import msgspec

from auralis_cli.model.record import TrackWarning
from auralis_cli.model.tags import NO_TAGS, Tags


class Clipping(msgspec.Struct, frozen=True, gc=False):
    """Runs of equal samples at the ceiling of the track."""

    runs: int
    samples: int
    longest_samples: int
    ceiling_dbfs: float
    first_s: float = 0.0
    times_s: tuple[float, ...] = ()


class Facts(msgspec.Struct, frozen=True, gc=False):
    """The details of a record that rules are about. What is undefined, or was not measured, is None."""

    duration_s: float = 0.0
    sample_rate_hz: int = 0
    channels: int = 0
    bit_depth: int | None = None
    """Of lossless audio; None for lossy codecs."""
    codec: str = ""
    container: str = ""
    key: str | None = None
    key_strength: float | None = None
    loudness_range_lu: float | None = None
    sample_peak_dbfs: float | None = None
    lowest_correlation: float | None = None
    true_peak_dbtp: float | None = None
    true_peak_at_s: float | None = None
    max_momentary_lufs: float | None = None
    max_short_term_lufs: float | None = None
    plr_lu: float | None = None
    clipping: Clipping | None = None
    dc_offset: tuple[float, ...] | None = None
    channel_levels_dbfs: tuple[float | None, ...] | None = None
    level_difference_db: float | None = None
    channel_relation: str | None = None
    bandwidth_hz: float | None = None
    bandwidth_edge_db: float | None = None
    effective_bits: int | None = None
    leading_silence_s: float | None = None
    trailing_silence_s: float | None = None
    longest_silence_s: float | None = None
    longest_silence_at_s: float | None = None
    start_level_db: float | None = None
    end_level_db: float | None = None
    missing_samples: int | None = None
    """0 where all is there; None where something is missing, and nobody knows how much. So of damage."""
    damaged_samples: int | msgspec.UnsetType | None = msgspec.UNSET

    @property
    def is_measured(self) -> bool:
        """Whether the analysis took the measurements that the rules are about: it always counts damage."""
        return self.damaged_samples is not msgspec.UNSET


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
