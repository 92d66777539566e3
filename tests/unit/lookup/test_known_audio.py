"""Which files are probed, and what a known audio key gives them."""

import os
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from support.library import Library
from support.made_records import ANALYZER, FAILURE, LATER_NS, large_content, make_record

from auralis_cli.files import gone_files
from auralis_cli.files.file_key import file_key
from auralis_cli.lookup.known_audio import KnownAudio
from auralis_cli.lookup.results import Hit, Miss, Moved, Retagged
from auralis_cli.model.record import AnalyzerName, AnalyzerVersion, Record, Track, TrackError, TrackWarning
from auralis_cli.store.cache import Cache
from auralis_cli.store.rows import is_valid_for

KEY = "ab" * 16
OLDER = AnalyzerVersion(AnalyzerName.WORKER, ANALYZER.analysis_version - 1, "0.0.9")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path)
    library.analyse("known.flac", make_record(audio_key=KEY), b"audio and tags")
    return library


def retag(library: Library, name: str, new_name: str | None = None) -> Track:
    (library.music / name).rename(library.music / (new_name or name))
    return library.write(new_name or name, b"audio and other tags", LATER_NS)


def take(library: Library, track: Track, audio_key: str = KEY) -> Hit | Moved | Retagged | None:
    """What the track takes over for its audio."""
    valid = partial(is_valid_for, analyzer=ANALYZER, ffmpeg=lambda: None)
    with Cache(library.cache) as cache:
        known = KnownAudio(cache, ANALYZER, is_valid=valid)
        found = known.find(track, audio_key)
        return None if found is None else known.take(track, file_key(track.path, track.size), *found, None)


def probes(library: Library, names: Sequence[str]) -> list[bool]:
    """Which of the files, that all have to be analysed, are probed first."""
    answers = library.look_up(*names)
    return [answer.probe for answer in answers if isinstance(answer, Miss)]


def test_a_retagged_file_is_probed_and_keeps_its_row(library: Library) -> None:
    track = retag(library, "known.flac")
    assert probes(library, ["known.flac"]) == [True]
    assert take(library, track) == Retagged(track, make_record(audio_key=KEY))
    assert library.look_up("known.flac") == [Hit(track, make_record(audio_key=KEY))]
    assert library.headers(track)[track.path].file_key == file_key(track.path, track.size)


def test_a_renamed_and_retagged_file_takes_its_row_along(library: Library) -> None:
    old = library.see("known.flac")
    track = retag(library, "known.flac", "new.flac")
    assert probes(library, ["new.flac"]) == [True]
    assert take(library, track) == Retagged(track, make_record(audio_key=KEY), old.path)
    assert library.headers(old) == {}
    assert library.look_up("new.flac") == [Hit(track, make_record(audio_key=KEY))]


def test_of_two_rows_with_the_audio_the_own_one_is_taken_then_that_of_a_gone_file(library: Library) -> None:
    library.analyse("a.flac", make_record(audio_key=KEY), b"audio and tags of a")
    library.analyse("z.flac", make_record(audio_key=KEY), b"audio and tags of z")
    own = retag(library, "known.flac")
    assert take(library, own) == Retagged(own, make_record(audio_key=KEY))
    old = library.see("z.flac")
    new = retag(library, "z.flac", "b.flac")
    assert take(library, new) == Retagged(new, make_record(audio_key=KEY), old.path)


def test_a_copy_with_other_tags_has_the_record_of_the_file_that_stays(library: Library) -> None:
    copy = library.write("copy.flac", b"audio and other tags", LATER_NS)
    original = library.see("known.flac")
    assert take(library, copy) == Hit(copy, make_record(audio_key=KEY), copy_of=original.path)
    assert set(library.headers(copy, original)) == {copy.path, original.path}


def test_a_file_whose_place_another_one_has_is_retagged_and_no_copy(library: Library) -> None:
    track = retag(library, "known.flac", "new.flac")
    displaced = library.write("known.flac", b"something else by now")
    assert take(library, track) == Retagged(track, make_record(audio_key=KEY), displaced.path)
    assert set(library.headers(track, displaced)) == {track.path, displaced.path}  # it may be needed yet


def test_a_file_with_new_times_alone_is_not_called_retagged(library: Library) -> None:
    """As PCM whose time of change is new: the file key cannot decide, the audio key has."""
    os.utime(library.music / "known.flac", ns=(LATER_NS, LATER_NS))
    track = library.see("known.flac")
    assert take(library, track) == Hit(track, make_record(audio_key=KEY))
    (library.music / "known.flac").rename(library.music / "new.flac")
    moved = library.see("new.flac")
    assert take(library, moved) == Moved(moved, make_record(audio_key=KEY), track.path)


def test_a_damaged_file_of_which_only_the_time_of_change_is_new_is_probed(tmp_path: Path) -> None:
    """A download that went on may have filled its gap, between the parts that the file key covers."""
    library = Library(tmp_path)
    damaged = make_record(audio_key=KEY, warnings=(TrackWarning("damaged", "a frame is lost", 1),))
    library.analyse("a.flac", damaged, large_content())
    (library.music / "a.flac").chmod(0o600)
    assert probes(library, ["a.flac"]) == [True]
    track = library.see("a.flac")
    assert take(library, track) == Hit(track, damaged)
    assert library.look_up("a.flac") == [Hit(track, damaged)]


def test_other_audio_and_records_that_do_not_hold_any_more_are_not_known(library: Library) -> None:
    assert take(library, retag(library, "known.flac"), "cd" * 16) is None
    library.analyse("old.flac", make_record(audio_key="ef" * 16, analyzer=OLDER), b"old")
    assert take(library, retag(library, "old.flac"), "ef" * 16) is None


@pytest.mark.parametrize("outcome", [FAILURE, make_record()])
def test_a_changed_file_without_a_record_or_its_key_is_not_probed(
    tmp_path: Path, outcome: Record | TrackError
) -> None:
    library = Library(tmp_path)
    library.analyse("a.flac", outcome, b"audio and tags")
    retag(library, "a.flac")
    assert probes(library, ["a.flac"]) == [False]


def test_new_files_are_not_probed_while_the_cache_has_no_audio_key(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.write("new.flac", b"new")
    assert probes(library, ["new.flac"]) == [False]
    library.analyse("known.flac", make_record(), b"audio and tags")
    assert probes(library, ["new.flac"]) == [False]


def test_new_files_are_probed_only_if_a_file_of_their_kind_is_gone(library: Library) -> None:
    for name in ("new.flac", "NEW.FLAC", "new.mp3"):
        library.write(name, name.encode())
    assert probes(library, ["new.flac", "NEW.FLAC", "new.mp3"]) == [False] * 3
    (library.music / "known.flac").unlink()
    assert probes(library, ["new.flac", "NEW.FLAC", "new.mp3"]) == [True, True, False]


def test_the_folders_of_known_files_are_listed_once_in_a_walk(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    (library.music / "known.flac").unlink()
    listed: list[bytes] = []
    real = os.listdir

    def listdir(path: bytes) -> list[bytes]:
        listed.append(path)
        return real(path)

    monkeypatch.setattr(os, "listdir", listdir)
    valid = partial(is_valid_for, analyzer=ANALYZER, ffmpeg=lambda: None)
    with Cache(library.cache) as cache:
        known = KnownAudio(cache, ANALYZER, is_valid=valid)
        new = [library.write(f"{number}.flac") for number in range(3)]
        assert [known.is_worth_a_probe(track, None) for track in new] == [True] * 3
        assert listed == [os.fsencode(library.music)]
        known.begin_walk()
        assert known.is_worth_a_probe(new[0], None)
        assert len(listed) == 2


def test_a_listing_that_hangs_is_not_begun_again_by_the_next_walk(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()
    listed: list[bytes] = []

    def hang(path: bytes) -> list[bytes]:
        listed.append(path)
        assert answers.wait(60)
        return [b"known.flac"]

    monkeypatch.setattr(gone_files, "MAX_WAIT_S", 0.05)
    monkeypatch.setattr(os, "listdir", hang)
    valid = partial(is_valid_for, analyzer=ANALYZER, ffmpeg=lambda: None)
    with Cache(library.cache) as cache:
        known = KnownAudio(cache, ANALYZER, is_valid=valid)
        new = library.write("new.flac")
        for _ in range(3):
            known.begin_walk()
            assert known.is_worth_a_probe(new, None)
    assert len(listed) == 1
    answers.set()


def test_a_file_that_cannot_be_read_is_not_probed(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    retag(library, "known.flac")
    monkeypatch.setattr("auralis_cli.lookup.moved_files.key_or_none", lambda _: None)
    assert probes(library, ["known.flac"]) == [False]


def test_a_rescan_probes_nothing(library: Library) -> None:
    retag(library, "known.flac")
    (answer,) = library.look_up("known.flac", rescan=True)
    assert isinstance(answer, Miss)
    assert not answer.probe
