"""The JSON of `stats --json`."""

from collections import Counter
from typing import Annotated, Any

from msgspec import Meta

from auralis_cli.library.spread import Spread
from auralis_cli.library.statistics import GroupOfTracks, Statistics
from auralis_cli.render.json_types import Count, Printed, Seconds, indented_json
from auralis_cli.render.safe_text import utf8_text


class CountObject(Printed, frozen=True):
    """So many tracks have this value."""

    value: str | int
    tracks: Count


class FormatObject(Printed, frozen=True):
    """Tracks of a codec in a container."""

    codec: str
    container: str
    tracks: Count
    seconds: Seconds
    size: Annotated[Count, Meta(description="Bytes.")]


class BinObject(Printed, frozen=True):
    """Tracks whose value is at least `low` and less than `high`; null: no such limit."""

    low: float | None
    high: float | None
    tracks: Count


class SpreadObject(Printed, frozen=True):
    """How the values of a dimension are distributed."""

    p10: float | None
    median: float | None
    p90: float | None
    without: Annotated[Count, Meta(description="Tracks that have no value.")]
    bins: tuple[BinObject, ...]


class NullObject(Printed, frozen=True):
    """Tracks without a value of this dimension, and why."""

    key: str
    reason: str
    tracks: Count


class GroupObject(Printed, frozen=True):
    """The tracks of a group. `value`: what they have in common; null: they have no such value."""

    value: str | int | None
    tracks: Count
    failed: Count
    seconds: Seconds
    size: Count
    tempo_bpm: Annotated[float | None, Meta(description="The median.")]
    lufs: Annotated[float | None, Meta(description="The median.")]


class StatsObject(Printed, frozen=True):
    """The output of `stats --json`: of analysed tracks, but for `failed`, `missing` and `failures`."""

    tracks: Count
    seconds: Seconds
    size: Annotated[Count, Meta(description="Bytes.")]
    failed: Count
    missing: Count
    outdated: Annotated[Count, Meta(description="Tracks whose numbers are of an older analysis version.")]
    formats: tuple[FormatObject, ...]
    sample_rate_hz: tuple[CountObject, ...]
    bit_depth: tuple[CountObject, ...]
    channels: tuple[CountObject, ...]
    keys: tuple[CountObject, ...]
    tempo_bpm: SpreadObject
    lufs: SpreadObject
    nulls: tuple[NullObject, ...]
    warnings: tuple[CountObject, ...]
    failures: tuple[CountObject, ...]
    groups: Annotated[
        tuple[GroupObject, ...] | None, Meta(description="With --by, longest first; else null.")
    ]


def stats_json(found: Statistics, *, grouped: bool, limit: int | None) -> bytes:
    """The object, indented."""
    counted: dict[str, Counter[Any]] = {
        "sample_rate_hz": found.sample_rates,
        "bit_depth": found.bit_depths,
        "channels": found.channels,
        "keys": found.keys,
        "warnings": found.warnings,
        "failures": found.failures,
    }
    return indented_json(
        StatsObject(
            tracks=found.analysed.tracks,
            seconds=round(found.analysed.seconds, 3),
            size=found.analysed.size,
            failed=found.failures.total(),
            missing=found.missing,
            outdated=found.outdated,
            formats=tuple(
                FormatObject(
                    utf8_text(codec), utf8_text(container), each.tracks, round(each.seconds, 3), each.size
                )
                for (codec, container), each in sorted(
                    found.formats.items(), key=lambda item: -item[1].tracks
                )
            ),
            tempo_bpm=_spread(found.tempo),
            lufs=_spread(found.loudness),
            nulls=tuple(
                NullObject(key, reason, count)
                for key, reasons in found.nulls.items()
                for reason, count in reasons.most_common()
            ),
            groups=tuple(map(_group, found.groups[:limit])) if grouped else None,
            **{
                name: tuple(CountObject(value, tracks) for value, tracks in counter.most_common())
                for name, counter in counted.items()
            },
        )
    )


def _spread(spread: Spread) -> SpreadObject:
    edges = [spread.low + place * spread.width for place in range(len(spread.counts) + 1)]
    lows, highs = [None, *edges], [*edges, None]
    counts = (spread.below, *spread.counts, spread.above)
    p10, median, p90 = spread.percentiles or (None, None, None)
    bins = tuple(BinObject(*each) for each in zip(lows, highs, counts, strict=True))
    return SpreadObject(p10, median, p90, spread.without, bins)


def _group(group: GroupOfTracks) -> GroupObject:
    name = utf8_text(group.name) if isinstance(group.name, str) else group.name
    portion = group.portion
    return GroupObject(
        name,
        portion.tracks,
        group.failed,
        round(portion.seconds, 3),
        portion.size,
        group.tempo,
        group.loudness,
    )
