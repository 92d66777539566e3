"""Distances between sets of tracks: the same as from one track to all."""

import random
from pathlib import Path

import msgspec
import numpy as np
import pytest
from support.random_fingerprints import draw_record, fill_with

from auralis_cli.library.distances import Distances, Metric
from auralis_cli.library.fingerprints import Fingerprints, load_fingerprints
from auralis_cli.library.similar import values_of
from auralis_cli.model.dimensions import keys
from auralis_cli.model.record import AnalyzerName, Record
from auralis_cli.similarity.distance import compare_fingerprints
from auralis_cli.similarity.weights import Preset, weights_of

WEIGHTS = weights_of(Preset.SOUND)
SINGLE = 2e-6


@pytest.fixture(scope="module")
def records() -> list[Record]:
    generator = random.Random(12)
    return [draw_record(generator, number, nulls=number % 10 / 10) for number in range(130)]


@pytest.fixture(scope="module")
def library(records: list[Record], tmp_path_factory: pytest.TempPathFactory) -> Fingerprints:
    cache = tmp_path_factory.mktemp("library") / "cache.db"
    fill_with(cache, [(f"/music/{number}.flac", record) for number, record in enumerate(records)])
    return load_fingerprints(cache, AnalyzerName.WORKER)


@pytest.mark.parametrize("metric", list(Metric))
def test_each_to_each_is_as_one_to_all(library: Fingerprints, records: list[Record], metric: Metric) -> None:
    distances = Distances(library, WEIGHTS, metric)
    others = np.array([3, 77, 5])
    places = distances.place(values_of(records[:20]))
    matrix = distances.between(places, distances.places(others))
    for row, place in zip(matrix, places, strict=True):
        assert row == pytest.approx(distances.sum_to(place[None])[others], rel=0, abs=SINGLE, nan_ok=True)
    assert np.isnan(matrix).any() == (metric is Metric.PLAIN)


@pytest.mark.parametrize("metric", list(Metric))
def test_there_is_no_distance_where_too_little_is_known(
    library: Fingerprints, records: list[Record], metric: Metric
) -> None:
    distances = Distances(library, WEIGHTS, metric)
    enough = distances.has_enough()
    to_whole = distances.to(values_of([records[10]]))  # has all its values
    apart = distances.sum_to(distances.places(np.array([10])))
    assert to_whole[enough] == pytest.approx(apart[enough], rel=0, abs=SINGLE)
    assert np.isnan(to_whole).tolist() == (~enough).tolist()
    assert np.isnan(distances.to(values_of([records[9]]))).all()  # nine in ten are null


def test_enough_is_known_of_what_can_be_compared_with_a_track_that_has_all(
    library: Fingerprints, records: list[Record], tmp_path: Path
) -> None:
    whole = draw_record(random.Random(1), 1).fingerprint
    expected = [
        compare_fingerprints(whole, record.fingerprint, WEIGHTS).distance is not None for record in records
    ]
    assert Distances(library, WEIGHTS).has_enough().tolist() == expected
    assert 40 < sum(expected) < 110
    silent = msgspec.structs.replace(records[0], fingerprint=dict.fromkeys(keys()))
    fill_with(tmp_path / "cache.db", [("/silent.flac", silent)])
    alone = load_fingerprints(tmp_path / "cache.db", AnalyzerName.WORKER)
    assert Distances(alone, WEIGHTS).has_enough().tolist() == [False]
