"""The look-up over cold, warm, changed, moved, touched and copied files, with real files in a real cache."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from support.made_records import (
    ANALYZER,
    FAILURE,
    NEEDS_FFMPEG,
    large_content,
    make_record,
    record_at,
    see,
    write_file,
)

from auralis_cli.files.file_key import file_key
from auralis_cli.lookup.lookup import Lookup
from auralis_cli.lookup.results import Hit, LookupResult, Miss, Moved, PastFailure
from auralis_cli.model.record import AnalyzerVersion, Record, Track, TrackError, TrackWarning
from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.store.sidecars import Sidecars

LATER_NS = 1_800_000_000_000_000_000


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with Cache(tmp_path / "cache/cache.db") as cache:
        yield cache


class Library:
    """A folder of files and what a scan of it would do."""

    def __init__(self, folder: Path, cache: Cache) -> None:
        self.folder = folder
        self.cache = cache
        self.sidecars = Sidecars(SidecarMode.NONE, None)

    def analyse(
        self, name: str, outcome: Record | TrackError, content: bytes = b"audio", ffmpeg: str | None = None
    ) -> Track:
        track = write_file(self.folder / name, content)
        self.cache.note_result(track, file_key(track.path, track.size), outcome, ANALYZER, ffmpeg)
        return track

    def look_up(
        self,
        *names: str,
        analyzer: AnalyzerVersion = ANALYZER,
        ffmpeg: Callable[[], str | None] = lambda: None,
        rescan: bool = False,
        with_records: bool = True,
    ) -> list[LookupResult]:
        lookup = Lookup(
            self.cache,
            analyzer,
            sidecars=self.sidecars,
            ffmpeg=ffmpeg,
            rescan=rescan,
            with_records=with_records,
        )
        return lookup.look_up([see(self.folder / name) for name in names])

    def kinds(self, *names: str) -> list[type]:
        return [type(answer) for answer in self.look_up(*names)]


@pytest.fixture
def library(tmp_path: Path, cache: Cache) -> Library:
    return Library(tmp_path / "music", cache)


def never() -> str | None:
    raise AssertionError("ffmpeg was asked for")


def test_a_cold_look_up_misses_with_the_file_key(library: Library) -> None:
    track = write_file(library.folder / "a.flac", b"abc")
    assert library.look_up("a.flac") == [Miss(track, file_key(track.path, 3))]


def test_a_warm_look_up_hits_in_order_and_opens_no_file(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [make_record(lufs=-10.0 - index) for index in range(1200)]
    names = [f"{index}.flac" for index in range(1200)]
    tracks = [library.analyse(name, record) for name, record in zip(names, records, strict=True)]
    tracks.reverse()
    records.reverse()
    names.reverse()
    monkeypatch.setattr("auralis_cli.files.file_key.file_key", never)
    assert library.look_up(*names, ffmpeg=never) == list(map(Hit, tracks, records))
    assert library.look_up(*names, ffmpeg=never, with_records=False) == [Hit(track, None) for track in tracks]


def test_rescan_misses_everything(library: Library) -> None:
    track = library.analyse("a.flac", make_record())
    assert library.look_up("a.flac", rescan=True) == [Miss(track, file_key(track.path, track.size))]


def test_an_unreadable_file_misses_without_a_key(library: Library) -> None:
    track = write_file(library.folder / "a.flac")
    (library.folder / "a.flac").unlink()
    lookup = Lookup(library.cache, ANALYZER, sidecars=library.sidecars, ffmpeg=never, with_records=True)
    assert lookup.look_up([track]) == [Miss(track, "")]
    assert library.cache.headers_by_file_key([""]) == {}


@pytest.mark.parametrize("content", [b"other", b"longer audio"])
def test_a_changed_file_misses(library: Library, content: bytes) -> None:
    library.analyse("a.flac", make_record())
    write_file(library.folder / "a.flac", content, LATER_NS)
    assert library.kinds("a.flac") == [Miss]


@pytest.mark.parametrize(
    "analyzer",
    [
        AnalyzerVersion("reference", ANALYZER.analysis_version, ANALYZER.worker_version),
        AnalyzerVersion(ANALYZER.name, ANALYZER.analysis_version + 1, ANALYZER.worker_version),
        AnalyzerVersion(ANALYZER.name, ANALYZER.analysis_version - 1, ANALYZER.worker_version),
    ],
)
def test_another_analyzer_or_version_misses_here_and_after_a_move(
    library: Library, analyzer: AnalyzerVersion
) -> None:
    track = library.analyse("a.flac", make_record())
    assert library.look_up("a.flac", analyzer=analyzer) == [Miss(track, file_key(track.path, track.size))]
    (library.folder / "a.flac").rename(library.folder / "b.flac")
    assert [type(answer) for answer in library.look_up("b.flac", analyzer=analyzer)] == [Miss]


def test_a_record_survives_another_worker_version(library: Library) -> None:
    library.analyse("a.flac", make_record())
    newer = msgspec.structs.replace(ANALYZER, worker_version="9.9.9")
    assert [type(answer) for answer in library.look_up("a.flac", analyzer=newer)] == [Hit]


@pytest.mark.parametrize("content", [b"audio", large_content()])
def test_a_moved_file_keeps_its_row_once(library: Library, content: bytes) -> None:
    record = make_record(codec="pcm_s16le", container="wav")
    old = library.analyse("a.wav", record, content)
    (library.folder / "b").mkdir()
    (library.folder / "a.wav").rename(library.folder / "b/c.wav")
    track = see(library.folder / "b/c.wav")
    assert library.look_up("b/c.wav") == [Moved(track, record, old.path)]
    assert library.look_up("b/c.wav") == [Hit(track, record)]
    assert record_at(library.cache, old.path) is None


def test_a_file_renamed_in_case_only_is_moved_where_case_does_not_count(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = library.analyse("a.flac", make_record())
    (library.folder / "a.flac").rename(library.folder / "A.flac")
    real = os.lstat
    monkeypatch.setattr(os, "lstat", lambda path: real(path.replace("a.flac", "A.flac")))
    assert library.look_up("A.flac") == [Moved(see(library.folder / "A.flac"), make_record(), old.path)]


def test_a_row_is_not_taken_while_its_disk_does_not_answer(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.analyse("a.flac", make_record())
    (library.folder / "a.flac").rename(library.folder / "b.flac")
    real = os.lstat

    def lstat(path: str) -> os.stat_result:
        if path.endswith("a.flac"):
            raise OSError(errno.ESTALE, "Stale file handle")
        return real(path)

    monkeypatch.setattr(os, "lstat", lstat)
    assert library.kinds("b.flac") == [Miss]


def test_a_hard_link_misses_like_any_copy(library: Library) -> None:
    library.analyse("a.flac", make_record())
    os.link(library.folder / "a.flac", library.folder / "b.flac")
    assert library.kinds("b.flac") == [Miss]


def test_a_copy_misses(library: Library) -> None:
    library.analyse("a.flac", make_record())
    shutil.copy2(library.folder / "a.flac", library.folder / "b.flac")
    assert library.kinds("a.flac", "b.flac") == [Hit, Miss]


def test_two_files_of_one_batch_do_not_take_the_same_row(library: Library) -> None:
    library.analyse("a.flac", make_record())
    (library.folder / "a.flac").rename(library.folder / "z.flac")
    write_file(library.folder / "b.flac", b"audio", LATER_NS)  # a copy made later
    assert library.kinds("b.flac", "z.flac") == [Miss, Moved]
    assert library.kinds("b.flac", "z.flac") == [Miss, Hit]


def test_a_touched_compressed_file_hits_and_its_row_follows(library: Library) -> None:
    record = make_record()
    library.analyse("a.flac", record, large_content())
    os.utime(library.folder / "a.flac", ns=(LATER_NS, LATER_NS))
    track = see(library.folder / "a.flac")
    assert library.look_up("a.flac") == [Hit(track, record)]
    assert library.cache.headers([track.path])[track.path].mtime_ns == LATER_NS


PCM = [("pcm_s16le", "wav"), ("adpcm_ms", "wav"), ("dsd_lsbf", "dsf"), ("pcm_s24be", "aiff"), ("", "")]


@pytest.mark.parametrize(("codec", "container"), PCM)
def test_samples_edited_in_place_are_never_taken_for_the_old_ones(
    library: Library, codec: str, container: str
) -> None:
    track = library.analyse("a.wav", make_record(codec=codec, container=container), large_content())
    edited = write_file(library.folder / "a.wav", large_content(middle=b"edited"), LATER_NS)
    assert file_key(edited.path, edited.size) == library.cache.headers([track.path])[track.path].file_key
    assert library.kinds("a.wav") == [Miss]
    (library.folder / "a.wav").rename(library.folder / "b.wav")
    assert library.kinds("b.wav") == [Miss]


def test_a_small_touched_pcm_file_hits_because_its_key_covers_all(library: Library) -> None:
    library.analyse("a.wav", make_record(codec="pcm_s16le", container="wav"))
    os.utime(library.folder / "a.wav", ns=(LATER_NS, LATER_NS))
    assert library.kinds("a.wav") == [Hit]


def test_a_damaged_file_that_was_touched_is_analysed_again(library: Library) -> None:
    damaged = make_record(warnings=(TrackWarning("damaged", "3 packets lost", 3),))
    library.analyse("a.flac", damaged, large_content())
    write_file(library.folder / "a.flac", large_content(middle=b"downloaded at last"), LATER_NS)
    assert library.kinds("a.flac") == [Miss]


def test_a_known_failure_is_not_tried_again_until_file_or_worker_change(library: Library) -> None:
    track = library.analyse("a.flac", FAILURE, ffmpeg="6.1")
    assert library.look_up("a.flac", ffmpeg=never) == [PastFailure(track, FAILURE)]
    newer = msgspec.structs.replace(ANALYZER, worker_version="9.9.9")
    assert [type(answer) for answer in library.look_up("a.flac", analyzer=newer, ffmpeg=never)] == [Miss]
    write_file(library.folder / "a.flac", b"fixed", LATER_NS)
    assert library.kinds("a.flac") == [Miss]


@pytest.mark.parametrize("then", [None, "6.1"])
@pytest.mark.parametrize("now", [None, "6.1", "7.0"])
def test_a_failure_that_depends_on_ffmpeg_is_tried_again_when_ffmpeg_changes(
    library: Library, then: str | None, now: str | None
) -> None:
    library.analyse("a.ape", NEEDS_FFMPEG, ffmpeg=then)
    (answer,) = library.look_up("a.ape", ffmpeg=lambda: now)
    assert isinstance(answer, PastFailure if now == then else Miss)


def test_a_failure_moves_with_its_file(library: Library) -> None:
    library.analyse("a.flac", FAILURE, large_content())
    (library.folder / "a.flac").rename(library.folder / "b.flac")
    track = see(library.folder / "b.flac")
    assert library.look_up("b.flac") == [PastFailure(track, FAILURE)]
    assert library.look_up("b.flac") == [PastFailure(track, FAILURE)]


def test_a_large_failed_file_that_was_touched_is_tried_again(library: Library) -> None:
    library.analyse("a.flac", FAILURE, large_content())
    write_file(library.folder / "a.flac", large_content(middle=b"repaired"), LATER_NS)
    assert library.kinds("a.flac") == [Miss]


def test_a_renamed_file_that_takes_another_s_place_keeps_the_right_record(library: Library) -> None:
    first, second = make_record(lufs=-9.0), make_record(lufs=-19.0)
    library.analyse("1.flac", first, b"first")
    library.analyse("2.flac", second, b"second")
    (library.folder / "1.flac").replace(library.folder / "2.flac")
    (answer,) = library.look_up("2.flac")
    assert isinstance(answer, Moved)
    assert answer.record == first


def test_a_sidecar_fills_the_cache_without_analysis(library: Library) -> None:
    library.sidecars = Sidecars(SidecarMode.BESIDE, None)
    track, record = write_file(library.folder / "a.flac"), make_record()
    library.sidecars.write(track, file_key(track.path, track.size), record)
    assert library.look_up("a.flac") == [Hit(track, record)]
    Path(library.sidecars.path_of(track.path) or "").unlink()
    assert library.look_up("a.flac") == [Hit(track, record)]


def test_a_row_wins_over_a_sidecar(library: Library) -> None:
    library.sidecars = Sidecars(SidecarMode.BESIDE, None)
    track = library.analyse("a.flac", make_record(lufs=-9.0))
    library.sidecars.write(track, file_key(track.path, track.size), make_record(lufs=-19.0))
    (answer,) = library.look_up("a.flac")
    assert isinstance(answer, Hit)
    assert answer.record is not None
    assert answer.record.fingerprint["lufs"] == -9.0


def test_a_sidecar_of_another_analysis_version_does_not_answer(library: Library) -> None:
    library.sidecars = Sidecars(SidecarMode.BESIDE, None)
    track = write_file(library.folder / "a.flac")
    older = msgspec.structs.replace(ANALYZER, analysis_version=ANALYZER.analysis_version - 1)
    library.sidecars.write(track, file_key(track.path, track.size), make_record(analyzer=older))
    assert library.kinds("a.flac") == [Miss]


def test_a_folder_moved_with_its_sidecars_counts_as_moved(library: Library) -> None:
    library.sidecars = Sidecars(SidecarMode.BESIDE, None)
    record = make_record()
    old = library.analyse("a/1.flac", record)
    library.sidecars.write(old, file_key(old.path, old.size), record)
    (library.folder / "a").rename(library.folder / "b")
    assert library.look_up("b/1.flac") == [Moved(see(library.folder / "b/1.flac"), record, old.path)]
    assert library.cache.headers([old.path]) == {}


def test_a_sidecar_cannot_claim_the_row_of_other_content(library: Library) -> None:
    library.sidecars = Sidecars(SidecarMode.BESIDE, None)
    victim = library.analyse("victim.flac", make_record(lufs=-9.0), b"audio")
    key = file_key(victim.path, victim.size)
    (library.folder / "victim.flac").unlink()  # its disk is not mounted
    track = write_file(library.folder / "new.flac", b"other")
    library.sidecars.write(track, key, make_record(lufs=-19.0))
    assert library.kinds("new.flac") == [Hit]
    assert victim.path in library.cache.headers([victim.path])


def test_a_moved_file_gets_its_sidecar_at_the_new_place(library: Library) -> None:
    library.sidecars = Sidecars(SidecarMode.BESIDE, None)
    record = make_record()
    library.analyse("a.flac", record)
    (library.folder / "a.flac").rename(library.folder / "b.flac")
    assert library.kinds("b.flac") == [Moved]
    found = library.sidecars.read(see(library.folder / "b.flac"))
    assert found is not None
    assert found[0] == record


def test_a_row_damaged_in_the_file_is_analysed_again(library: Library, tmp_path: Path) -> None:
    library.analyse("a.flac", make_record())
    library.cache.commit()
    import sqlite3

    with sqlite3.connect(tmp_path / "cache/cache.db") as connection:
        connection.execute("UPDATE tracks SET lufs = 9e999")
    assert library.kinds("a.flac") == [Miss]
