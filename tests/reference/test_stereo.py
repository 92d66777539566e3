"""Width and correlation of pairs whose relation is exact."""

import pytest

pytest.importorskip("librosa")

import numpy as np
from support.closed_form import white_noise

from auralis_cli.reference.signal import audio_from
from auralis_cli.reference.stereo import stereo_dimensions
from auralis_cli.reference.value import Undefined

NOISE = white_noise(30, 44_100, seed=5)
OTHER = white_noise(30, 44_100, seed=6)


@pytest.mark.parametrize(
    ("left", "right", "width", "correlation"),
    [(NOISE, NOISE, 0, 1), (NOISE, -NOISE, 1, -1), (NOISE, OTHER, 0.5, 0), (NOISE, 2 * NOISE, 0.1, 1)],
    ids=["mono", "anti-phase", "independent", "panned"],
)
def test_the_pair_has_the_width_and_correlation_of_its_making(
    left: np.ndarray, right: np.ndarray, width: float, correlation: float
) -> None:
    values = stereo_dimensions(audio_from(np.stack([left, right], axis=1), 44_100))
    assert values["stereo_width"] == pytest.approx(width, abs=0.01, rel=0)
    assert values["phase_correlation"] == pytest.approx(correlation, abs=0.01, rel=0)


def test_one_silent_channel_has_no_correlation() -> None:
    values = stereo_dimensions(audio_from(np.stack([NOISE, 0 * NOISE], axis=1), 44_100))
    assert values["phase_correlation"] == Undefined("constant_channel")
    assert values["stereo_width"] == pytest.approx(0.5, abs=1e-12, rel=0)
