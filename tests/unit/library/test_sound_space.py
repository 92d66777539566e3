"""Points whose city-block distance is the distance of `similar`, and how well a map keeps neighbours."""

import random
from pathlib import Path

import numpy as np
import pytest
from support.random_fingerprints import draw_record, fill_with

from auralis_cli.library.distances import Distances, Metric
from auralis_cli.library.fingerprints import Fingerprints, load_fingerprints
from auralis_cli.library.similar import values_of
from auralis_cli.library.sound_space import share_kept, sound_space
from auralis_cli.model.dimensions import keys
from auralis_cli.model.record import AnalyzerName
from auralis_cli.similarity.matrix import Floats
from auralis_cli.similarity.weights import Preset, weights_of


def library_of(folder: Path, tracks: int) -> tuple[Fingerprints, Floats]:
    """Tracks of which some lack values, and one has none."""
    generator = random.Random(16)
    records = [draw_record(generator, number, nulls=0.02) for number in range(tracks)]
    records[3].fingerprint.update(dict.fromkeys(keys()))
    fill_with(
        folder / "cache.db", [(f"/m/{number:03}.flac", record) for number, record in enumerate(records)]
    )
    return load_fingerprints(folder / "cache.db", AnalyzerName.WORKER), values_of(records)


@pytest.mark.parametrize(("tracks", "metric"), [(40, Metric.PLAIN), (150, Metric.LEARNED)])
def test_distances_are_those_of_similar(tmp_path: Path, tracks: int, metric: Metric) -> None:
    library, values = library_of(tmp_path, tracks)
    space = sound_space(library, values)
    measured = Distances(library, weights_of(Preset.SOUND))
    assert measured.metric is metric
    assert list(np.flatnonzero(~space.known)) == [3]
    for track in (0, 7, 21):
        expected = measured.to(values[track : track + 1])
        found = (
            space.apart[track]
            if space.apart is not None
            else np.abs(space.points - space.points[track]).sum(1)
        )
        np.testing.assert_allclose(found[space.known], expected[space.known], rtol=0, atol=2e-6)
    assert (space.apart is not None) == (metric is Metric.PLAIN)


def test_the_curve_says_how_many_pairs_are_farther_apart(tmp_path: Path) -> None:
    library, values = library_of(tmp_path, 150)
    space = sound_space(library, values)
    at, shares = (np.array(column) for column in zip(*space.curve, strict=True))
    assert (np.diff(at) > 0).all()
    assert (np.diff(shares) <= 0).all()
    assert (shares[0], shares[-1]) == (1, 0)
    measured = Distances(library, weights_of(Preset.SOUND))
    middle = float(at[np.searchsorted(-shares, -0.5)])
    assert measured.share_farther(np.array([middle], dtype=np.float32))[0] == pytest.approx(0.5, abs=0.02)


def test_what_is_missing_lies_in_the_middle(tmp_path: Path) -> None:
    library, values = library_of(tmp_path, 150)
    assert np.isfinite(sound_space(library, values).points).all()


def test_a_map_that_keeps_all_neighbours_and_one_that_keeps_none() -> None:
    places = np.random.default_rng(1).random((100, 2), dtype=np.float32)
    line = np.stack([places[:, 0], np.zeros(100, dtype=np.float32)], axis=1)
    assert share_kept(line, line) == 1
    torn = line[np.argsort(np.argsort(line[:, 0]) * 37 % 100)]
    kept = share_kept(line, torn)
    assert kept is not None
    assert kept < 0.3


def test_a_few_tracks_have_no_share() -> None:
    assert share_kept(np.zeros((20, 2), dtype=np.float32), np.zeros((20, 2), dtype=np.float32)) is None
