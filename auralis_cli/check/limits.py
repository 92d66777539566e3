"""The limits of the rules, which `auralis.toml` may change: name, unit, default, range and meaning."""

from functools import cache
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from msgspec import Meta


def _limit(unit: str, lowest: float, highest: float, meaning: str) -> Meta:
    return Meta(ge=lowest, le=highest, description=meaning, extra={"unit": unit})


_DB: Final = 200.0


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where each rule begins to object."""

    true_peak_dbtp: Annotated[float, _limit("dBTP", -_DB, _DB, "highest true peak of lossless files")] = -1.0
    true_peak_lossy_dbtp: Annotated[
        float, _limit("dBTP", -_DB, _DB, "highest true peak of lossy files, whose decoders overshoot")
    ] = 3.5
    clipped_runs: Annotated[float, _limit("runs", 1, 1e9, "so many clipped runs are a fault")] = 3.0
    clipped_run_samples: Annotated[
        float, _limit("samples", 3, 1e9, "one run of so many samples is a fault")
    ] = 8.0
    clip_ceiling_dbfs: Annotated[
        float, _limit("dBFS", -_DB, 0, "a ceiling from here on is full scale")
    ] = -0.3
    target_lufs: Annotated[float, _limit("LUFS", -70, 0, "the loudness that is wanted")] | None = None
    target_tolerance_lu: Annotated[float, _limit("LU", 0, 70, "how far from the target a track may be")] = 1.0
    short_term_lufs: Annotated[float, _limit("LUFS", -70, 0, "highest short-term loudness")] | None = None
    album_loudness_lu: Annotated[
        float, _limit("LU", 0, 70, "how far a track may be from the loudness of its album")
    ] = 3.0
    range_low_lu: Annotated[float, _limit("LU", 0, 100, "smallest loudness range")] = 1.0
    range_high_lu: Annotated[float, _limit("LU", 0, 100, "largest loudness range")] = 25.0
    plr_lu: Annotated[float, _limit("LU", 0, 100, "smallest peak to loudness ratio")] = 7.0
    balance_db: Annotated[float, _limit("dB", 0, _DB, "largest difference of level between L and R")] = 6.0
    correlation: Annotated[float, _limit("", -1, 1, "lowest mean reading of a correlation meter")] = -0.3
    band_edge_db: Annotated[
        float, _limit("dB", 0, _DB, "a spectrum that falls so far within 500 Hz was cut by a program")
    ] = 24.0
    bandwidth_low_hz: Annotated[
        float, _limit("Hz", 0, 1e6, "a lower cut is that of an old sample rate, not of an encoder")
    ] = 11_500.0
    bandwidth_hz: Annotated[
        float, _limit("Hz", 0, 1e6, "a higher cut is that of a converter, not of an encoder")
    ] = 20_600.0
    upsampled_hz: Annotated[
        float, _limit("Hz", 0, 1e6, "above 64 kHz: a lower cut is that of the rate of a CD or a film")
    ] = 26_000.0
    empty_bits: Annotated[float, _limit("bits", 1, 64, "so many unused low bits are padding")] = 8.0
    dc_offset_pct: Annotated[float, _limit("%", 0, 100, "largest DC offset, of full scale")] = 1.5
    side_share_db: Annotated[
        float, _limit("dB", -_DB, 0, "a side signal below this share of the power is noise")
    ] = -45.0
    silence_s: Annotated[float, _limit("s", 0, 1e7, "longest silence within a track")] = 10.0
    edge_silence_s: Annotated[float, _limit("s", 0, 1e7, "longest silence before or after the music")] = 10.0
    abrupt_db: Annotated[
        float, _limit("dB", -_DB, _DB, "a first or last 50 ms of this level against the track is abrupt")
    ] = -6.0
    outlier_z: Annotated[float, _limit("", 0, 1e6, "robust z from which a track stands out")] = 4.5


class LimitRow(NamedTuple):
    """One limit, as it is listed."""

    name: str
    unit: str
    default: float | None
    meaning: str


DEFAULTS: Final = Limits()


@cache
def limit_rows() -> dict[str, LimitRow]:
    """All limits by name, in order."""
    described: dict[str, Any] = msgspec.json.schema(Limits)["$defs"]["Limits"]["properties"]
    rows = {}
    for name, schema in described.items():
        number = next((each for each in schema.get("anyOf", ()) if each["type"] != "null"), schema)
        rows[name] = LimitRow(name, units()[name], getattr(DEFAULTS, name), number.get("description", ""))
    return rows


@cache
def units() -> dict[str, str]:
    """The unit of each limit, by its name; empty for a pure number."""
    return {field.name: _unit(field.type) for field in msgspec.inspect.type_info(Limits).fields}  # type: ignore[attr-defined]


def _unit(kind: msgspec.inspect.Type) -> str:
    if isinstance(kind, msgspec.inspect.UnionType):
        return next(filter(None, map(_unit, kind.types)), "")
    return str((kind.extra or {}).get("unit", "")) if isinstance(kind, msgspec.inspect.Metadata) else ""
