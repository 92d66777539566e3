"""A distance learned from a library: what it takes from it, and what it is not disturbed by."""

import numpy as np
import pytest
from numpy.typing import NDArray

from auralis_cli.similarity.learned import MIN_FOLDERS, MIN_TRACKS, LearnedMetric, learned_distances

EQUAL = np.full(25, 1 / 25, dtype=np.float32)
TRACKS = 2000


def normal(seed: int, tracks: int = TRACKS) -> NDArray[np.float32]:
    """Independent dimensions, each normal."""
    return np.random.default_rng(seed).normal(size=(tracks, 25)).astype(np.float32)


def learn(coordinates: NDArray[np.float32], folders: NDArray[np.int64] | None = None) -> LearnedMetric:
    alone = np.arange(len(coordinates), dtype=np.int64)
    metric = LearnedMetric.learn(coordinates, alone if folders is None else folders)
    assert metric is not None
    return metric


def test_of_a_normal_library_the_scores_are_the_values_themselves() -> None:
    coordinates = normal(1)
    placed = learn(coordinates).place(coordinates)
    inner = np.abs(coordinates) < 2  # beyond, few tracks say where a rank lies
    assert np.abs(placed - coordinates)[inner].max() < 0.25  # ranks of 2,000 and their correlations by chance
    assert np.abs(placed - coordinates)[inner].mean() < 0.05


def test_only_ranks_count() -> None:
    coordinates = normal(2)
    stretched = np.exp(3 * coordinates)
    placed = learn(coordinates).place(coordinates)
    between_knots = 0.12  # values there are interpolated, which stretching changes
    assert learn(stretched).place(stretched) == pytest.approx(placed, rel=0, abs=between_knots)


def test_what_two_dimensions_say_in_common_counts_less_than_twice() -> None:
    coordinates = normal(3)
    coordinates[:, 1] = coordinates[:, 0]
    placed = learn(coordinates).place(coordinates)

    def spread(column: int) -> float:
        return float(np.abs(np.diff(placed[:, column])).mean())

    assert spread(0) == pytest.approx(spread(1), rel=1e-3)
    assert spread(0) + spread(1) < 1.75 * spread(5)


def test_values_that_many_share_get_the_mean_of_their_scores() -> None:
    coordinates = normal(4)
    coordinates[: TRACKS // 2, 3] = -10.0
    placed = learn(coordinates).place(coordinates)
    # The mean of the lower half of a normal distribution is -sqrt(2 / pi).
    assert placed[: TRACKS // 2, 3].mean() == pytest.approx(-np.sqrt(2 / np.pi), abs=0.1)


def test_folders_say_what_does_not_tell_albums_apart() -> None:
    generator = np.random.default_rng(5)
    folders = np.repeat(np.arange(MIN_FOLDERS), 20)
    coordinates = generator.normal(size=(len(folders), 25)).astype(np.float32)
    album = generator.normal(size=(MIN_FOLDERS, 1))[folders % MIN_FOLDERS, 0]
    coordinates[:, 7] = album + 0.1 * coordinates[:, 7]  # nearly constant inside an album
    placed = learn(coordinates, folders).place(coordinates)
    plain = learn(coordinates).place(coordinates)
    assert placed[:, 7].std() > 4 * placed[:, 8].std()
    assert plain[:, 7].std() == pytest.approx(plain[:, 8].std(), rel=0.1)


def test_a_dimension_without_a_value_is_at_the_median_and_one_without_variance_harmless() -> None:
    coordinates = normal(6)
    coordinates[0, :] = np.nan
    coordinates[:, 2] = 1.0
    coordinates[:, 4] = np.nan
    placed = learn(coordinates).place(coordinates)
    assert np.isfinite(placed).all()
    assert np.abs(placed[0]).max() == pytest.approx(0, abs=1e-6)


def test_few_tracks_teach_nothing() -> None:
    few = normal(7, MIN_TRACKS - 1)
    assert LearnedMetric.learn(few, np.arange(len(few), dtype=np.int64)) is None


def test_distances_are_weighted_sums() -> None:
    placed = normal(8, 50)
    weights = np.zeros(25, dtype=np.float32)
    weights[3], weights[9] = 0.25, 0.75
    expected = 0.25 * np.abs(placed[:, 3] - placed[0, 3]) + 0.75 * np.abs(placed[:, 9] - placed[0, 9])
    assert learned_distances(placed, placed[0], weights) == pytest.approx(expected, rel=1e-6, abs=1e-7)
    assert learned_distances(placed, placed[0], EQUAL)[0] == 0
