"""Files whose time of change alone differs: edited in place, or renamed, restored, given other rights."""

import os
import time
from pathlib import Path

import pytest
from support.library import Library, look_up
from support.made_records import FAILURE, MTIME_NS, large_content, make_record

from auralis_cli.files import file_key
from auralis_cli.files.identity import identify_file
from auralis_cli.lookup.results import Hit, LookupResult, Miss, Moved, PastFailure
from auralis_cli.model.record import Track, TrackWarning
from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.system.safe_open import open_to_read

PCM = make_record(codec="pcm_s16le", container="wav")
DAMAGED = make_record(warnings=(TrackWarning("damaged", "3 packets lost", 3),))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


def edit(library: Library, name: str, content: bytes) -> Track:
    """New bytes in place, size and time kept, as `mp3gain -p` does."""
    path = library.music / name
    before = path.stat()
    with path.open("r+b") as file:
        file.write(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_ctime_ns != before.st_ctime_ns
    return library.see(name)


def touch_ctime(library: Library, name: str) -> Track:
    """As `chmod -R` does."""
    before = library.see(name)
    while library.see(name).ctime_ns == before.ctime_ns:
        time.sleep(0.005)  # a tick of the clock of file systems
        (library.music / name).chmod(0o640)
    return library.see(name)


def former_of(answer: LookupResult) -> str | None:
    assert isinstance(answer, Miss)
    return None if answer.former is None else answer.former.path


def test_compressed_audio_rewritten_in_place_is_analysed_again(library: Library) -> None:
    library.analyse("a.mp3", make_record(codec="mp3"), large_content())
    edited = edit(library, "a.mp3", b"other" + large_content()[5:])
    (answer,) = library.look_up("a.mp3")
    assert former_of(answer) == edited.path


def test_compressed_audio_with_other_rights_keeps_its_row_and_the_next_scan_reads_nothing(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = make_record()
    library.analyse("a.flac", record, large_content())
    track = touch_ctime(library, "a.flac")
    assert library.look_up("a.flac") == [Hit(track, record)]
    assert library.headers(track)[track.path].ctime_ns == track.ctime_ns
    monkeypatch.setattr(file_key, "open_to_read", None)
    assert library.look_up("a.flac") == [Hit(track, record)]


@pytest.mark.parametrize("outcome", [PCM, DAMAGED, FAILURE])
def test_what_the_key_does_not_prove_is_analysed_again(library: Library, outcome: object) -> None:
    track = library.analyse("a.wav", outcome, large_content())  # type: ignore[arg-type]
    edit(library, "a.wav", large_content(middle=b"edited"))
    (answer,) = library.look_up("a.wav")
    assert former_of(answer) == (None if outcome is FAILURE else track.path)


@pytest.mark.parametrize("outcome", [PCM, DAMAGED])
def test_a_small_file_is_proven_whole(library: Library, outcome: object) -> None:
    library.analyse("a.wav", outcome)  # type: ignore[arg-type]
    touch_ctime(library, "a.wav")
    assert library.kinds("a.wav") == [Hit]


def test_a_small_failure_is_proven_whole(library: Library) -> None:
    library.analyse("a.wav", FAILURE)
    touch_ctime(library, "a.wav")
    assert library.kinds("a.wav") == [PastFailure]


def test_rows_of_before_know_no_ctime_and_get_one(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    track = library.analyse("a.wav", PCM, large_content())
    with Cache(library.cache) as cache:
        cache._connection.execute("UPDATE tracks SET ctime_ns = NULL, inode = NULL")
    monkeypatch.setattr(file_key, "open_to_read", None)
    assert library.kinds("a.wav") == [Hit]
    assert library.headers(track)[track.path].ctime_ns == track.ctime_ns


@pytest.mark.parametrize("record", [PCM, make_record()])
def test_a_renamed_file_is_recognised_by_its_key_alone_although_its_ctime_is_new(
    library: Library, record: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = library.analyse("a.wav", record, large_content())  # type: ignore[arg-type]
    reads: list[str] = []

    def read(path: str) -> int:
        reads.append(path)
        return open_to_read(path)

    monkeypatch.setattr(file_key, "open_to_read", read)
    (library.music / "a.wav").rename(library.music / "b.wav")
    touch_ctime(library, "b.wav")
    moved = library.see("b.wav")
    assert library.look_up("b.wav") == [Moved(moved, record, track.path)]  # type: ignore[arg-type]
    assert reads == [moved.path]
    assert library.headers(moved)[moved.path].ctime_ns == moved.ctime_ns


def test_two_names_swapped_between_files_of_one_size_and_time_are_noticed(library: Library) -> None:
    """Before, each was taken for the other."""
    library.analyse("1.mp3", make_record(lufs=-9.0), large_content(middle=b"1")[::-1])
    library.analyse("2.mp3", make_record(lufs=-19.0), large_content(middle=b"2"))
    time.sleep(0.01)
    for old, new in (("1", "3"), ("2", "1"), ("3", "2")):
        (library.music / f"{old}.mp3").rename(library.music / f"{new}.mp3")
    for answer in library.look_up("1.mp3", "2.mp3"):
        assert isinstance(answer, Miss)
        assert len(answer.possible_originals) == 1


def test_a_sidecar_does_not_show_an_edit_in_place(tmp_path: Path) -> None:
    library = Library(tmp_path, SidecarMode.BESIDE)
    for name, record in (("a.wav", PCM), ("a.mp3", make_record(codec="mp3"))):
        track = library.analyse(name, record, large_content())
        library.sidecars.write(track, library.headers(track)[track.path].file_key, record)
        edit(library, name, (b"other" if record is not PCM else b"") + large_content(middle=b"edit")[5:])
    assert library.kinds("a.wav", "a.mp3") == [Miss, Miss]


def test_a_sidecar_is_believed_again_where_the_key_proves_it(tmp_path: Path) -> None:
    library = Library(tmp_path, SidecarMode.BESIDE)
    record = make_record()
    track = library.analyse("a.flac", record, large_content())
    library.sidecars.write(track, library.headers(track)[track.path].file_key, record)
    touch_ctime(library, "a.flac")
    with Cache(library.cache) as cache:  # a row that says less than the sidecar
        cache._connection.execute("UPDATE tracks SET analysis_version = 1")
    assert library.kinds("a.flac") == [Hit]


def test_a_ctime_that_moves_with_every_look_says_nothing(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on file systems that show the present time for want of one."""
    library.analyse("a.wav", PCM, large_content())
    looks = iter(range(1, 100))
    seen = Track.seen

    def see(path: str, status: os.stat_result) -> Track:
        track = seen(path, status)
        return Track(path, track.size, track.mtime_ns, (track.ctime_ns or 0) + next(looks) * 10**9 + 1)

    monkeypatch.setattr(Track, "seen", see)
    monkeypatch.setattr(file_key, "open_to_read", None)
    for _ in range(2):
        with Cache(library.cache) as cache:
            track = identify_file(str(library.music / "a.wav"))
            assert track is not None
            assert [type(answer) for answer in look_up(cache, [track])] == [Hit]


def test_times_in_a_coarser_precision_cost_no_look_into_the_file(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a move of the library to FAT, or through SMB, and back."""
    exact = library.analyse("a.wav", PCM, large_content())
    assert exact.mtime_ns == MTIME_NS
    assert exact.ctime_ns is not None
    monkeypatch.setattr(file_key, "open_to_read", None)
    steps = (2 * 10**9, 10**9, 10**7, 10**3, 100)
    coarse = [
        Track(exact.path, exact.size, exact.mtime_ns // step * step, exact.ctime_ns // step * step)
        for step in steps
    ]
    for track in [each for pair in zip(coarse, [exact] * len(steps), strict=True) for each in pair]:
        with Cache(library.cache) as cache:
            assert look_up(cache, [track]) == [Hit(track, PCM)]
            assert cache.headers([track.path])[track.path].mtime_ns == track.mtime_ns
