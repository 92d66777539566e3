"""Files that move between scans keep their values without an analysis, however they move."""

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from support.scanned_library import ScannedLibrary, by_name, counts

from auralis_cli.settings.values import SidecarMode


@pytest.fixture
def library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ScannedLibrary:
    return ScannedLibrary(tmp_path, capsys)


def test_a_renamed_folder_keeps_all_its_values(library: ScannedLibrary) -> None:
    for number in range(20):
        library.add(f"artist/album {number % 3}/{number}.flac", size=100 + number)
    library.scan()
    (library.music / "artist").rename(library.music / "Artist, The")
    assert counts(library.scan()) == {"moved": 20}
    assert counts(library.scan()) == {"cached": 20}
    assert len(library.worker.started()) == 20


@pytest.mark.parametrize("size", [0, 2 << 20])
def test_files_that_swap_names_keep_each_its_own_values(library: ScannedLibrary, size: int) -> None:
    first, second = library.add("1.flac", 'value {"lufs": -1}', size), library.add("2.flac", "ok", size)
    library.scan()
    spare = library.music / "spare"
    first.rename(spare)
    second.rename(first)
    spare.rename(second)
    events = by_name(library.scan())
    assert (events["1.flac"]["fingerprint"]["lufs"], events["2.flac"]["fingerprint"]["lufs"]) == (0.25, -1.0)
    assert len(library.worker.started()) == 2


def test_files_that_move_in_a_ring_keep_each_its_own_values(library: ScannedLibrary) -> None:
    for number in range(6):
        library.add(f"{number}.flac", f'value {{"lufs": -{number}}}', size=200)
    library.scan()
    for number in range(6):
        (library.music / f"{number}.flac").rename(library.music / f"{number}.moving")
    for number in range(6):
        (library.music / f"{number}.moving").rename(library.music / f"{(number + 1) % 6}.flac")
    events = by_name(library.scan())
    found = {name: event["fingerprint"]["lufs"] for name, event in events.items()}
    assert found == {f"{(number + 1) % 6}.flac": -float(number) for number in range(6)}
    assert len(library.worker.started()) == 6


def test_a_file_that_moves_to_another_scanned_folder_keeps_its_values(
    library: ScannedLibrary, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    track = library.add("a.flac")
    library.scan(library.music, other)
    shutil.move(track, other / "b.flac")
    events = library.scan(other)  # the folder that it left is not even scanned
    assert counts(events) == {"moved": 1}
    assert by_name(events)["b.flac"]["from"] == str(track)
    assert library.worker.started() == ["a.flac"]


def test_of_a_moved_file_and_a_copy_both_keep_the_values(library: ScannedLibrary) -> None:
    track = library.add("a.flac", size=2 << 20)
    library.scan()
    shutil.copyfile(track, library.music / "copy.flac")
    track.rename(library.music / "moved.flac")
    events = by_name(library.scan())
    assert (events["moved.flac"]["status"], events["copy.flac"]["status"]) == ("moved", "cached")
    assert events["copy.flac"]["from"] == str(library.music / "moved.flac")
    assert library.worker.started() == ["a.flac"]


def test_a_missing_file_that_turns_up_elsewhere_is_moved(library: ScannedLibrary) -> None:
    track = library.add("a.flac")
    library.scan()
    with sqlite3.connect(library.cache) as connection:
        connection.execute("UPDATE tracks SET missing_since = '2026-01-01T00:00:00+00:00'")
    track.rename(library.music / "b.flac")
    assert counts(library.scan()) == {"moved": 1}
    with sqlite3.connect(library.cache) as connection:
        assert connection.execute("SELECT missing_since FROM tracks").fetchall() == [(None,)]


def test_a_cache_damaged_before_a_scan_is_filled_again_from_sidecars(library: ScannedLibrary) -> None:
    for number in range(30):
        library.add(f"{number}.flac", size=100 + number)
    settings = library.settings(sidecars=SidecarMode.BESIDE)
    library.scan(settings=settings)
    content = bytearray(library.cache.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    library.cache.write_bytes(content)
    assert counts(library.scan(settings=settings)) == {"cached": 30}
    assert "was renamed to results.db.corrupt-" in library.report
    assert len(library.worker.started()) == 30
    assert counts(library.scan(settings=settings)) == {"cached": 30}
