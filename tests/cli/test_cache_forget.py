"""`auralis cache forget`: rows that the user does not want any more."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from support.cache_commands import CacheCommands, numbered


@pytest.fixture
def library(tmp_path: Path) -> CacheCommands:
    return CacheCommands(tmp_path)


def roots(library: CacheCommands) -> list[str]:
    with sqlite3.connect(library.cache) as connection:
        return [bytes(path).decode() for (path,) in connection.execute("SELECT path FROM roots")]


def test_forget_drops_the_rows_of_files_and_folders_also_of_missing_ones(library: CacheCommands) -> None:
    library.add("1.flac", "album/1.flac", "album/\udcff.flac", "album 2/1.flac", "gone/1.flac", sidecar=True)
    shutil.rmtree(library.music / "gone")
    named = [str(library.music / name) for name in ("album", "album/1.flac", "gone", "1.flac")]
    assert library.json("forget", *named, "--dry-run") == {
        "dry_run": True,
        "tracks": 4,
        "rows": 4,
        "folders": 0,
    }
    assert len(library.rows()) == 5
    assert library.json("forget", *named)["tracks"] == 4
    assert sorted(library.rows()) == ["album 2/1.flac"]
    assert (library.music / "album/1.flac.auralis.json").exists()
    assert roots(library) == [str(library.music)]


def test_a_forgotten_folder_is_no_longer_scanned(library: CacheCommands) -> None:
    library.add(*numbered(2))
    library.add(*numbered(2), root=library.home / "usb")
    done = library.run("forget", str(library.home / "usb"))
    assert done.stdout.splitlines() == [
        "2 tracks forgotten",
        "  folders  1 folder scanned no more by a scan without a path",
    ]
    assert roots(library) == [str(library.music)]


def test_a_path_of_which_nothing_is_known_changes_nothing(library: CacheCommands) -> None:
    library.add(*numbered(2))
    done = library.run("forget", str(library.music / "0.flac"), str(library.music / "typo"), code=2)
    assert "no track at or below" in done.stderr
    assert len(library.rows()) == 2
