"""`auralis cache rebuild`: a lost cache filled from the sidecars that are right."""

import time
from pathlib import Path

import pytest
from support.cache_commands import CacheCommands, numbered
from support.library import look_up
from support.made_records import large_content, make_record, write_file

from auralis_cli.files.file_key import file_key
from auralis_cli.lookup.results import Hit
from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.store.sidecars import Sidecars


@pytest.fixture
def library(tmp_path: Path) -> CacheCommands:
    return CacheCommands(tmp_path)


def test_rebuild_fills_a_new_cache_from_sidecars(library: CacheCommands) -> None:
    tracks = library.add(*numbered(5), "sub/\udcff.flac", "é\n[red].flac", sidecar=True)
    write_file(library.music / "bare.flac", b"no sidecar")
    library.cache.unlink()
    done = library.json("rebuild", str(library.music))
    assert (done["tracks"], done["filled"], done["without"], done["refused"]) == (8, 7, 1, 0)
    again = library.json("rebuild", str(library.music))
    assert (again["filled"], again["known"]) == (0, 7)
    with Cache(library.cache) as cache:
        assert look_up(cache, tracks) == [Hit(track, make_record()) for track in tracks]


def test_rebuild_without_a_path_uses_what_the_mirror_names(library: CacheCommands) -> None:
    mirror = library.home / "mirror"
    sidecars = Sidecars(SidecarMode.MIRROR, mirror)
    long = "x" * 250 + ".flac"
    for track in library.add("a.flac", f"deep/er/{long}"):
        sidecars.write(track, file_key(track.path, track.size), make_record())
    gone = write_file(library.music / "gone.flac", b"gone")
    sidecars.write(gone, file_key(gone.path, gone.size), make_record())
    Path(gone.path).unlink()
    library.cache.unlink()
    done = library.json("rebuild", "--sidecars", "mirror", "--sidecar-dir", str(mirror))
    assert (done["tracks"], done["filled"]) == (2, 2)
    assert sorted(library.rows()) == ["a.flac", f"deep/er/{long}"]


def test_rebuild_refuses_a_sidecar_about_other_bytes(library: CacheCommands) -> None:
    (track,) = library.add("a.flac", sidecar=True)
    write_file(Path(track.path), b"b.flac", track.mtime_ns)  # same size and time
    library.cache.unlink()
    done = library.json("rebuild", str(library.music), code=1)
    assert (done["filled"], done["refused"]) == (0, 1)
    assert "its file key is not that of the track" in done["warnings"][0]


def test_rebuild_does_not_believe_a_sidecar_that_an_edit_in_place_may_have_outdated(
    library: CacheCommands,
) -> None:
    """The modification time was set back, and the file key does not cover all of the file."""
    record = make_record(codec="pcm_s16le", container="wav")
    track = library.analyse("a.wav", record, large_content())
    library.sidecars.write(track, file_key(track.path, track.size), record)
    time.sleep(0.01)
    write_file(Path(track.path), large_content(middle=b"edited"), track.mtime_ns)
    done = library.json("rebuild", str(library.music))
    assert (done["filled"], done["known"], done["without"]) == (0, 0, 1)


def test_rebuild_needs_to_know_where(library: CacheCommands) -> None:
    assert "name the folders" in library.run("rebuild", code=2).stderr
    assert "no sidecars" in library.run("rebuild", "--sidecars", "none", "x", code=2).stderr
    assert library.json("rebuild", str(library.home / "nowhere"), code=2)["missing_paths"]
