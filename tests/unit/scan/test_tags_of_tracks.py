"""Tags belong to the file, the record to the audio: what a scan stores of both."""

import sqlite3
import zlib
from pathlib import Path

import msgspec
import pytest
from support.made_records import LATER_NS, large_content, make_record, record_at, write_file
from support.scripted_engine import Music, ScriptedEngine

from auralis_cli.model.record import Record, Track, TrackError
from auralis_cli.model.result import Status
from auralis_cli.model.tags import NO_TAGS, Tags
from auralis_cli.scan.scan import ScanOptions
from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.store.sidecars import Sidecars

UNREADABLE = TrackError("unreadable", "cannot be read")


@pytest.fixture
def music(tmp_path: Path) -> Music:
    music = Music(tmp_path)
    music.analyzer = msgspec.structs.replace(music.analyzer, reads_tags=True)
    return music


def by_content(track: Track) -> Record:
    """The title stands in the file between `title:` and a blank; all else is audio."""
    before, _, rest = Path(track.path).read_bytes().partition(b"title:")
    title, _, after = rest.partition(b" ")
    tags = Tags(title=title.decode()) if title else NO_TAGS
    return make_record(audio_key=f"{zlib.crc32(before + after):032x}", tags=tags)


def without_tags(track: Track) -> Record:
    """As an older worker, which read none."""
    return msgspec.structs.replace(by_content(track), tags=None)


def stored(music: Music, name: str) -> Tags | None:
    with Cache(music.settings.cache) as cache:
        record = record_at(cache, str(music.root / name))
    assert record is not None
    return record.tags


def older_rows(music: Music, *names: str) -> None:
    """Files that were analysed before tags were read."""
    for name in names:
        write_file(music.root / name, f"audio of {name} title:{name.removesuffix('.flac')} ".encode())
    music.scan(ScriptedEngine(without_tags))
    assert stored(music, names[0]) is None


def test_an_analysis_stores_the_tags(music: Music) -> None:
    write_file(music.root / "a.flac", b"audio title:Blue ")
    result = music.scan(ScriptedEngine(by_content))["a.flac"]
    assert (result.status, result.record and result.record.tags) == (Status.ANALYSED, Tags(title="Blue"))
    assert stored(music, "a.flac") == Tags(title="Blue")


def test_known_tracks_get_their_tags_by_a_probe_once(music: Music) -> None:
    older_rows(music, "a.flac", "b.flac")
    write_file(music.root / "plain.flac", b"no tag at all")
    music.scan(ScriptedEngine(without_tags))
    engine = ScriptedEngine(by_content)
    results = music.scan(engine, ScanOptions(with_records=True))
    assert {(result.status, result.tags_read) for result in results.values()} == {(Status.CACHED, True)}
    assert engine.seen == []
    assert sorted(Path(track.path).name for track in engine.probed) == ["a.flac", "b.flac", "plain.flac"]
    read = {name: result.record and result.record.tags for name, result in results.items()}
    assert read == {"a.flac": Tags(title="a"), "b.flac": Tags(title="b"), "plain.flac": NO_TAGS}
    assert {name: stored(music, name) for name in read} == read
    for options in (ScanOptions(with_records=True), ScanOptions(count_unchanged=True), ScanOptions()):
        again = ScriptedEngine(by_content)
        music.scan(again, options)
        assert (again.seen, again.probed) == ([], [])


def test_known_tracks_that_are_only_counted_get_their_tags_too(music: Music) -> None:
    older_rows(music, "a.flac")
    results = music.scan(ScriptedEngine(by_content), ScanOptions(count_unchanged=True))
    assert (results["a.flac"].tags_read, results["a.flac"].record) == (True, None)
    assert stored(music, "a.flac") == Tags(title="a")


def test_a_worker_that_reads_no_tags_is_not_asked_for_them(music: Music) -> None:
    older_rows(music, "a.flac")
    music.analyzer = msgspec.structs.replace(music.analyzer, reads_tags=False)
    engine = ScriptedEngine(without_tags)
    assert music.scan(engine)["a.flac"].status is Status.CACHED
    assert engine.probed == []


def test_a_known_track_that_cannot_be_probed_is_known_all_the_same(music: Music) -> None:
    older_rows(music, "a.flac")
    result = music.scan(ScriptedEngine(lambda _: UNREADABLE))["a.flac"]
    assert (result.status, result.error, result.tags_read) == (Status.CACHED, None, False)
    music.scan(ScriptedEngine(by_content))
    assert stored(music, "a.flac") == Tags(title="a")


def test_a_retagged_file_has_its_new_tags(music: Music) -> None:
    write_file(music.root / "a.flac", b"audio title:old ")
    music.scan(ScriptedEngine(by_content))
    write_file(music.root / "a.flac", b"audio title:new ", LATER_NS)
    engine = ScriptedEngine(by_content)
    result = music.scan(engine)["a.flac"]
    assert (result.status, result.record and result.record.tags) == (Status.RETAGGED, Tags(title="new"))
    assert engine.seen == []
    assert stored(music, "a.flac") == Tags(title="new")


def test_a_retagged_file_of_which_no_tags_were_read_has_none_of_the_old_ones(music: Music) -> None:
    write_file(music.root / "a.flac", b"audio title:old ")
    music.scan(ScriptedEngine(by_content))
    write_file(music.root / "a.flac", b"audio title:new ", LATER_NS)
    music.analyzer = msgspec.structs.replace(music.analyzer, reads_tags=False)
    assert music.scan(ScriptedEngine(without_tags))["a.flac"].status is Status.RETAGGED
    assert stored(music, "a.flac") is None


def test_a_copy_with_other_tags_keeps_its_own(music: Music) -> None:
    write_file(music.root / "a.flac", b"audio title:one ")
    write_file(music.root / "gone.flac", b"other audio title:gone ")
    music.scan(ScriptedEngine(by_content))
    (music.root / "gone.flac").unlink()  # so that a new file is probed
    write_file(music.root / "b.flac", b"audio title:two ", LATER_NS)
    result = music.scan(ScriptedEngine(by_content))["b.flac"]
    assert result.taken_from == str(music.root / "a.flac")
    assert (stored(music, "a.flac"), stored(music, "b.flac")) == (Tags(title="one"), Tags(title="two"))


def test_a_moved_file_takes_its_tags_along(music: Music) -> None:
    write_file(music.root / "a.flac", b"audio title:one ")
    music.scan(ScriptedEngine(by_content))
    (music.root / "a.flac").rename(music.root / "b.flac")
    engine = ScriptedEngine(by_content)
    assert music.scan(engine)["b.flac"].status is Status.MOVED
    assert engine.probed == []
    assert stored(music, "b.flac") == Tags(title="one")


def test_tags_edited_where_the_file_key_does_not_look_are_read_anew(music: Music) -> None:
    write_file(music.root / "a.flac", large_content(middle=b"title:old "))
    music.scan(ScriptedEngine(by_content))
    write_file(music.root / "a.flac", large_content(middle=b"title:new "), LATER_NS)
    engine = ScriptedEngine(by_content)
    result = music.scan(engine, ScanOptions(with_records=True))["a.flac"]
    assert (result.status, result.record and result.record.tags) == (Status.CACHED, Tags(title="new"))
    assert engine.seen == []
    assert stored(music, "a.flac") == Tags(title="new")


def test_a_failure_has_no_tags(music: Music) -> None:
    write_file(music.root / "a.flac", b"audio title:one ")
    music.scan(ScriptedEngine(by_content))
    write_file(music.root / "a.flac", b"other audio title:two ", LATER_NS)
    music.scan(ScriptedEngine(lambda _: UNREADABLE))
    with sqlite3.connect(music.settings.cache) as connection:
        assert connection.execute("SELECT error_code, title, tags_read FROM tracks").fetchall() == [
            ("unreadable", None, None)
        ]


def test_sidecars_have_the_tags_of_each_scan(music: Music) -> None:
    music.settings = msgspec.structs.replace(music.settings, sidecars=SidecarMode.BESIDE)
    sidecars = Sidecars(SidecarMode.BESIDE, None)

    def in_sidecar() -> Tags | None:
        path = music.root / "a.flac"
        found = sidecars.read(Track.seen(str(path), path.stat()))
        assert found is not None
        return found[0].tags

    older_rows(music, "a.flac")
    assert in_sidecar() is None
    music.scan(ScriptedEngine(by_content))
    assert in_sidecar() == Tags(title="a")
    write_file(music.root / "a.flac", b"audio of a.flac title:new ", LATER_NS)
    assert music.scan(ScriptedEngine(by_content))["a.flac"].status is Status.RETAGGED
    assert in_sidecar() == Tags(title="new")


def test_a_sidecar_without_tags_fills_the_cache_and_the_tags_are_read(music: Music) -> None:
    music.settings = msgspec.structs.replace(music.settings, sidecars=SidecarMode.BESIDE)
    older_rows(music, "a.flac")
    music.settings.cache.unlink()
    engine = ScriptedEngine(by_content)
    assert music.scan(engine)["a.flac"].status is Status.CACHED
    assert engine.seen == []
    assert stored(music, "a.flac") == Tags(title="a")
