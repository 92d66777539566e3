"""What a playlist must keep to as a whole."""

import random

import msgspec
import numpy as np
import pytest
from support.random_fingerprints import draw_record

from auralis_cli.library.playlist.candidates import first_of_recordings, same_recordings
from auralis_cli.library.playlist.limits import lasting, within_quotas
from auralis_cli.library.playlist.quotas import Quotas
from auralis_cli.library.similar import SAME, values_of
from auralis_cli.model.record import Record
from auralis_cli.similarity.matrix import coordinate_matrix
from auralis_cli.similarity.recording import relate


def versions() -> list[Record]:
    """60 recordings with other durations, nearly the same ones, gains and small or larger changes."""
    generator = random.Random(5)
    records = []
    for number in range(60):
        record = draw_record(generator, number, 0.05)
        records.append(record)
        for copy in range(generator.randrange(3)):
            much = generator.choice([0.0, 0.01, 0.05, 0.2, 0.5])
            values = {
                key: None if value is None else value * (1 + much * generator.uniform(-0.5, 0.5))
                for key, value in record.fingerprint.items()
            }
            longer = generator.choice([0.0, 0.1, 0.24, 0.3, 2.9])
            details = {**record.details, "duration_s": record.details["duration_s"] + longer}
            records.append(
                msgspec.structs.replace(
                    record,
                    content_key=f"{1000 * (copy + 1) + number:032x}",
                    fingerprint=values,
                    details=details,
                )
            )
    generator.shuffle(records)
    return records


def test_the_same_recordings_are_those_of_relate() -> None:
    records = versions()
    durations = np.array([record.details["duration_s"] for record in records], dtype=np.float32)
    coordinates = coordinate_matrix(values_of(records))
    found = {tuple(sorted(pair)) for pair in same_recordings(coordinates, durations)}
    expected = {
        (one, other)
        for other in range(len(records))
        for one in range(other)
        if relate(records[one], records[other]).kinship in SAME
    }
    assert found == expected
    assert 10 < len(found) < 60
    kept = first_of_recordings(coordinates, durations).tolist()
    assert kept == sorted(kept)
    assert not [pair for pair in expected if set(pair) <= set(kept)]
    dropped = set(range(len(records))) - set(kept)
    assert all(any(pair[0] in kept and pair[1] == one for pair in expected) for one in dropped)


def test_of_each_folder_the_first_tracks_stay() -> None:
    order, folders = np.array([5, 0, 3, 1, 4, 2]), np.array([7, 7, 9, 9, 7, 8])
    assert Quotas((folders,), (1,)).first(order).tolist() == [5, 0, 3]
    assert Quotas((folders,), (2,)).first(order).tolist() == [5, 0, 3, 1, 2]
    assert Quotas().first(order).tolist() == order.tolist()
    assert Quotas((folders,), (1,)).first(order[:0]).tolist() == []
    assert Quotas().room(6) == 6
    assert Quotas((np.array([0, 0, 0, 1, 2, 2]),), (2,)).room(6) == 5


def test_several_kinds_of_groups_are_kept_to_at_once() -> None:
    generator = np.random.default_rng(7)
    groups = tuple(generator.integers(-4, 4, size=100) for _ in range(3))
    quotas = Quotas(groups, (5, 4, 3))

    def most_of(tracks: list[int]) -> list[int]:
        return [int(np.unique(numbers[tracks], return_counts=True)[1].max()) for numbers in groups]

    first = quotas.first(np.arange(100)).tolist()
    assert all(most <= limit for most, limit in zip(most_of(first), quotas.most, strict=True))
    worth = generator.random(100)
    within = within_quotas(lambda of: [int(at) for at in np.argsort(worth[of])[:20]], 100, quotas)
    assert len(set(within)) == 20
    assert all(most <= limit for most, limit in zip(most_of(within), quotas.most, strict=True))
    used = np.zeros((2, 100), dtype=bool)
    used[0, first] = True
    full = quotas.full(used)
    pairs = zip(groups, quotas.most, strict=True)
    taken = [[(numbers[first] == number).sum() >= most for number in numbers] for numbers, most in pairs]
    free = np.flatnonzero(~np.any(taken, axis=0)).tolist()
    assert np.flatnonzero(~full[0]).tolist() == free
    assert not full[1].any()


@pytest.mark.parametrize("per_folder", [1, 2, 3, None])
def test_a_search_that_knows_nothing_of_folders_is_held_to_them(per_folder: int | None) -> None:
    generator = np.random.default_rng(3)
    folders = generator.integers(0, 8, size=80)
    worth = generator.random(80)
    calls = []

    def best(indices: np.ndarray) -> list[int]:
        calls.append(len(indices))
        return [int(at) for at in np.argsort(worth[indices])[:8]]

    found = within_quotas(best, 80, Quotas() if per_folder is None else Quotas((folders,), (per_folder,)))
    assert len(set(found)) == 8
    if per_folder is None:
        assert len(calls) == 1
    else:
        assert np.bincount(folders[found]).max() <= per_folder


def test_named_tracks_of_one_folder_are_kept() -> None:
    folders = np.array([0, 0, 0, 0, 1, 1])
    found = within_quotas(
        lambda indices: [0, 1, *range(2, len(indices))], 6, Quotas((folders,), (1,)), named=2
    )
    assert found == [0, 1, 4]


def test_as_many_tracks_are_taken_as_come_nearest_to_the_time() -> None:
    durations = np.random.default_rng(4).uniform(60, 600, 100).astype(np.float32)
    totals = np.cumsum(durations)
    for seconds in (1.0, 600.0, 3600.0, 20_000.0, 1e6):
        found = lasting(lambda count: list(range(count)), durations, seconds, 1, 100)
        best = np.abs(totals - seconds).min()
        assert abs(durations[found].sum() - seconds) <= best + 60
