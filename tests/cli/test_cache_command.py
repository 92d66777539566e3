"""`auralis cache`: what each command prints, does and returns, on caches and files that are really there."""

import json
import os
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.made_records import ANALYZER, FAILURE, make_record, write_file
from typer.testing import CliRunner, Result

from auralis_cli.app import app
from auralis_cli.files.file_key import file_key
from auralis_cli.lookup.lookup import Lookup
from auralis_cli.lookup.results import Hit, Miss
from auralis_cli.model.record import Track
from auralis_cli.render.json_schema import output_schemas
from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.store.sidecars import Sidecars


class Library:
    """A cache that knows some files, in a home folder of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.music = root / "music"
        self.cache = root / "cache.db"
        self.sidecars = Sidecars(SidecarMode.BESIDE, None)
        self.music.mkdir()

    def add(self, *names: str, root: Path | None = None, sidecar: bool = False) -> list[Track]:
        tracks = []
        with Cache(self.cache) as cache:
            cache.note_roots([str(root or self.music)])
            for name in names:
                track = write_file((root or self.music) / name, name.encode(errors="surrogateescape"))
                key = file_key(track.path, track.size)
                cache.note_result(track, key, make_record(), ANALYZER, None)
                if sidecar:
                    self.sidecars.write(track, key, make_record())
                tracks.append(track)
        return tracks

    def run(self, *arguments: str, code: int = 0) -> Result:
        environment = {
            "AURALIS_CACHE": str(self.cache),
            "AURALIS_CONFIG": str(self.root / "none.toml"),
            "HOME": str(self.root),
        }
        done = CliRunner().invoke(app, ["cache", *arguments], env=environment)
        assert done.exit_code == code, f"{done.output}\n{done.exception!r}"
        return done

    def json(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        output: dict[str, Any] = json.loads(self.run(*arguments, "--json", code=code).stdout)
        jsonschema.Draft202012Validator(output_schemas()[f"cache {arguments[0]}"]).validate(output)
        return output

    def rows(self) -> dict[str, str | None]:
        """missing_since by path, below the music folder where it is."""
        with sqlite3.connect(self.cache) as connection:
            rows = connection.execute("SELECT path, missing_since FROM tracks").fetchall()
        return {os.fsdecode(path).removeprefix(f"{self.music}/"): since for path, since in rows}

    def age(self, days: int) -> None:
        """Makes all tombstones older."""
        since = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
        with sqlite3.connect(self.cache) as connection:
            connection.execute("UPDATE tracks SET missing_since = ? WHERE missing_since NOT NULL", (since,))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


def names(count: int, folder: str = "") -> list[str]:
    return [f"{folder}{number}.flac" for number in range(count)]


def test_path_prints_the_path(library: Library) -> None:
    assert library.run("path").stdout == f"{library.cache}\n"


def test_info_tells_what_is_there_and_changes_nothing(library: Library) -> None:
    facts = library.json("info")
    assert (facts["exists"], facts["records"]) == (False, 0)
    assert not library.cache.exists()
    library.add(*names(3))
    with Cache(library.cache) as cache:
        cache.note_result(Track("/gone.flac", 1, 1), "", FAILURE, ANALYZER, None)
    content = library.cache.read_bytes()
    facts = library.json("info")
    assert (facts["records"], facts["failures"], facts["tombstones"]) == (3, 1, 0)
    assert facts["roots"] == [{"path": str(library.music), "path_b64": None}]
    assert facts["generations"] == [
        {"analyzer": "worker", "analysis_version": 3, "records": 3, "failures": 1}
    ]
    assert "3 with a fingerprint, 1 failed" in library.run("info").stdout
    assert library.cache.read_bytes() == content


def test_a_newer_cache_is_refused_untouched_by_every_command(library: Library) -> None:
    library.add(*names(2))
    with sqlite3.connect(library.cache) as connection:
        connection.execute("PRAGMA journal_mode = delete")
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = {path.name: path.read_bytes() for path in library.root.iterdir() if path.is_file()}
    for command in (["info"], ["verify"], ["verify", "--repair"], ["prune"], ["rebuild", str(library.music)]):
        assert "a newer auralis has written it" in library.run(*command, code=2).stderr
    assert {path.name: path.read_bytes() for path in library.root.iterdir() if path.is_file()} == before


def test_commands_without_a_cache_say_so(library: Library) -> None:
    for command in ("verify", "prune"):
        assert "there is no cache at" in library.run(command, code=2).stderr


def test_verify_finds_nothing_in_a_sound_cache(library: Library) -> None:
    library.add(*names(3))
    assert library.json("verify")["ok"] is True
    assert "is sound: 3 tracks" in library.run("verify").stdout


def test_verify_names_bad_rows_and_repair_lets_the_next_scan_fill_them(library: Library) -> None:
    (bad, *_) = library.add(*names(3))
    with sqlite3.connect(library.cache) as connection:
        connection.execute("UPDATE tracks SET stereo_width = 7 WHERE path = ?", (os.fsencode(bad.path),))
    found = library.json("verify", code=1)
    assert (found["ok"], found["damage"], found["records"]) == (False, [], 2)
    assert [row["path"] for row in found["bad_rows"]] == [bad.path]
    assert "--repair removes these rows" in library.run("verify", code=1).stdout
    assert library.json("verify", "--repair", code=1)["removed"] == 1
    assert library.json("verify")["records"] == 2
    with Cache(library.cache) as cache:
        lookup = Lookup(
            cache,
            ANALYZER,
            sidecars=Sidecars(SidecarMode.NONE, None),
            ffmpeg=lambda: None,
            with_records=False,
        )
        assert isinstance(lookup.look_up([bad])[0], Miss)


def test_verify_reports_damage_and_repair_saves_the_rest(library: Library) -> None:
    library.add(*names(300))
    with sqlite3.connect(library.cache) as connection:
        connection.execute("PRAGMA journal_mode = delete")
    connection.close()
    content = bytearray(library.cache.read_bytes())
    content[-20 * 4096 : -10 * 4096] = bytes(10 * 4096)
    library.cache.write_bytes(content)
    found = library.json("verify", code=1)
    assert found["damage"]
    assert library.cache.read_bytes() == content
    done = library.run("verify", "--repair", code=1)
    assert "was renamed to cache.db.corrupt-" in done.stderr
    assert library.json("verify")["records"] > 200
    assert len(library.json("info")["set_aside"]) == 1


def test_verify_reports_a_broken_header(library: Library) -> None:
    library.add(*names(3))
    content = bytearray(library.cache.read_bytes())
    content[:16] = b"SQLite form\x00t 3\x00"
    library.cache.write_bytes(content)
    assert "its header is damaged" in library.json("verify", code=1)["damage"][0]


def test_rebuild_fills_a_new_cache_from_sidecars(library: Library) -> None:
    tracks = library.add(*names(5), "sub/\udcff.flac", "é\n[red].flac", sidecar=True)
    write_file(library.music / "bare.flac", b"no sidecar")
    library.cache.unlink()
    done = library.json("rebuild", str(library.music))
    assert (done["tracks"], done["filled"], done["without"], done["refused"]) == (8, 7, 1, 0)
    again = library.json("rebuild", str(library.music))
    assert (again["filled"], again["known"]) == (0, 7)
    with Cache(library.cache) as cache:
        lookup = Lookup(
            cache,
            ANALYZER,
            sidecars=Sidecars(SidecarMode.NONE, None),
            ffmpeg=lambda: None,
            with_records=True,
        )
        assert lookup.look_up(tracks) == [Hit(track, make_record()) for track in tracks]


def test_rebuild_without_a_path_uses_what_the_mirror_names(library: Library) -> None:
    mirror = library.root / "mirror"
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


def test_rebuild_refuses_a_sidecar_about_other_bytes(library: Library) -> None:
    (track,) = library.add("a.flac", sidecar=True)
    write_file(Path(track.path), b"b.flac", track.mtime_ns)  # same size and time
    library.cache.unlink()
    done = library.json("rebuild", str(library.music), code=1)
    assert (done["filled"], done["refused"]) == (0, 1)
    assert "its file key is not that of the track" in done["warnings"][0]


def test_rebuild_needs_to_know_where(library: Library) -> None:
    assert "name the folders" in library.run("rebuild", code=2).stderr
    assert "no sidecars" in library.run("rebuild", "--sidecars", "none", "x", code=2).stderr
    assert library.json("rebuild", str(library.root / "nowhere"), code=1)["missing_paths"]


def test_prune_buries_first_and_removes_only_later(library: Library) -> None:
    tracks = library.add(*names(10))
    for track in tracks[:3]:
        Path(track.path).unlink()
    assert library.json("prune", "--dry-run")["buried"] == 3
    assert set(library.rows().values()) == {None}
    assert library.json("prune")["buried"] == 3
    done = library.json("prune")
    assert (done["buried"], done["waiting"], done["removed"], len(library.rows())) == (0, 3, 0, 10)
    library.age(29)
    assert library.json("prune")["removed"] == 0
    library.age(31)
    Path(tracks[0].path).write_bytes(b"0.flac")  # one is back
    done = library.json("prune")
    assert (done["revived"], done["removed"]) == (1, 2)
    assert sorted(library.rows()) == sorted(["0.flac", *names(10)[3:]])
    assert set(library.rows().values()) == {None}


def test_prune_now_removes_at_once(library: Library) -> None:
    tracks = library.add(*names(10))
    Path(tracks[0].path).unlink()
    assert library.json("prune", "--now", "--dry-run")["removed"] == 1
    assert len(library.rows()) == 10
    assert library.json("prune", "--now")["removed"] == 1
    assert len(library.rows()) == 9


def test_a_scan_that_finds_the_file_again_takes_the_mark_away(library: Library) -> None:
    tracks = library.add(*names(4))
    away = library.root / "away"
    Path(tracks[0].path).rename(away)
    assert library.json("prune")["buried"] == 1
    away.rename(tracks[0].path)
    with Cache(library.cache) as cache:
        lookup = Lookup(
            cache,
            ANALYZER,
            sidecars=Sidecars(SidecarMode.NONE, None),
            ffmpeg=lambda: None,
            with_records=False,
        )
        assert isinstance(lookup.look_up(tracks[:1])[0], Hit)
    assert set(library.rows().values()) == {None}


@pytest.mark.parametrize("loss", ["gone", "empty", "unlistable", "most"])
def test_prune_keeps_what_is_below_a_folder_that_is_not_there(library: Library, loss: str) -> None:
    other = library.root / "usb"
    library.add(*names(8))
    library.add(*names(6, "album/"), root=other)
    if loss == "most":
        for number in range(4):
            (other / f"album/{number}.flac").unlink()
    else:
        shutil.rmtree(other)
    if loss == "empty":
        other.mkdir()
    if loss == "unlistable":
        other.write_text("a file in the folder's place")
    (library.music / "0.flac").unlink()
    for flags in ([], ["--now"]):
        done = library.json("prune", *flags, code=1)
        assert done["buried"] + done["removed"] == 1  # the other folder goes its way
        assert [held["folder"] for held in done["held_back"]] == [str(other)]
    assert len(library.rows()) == 13
    assert "kept" in library.run("prune", code=1).stdout
    forced = library.json("prune", "--now", "--force")
    assert forced["removed"] == (4 if loss == "most" else 6)


def test_half_may_go_and_one_more_may_not(library: Library) -> None:
    tracks = library.add(*names(10))
    for track in tracks[:5]:
        Path(track.path).unlink()
    assert library.json("prune")["buried"] == 5
    Path(tracks[5].path).unlink()
    done = library.json("prune", code=1)
    assert (done["buried"], done["held_back"][0]["rows"]) == (0, 6)
    assert "6 of its 10 tracks are gone" in done["held_back"][0]["reason"]


def test_a_scanned_folder_inside_another_may_go(library: Library) -> None:
    library.add(*names(10))
    library.add(*names(3, "album/"))
    library.add(root=library.music / "album")
    shutil.rmtree(library.music / "album")
    assert library.json("prune")["buried"] == 3


def test_a_file_in_a_folder_that_may_not_be_entered_is_not_gone(library: Library) -> None:
    library.add("closed/a.flac", *names(4))
    closed = library.music / "closed"
    closed.chmod(0)
    try:
        if os.access(closed / "a.flac", os.F_OK):
            pytest.skip("this user may enter every folder")
        assert library.json("prune")["unknown"] == 1
    finally:
        closed.chmod(0o755)
    assert set(library.rows().values()) == {None}
