"""Which pairs of tracks are worth listening to: blocks of matrices against each pair by itself."""

import numpy as np
import pytest

from auralis_cli.library.duplicates import candidates
from auralis_cli.library.duplicates.candidates import (
    LARGEST_RATIO,
    MIN_SECONDS,
    NEAR_OTHER_LENGTH,
    NEAR_SAME_LENGTH,
    SAME_LENGTH_S,
    candidate_pairs,
    places,
)
from auralis_cli.similarity.matrix import Floats


def made_library(tracks: int, seed: int) -> tuple[Floats, Floats]:
    """Places in clouds, and lengths; some without place, some too short."""
    generator = np.random.default_rng(seed)
    centres = generator.random((max(1, tracks // 5), 37))
    placed = centres[generator.integers(len(centres), size=tracks)] + generator.normal(0, 0.09, (tracks, 37))
    placed[generator.random(tracks) < 0.05] = np.nan
    lengths = generator.choice([5.0, 60.0, 60.6, 75.0, 119.0, 200.0], tracks) + generator.random(tracks)
    return placed.astype(np.float32), lengths.astype(np.float32)


@pytest.mark.parametrize("whole", [False, True])
def test_blocks_find_what_each_pair_says_by_itself(monkeypatch: pytest.MonkeyPatch, *, whole: bool) -> None:
    monkeypatch.setattr(candidates, "_ROWS", 16)
    monkeypatch.setattr(candidates, "_COLUMNS", 24)
    placed, lengths = made_library(150, 1)
    expected = set()
    for a in range(150):
        for b in range(150):
            shorter, longer = float(lengths[a]), float(lengths[b])
            apart = float(np.linalg.norm(placed[a] - placed[b]))
            as_long = longer - shorter <= SAME_LENGTH_S and apart <= NEAR_SAME_LENGTH
            other = longer <= LARGEST_RATIO * shorter and apart <= NEAR_OTHER_LENGTH
            if MIN_SECONDS <= shorter < longer and (as_long or (other and not whole)):
                expected.add((a, b))
    pairs, distances = candidate_pairs(placed, lengths, whole=whole)
    assert {(int(a), int(b)) for a, b in pairs} == expected
    assert len(expected) > 50
    np.testing.assert_allclose(
        distances, np.linalg.norm(placed[pairs[:, 0]] - placed[pairs[:, 1]], axis=1), atol=1e-3
    )


def test_of_many_near_ones_the_nearest_are_taken() -> None:
    placed = np.zeros((100, 37), dtype=np.float32)
    placed[:, 0] = np.linspace(0, 0.5, 100)
    pairs, _ = candidate_pairs(placed, np.full(100, 60.0, dtype=np.float32))
    assert len(pairs) < 100 * candidates.MAX_NEAR
    assert {(a, a + 1) for a in range(59)} <= {(int(a), int(b)) for a, b in pairs}


def test_a_missing_value_is_in_the_middle_and_a_silent_track_nowhere() -> None:
    coordinates = np.full((3, 25), 0.5, dtype=np.float32)
    coordinates[1, :5] = np.nan
    coordinates[2, 3:] = np.nan
    chroma = np.full((3, 12), 1 / 12, dtype=np.float32)
    chroma[1] = np.nan
    placed = places(coordinates, chroma)
    np.testing.assert_allclose(placed[0], placed[1], atol=1e-6)
    assert np.isnan(placed[2]).all()


def test_the_loudness_does_not_count() -> None:
    from auralis_cli.model.dimensions import keys

    coordinates = np.full((2, 25), 0.5, dtype=np.float32)
    coordinates[1, keys().index("lufs")] = -0.5
    placed = places(coordinates, np.full((2, 12), 1 / 12, dtype=np.float32))
    np.testing.assert_array_equal(placed[0], placed[1])


def test_an_empty_library_has_no_pairs() -> None:
    pairs, distances = candidate_pairs(np.empty((0, 37), np.float32), np.empty(0, np.float32))
    assert (len(pairs), len(distances)) == (0, 0)
