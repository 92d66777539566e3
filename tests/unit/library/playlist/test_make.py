"""Playlists of a whole library: what every kind must keep to."""

import os
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
from support.random_fingerprints import draw_record, fill_with

from auralis_cli.library.distances import Distances, Metric
from auralis_cli.library.fingerprints import load_fingerprints
from auralis_cli.library.playlist.arc import Feature, Way
from auralis_cli.library.playlist.choice import Kind, Wish, scrambled
from auralis_cli.library.playlist.make import Playlist, make_playlist
from auralis_cli.library.similar import SAME, values_of
from auralis_cli.model.errors import ConfigError
from auralis_cli.model.record import AnalyzerName, Record
from auralis_cli.model.tags import Tags
from auralis_cli.similarity.recording import relate
from auralis_cli.similarity.weights import Preset, weights_of
from auralis_cli.store.cache_file import open_for_reading

KINDS = list(Kind)
FOLDERS = 14
KEYS = ("A minor", "C major", "E minor", "G major", "D minor", "F# major")

Most = tuple[int, int]
Named = list[tuple[str, Record]]
Make = Callable[..., Playlist]


def variant(record: Record, number: int) -> Record:
    """An encoding of it."""
    values = {key: None if x is None else x * 0.999 for key, x in record.fingerprint.items()}
    return msgspec.structs.replace(record, content_key=f"{number:032x}", fingerprint=values)


@pytest.fixture(scope="module")
def records() -> Named:
    """210 recordings, of every third a second file elsewhere, and two that are silent."""
    generator = random.Random(8)
    found = []
    for number in range(210):
        record = draw_record(generator, number, 0.03)
        record.details["key"] = generator.choice(KEYS)
        found.append((f"/music/{number % FOLDERS}/{number}.flac", record))
    found += [
        (f"/copies/{number}.mp3", variant(record, 1000 + number))
        for number, (_, record) in enumerate(found[::3])
    ]
    silent = dict.fromkeys(found[0][1].fingerprint)
    for number in (2000, 2001):
        record = draw_record(generator, number)
        found.append((f"/music/0/{number}.flac", msgspec.structs.replace(record, fingerprint=silent)))
    return found


@pytest.fixture(scope="module")
def cache(records: Named, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("library") / "cache.db"
    fill_with(path, records)
    return path


@pytest.fixture(scope="module")
def make(records: Named, cache: Path) -> Make:
    return maker(records, cache)


def maker(records: Named, cache: Path) -> Make:

    def made(
        kind: Kind,
        named: Named | None = None,
        *,
        metric: Metric = Metric.LEARNED,
        paths: set[str] | None = None,
        **wish: object,
    ) -> Playlist:
        library = load_fingerprints(cache, AnalyzerName.WORKER)
        distances = Distances(library, weights_of(Preset.SOUND), metric)
        assert distances.metric is metric
        if named is None:
            named = records[5:7] if kind is Kind.BETWEEN else records[5:6]
        with open_for_reading(cache) as connection:
            rows = None
            if paths is not None:
                every = connection.execute("SELECT path, rowid FROM tracks").fetchall()
                rows = np.array([row for path, row in every if os.fsdecode(path) in paths])
            return make_playlist(
                connection,
                library,
                distances,
                named,
                Wish(kind, **wish),  # type: ignore[arg-type]
                analyzer=AnalyzerName.WORKER,
                rows=rows,
            )

    return made


def paths_of(playlist: Playlist) -> list[str]:
    return [entry.path for entry in playlist.entries]


def check(playlist: Playlist) -> None:
    """No path and no recording twice; none is silent; each step is told."""
    paths = paths_of(playlist)
    assert len(set(paths)) == len(paths)
    records = [entry.record for entry in playlist.entries]
    for at, record in enumerate(records):
        assert record.fingerprint["lufs"] is not None or record.fingerprint["crest_db"] is not None
        assert not [other for other in records[:at] if relate(other, record).kinship in SAME]
    assert [entry.distance is None for entry in playlist.entries] == [True] + [False] * (len(paths) - 1)


@pytest.mark.parametrize("metric", list(Metric))
@pytest.mark.parametrize("count", [2, 12, 60])
@pytest.mark.parametrize("kind", KINDS)
def test_it_has_as_many_tracks_as_wished_none_of_them_twice(
    make: Make, kind: Kind, count: int, metric: Metric
) -> None:
    playlist = make(kind, count=count, metric=metric)
    assert len(playlist.entries) == count
    check(playlist)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_wish_makes_the_same_playlist_and_a_seed_another(make: Make, kind: Kind) -> None:
    first = make(kind, count=12)
    assert make(kind, count=12) == first
    one, other = (make(kind, count=12, seed=seed) for seed in (1, 2))
    assert make(kind, count=12, seed=1) == one
    assert len({tuple(paths_of(each)) for each in (first, one, other)}) == 3
    check(one)


@pytest.mark.parametrize("per_folder", [1, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_gives_no_more_than_it_may(make: Make, kind: Kind, per_folder: int) -> None:
    playlist = make(kind, count=12, per_folder=per_folder)
    assert len(playlist.entries) == 12
    assert max(Counter(map(os.path.dirname, paths_of(playlist))).values()) <= per_folder
    check(playlist)


@pytest.mark.parametrize("kind", KINDS)
def test_it_ends_where_no_more_may_be_in_it(make: Make, kind: Kind) -> None:
    playlist = make(kind, count=100, per_folder=2)
    assert 2 * FOLDERS <= len(playlist.entries) <= 2 * FOLDERS + 2
    check(playlist)


@pytest.mark.parametrize("seconds", [1200, 3600, 10_000])
@pytest.mark.parametrize("kind", KINDS)
def test_it_lasts_about_as_long_as_wished(make: Make, kind: Kind, seconds: float) -> None:
    playlist = make(kind, seconds=seconds)
    assert abs(playlist.seconds - seconds) < 730  # the longest track
    check(playlist)


@pytest.mark.parametrize("kind", KINDS)
def test_it_takes_only_what_the_query_finds_and_what_is_named(make: Make, kind: Kind, records: Named) -> None:
    some = {path for path, _ in records[:120:2]}
    playlist = make(kind, count=12, paths=some)
    named = {path for path, _ in records[5:7]}
    assert set(paths_of(playlist)) <= some | named
    assert len(playlist.entries) == 12


def test_it_begins_and_ends_with_what_is_named(make: Make, records: Named) -> None:
    paths = paths_of(make(Kind.BETWEEN, count=12))
    assert (paths[0], paths[-1]) == (records[5][0], records[6][0])
    for kind in (Kind.LIKE, Kind.MIX, Kind.DIVERSE):
        assert paths_of(make(kind, count=12))[0] == records[5][0]
    several = paths_of(make(Kind.LIKE, records[20:24], count=12))
    assert several[0] == records[20][0]
    assert {path for path, _ in records[20:24]} <= set(several)


def test_tracks_that_are_not_in_the_library_can_be_named(make: Make) -> None:
    foreign = [(f"/elsewhere/{n}.flac", draw_record(random.Random(99), 5000 + n)) for n in range(2)]
    paths = paths_of(make(Kind.BETWEEN, foreign, count=6, per_folder=2))
    assert [paths[0], paths[-1]] == [path for path, _ in foreign]


def test_without_a_named_track_it_takes_the_most_typical_ones(make: Make, records: Named) -> None:
    playlist = make(Kind.LIKE, [], count=10)
    check(playlist)
    values = values_of([record for _, record in records[:210]])
    spread = np.nanstd(values, axis=0)
    far = np.nanmean(np.abs(values - np.nanmedian(values, axis=0)) / spread, axis=1)
    typical = {path: x for (path, _), x in zip(records[:210], far, strict=True)}
    mean = np.mean([typical[path] for path in paths_of(playlist) if path in typical])
    assert mean < np.quantile(far, 0.25)


def test_two_files_of_one_recording_are_one_named_track(make: Make, records: Named) -> None:
    copy = next(each for each in records if each[0] == "/copies/0.mp3")
    playlist = make(Kind.LIKE, [records[0], copy], count=5)
    assert paths_of(playlist)[0] == records[0][0]
    check(playlist)
    with pytest.raises(ConfigError, match="are the same recording"):
        make(Kind.BETWEEN, [records[0], copy])


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("feature", list(Feature))
def test_an_arc_tells_where_each_track_lies(make: Make, feature: Feature, way: Way) -> None:
    playlist = make(Kind.ARC, [], count=15, feature=feature, way=way, per_folder=2)
    levels = [entry.level or 0 for entry in playlist.entries]
    rises = np.sign(np.diff(levels))
    assert max(levels) - min(levels) > 0.8
    if way is Way.HILL:
        assert (rises[:6] >= 0).all()
        assert (rises[8:] <= 0).all()
    else:
        assert (rises * (1 if way is Way.UP else -1) >= 0).all()
    if feature is Feature.TEMPO:
        tempi = [entry.record.fingerprint["tempo_bpm"] or 0 for entry in playlist.entries]
        assert np.argsort(tempi, kind="stable").tolist() == np.argsort(levels, kind="stable").tolist()


def test_a_step_of_a_mix_that_breaks_a_rule_says_so(make: Make, records: Named) -> None:
    playlist = make(Kind.MIX, count=40)
    assert not [entry for entry in playlist.entries if entry.broken]
    far = {path for path, record in records[:210] if record.details["key"] == "F# major"}
    forced = make(Kind.MIX, [next(each for each in records if each[0] not in far)], count=5, paths=far)
    assert [("key" in entry.broken) for entry in forced.entries] == [False, True, False, False, False]


def test_where_there_is_nothing_to_choose_it_says_so(make: Make) -> None:
    with pytest.raises(ConfigError, match="no track can be in this playlist"):
        make(Kind.DIVERSE, [], paths=set())


@pytest.mark.parametrize("kind", KINDS)
def test_one_track_of_each_of_many_folders(records: Named, tmp_path: Path, kind: Kind) -> None:
    crowded = [
        (f"/music/{number // 2 if number < 130 else 0}/{number}.flac", record)
        for number, (_, record) in enumerate(records[:210])
    ]
    fill_with(tmp_path / "cache.db", crowded)
    playlist = maker(crowded, tmp_path / "cache.db")(kind, crowded[5:8:2], count=50, per_folder=1)
    assert len(playlist.entries) == 50
    assert len({os.path.dirname(path) for path in paths_of(playlist)}) == 50


@pytest.fixture(scope="module")
def tagged(
    records: Named, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Make, Callable[[Playlist], Most]]:
    """In one folder, 40 artists with two albums each; how many come of one in a playlist."""
    named = [
        (
            f"/music/{number}.flac",
            msgspec.structs.replace(
                record,
                tags=None
                if number % 20 == 19
                else Tags(
                    artist=f"Artist {number % 40}; guest", album=f"Album {number % 80}", album_artist="V.A."
                ),
            ),
        )
        for number, (_, record) in enumerate(records[:210])
    ]
    path = tmp_path_factory.mktemp("tagged") / "cache.db"
    fill_with(path, named)

    def most(playlist: Playlist) -> Most:
        tags = [entry.record.tags for entry in playlist.entries if entry.record.tags is not None]
        counts = Counter(each.artist for each in tags), Counter(each.album for each in tags)
        return max(counts[0].values(), default=0), max(counts[1].values(), default=0)

    return maker(named, path), most


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("per_artist", "per_album"), [(1, None), (2, 1), (None, 1)])
def test_artists_and_albums_give_no_more_than_they_may(
    tagged: tuple[Make, Callable[[Playlist], Most]],
    kind: Kind,
    per_artist: int | None,
    per_album: int | None,
) -> None:
    make, most = tagged
    playlist = make(kind, count=16, per_artist=per_artist, per_album=per_album)
    assert len(playlist.entries) == 16
    of_artist, of_album = most(playlist)
    assert of_artist <= (per_artist or 16)
    assert of_album <= (per_album or 16)


@pytest.mark.parametrize("kind", [Kind.LIKE, Kind.DIVERSE])
def test_usual_limits_give_way_where_there_are_too_few_others(
    tagged: tuple[Make, Callable[[Playlist], Most]], kind: Kind
) -> None:
    make, most = tagged
    few = make(kind, count=30, per_artist=1, per_album=1, at_will=True)
    assert (len(few.entries), most(few)) == (30, (1, 1))
    many = make(kind, count=150, per_artist=1, per_album=1, at_will=True)
    assert len(many.entries) == 150
    assert len(make(kind, count=150, per_artist=1).entries) < 60


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 6])
def test_a_small_library_gives_what_it_has(records: Named, tmp_path: Path, size: int) -> None:
    small = records[:size]
    fill_with(tmp_path / "cache.db", small)
    make = maker(small, tmp_path / "cache.db")
    foreign = [(f"/elsewhere/{n}.flac", draw_record(random.Random(99), 5000 + n)) for n in range(2)]
    wishes = [
        (kind, way, seed, per_folder, named, length)
        for kind in Kind
        for way in (Way if kind is Kind.ARC else [Way.UP])
        for seed in (None, 1)
        for per_folder in (None, 1)
        for named in ([foreign] if kind is Kind.BETWEEN else [[], foreign[:1], small[:1]])
        for length in ({"count": 4}, {"seconds": 500})
    ]
    for kind, way, seed, per_folder, named, length in wishes:
        wish = {"way": way, "seed": seed, "per_folder": per_folder, **length}
        if size == 0 and (kind is Kind.ARC or not named):
            with pytest.raises(ConfigError, match="no track can be in this playlist"):
                make(kind, named, metric=Metric.PLAIN, **wish)
            continue
        try:
            playlist = make(kind, named, metric=Metric.PLAIN, **wish)
        except ConfigError:  # of the half of the library, or of what has tempo and key
            assert seed is not None or kind in (Kind.MIX, Kind.ARC)
            continue
        check(playlist)
        assert 1 <= len(playlist.entries) <= size + len(named)
        if seed is None and per_folder is None and "count" in length and kind is Kind.LIKE:
            assert len(playlist.entries) == min(4, size + (len(named) if named != small[:1] else 0))


def test_a_track_whose_row_is_damaged_is_replaced_by_another(
    records: Named, cache: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "cache.db"
    shutil.copy(cache, copy)
    make = maker(records, copy)
    whole = paths_of(make(Kind.LIKE, count=8))
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE tracks SET nulls = 'no JSON' WHERE path = ?", (os.fsencode(whole[1]),))
    connection.close()
    playlist = make(Kind.LIKE, count=8)
    assert whole[1] not in paths_of(playlist)
    assert len(playlist.entries) == 8
    check(playlist)


def test_scrambled_numbers_depend_on_row_and_seed_alone() -> None:
    rows = np.arange(10_000)
    found = scrambled(rows, 3)
    assert (scrambled(rows[::-1], 3)[::-1] == found).all()
    assert len(set(found.tolist())) == 10_000
    halves = [scrambled(rows, seed) >> np.uint64(63) for seed in range(4)]
    for at, half in enumerate(halves):
        assert 0.47 < half.mean() < 0.53
        assert all(0.47 < (half == other).mean() < 0.53 for other in halves[:at])
