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
_Rate = Annotated[int, msgspec.Meta(ge=1, le=int(MAX_PER_SECOND))]
_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Correlation = Annotated[float, msgspec.Meta(ge=-1, le=1)]
_Decibels = Annotated[float, msgspec.Meta(ge=-MAX_DECIBELS, le=MAX_DECIBELS)]
_Range = Annotated[float, msgspec.Meta(ge=0, le=MAX_DECIBELS)]
_Chroma = Annotated[list[_Share], msgspec.Meta(min_length=12, max_length=12)]


class TempoAlternative(msgspec.Struct, frozen=True):
    """Another tempo level."""

    bpm: Annotated[float, msgspec.Meta(ge=0, le=1_000)]
    score: _Share


class Details(msgspec.Struct, frozen=True):
    """Types and ranges of the details, which readers rely on. A later version may add more details."""

    duration_s: Annotated[float, msgspec.Meta(ge=0, le=MAX_DURATION_S)] = 0.0
    samples: _Samples = 0
    sample_rate_hz: _Rate = 0
    channels: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 0
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


_KNOWN_DETAILS: Final = frozenset(Details.__struct_fields__)
_OF_ALTERNATIVES: Final = frozenset(TempoAlternative.__struct_fields__)


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
    return details.keys() <= _KNOWN_DETAILS and all(each.keys() <= _OF_ALTERNATIVES for each in alternatives)


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
