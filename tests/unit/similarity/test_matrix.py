"""Distances to many tracks at once: the same numbers as one pair at a time."""

import random

import numpy as np
import pytest
from support.random_fingerprints import Fingerprint, draw

from auralis_cli.model.dimensions import keys
from auralis_cli.similarity.distance import compare_fingerprints
from auralis_cli.similarity.matrix import coordinate_matrix, plain_distances
from auralis_cli.similarity.weights import Preset, weights_of

SINGLE = 2e-6
"""25 terms in single precision."""


def matrix(fingerprints: list[Fingerprint]) -> np.ndarray:
    return np.array([[each[key] for key in keys()] for each in fingerprints], dtype=np.float32)


@pytest.mark.parametrize("preset", list(Preset))
def test_the_distances_are_those_of_compare(preset: Preset) -> None:
    generator = random.Random(1)
    fingerprints = [draw(generator, nulls=0.2) for _ in range(200)]
    fingerprints.append({**dict.fromkeys(keys()), "silence_ratio": 1.0})
    weights = weights_of(preset)
    coordinates = coordinate_matrix(matrix(fingerprints))
    found = plain_distances(coordinates, coordinates[0], weights)
    for distance, other in zip(found, fingerprints, strict=True):
        expected = compare_fingerprints(fingerprints[0], other, weights).distance
        if expected is None:
            assert np.isnan(distance)
        else:
            assert distance == pytest.approx(expected, rel=0, abs=SINGLE)


def test_rows_can_be_compared_pair_by_pair() -> None:
    generator = random.Random(2)
    one, other = (matrix([draw(generator, 0.1) for _ in range(50)]) for _ in range(2))
    places = coordinate_matrix(one), coordinate_matrix(other)
    weights = weights_of(Preset.ALL)
    pairs = plain_distances(*places, weights)
    single = [plain_distances(places[0][i : i + 1], places[1][i], weights)[0] for i in range(50)]
    assert pairs.tolist() == single
