"""The usual ranges, frozen: the scale on which worker and reference are compared must not drift unseen."""

import pytest

from auralis_cli.model.dimensions import dimensions, keys

PERCENTILES = {
    "sub_bass_pct": (2.0874, 75.6380),
    "bass_pct": (13.5513, 66.7252),
    "low_mid_pct": (2.1449, 31.7888),
    "mid_pct": (0.9274, 22.4402),
    "upper_mid_pct": (0.2901, 9.2586),
    "presence_pct": (0.0468, 4.2161),
    "air_pct": (0.0018, 1.6734),
    "lufs": (-23.8565, -10.9558),
    "crest_db": (12.7815, 20.9670),
    "bass_mid_ratio": (-6.0140, 10.5387),
    "tempo_bpm": (90.0, 174.1400),
    "rhythm_stability": (0.0981, 0.7925),
    "transient_density": (0.5825, 6.1291),
    "silence_ratio": (0.0, 0.0576),
    "spectral_centroid": (955.1808, 3350.5192),
    "spectral_rolloff": (425.5156, 2187.8226),
    "spectral_flatness": (0.0006, 0.0720),
    "harmonic_ratio": (0.5760, 0.9729),
    "pitch_stability": (0.0311, 0.5097),
    "chroma_energy": (0.0204, 0.3995),
    "dynamic_range_variation": (0.9234, 2.6382),
    "loudness_variation_std": (0.9151, 5.8627),
    "peak_consistency": (0.6137, 0.8562),
    "stereo_width": (0.0, 0.4831),
    "phase_correlation": (0.0083, 1.0),
}
"""5th and 95th percentile over the 129 tracks (8.9 h) of eight games' soundtracks in Debian 12."""

ROUNDING = 0.02
"""The table rounds its ranges to two or three digits: 2 % of the spread, a fiftieth of the 1 % tolerance."""


def test_every_dimension_has_its_spread() -> None:
    assert list(PERCENTILES) == list(keys())


@pytest.mark.parametrize("key", keys())
def test_the_usual_range_is_the_5th_to_95th_percentile_of_a_library(key: str) -> None:
    dimension = next(dimension for dimension in dimensions() if dimension.key == key)
    low, high = PERCENTILES[key]
    allowed = ROUNDING * (high - low)
    assert dimension.usual_low == pytest.approx(low, abs=allowed, rel=0)
    assert dimension.usual_high == pytest.approx(high, abs=allowed, rel=0)
    assert dimension.spread == pytest.approx(high - low, abs=allowed, rel=0)
