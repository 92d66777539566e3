"""The nearest tracks of a library: order, what is left out, what makes them near."""

import random
from pathlib import Path

import msgspec
import numpy as np
import pytest
from support.random_fingerprints import draw_record, fill_with

from auralis_cli.library.distances import Distances, Metric
from auralis_cli.library.fingerprints import load_fingerprints
from auralis_cli.library.reasons import shared_traits
from auralis_cli.library.similar import Neighbourhood, ascending, nearest, values_of
from auralis_cli.model.record import AnalyzerName, Record
from auralis_cli.similarity.distance import compare_fingerprints
from auralis_cli.similarity.weights import Preset, weights_of
from auralis_cli.store.cache_file import open_for_reading

WEIGHTS = weights_of(Preset.SOUND)
TRACKS = 150

Named = list[tuple[str, Record]]


@pytest.fixture(scope="module")
def records() -> Named:
    generator = random.Random(6)
    return [(f"/music/{n % 15}/{n}.flac", draw_record(generator, n, 0.05)) for n in range(TRACKS)]


def ask(
    folder: Path,
    records: Named,
    seeds: Named,
    count: int = 10,
    metric: Metric = Metric.PLAIN,
    **options: object,
) -> Neighbourhood:
    fill_with(folder / "cache.db", records)
    library = load_fingerprints(folder / "cache.db", AnalyzerName.WORKER)
    distances = Distances(library, WEIGHTS, metric)
    assert distances.metric is metric
    with open_for_reading(folder / "cache.db") as connection:
        return nearest(connection, library, distances, seeds, count, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [0, 7, 5_000])
def test_ascending_is_the_order_of_a_stable_sort_without_what_is_no_number(count: int) -> None:
    generator = np.random.default_rng(8)
    values = generator.integers(200, size=count).astype(np.float32)  # many are equal
    values[generator.random(count) < 0.1] = np.nan
    order = np.argsort(values, kind="stable")
    assert list(ascending(values)) == order[~np.isnan(values[order])].tolist()


def test_the_plain_order_is_that_of_compare(tmp_path: Path, records: Named) -> None:
    seed = records[7]
    found = ask(tmp_path, records, [seed])
    expected = sorted(
        (compare_fingerprints(seed[1].fingerprint, record.fingerprint, WEIGHTS).distance or 0, path)
        for path, record in records
        if path != seed[0]
    )
    assert [one.path for one in found.neighbours] == [path for _, path in expected[:10]]
    assert [one.distance for one in found.neighbours] == pytest.approx(
        [distance for distance, _ in expected[:10]], rel=1e-4
    )
    shares = [one.share_farther for one in found.neighbours]
    assert shares == sorted(shares, key=lambda share: -(share or 0))
    assert (shares[0] or 0) > 0.9
    assert found.copies == ()


def test_of_several_seeds_the_mean_counts(tmp_path: Path, records: Named) -> None:
    seeds = [records[3], records[4]]
    found = ask(tmp_path, records, seeds, count=3)
    best = found.neighbours[0]
    each = [
        compare_fingerprints(s.fingerprint, best.record.fingerprint, WEIGHTS).distance or 0 for _, s in seeds
    ]
    assert best.distance == pytest.approx(sum(each) / 2, rel=1e-4)
    assert not {path for path, _ in seeds} & {one.path for one in found.neighbours}


def test_copies_of_a_recording_are_left_out_or_listed(tmp_path: Path, records: Named) -> None:
    path, seed = records[7]
    same = msgspec.structs.replace(seed)
    quieter = msgspec.structs.replace(
        seed, content_key="f" * 32, fingerprint={**seed.fingerprint, "lufs": -30.0}
    )
    more = [*records, ("/copies/same.mp3", same), ("/copies/quieter.flac", quieter)]
    found = ask(tmp_path, more, [(path, seed)], count=3)
    assert set(found.copies) == {"/copies/same.mp3", "/copies/quieter.flac"}
    assert not set(found.copies) & {one.path for one in found.neighbours}
    every = ask(tmp_path, more, [(path, seed)], count=3, with_copies=True)
    assert {one.path for one in every.neighbours[:2]} == set(found.copies)
    assert every.copies == ()


def test_a_folder_gives_no_more_than_asked_for(tmp_path: Path, records: Named) -> None:
    found = ask(tmp_path, records, [records[7]], count=15, per_folder=1)
    assert len({str(Path(one.path).parent) for one in found.neighbours}) == 15


def test_the_learned_metric_finds_the_tracks_made_alike(tmp_path: Path, records: Named) -> None:
    generator = random.Random(9)
    _, seed = records[7]
    cousins = []
    for number in range(4):
        near = {
            key: None if value is None else value * generator.uniform(0.97, 1.03)
            for key, value in seed.fingerprint.items()
        }
        cousin = draw_record(generator, 900 + number)
        cousins.append((f"/near/{number}.flac", msgspec.structs.replace(cousin, fingerprint=near)))
    found = ask(tmp_path, [*records, *cousins], [records[7]], count=4, metric=Metric.LEARNED)
    assert {one.path for one in found.neighbours} == {path for path, _ in cousins}


def test_what_is_rare_and_shared_makes_tracks_alike(tmp_path: Path, records: Named) -> None:
    fill_with(tmp_path / "cache.db", records)
    library = load_fingerprints(tmp_path / "cache.db", AnalyzerName.WORKER)
    _, base = records[7]
    rare = {**base.fingerprint, "stereo_width": 0.95}
    one = msgspec.structs.replace(base, fingerprint=rare)
    other = msgspec.structs.replace(
        base, fingerprint={**rare, "tempo_bpm": None, "pitch_stability": 0.9, "lufs": -60.0}
    )
    values = values_of([one, other])
    assert shared_traits(library, values[0], values[1], WEIGHTS, 3)[0] == "stereo_width"
    unlike = values_of([msgspec.structs.replace(base, fingerprint=dict.fromkeys(rare))])[0]
    assert shared_traits(library, values[0], unlike, WEIGHTS, 3) == []


@pytest.mark.parametrize("metric", list(Metric))
def test_silence_is_near_nothing_and_nothing_near_silence(
    tmp_path: Path, records: Named, metric: Metric
) -> None:
    nothing: dict[str, float | None] = {**dict.fromkeys(records[0][1].fingerprint), "silence_ratio": 1.0}
    why = {key: "silent" for key, value in nothing.items() if value is None}
    made = [draw_record(random.Random(n), 700 + n) for n in range(3)]
    silent = [
        (f"/silent/{n}.flac", msgspec.structs.replace(record, fingerprint=nothing, nulls=why))
        for n, record in enumerate(made)
    ]
    found = ask(tmp_path, [*records, *silent], [records[7]], count=len(records) + 3, metric=metric)
    assert len(found.neighbours) == len(records) - 1
    assert not {path for path, _ in silent} & {one.path for one in found.neighbours}
    assert ask(tmp_path, [*records, *silent], silent[:1], metric=metric).neighbours == ()
    assert ask(tmp_path, [*records, *silent], [records[7], silent[0]], metric=metric).neighbours == ()
