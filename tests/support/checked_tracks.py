"""Tracks and albums as the rules of the linter see them."""

from collections.abc import Sequence
from typing import Any

import msgspec

from auralis_cli.check.finding import Found
from auralis_cli.check.limits import DEFAULTS, Limits
from auralis_cli.check.rules.table import rules_by_code
from auralis_cli.check.track import Album, Facts, Track
from auralis_cli.model.dimensions import dimensions, keys
from auralis_cli.model.record import TrackWarning
from auralis_cli.model.tags import Tags

CLEAN = {
    "duration_s": 200.0,
    "sample_rate_hz": 44_100,
    "channels": 2,
    "bit_depth": 16,
    "codec": "flac",
    "container": "flac",
    "loudness_range_lu": 7.0,
    "sample_peak_dbfs": -2.0,
    "true_peak_dbtp": -1.8,
    "plr_lu": 12.0,
    "dc_offset": [0.0001, -0.0001],
    "channel_levels_dbfs": [-18.0, -18.2],
    "level_difference_db": 0.2,
    "channel_relation": "different",
    "bandwidth_hz": 21_500.0,
    "bandwidth_edge_db": 12.0,
    "effective_bits": 16,
    "leading_silence_s": 0.2,
    "trailing_silence_s": 1.5,
    "longest_silence_s": 0.0,
    "longest_silence_at_s": None,
    "start_level_db": -30.0,
    "end_level_db": -40.0,
    "missing_samples": 0,
    "damaged_samples": 0,
}
"""Details of a good master."""


def usual_values() -> dict[str, float]:
    """The middle of what music usually has, by dimension."""
    return {d.key: (d.usual_low + d.usual_high) / 2 for d in dimensions()} | {"lufs": -14.0}


def track(name: str = "01.flac", /, **given: Any) -> Track:
    """A clean track but for what is given: details, dimensions, tags, `warnings` (codes) or fields of it."""
    values: dict[str, float | None] = {**usual_values()}
    values.update({key: given.pop(key) for key in keys() if key in given})
    tags = {key: given.pop(key) for key in Tags.__struct_fields__ if key in given}
    fields = {key: given.pop(key) for key in ("content_key", "error") if key in given}
    warnings = tuple(TrackWarning(code, code, 3) for code in given.pop("warnings", ()))
    facts = msgspec.json.decode(msgspec.json.encode({**CLEAN, **given}), type=Facts)
    return Track(
        name if name.startswith("/") else f"/m/Album/{name}",
        facts,
        msgspec.convert(tags, Tags),
        tuple(values[key] for key in keys()),
        warnings,
        fields.get("content_key", name),
        fields.get("error"),
        lufs=values["lufs"],
        stereo_width=values["stereo_width"],
        phase_correlation=values["phase_correlation"],
        blocks=((values["lufs"], 500),) if values["lufs"] is not None else (),
    )


def album(tracks: Sequence[Track]) -> Album:
    """An album of these tracks."""
    return Album("Album", "/m/Album", tracks)


def found(code: str, subject: Track | Album, limits: Limits = DEFAULTS) -> list[Found]:
    """What the rule says about a track or an album."""
    rule = rules_by_code()[code]
    if isinstance(subject, Track):
        assert rule.of_track is not None
        one = rule.of_track(subject, limits)
        return [] if one is None else [one]
    assert rule.of_album is not None
    return [each for _, each in rule.of_album(subject, limits)]
