"""Tracks that are unlike: against the best choice there is."""

from itertools import combinations

import numpy as np
import pytest
from support.random_distances import random_distances

from auralis_cli.library.playlist.diverse import farthest_first, middle, without_outermost
from auralis_cli.library.playlist.quotas import Quotas
from auralis_cli.similarity.matrix import Floats


def smallest(distances: Floats, tracks: list[int]) -> float:
    return min(float(distances[pair]) for pair in combinations(tracks, 2))


@pytest.mark.parametrize("seed", range(10))
def test_the_smallest_distance_is_at_least_half_of_the_best_and_far_above_chance(seed: int) -> None:
    distances = random_distances(seed, 14)
    found = farthest_first(distances, [0], 5)
    assert found[0] == 0
    assert len(set(found)) == 5
    every = [smallest(distances, [0, *four]) for four in combinations(range(1, 14), 4)]
    assert smallest(distances, found) >= max(every) / 2
    assert smallest(distances, found) > np.quantile(every, 0.9)


def test_a_folder_gives_no_more_than_it_may_and_where_none_is_left_it_ends() -> None:
    folders = np.arange(14) % 4
    found = farthest_first(random_distances(1, 14), [0, 4], 10, Quotas((folders,), (1,)))
    assert found[:2] == [0, 4]  # named ones are taken, even of one folder
    assert sorted(folders[found].tolist()) == [0, 0, 1, 2, 3]


def test_what_lies_outermost_is_left_out_unless_it_is_named() -> None:
    points = np.append(np.random.default_rng(2).random(38), [50.0, -50.0]).astype(np.float32)
    distances = np.abs(points[:, None] - points[None, :])
    assert without_outermost(distances, 0).tolist() == list(range(38))
    turned = distances[::-1, ::-1]
    assert 0 in without_outermost(turned, 1)
    between = np.argsort(points[:38])[18:20]
    assert middle(distances[:38, :38]) in between
