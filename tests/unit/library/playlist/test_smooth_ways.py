"""Ways through layers, from one track to another and along an arc: against all that there are."""

from itertools import combinations, product

import numpy as np
import pytest
from support.random_distances import random_distances

from auralis_cli.library.playlist.arc import Way, arc_through, parts_of, tracks_to_try
from auralis_cli.library.playlist.between import way_between
from auralis_cli.library.playlist.layers import Between, Indices, smoothest
from auralis_cli.library.playlist.quotas import Quotas
from auralis_cli.similarity.matrix import Floats

WAYS = list(Way)


def between(distances: Floats) -> Between:
    def steps(before: Indices, here: Indices) -> Floats:
        return distances[np.ix_(before, here)]

    return steps


def squares(distances: Floats, way: list[int]) -> float:
    return float(np.square(distances[way[:-1], way[1:]], dtype=np.float64).sum())


@pytest.mark.parametrize("seed", range(10))
def test_the_way_through_layers_is_the_smoothest(seed: int) -> None:
    distances = random_distances(seed, 12)
    layers = [np.arange(3), np.arange(3, 4), np.arange(4, 8), np.arange(8, 12)]
    found = smoothest(layers, between(distances))
    assert all(track in layer for track, layer in zip(found, layers, strict=True))
    assert squares(distances, found) == pytest.approx(
        min(squares(distances, list(way)) for way in product(*(each.tolist() for each in layers))), rel=1e-6
    )


def test_where_there_is_no_way_it_says_so() -> None:
    barred = np.full((4, 4), np.inf, dtype=np.float32)
    with pytest.raises(ValueError, match="no way"):
        smoothest([np.arange(2), np.arange(2, 4)], between(barred))


@pytest.mark.parametrize("seed", range(10))
def test_from_a_to_b_it_is_the_smoothest_of_those_that_get_nearer(seed: int) -> None:
    distances = random_distances(seed, 10)
    progress = distances[0, 2:] / (distances[0, 2:] + distances[1, 2:])
    rising = (np.argsort(progress, kind="stable") + 2).tolist()
    expected = min(squares(distances, [0, *way, 1]) for way in combinations(rising, 4))
    found = way_between(distances, 6)
    assert (found[0], found[-1]) == (0, 1)
    assert len(set(found)) == 6
    assert squares(distances, found) == pytest.approx(expected, rel=1e-6)


def test_from_a_to_b_all_tracks_can_be_asked_for_and_none() -> None:
    distances = random_distances(3, 10)
    assert sorted(way_between(distances, 10)) == list(range(10))
    assert way_between(distances, 2) == [0, 1]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("count", [1, 2, 3, 7, 20, 40])
def test_an_arc_rises_falls_or_does_both_and_repeats_nothing(way: Way, count: int) -> None:
    levels = np.random.default_rng(count).integers(0, 25, size=40).astype(np.float32)  # some are equal
    found = arc_through(levels, count, way, between(random_distances(5, 40)))
    assert len(set(found)) == count
    steps = np.sign(np.diff(levels[found]))
    steps = steps[steps != 0]
    if way is Way.UP:
        assert (steps > 0).all()
    elif way is Way.DOWN:
        assert (steps < 0).all()
    else:
        assert np.count_nonzero(np.diff(steps)) <= 1
        assert count < 7 or (steps[0] > 0 > steps[-1])


def test_an_arc_goes_through_the_whole_range_in_equal_parts() -> None:
    levels = np.random.default_rng(1).random(60, dtype=np.float32)
    found = arc_through(levels, 12, Way.UP, between(random_distances(6, 60)))
    ranks = np.argsort(np.argsort(levels))[found]
    assert (ranks // 5).tolist() == list(range(12))


@pytest.mark.parametrize("way", WAYS)
def test_an_arc_is_the_smoothest_of_its_parts(way: Way) -> None:
    levels = np.random.default_rng(2).random(15, dtype=np.float32)
    distances = random_distances(7, 15)
    parts = parts_of(levels, 5, way)
    expected = min(squares(distances, list(tracks)) for tracks in product(*parts))
    assert squares(distances, arc_through(levels, 5, way, between(distances))) == pytest.approx(expected)


def test_more_places_than_tracks_is_an_error() -> None:
    with pytest.raises(ValueError, match="3 tracks for 4 places"):
        parts_of(np.arange(3, dtype=np.float32), 4, Way.UP)


def test_of_each_part_the_most_wanted_tracks_are_tried() -> None:
    levels = np.arange(20_000, dtype=np.float32)
    likings = np.random.default_rng(3).random(20_000, dtype=np.float32)
    folders = np.arange(20_000) % 7
    tried = tracks_to_try(levels, likings, 10, Way.UP)
    assert len(tried) == 2000
    assert (np.diff(likings[tried]) >= 0).all()
    for part in range(10):
        here = tried[tried // 2000 == part]
        assert set(here) == set(2000 * part + np.argsort(likings[2000 * part : 2000 * part + 2000])[:200])
    few = tracks_to_try(levels, likings, 10, Way.UP, Quotas((folders,), (1,)))
    assert len(few) == 10 * 7
