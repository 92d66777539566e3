"""The rules that a record must keep, checked on every record that a sidecar or the cache contains."""

import re
from functools import cache
from typing import Annotated, Any, Final

import msgspec

from auralis_cli.model.codes import warning_codes
from auralis_cli.model.dimensions import MAX_DECIBELS, MAX_PER_SECOND, dimensions, keys
from auralis_cli.model.record import MAX_DURATION_S, MAX_MESSAGE_CHARACTERS, Record

_REASON: Final = re.compile(r"[a-z][a-z_]{0,39}")
_CONTENT_KEY: Final = re.compile(r"[0-9A-Za-z]{0,64}")
_AUDIO_KEY: Final = re.compile(r"[0-9a-f]{32}")
_MAX_VERSION_CHARACTERS: Final = 100
_MAX_DETAIL_DEPTH: Final = 4
_MAX_NUMBER: Final = 1 << 53
"""Of a detail that this version does not know: up to here a float has every whole number."""
_NUMBERS: Final = (int, float)
_NESTED: Final = (dict, list)
_MAX_COUNT: Final = (1 << 63) - 1
"""What SQLite stores."""

_Text = Annotated[str, msgspec.Meta(max_length=200)]
_Samples = Annotated[int, msgspec.Meta(ge=0, le=int(MAX_DURATION_S * MAX_PER_SECOND))]
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=MAX_DURATION_S)]
_Rate = Annotated[int, msgspec.Meta(ge=1, le=int(MAX_PER_SECOND))]
_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Correlation = Annotated[float, msgspec.Meta(ge=-1, le=1)]
_Decibels = Annotated[float, msgspec.Meta(ge=-MAX_DECIBELS, le=MAX_DECIBELS)]
_Range = Annotated[float, msgspec.Meta(ge=0, le=MAX_DECIBELS)]
_Chroma = Annotated[list[_Share], msgspec.Meta(min_length=12, max_length=12)]
_LoudnessBlocks = Annotated[list[tuple[_Decibels, _Samples]], msgspec.Meta(max_length=200)]
_MAX_CHANNELS: Final = 1_000
_Channels = msgspec.Meta(max_length=_MAX_CHANNELS)
_Offset = Annotated[float, msgspec.Meta(ge=-10, le=10)]
"""No sample is beyond +20 dBFS."""


class TempoAlternative(msgspec.Struct, frozen=True):
    """Another tempo level."""

    bpm: Annotated[float, msgspec.Meta(ge=0, le=1_000)]
    score: _Share


class Clipping(msgspec.Struct, frozen=True):
    """Runs of equal samples at the ceiling of a track."""

    runs: _Samples
    samples: _Samples
    longest_samples: _Samples
    ceiling_dbfs: _Decibels
    first_s: _Seconds
    times_s: Annotated[list[_Seconds], msgspec.Meta(max_length=20)]


class Details(msgspec.Struct, frozen=True):
    """Types and ranges of the details, which readers rely on. A later version may add more details."""

    duration_s: _Seconds = 0.0
    samples: _Samples = 0
    sample_rate_hz: _Rate = 0
    channels: Annotated[int, msgspec.Meta(ge=1, le=_MAX_CHANNELS)] = 0
    bit_depth: Annotated[int, msgspec.Meta(ge=1, le=1_000)] | None = None
    container: _Text = ""
    codec: _Text = ""
    decoder: _Text = ""
    tempo_confidence: _Share | None = None
    tempo_alternatives: list[TempoAlternative] = []
    chroma: _Chroma | None = None
    key: _Text | None = None
    key_strength: _Correlation | None = None
    loudness_range_lu: _Range | None = None
    sample_peak_dbfs: _Decibels | None = None
    lowest_correlation: _Correlation | None = None
    true_peak_dbtp: _Decibels | None = None
    true_peak_at_s: _Seconds | None = None
    plr_lu: _Decibels | None = None
    max_momentary_lufs: _Decibels | None = None
    max_short_term_lufs: _Decibels | None = None
    loudness_blocks: _LoudnessBlocks = []
    clipping: Clipping | None = None
    dc_offset: Annotated[list[_Offset], _Channels] = []
    channel_levels_dbfs: Annotated[list[_Decibels | None], _Channels] = []
    level_difference_db: _Decibels | None = None
    channel_relation: _Text | None = None
    bandwidth_hz: Annotated[float, msgspec.Meta(ge=0, le=MAX_PER_SECOND)] | None = None
    bandwidth_edge_db: _Range | None = None
    effective_bits: Annotated[int, msgspec.Meta(ge=1, le=1_000)] | None = None
    leading_silence_s: _Seconds = 0.0
    trailing_silence_s: _Seconds = 0.0
    longest_silence_s: _Seconds = 0.0
    longest_silence_at_s: _Seconds | None = None
    start_level_db: _Decibels | None = None
    end_level_db: _Decibels | None = None
    missing_samples: _Samples | None = None
    damaged_samples: _Samples | None = None


_KNOWN_DETAILS: Final = frozenset(Details.__struct_fields__)
_OF_ALTERNATIVES: Final = frozenset(TempoAlternative.__struct_fields__)
_OF_CLIPPING: Final = frozenset(Clipping.__struct_fields__)


def broken_rule(record: Record) -> str | None:
    """The first rule that a record breaks, in words; None for a good one.

    Exactly the 25 keys; each value finite and within its dimension's range, or None with a reason and only
    then; details of the right types.
    """
    fingerprint, nulls = record.fingerprint, record.nulls
    if fingerprint.keys() != _finite_ranges().keys():
        return f"the fingerprint does not have exactly the {len(keys())} keys"
    for key, (lowest, highest) in _finite_ranges().items():
        value = fingerprint[key]
        if value is None:
            if not _REASON.fullmatch(nulls.get(key, "")):
                return f"{key} is null without a reason"
        elif not lowest <= value <= highest:  # NaN breaks the rule too
            return f"{key} is {value}, outside its range"
        elif key in nulls:
            return f"{key} has a value and a reason for having none"
    if not nulls.keys() <= fingerprint.keys():
        return "a reason belongs to no dimension"
    return _broken_rule_of_the_rest(record)


@cache
def _finite_ranges() -> dict[str, tuple[float, float]]:
    """Lowest and highest value of each dimension; cached, since every record read is checked."""
    return {dimension.key: (dimension.lowest, dimension.highest) for dimension in dimensions()}


def _broken_rule_of_the_rest(record: Record) -> str | None:
    if not _CONTENT_KEY.fullmatch(record.content_key):
        return "the content key is not a hash"
    if record.audio_key is not None and not _AUDIO_KEY.fullmatch(record.audio_key):
        return "the audio key is not a hash"
    if not record.analyzer or max(len(record.analyzer), len(record.worker_version)) > _MAX_VERSION_CHARACTERS:
        return "the name or version of the analyzer is empty or too long"
    try:
        msgspec.convert(record.details, Details)
    except msgspec.ValidationError as error:
        return f"the details are wrong: {error}"
    if not _has_known_details(record.details) and not _is_plain(record.details, _MAX_DETAIL_DEPTH):
        return "the details are nested too deeply, or a number in them is too large"
    for warning in record.warnings:
        if warning.code not in warning_codes() or not 0 <= warning.count <= _MAX_COUNT:
            return "a warning has no known code, or no count"
        if len(warning.message) > MAX_MESSAGE_CHARACTERS:
            return "the message of a warning is too long"
    return None


def _has_known_details(details: dict[str, Any]) -> bool:
    """Whether all details are those whose types and ranges were checked, so that no other check is needed."""
    alternatives = details.get("tempo_alternatives", ())
    clipping = details.get("clipping") or {}
    return (
        details.keys() <= _KNOWN_DETAILS
        and all(each.keys() <= _OF_ALTERNATIVES for each in alternatives)
        and clipping.keys() <= _OF_CLIPPING
    )


def _is_plain(value: object, depth: int) -> bool:
    """Whether the value can be stored and read anywhere: lists and objects lie at most so deep in each other,
    and no number is beyond all meaning.
    """
    # Tuples, because `int | float` is made anew each time; and no call for each number.
    if not isinstance(value, _NESTED):
        return not isinstance(value, _NUMBERS) or abs(value) <= _MAX_NUMBER  # NaN is not
    if not depth:
        return False
    for part in value.values() if isinstance(value, dict) else value:
        if isinstance(part, _NUMBERS):
            if not abs(part) <= _MAX_NUMBER:
                return False
        elif isinstance(part, _NESTED) and not _is_plain(part, depth - 1):
            return False
    return True
