"""The way through some tracks: against all orders there are."""

from itertools import permutations

import pytest
from support.random_distances import random_distances

from auralis_cli.library.playlist.open_path import shortest_order, way_length
from auralis_cli.similarity.matrix import Floats

SETS = 40


def shortest_of_all(distances: Floats, start: int | None) -> float:
    ways = permutations(range(len(distances)))
    return min(way_length(distances, list(way)) for way in ways if start in (None, way[0]))


@pytest.mark.parametrize("start", [None, 0, 3])
def test_it_is_nearly_always_the_shortest_there_is(start: int | None) -> None:
    ratios = []
    for seed in range(SETS):
        distances = random_distances(seed, 7)
        way = shortest_order(distances, start)
        assert sorted(way) == list(range(7))
        assert start in (None, way[0])
        ratios.append(way_length(distances, way) / shortest_of_all(distances, start))
    assert min(ratios) > 1 - 1e-6
    assert sum(ratio < 1 + 1e-6 for ratio in ratios) >= 0.85 * SETS
    assert max(ratios) < 1.1


def test_it_is_shorter_than_always_going_to_the_nearest() -> None:
    distances = random_distances(1, 60)
    nearest, left = [0], set(range(1, 60))
    while left:
        nearest.append(min(left, key=lambda track: distances[nearest[-1], track]))
        left.remove(nearest[-1])
    assert way_length(distances, shortest_order(distances, 0)) < 0.96 * way_length(distances, nearest)


@pytest.mark.parametrize(
    ("count", "start"), [(0, None), (1, None), (1, 0), (2, None), (2, 0), (2, 1), (3, 2)]
)
def test_few_tracks(count: int, start: int | None) -> None:
    way = shortest_order(random_distances(2, count), start)
    assert sorted(way) == list(range(count))
    assert not way or start in (None, way[0])
