import json
import math
from importlib.resources import files

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.made_records import make_record

from auralis_cli.model.dimensions import Dimension, dimensions
from auralis_cli.model.record import TrackWarning
from auralis_cli.model.record_rules import Details, broken_rule


def test_a_good_record_breaks_no_rule_with_values_or_nulls() -> None:
    assert broken_rule(make_record()) is None
    assert broken_rule(make_record({d.key: None for d in dimensions()})) is None
    assert broken_rule(make_record({d.key: d.minimum for d in dimensions() if d.minimum is not None})) is None
    assert broken_rule(make_record({d.key: d.maximum for d in dimensions() if d.maximum is not None})) is None


def test_the_details_are_those_of_the_protocol() -> None:
    schema = json.loads(files("auralis_cli").joinpath("schema/protocol.json").read_bytes())
    properties = schema["response"]["$defs"]["Details"]["properties"]
    assert sorted(Details.__struct_fields__) == sorted(properties)


def test_details_of_a_later_version_are_allowed() -> None:
    record = make_record()
    assert (
        broken_rule(msgspec.structs.replace(record, details={**record.details, "later": [1, {"a": None}]}))
        is None
    )
    assert broken_rule(msgspec.structs.replace(record, details={})) is None


@given(st.sampled_from(dimensions()), st.floats())
def test_a_value_breaks_no_rule_where_its_dimension_allows_it(dimension: Dimension, value: float) -> None:
    good = math.isfinite(value) and dimension.allows(value)
    assert (broken_rule(make_record({dimension.key: value})) is None) is good


_CLIPPING = {
    **{"runs": 2, "samples": 7, "longest_samples": 4, "ceiling_dbfs": -0.1, "first_s": 0.5},
    "times_s": [0.5, 2.0],
}


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("duration_s", [0.0, 1e7], [-1.0, 1.1e7, 1e308, math.nan, math.inf]),
        ("samples", [0, 10**13], [-1, 10**14, 1 << 63, 0.5]),
        ("sample_rate_hz", [1, 768_000], [0, -1, 10**7]),
        ("channels", [1, 8], [0, -1, 10**6]),
        ("bit_depth", [1, 64, None], [0, -1, 10**6]),
        ("tempo_confidence", [0.0, 1.0, None], [-0.1, 1.1, 1e308]),
        ("tempo_alternatives", [[{"bpm": 120.0, "score": 0.5}]], [[{"bpm": 1e308, "score": 0.5}]]),
        ("tempo_alternatives", [[]], [[{"bpm": 120.0, "score": 1e308}], [{"bpm": -1.0, "score": 0}]]),
        ("chroma", [[0.5] * 12], [[1e308] * 12, [-0.1] * 12, [0.5] * 11]),
        ("key_strength", [-1.0, 1.0], [1e308, -1.1]),
        ("loudness_range_lu", [0.0, 30.0], [-0.1, 1e308]),
        ("sample_peak_dbfs", [-200.0, 3.0, 770.6], [1e308, -1e308]),
        ("lowest_correlation", [-1.0, 1.0], [1.01, 1e308]),
        ("true_peak_dbtp", [-1.5, 20.0, None], [1e308, "loud"]),
        (
            "loudness_blocks",
            [[], [[-23.5, 7]]],
            [[[-23.5]], [[-1e308, 7]], [[-23.5, -1]], [[-23.5, 1]] * 201],
        ),
        ("clipping", [None, _CLIPPING], [_CLIPPING | {"times_s": [0.5] * 21}, _CLIPPING | {"runs": -1}, {}]),
        ("clipping", [_CLIPPING | {"later": 1}], [_CLIPPING | {"later": 1e308}]),
        ("dc_offset", [[], [0.01, -10.0]], [[11.0], [math.nan], [0.0] * 1_001]),
        ("channel_levels_dbfs", [[-20.0, None]], [[1e308]]),
        ("bandwidth_hz", [16_000.0, None], [-1.0, 1e308]),
        ("effective_bits", [16, None], [0, 1.5]),
        ("leading_silence_s", [0.0, 12.5], [-0.1, 1e308, None]),
        ("damaged_samples", [0, 10**13, None], [-1, 0.5]),
        ("later", [1, -2.5, [1e15], {"a": True}], [1e308, -(10**30), [1e17], {"a": [1 << 60]}, math.nan]),
    ],
)
def test_every_number_of_the_details_has_a_range(field: str, good: list[object], bad: list[object]) -> None:
    record = make_record()
    for value in good:
        assert broken_rule(msgspec.structs.replace(record, details={field: value})) is None, value
    for value in bad:
        assert broken_rule(msgspec.structs.replace(record, details={field: value})) is not None, value


def test_no_level_is_beyond_what_a_sample_can_hold() -> None:
    assert broken_rule(make_record(lufs=770.6)) is None
    for lufs in (1e308, -1e308, 1_001.0):
        assert broken_rule(make_record(lufs=lufs)) == f"lufs is {lufs}, outside its range"
    assert broken_rule(make_record(spectral_centroid=1e7)) is not None


def test_a_warning_has_a_code_that_exists() -> None:
    assert broken_rule(make_record(warnings=(TrackWarning("damaged", "m", 1),))) is None
    for code in ("invented", "", "\x1b[2J", "DAMAGED"):
        assert broken_rule(make_record(warnings=(TrackWarning(code, "m", 1),))) is not None
