"""The offset against its definition, written out, and against what is known beforehand."""

import pytest

pytest.importorskip("librosa")

import numpy as np

from auralis_cli.reference.offset import without_offset


def plain_offset(samples: np.ndarray, hop: int, sample: int) -> float:
    """The offset at one sample: between those at both ends of its hop."""
    ends = []
    for start in (sample // hop * hop, sample // hop * hop + hop):
        weighted = weights = 0.0
        for n, x in enumerate(samples):
            hops_away = n // hop + 0.5 - start / hop
            if abs(hops_away) < 16:
                weight = np.cos(np.pi * hops_away / 32) ** 2
                weighted += weight * x
                weights += weight
        ends.append(weighted / weights)
    share = sample % hop / hop
    return (1 - share) * ends[0] + share * ends[1]


@pytest.mark.parametrize("length", [1, 7, 64, 300, 401])
def test_it_is_the_definition_for_every_length(length: int) -> None:
    samples = np.random.default_rng(length).standard_normal(length) + 3
    got = without_offset(samples, 8)
    for n in {0, length // 3, length // 2, length - 1}:
        assert got[n] == pytest.approx(samples[n] - plain_offset(samples, 8, n), rel=0, abs=1e-12)


def test_a_constant_is_an_offset_and_a_tone_is_none() -> None:
    assert np.abs(without_offset(np.full(5000, 0.7), 64)).max() < 1e-15
    tone = np.cos(2 * np.pi * np.arange(30_000) * 40 / 44_100)
    inside = slice(10_000, 20_000)
    assert without_offset(tone + 0.1, 512)[inside] == pytest.approx(tone[inside], rel=0, abs=1e-3)
