"""Which tracks can be mixed, and the search for playlists of them: against all that there are."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from support.random_distances import random_distances

from auralis_cli.library.musical_key import keys_meant, musical_keys
from auralis_cli.library.playlist.mix import PULL, Rules, keys_fit, mixable, rules_of
from auralis_cli.library.playlist.quotas import Quotas
from auralis_cli.similarity.matrix import Floats


def orders(*camelot: str) -> list[int]:
    return [keys_meant(each)[0].order for each in camelot]


def random_set(seed: int, count: int, share: float) -> tuple[Floats, Rules]:
    """Distances, and rules of which each step keeps this share."""
    generator = np.random.default_rng(seed)
    tempo, key = (np.triu(generator.random((count, count)) < share) for _ in range(2))
    rules = Rules(tempo | tempo.T, key | key.T)
    return random_distances(seed, count), rules


def cost(
    distances: Floats, rules: Rules, way: tuple[int, ...] | list[int], pull: float = 0.0
) -> tuple[int, float]:
    steps = list(pairwise(way))
    broken = sum(len(rules.broken(*step)) for step in steps)
    away = sum(float(distances[way[0], track]) ** 2 for track in way)
    return broken, sum(float(distances[step]) ** 2 for step in steps) + pull * away


@pytest.mark.parametrize(
    ("key", "fits"),
    [
        ("8A", {"8A", "8B", "7A", "9A"}),
        ("12B", {"12B", "12A", "11B", "1B"}),
        ("1A", {"1A", "1B", "12A", "2A"}),
    ],
)
def test_keys_fit_if_they_are_neighbours_on_the_wheel(key: str, fits: set[str]) -> None:
    every = [each.camelot for each in musical_keys()]
    matrix = keys_fit(np.array(orders(*every), dtype=np.int8))
    row = matrix[every.index(key)]
    assert {name for name, does in zip(every, row, strict=True) if does} == fits
    assert (matrix == matrix.T).all()


def test_a_key_that_is_not_known_fits_nothing() -> None:
    assert not keys_fit(np.zeros(3, dtype=np.int8)).any()


@pytest.mark.parametrize(
    ("other", "fits"),
    [
        *((100, True), (106, True), (94.4, True), (107, False), (94, False), (200, True), (50, True)),
        *((211, True), (214, False), (150, False), (25.2, True), (float("nan"), False)),
    ],
)
def test_tempi_fit_within_six_per_cent_in_any_octave(other: float, fits: bool) -> None:
    octaves = np.log2(np.array([100, other], dtype=np.float32))
    rules = rules_of(octaves, np.array(orders("8A", "8A"), dtype=np.int8))
    assert rules.tempo[0, 1] == rules.tempo[1, 0] == fits
    assert rules.broken(0, 1) == (() if fits else ("tempo",))


@pytest.mark.parametrize("share", [0.5, 0.8])
@pytest.mark.parametrize("start", [0, None])
@pytest.mark.parametrize("seed", range(8))
def test_fewest_rules_are_broken_and_then_steps_are_smallest(
    seed: int, start: int | None, share: float
) -> None:
    distances, rules = random_set(seed, 7, share)
    ways = [way for way in permutations(range(7), 5) if start in (None, way[0])]
    pull = 0.0 if start is None else PULL
    expected = min(cost(distances, rules, way, pull) for way in ways)
    found = mixable(distances, rules, 5, start=start)
    assert start in (None, found[0])
    assert len(set(found)) == 5
    assert cost(distances, rules, found, pull) == pytest.approx(expected, rel=1e-6)


def test_in_a_large_set_it_breaks_no_rule_and_beats_a_greedy_search() -> None:
    distances, rules = random_set(50, 300, 0.25)
    found = mixable(distances, rules, 30, start=0)
    fits = rules.tempo & rules.key
    greedy = [0]
    while len(greedy) < 30:
        free = fits[greedy[-1]].copy()
        free[greedy] = False
        greedy.append(int(np.argmin(np.where(free, distances[greedy[-1]], np.inf))))
    broken, squares = cost(distances, rules, found)
    assert broken == 0
    assert squares < 0.9 * cost(distances, rules, greedy)[1]


def test_a_folder_gives_no_more_than_it_may_and_where_none_is_left_it_ends() -> None:
    distances, rules = random_set(4, 12, 0.9)
    folders = np.arange(12) % 3
    found = mixable(distances, rules, 10, start=0, quotas=Quotas((folders,), (2,)))
    assert np.bincount(folders[found]).tolist() == [2, 2, 2]
