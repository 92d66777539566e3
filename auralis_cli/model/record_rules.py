"""The rules that a record must keep, checked on every record that a sidecar or the cache contains."""

import re
import sys
from functools import cache
from typing import Annotated, Final

import msgspec

from auralis_cli.model.dimensions import dimensions, keys
from auralis_cli.model.record import Record

_REASON: Final = re.compile(r"[a-z][a-z_]{0,39}")
_CONTENT_KEY: Final = re.compile(r"[0-9A-Za-z]{0,64}")
_MAX_VERSION_CHARACTERS: Final = 100
_MAX_MESSAGE_CHARACTERS: Final = 2_000
_MAX_DETAIL_DEPTH: Final = 4

_Text = Annotated[str, msgspec.Meta(max_length=200)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]


class TempoAlternative(msgspec.Struct, frozen=True):
    """Another tempo level."""

    bpm: float
    score: float


class Details(msgspec.Struct, frozen=True):
    """The types of the details, which readers rely on. A later version may add more details."""

    duration_s: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    samples: _Count = 0
    sample_rate_hz: _Count = 0
    channels: _Count = 0
    bit_depth: _Count | None = None
    container: _Text = ""
    codec: _Text = ""
    decoder: _Text = ""
    tempo_confidence: float | None = None
    tempo_alternatives: list[TempoAlternative] = []
    chroma: Annotated[list[float], msgspec.Meta(min_length=12, max_length=12)] | None = None
    key: _Text | None = None
    key_strength: float | None = None
    loudness_range_lu: float | None = None
    sample_peak_dbfs: float | None = None
    lowest_correlation: float | None = None


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
    """Lowest and highest finite value of each dimension; cached, since every record read is checked."""
    huge = sys.float_info.max
    return {
        d.key: (-huge if d.minimum is None else d.minimum, huge if d.maximum is None else d.maximum)
        for d in dimensions()
    }


def _broken_rule_of_the_rest(record: Record) -> str | None:
    if not _CONTENT_KEY.fullmatch(record.content_key):
        return "the content key is not a hash"
    if not record.analyzer or max(len(record.analyzer), len(record.worker_version)) > _MAX_VERSION_CHARACTERS:
        return "the name or version of the analyzer is empty or too long"
    try:
        msgspec.convert(record.details, Details)
    except msgspec.ValidationError as error:
        return f"the details are wrong: {error}"
    if not _is_shallow(record.details, _MAX_DETAIL_DEPTH):
        return "the details are nested too deeply"
    for warning in record.warnings:
        if not _REASON.fullmatch(warning.code) or not 0 <= warning.count < 1 << 63:
            return "a warning has no code or count"
        if len(warning.message) > _MAX_MESSAGE_CHARACTERS:
            return "the message of a warning is too long"
    return None


def _is_shallow(value: object, depth: int) -> bool:
    """Whether lists and objects lie at most so deep in each other: what is stored can be read anywhere."""
    if isinstance(value, dict):
        return depth > 0 and all(_is_shallow(each, depth - 1) for each in value.values())
    if isinstance(value, list):
        return depth > 0 and all(_is_shallow(each, depth - 1) for each in value)
    return True
