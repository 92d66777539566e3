"""`auralis cache relocate`: a library that was moved as a whole."""

import shutil
from pathlib import Path

import pytest
from support.cache_commands import CacheCommands, numbered
from support.library import look_up
from support.made_records import large_content, make_record, see

from auralis_cli.files import file_key
from auralis_cli.lookup.results import Hit
from auralis_cli.store.cache import Cache
from auralis_cli.upkeep.known_folders import known_folders


@pytest.fixture
def library(tmp_path: Path) -> CacheCommands:
    return CacheCommands(tmp_path)


def test_rows_and_folders_move_with_the_files(library: CacheCommands) -> None:
    library.add(*numbered(3, "album/"), "b.flac", "caf\udce9.flac")
    library.add("x.flac", root=library.home / "music2")
    new = library.home / "new"
    shutil.move(library.music, new)
    done = library.json("relocate", str(library.music), str(new), "--dry-run")
    assert (done["moved"], done["folders"], done["dry_run"]) == (5, 1, True)
    assert known_folders(library.cache) == [str(library.music), str(library.home / "music2")]
    done = library.json("relocate", str(library.music) + "/", str(new))
    assert (done["moved"], done["absent"], done["taken"], done["folders"]) == (5, 0, 0, 1)
    assert known_folders(library.cache) == [str(library.home / "music2"), str(new)]
    with Cache(library.cache) as cache:
        tracks = [see(path) for path in sorted(new.rglob("*.flac"))]
        assert all(isinstance(each, Hit) for each in look_up(cache, tracks, with_records=False))
    library.run("relocate", str(library.music), str(new), code=2)


def test_files_that_were_copied_to_the_new_place_are_not_read(
    library: CacheCommands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them have another time of change there."""
    library.analyse("a.wav", make_record(codec="pcm_s16le", container="wav"), large_content())
    new = library.home / "new"
    shutil.copytree(library.music, new)
    library.run("relocate", str(library.music), str(new))
    monkeypatch.setattr(file_key, "open_to_read", None)
    with Cache(library.cache) as cache:
        track = see(new / "a.wav")
        assert [type(answer) for answer in look_up(cache, [track])] == [Hit]
        assert cache.headers([track.path])[track.path].ctime_ns == track.ctime_ns


def test_what_is_not_at_the_new_place_stays(library: CacheCommands) -> None:
    library.add(*numbered(4))
    new = library.home / "new"
    shutil.copytree(library.music, new)
    (new / "0.flac").unlink()
    (new / "1.flac").write_bytes(b"of another length")
    library.add("3.flac", root=new)
    done = library.json("relocate", str(library.music), str(new), code=1)
    assert (done["moved"], done["absent"], done["taken"], done["folders"]) == (1, 2, 1, 0)
    assert (
        "2 tracks: no file of the same size"
        in library.run("relocate", str(library.music), str(new), code=1).stdout
    )


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("music", "nowhere", "is not there"),
        ("music", "music", "is the former folder|lies in it"),
        ("music", "music/album", "lies in it"),
        ("other", "music", "is known"),
    ],
)
def test_unknown_paths_are_wrong_usage(library: CacheCommands, old: str, new: str, why: str) -> None:
    library.add(*numbered(2, "album/"))
    (library.home / "other").mkdir()
    done = library.run("relocate", str(library.home / old), str(library.home / new), code=2)
    assert why.rsplit("|", maxsplit=1)[-1] in done.stderr
    assert len(library.rows()) == 2
