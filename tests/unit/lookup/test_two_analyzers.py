"""Records of the worker and of the reference side by side: neither answers for the other, neither is lost."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from support import library
from support.made_records import FAILURE, make_record, record_at, see, write_file

from auralis_cli.files.discover import discover
from auralis_cli.files.file_key import file_key
from auralis_cli.files.skipped import Skipped, SkipReason
from auralis_cli.lookup.results import Hit, LookupResult, Miss, Moved, PastFailure
from auralis_cli.model.record import AnalyzerName, AnalyzerVersion, Record, Track, TrackError
from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.store.sidecars import Sidecars

# Alike in all but the name, as two analyzers of one analysis version are.
WORKER = AnalyzerVersion(AnalyzerName.WORKER, 3, "0.1.0")
REFERENCE = AnalyzerVersion(AnalyzerName.REFERENCE, 3, "0.1.0")


def record_of(analyzer: AnalyzerVersion, lufs: float) -> Record:
    return make_record(lufs=lufs, analyzer=analyzer)


def look_up(
    path: Path, analyzer: AnalyzerVersion, tracks: Sequence[Track], sidecars: SidecarMode = SidecarMode.NONE
) -> list[LookupResult]:
    with Cache(path, analyzer=analyzer.name) as cache:
        return library.look_up(
            cache, tracks, analyzer=analyzer, sidecars=Sidecars(sidecars, None, analyzer.name)
        )


def store(
    path: Path, analyzer: AnalyzerVersion, track: Track, outcome: Record | TrackError, *, beside: bool = False
) -> None:
    key = file_key(track.path, track.size)
    with Cache(path, analyzer=analyzer.name) as cache:
        cache.note_result(track, key, outcome, analyzer, None)
    if beside and isinstance(outcome, Record):
        Sidecars(SidecarMode.BESIDE, None, analyzer.name).write(track, key, outcome)


@pytest.mark.parametrize(("maker", "other"), [(WORKER, REFERENCE), (REFERENCE, WORKER)])
@pytest.mark.parametrize("outcome", ["record", "failure"])
def test_what_one_analyzer_knows_is_unknown_to_the_other(
    tmp_path: Path, maker: AnalyzerVersion, other: AnalyzerVersion, outcome: str
) -> None:
    cache = tmp_path / "cache.db"
    track = write_file(tmp_path / "music/a.flac")
    store(cache, maker, track, record_of(maker, -9.0) if outcome == "record" else FAILURE)
    assert isinstance(look_up(cache, maker, [track])[0], Hit | PastFailure)
    assert isinstance(look_up(cache, other, [track])[0], Miss)
    with Cache(cache, analyzer=other.name) as opened:
        assert opened.headers([track.path]) == {}
        assert opened.records([track.path]) == {}
        assert opened.headers_by_file_key([file_key(track.path, track.size)]) == {}


def test_after_a_rollback_the_worker_s_records_are_all_there(tmp_path: Path) -> None:
    cache = tmp_path / "cache.db"
    tracks = [write_file(tmp_path / f"music/{name}.flac", name.encode()) for name in "abc"]
    for track in tracks:
        store(cache, WORKER, track, record_of(WORKER, -9.0))
    for track in tracks:
        store(cache, REFERENCE, track, record_of(REFERENCE, -9.5))
    for analyzer, lufs in ((WORKER, -9.0), (REFERENCE, -9.5)):
        expected = [Hit(track, record_of(analyzer, lufs)) for track in tracks]
        assert look_up(cache, analyzer, tracks) == expected


def test_a_file_moved_during_the_rollback_keeps_the_records_of_both(tmp_path: Path) -> None:
    cache = tmp_path / "cache.db"
    old = write_file(tmp_path / "music/a.flac")
    store(cache, WORKER, old, record_of(WORKER, -9.0))
    store(cache, REFERENCE, old, record_of(REFERENCE, -9.5))
    Path(old.path).rename(tmp_path / "music/b.flac")
    new = see(tmp_path / "music/b.flac")
    assert look_up(cache, REFERENCE, [new]) == [Moved(new, record_of(REFERENCE, -9.5), old.path)]
    with Cache(cache) as opened:
        assert record_at(opened, old.path) == record_of(WORKER, -9.0)
    assert look_up(cache, WORKER, [new]) == [Moved(new, record_of(WORKER, -9.0), old.path)]
    assert look_up(cache, REFERENCE, [new]) == [Hit(new, record_of(REFERENCE, -9.5))]


def test_each_analyzer_has_sidecars_of_its_own(tmp_path: Path) -> None:
    track = write_file(tmp_path / "music/a.flac")
    for analyzer, lufs in ((WORKER, -9.0), (REFERENCE, -9.5)):
        store(tmp_path / "old.db", analyzer, track, record_of(analyzer, lufs), beside=True)
    names = {path.name for path in (tmp_path / "music").iterdir()}
    assert names == {"a.flac", "a.flac.auralis.json", "a.flac.auralis-reference.json"}
    for analyzer, lufs in ((WORKER, -9.0), (REFERENCE, -9.5)):
        new = tmp_path / f"new-{analyzer.name}.db"
        expected = [Hit(track, record_of(analyzer, lufs))]
        assert look_up(new, analyzer, [track], SidecarMode.BESIDE) == expected


@pytest.mark.parametrize(("maker", "other"), [(WORKER, REFERENCE), (REFERENCE, WORKER)])
def test_a_sidecar_renamed_into_the_other_analyzer_s_place_is_refused(
    tmp_path: Path, maker: AnalyzerVersion, other: AnalyzerVersion
) -> None:
    track = write_file(tmp_path / "a.flac")
    store(tmp_path / "cache.db", maker, track, record_of(maker, -9.0), beside=True)
    places = [Sidecars(SidecarMode.BESIDE, None, analyzer.name) for analyzer in (maker, other)]
    source, target = (Path(sidecars.path_of(track.path) or "") for sidecars in places)
    source.rename(target)
    assert places[1].read(track) is None
    assert f"its analyzer is '{maker.name}', not '{other.name}'" in places[1].warnings[0]


def test_a_result_of_the_other_analyzer_is_not_stored(tmp_path: Path) -> None:
    track = write_file(tmp_path / "a.flac")
    with Cache(tmp_path / "cache.db") as cache:
        for outcome in (record_of(REFERENCE, -9.0), FAILURE):
            with pytest.raises(ValueError, match="a result of the reference for the cache of the worker"):
                cache.note_result(track, "", outcome, REFERENCE, None)
        assert cache.headers([track.path]) == {}


def test_sidecars_of_both_are_no_tracks(tmp_path: Path) -> None:
    for name in ("a.flac.auralis.json", "a.flac.auralis-reference.json"):
        write_file(tmp_path / name, b"{}")
    assert list(discover([str(tmp_path)])) == []
    named = [str(path) for path in sorted(tmp_path.iterdir())]
    assert list(discover(named)) == [Skipped(path, SkipReason.SIDECAR) for path in named]
