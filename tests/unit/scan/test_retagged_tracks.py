"""A scan of files whose tags were edited: probed, recognised, not analysed, whatever else happens to them."""

import os
import zlib
from pathlib import Path

import pytest
from support.made_records import make_record, record_at, write_file
from support.scripted_engine import Music, ScriptedEngine

from auralis_cli.model.record import Record, Track, TrackError
from auralis_cli.model.result import Status
from auralis_cli.scan.scan import ScanOptions
from auralis_cli.store.cache import Cache
from auralis_cli.workers.engine import Finished, Job
from auralis_cli.workers.protocol import Work

FAILURE = TrackError("nothing_decoded", "nothing of the audio decodes")


@pytest.fixture
def music(tmp_path: Path) -> Music:
    return Music(tmp_path)


def audio_of(path: str) -> bytes:
    return Path(path).read_bytes().partition(b"tags:")[0]


def by_audio(track: Track) -> Record | TrackError:
    """The values and the key of what stands before the tags."""
    audio = audio_of(track.path)
    if audio == b"bad ":
        return FAILURE
    return make_record(lufs=-float(len(audio)), audio_key=f"{zlib.crc32(audio):032x}")


def analysed(music: Music, *names: str) -> dict[str, Record]:
    """Files with a row for each."""
    for name in names:
        write_file(music.root / name, f"audio of {name} tags: old".encode())
    results = music.scan(ScriptedEngine(by_audio))
    return {name: result.record for name, result in results.items() if result.record is not None}


def retag(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" and new ones")


def test_a_first_scan_probes_nothing(music: Music) -> None:
    engine = ScriptedEngine(by_audio)
    for number in range(40):
        write_file(music.root / f"{number}.flac", f"audio {number}".encode())
    music.scan(engine)
    assert (len(engine.seen), engine.probed) == (40, [])


def test_retagged_tracks_keep_their_values_and_only_changed_ones_are_analysed(music: Music) -> None:
    before = analysed(music, "a.flac", "b.flac", "c.flac")
    retag(music.root / "a.flac")
    (music.root / "b.flac").write_bytes(b"other audio tags: old")
    engine = ScriptedEngine(by_audio)
    results = music.scan(engine)
    assert {name: result.status for name, result in results.items()} == {
        "a.flac": Status.RETAGGED,
        "b.flac": Status.ANALYSED,
        "c.flac": Status.CACHED,
    }
    assert (results["a.flac"].record, results["a.flac"].taken_from) == (before["a.flac"], None)
    assert sorted(Path(track.path).name for track in engine.probed) == ["a.flac", "b.flac"]
    assert [Path(track.path).name for track in engine.seen] == ["b.flac"]
    again = ScriptedEngine(by_audio)
    assert {result.status for result in music.scan(again).values()} == {Status.CACHED}
    assert (again.seen, again.probed) == ([], [])


def test_renamed_and_retagged_tracks_take_their_rows_along(music: Music) -> None:
    before = analysed(music, "a.flac", "b.flac", "c.flac")
    (music.root / "New Artist").mkdir()
    for name in ("a.flac", "b.flac"):
        retag((music.root / name).rename(music.root / "New Artist" / f"new {name}"))
    engine = ScriptedEngine(by_audio)
    results = music.scan(engine)
    assert engine.seen == []
    for name in ("a.flac", "b.flac"):
        result = results[f"new {name}"]
        assert (result.status, result.record) == (Status.RETAGGED, before[name])
        assert result.taken_from == str(music.root / name)
    with Cache(music.settings.cache) as cache:
        assert cache.headers([str(music.root / "a.flac")]) == {}


def test_tracks_that_change_places_with_new_tags_keep_each_its_own_values(music: Music) -> None:
    """As when a folder is numbered anew: no name is new, and each has another's row."""
    before = analysed(music, *(f"{'+' * number}{number}.flac" for number in range(6)))
    names = sorted(before)
    contents = [(music.root / name).read_bytes() + b" and new ones" for name in names]
    for at, content in enumerate(contents):
        (music.root / names[(at + 1) % 6]).write_bytes(content)
    engine = ScriptedEngine(by_audio)
    results = music.scan(engine)
    assert engine.seen == []
    for at, name in enumerate(names):
        result = results[names[(at + 1) % 6]]
        assert (result.status, result.record) == (Status.RETAGGED, before[name])
    assert {result.status for result in music.scan(engine).values()} == {Status.CACHED}


def test_a_rescan_analyses_retagged_tracks(music: Music) -> None:
    analysed(music, "a.flac")
    retag(music.root / "a.flac")
    engine = ScriptedEngine(by_audio)
    assert music.scan(engine, ScanOptions(rescan=True))["a.flac"].status is Status.ANALYSED
    assert engine.probed == []


def test_a_file_that_fails_by_now_and_one_that_failed_before_are_analysed(music: Music) -> None:
    analysed(music, "good.flac")
    write_file(music.root / "bad.flac", b"bad tags: old")
    music.scan(ScriptedEngine(by_audio))
    (music.root / "good.flac").write_bytes(b"bad tags: new")
    (music.root / "bad.flac").write_bytes(b"bad tags: newer")
    engine = ScriptedEngine(by_audio)
    results = music.scan(engine)
    assert [result.error for result in results.values()] == [FAILURE, FAILURE]
    assert len(engine.seen) == 2


def test_a_copy_of_a_retagged_track_gets_its_record(music: Music) -> None:
    before = analysed(music, "a.flac")
    retag(music.root / "a.flac")
    write_file(music.root / "b.flac", (music.root / "a.flac").read_bytes())
    engine = ScriptedEngine(by_audio)
    results = music.scan(engine)
    assert engine.seen == []
    assert {result.status for result in results.values()} <= {Status.RETAGGED, Status.CACHED}
    with Cache(music.settings.cache) as cache:
        assert record_at(cache, str(music.root / "b.flac")) == before["a.flac"]


class ChangingEngine(ScriptedEngine):
    """Does something to the file of each probe before it answers."""

    def __init__(self, *changes: str) -> None:
        super().__init__(by_audio)
        self.changes = list(changes)

    async def submit(self, job: Job) -> None:
        await super().submit(job)
        change = self.changes.pop() if job.work is Work.PROBE and self.changes else ""
        path = Path(job.track.path)
        if change == "tags":
            retag(path)
        elif change == "audio":
            path.write_bytes(b"other audio tags: old")
        elif change == "remove":
            path.unlink()
        elif change == "chmod":
            path.chmod(0o640)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ("tags", Status.RETAGGED),
        ("audio", Status.ANALYSED),
        ("chmod", Status.RETAGGED),
    ],
)
def test_a_file_that_changes_during_its_probe_is_looked_at_as_it_is_then(
    music: Music, change: str, status: Status
) -> None:
    analysed(music, "a.flac")
    path = music.root / "a.flac"
    retag(path)
    result = music.scan(ChangingEngine(change))["a.flac"]
    assert (result.status, result.error) == (status, None)
    assert result.record is not None
    assert result.record.fingerprint["lufs"] == -len(audio_of(str(path)))
    assert result.size == path.stat().st_size
    assert music.scan(ScriptedEngine(by_audio))["a.flac"].status is Status.CACHED


def test_a_file_that_changes_in_each_probe_fails_and_its_row_stays_as_it_was(music: Music) -> None:
    analysed(music, "a.flac")
    with Cache(music.settings.cache) as cache:
        before = cache.headers([str(music.root / "a.flac")])
    retag(music.root / "a.flac")
    error = music.scan(ChangingEngine("tags", "tags"))["a.flac"].error
    assert error is not None
    assert error.code == "changed_during_analysis"
    with Cache(music.settings.cache) as cache:
        assert cache.headers([str(music.root / "a.flac")]) == before


def test_what_a_probe_cannot_read_fails_like_an_analysis_and_keeps_the_row(music: Music) -> None:
    class UnreadingEngine(ScriptedEngine):
        async def submit(self, job: Job) -> None:
            error = TrackError("read_error", "the disk has a bad block; copy the file")
            self._finished.put_nowait(Finished(job, error, final=False))

    before = analysed(music, "a.flac")
    retag(music.root / "a.flac")
    error = music.scan(UnreadingEngine(by_audio))["a.flac"].error
    assert error is not None
    assert error.code == "read_error"
    result = music.scan(ScriptedEngine(by_audio))["a.flac"]
    assert (result.status, result.record) == (Status.RETAGGED, before["a.flac"])


def test_tags_written_without_a_new_time_are_noticed_where_the_size_differs(music: Music) -> None:
    """As by an editor that keeps the time of a file."""
    before = analysed(music, "a.flac")
    path = music.root / "a.flac"
    status = path.stat()
    retag(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    result = music.scan(ScriptedEngine(by_audio))["a.flac"]
    assert (result.status, result.record) == (Status.RETAGGED, before["a.flac"])
