"""Where sidecars are written, and what a write that fails costs."""

import errno
import json
import os
import re
from pathlib import Path

import pytest
from support.made_records import make_record, write_file
from support.written_sidecars import beside, write

from auralis_cli.files.file_key import file_key
from auralis_cli.model.errors import ConfigError
from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.sidecars import Sidecars, Written


def test_a_write_that_fails_leaves_the_old_sidecar_and_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = write_file(tmp_path / "a.flac")
    old = write(track, make_record(lufs=-1.0)).read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    sidecars = beside()
    sidecars.write(track, file_key(track.path, track.size), make_record(lufs=-2.0))
    assert "No space left" in sidecars.warnings[0]
    assert (tmp_path / "a.flac.auralis.json").read_bytes() == old
    assert sorted(os.listdir(tmp_path)) == ["a.flac", "a.flac.auralis.json"]


def test_unwritable_folders_cost_one_try_each_and_one_warning_in_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def refuse(path: str, _: bytes) -> None:
        tries.append(path)
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("auralis_cli.store.sidecars.replace_file", refuse)
    sidecars = beside()
    for name in ("x/1.flac", "x/2.flac", "y/1.flac"):
        assert sidecars.write(write_file(tmp_path / name), "0" * 32, make_record()) is Written.FAILED
    assert len(tries) == 2
    first = f"{tmp_path}/x/1.flac.auralis.json"
    assert sidecars.warnings == [
        f"cannot write 3 sidecars, such as {first}: Permission denied; "
        "the results are in the cache; use --sidecars mirror or none"
    ]


def test_a_read_only_file_system_costs_one_warning_for_all_its_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracks = [write_file(tmp_path / name) for name in ("x/1.flac", "y/1.flac")]

    def refuse(*_: object) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "open", refuse)
    sidecars = beside()
    for track in tracks:
        sidecars.write(track, "0" * 32, make_record())
    assert len(sidecars.warnings) == 1


@pytest.mark.parametrize("raw", [b"\xff\xfe\n.flac", b"n" * 250 + b".flac", "ü".encode() * 127])
def test_hostile_and_long_names_have_sidecars(tmp_path: Path, raw: bytes) -> None:
    track = write_file(tmp_path / os.fsdecode(raw))
    path = write(track, make_record())
    assert path.parent == tmp_path
    assert beside().read(track) is not None


def test_the_mirror_is_filled_under_its_root_and_the_music_left_alone(tmp_path: Path) -> None:
    track = write_file(tmp_path / "music/a/b.flac")
    sidecars = Sidecars(SidecarMode.MIRROR, tmp_path / "mirror")
    path = write(track, make_record(), sidecars)
    assert path == Path(f"{tmp_path}/mirror{tmp_path}/music/a/b.flac.auralis.json")
    assert os.listdir(tmp_path / "music/a") == ["b.flac"]
    assert sidecars.read(track) is not None


def test_a_mirror_needs_a_root() -> None:
    with pytest.raises(ConfigError, match="--sidecar-dir"):
        Sidecars(SidecarMode.MIRROR, None)


def test_without_sidecars_nothing_is_read_or_written(tmp_path: Path) -> None:
    track = write_file(tmp_path / "a.flac")
    write(track, make_record())
    sidecars = Sidecars(SidecarMode.NONE, None)
    assert sidecars.path_of(track.path) is None
    assert sidecars.read(track) is None
    sidecars.write(write_file(tmp_path / "b.flac"), "0" * 32, make_record())
    assert sorted(os.listdir(tmp_path)) == ["a.flac", "a.flac.auralis.json", "b.flac"]


def test_what_says_the_same_is_not_written_again(tmp_path: Path) -> None:
    track = write_file(tmp_path / "a.flac")
    path = write(track, make_record())
    by_an_older = re.sub('"generator": "auralis .*"', '"generator": "auralis 0.0.1"', path.read_text())
    assert by_an_older != path.read_text()
    path.write_text(by_an_older)
    os.utime(path, ns=(1, 1))
    key = file_key(track.path, track.size)
    assert beside().write(track, key, make_record()) is Written.SAME
    assert path.stat().st_mtime_ns == 1
    assert beside().write(track, key, make_record(lufs=-3.0)) is Written.NEW
    assert path.stat().st_mtime_ns != 1


@pytest.mark.parametrize(
    "newer", [{"format": 3, "fingerprint": "of another form"}, {"analysis_version": 9, "warnings": "new"}]
)
def test_what_a_newer_auralis_has_written_is_left_alone_and_told_once(
    tmp_path: Path, newer: dict[str, object]
) -> None:
    sidecars = beside()
    for name in ("a.flac", "b.flac"):
        track = write_file(tmp_path / name)
        path = write(track, make_record())
        path.write_text(json.dumps(json.loads(path.read_text()) | newer))
        before = path.read_bytes()
        assert sidecars.read(track) is None
        assert sidecars.write(track, file_key(track.path, track.size), make_record()) is Written.KEPT
        assert path.read_bytes() == before
    (warning,) = sidecars.warnings
    assert warning.startswith(f"2 sidecars, such as {tmp_path}/a.flac.auralis.json, are of a newer auralis")


def test_a_newer_one_of_the_other_analyzer_s_name_is_replaced(tmp_path: Path) -> None:
    track = write_file(tmp_path / "a.flac")
    path = write(track, make_record())
    path.write_text(json.dumps(json.loads(path.read_text()) | {"analyzer": "reference", "format": 3}))
    assert beside().write(track, file_key(track.path, track.size), make_record()) is Written.NEW


def test_a_folder_in_a_sidecar_s_place_stays_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.flac.auralis.json").mkdir()
    sidecars = beside()
    track = write_file(tmp_path / "a.flac")
    assert sidecars.write(track, "0" * 32, make_record()) is Written.FAILED
    assert os.listdir(tmp_path / "a.flac.auralis.json") == []
    assert f"cannot write the sidecar {tmp_path}/a.flac.auralis.json: Is a directory" in sidecars.warnings[0]


def test_a_folder_for_mirrors_is_not_used_beside_the_music(tmp_path: Path) -> None:
    track = write_file(tmp_path / "music/a.flac")
    sidecars = Sidecars(SidecarMode.BESIDE, tmp_path / "mirror")
    assert write(track, make_record(), sidecars) == tmp_path / "music/a.flac.auralis.json"


def test_the_tracks_without_a_sidecar_are_found_by_the_names_in_their_folders(tmp_path: Path) -> None:
    names = ["a/1.flac", "a/\udcff.flac", f"a/{'x' * 250}.wav", "b/1.flac"]
    tracks = [write_file(tmp_path / "music" / name, name.encode(errors="surrogateescape")) for name in names]
    for sidecars in (beside(), Sidecars(SidecarMode.MIRROR, tmp_path / "mirror")):
        assert sidecars.missing(tracks) == tracks
        for track in tracks[1:3]:
            write(track, make_record(), sidecars)
        assert sidecars.missing(tracks) == [tracks[0], tracks[3]]
        os.unlink(sidecars.path_of(tracks[1].path) or "")
        assert sidecars.missing(tracks) == [tracks[0], tracks[1], tracks[3]]
    assert Sidecars(SidecarMode.NONE, None).missing(tracks) == []


def test_where_no_sidecar_can_be_written_none_is_missing_and_one_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracks = [write_file(tmp_path / f"{number % 10}/{number}.flac") for number in range(120)]
    tracks.sort(key=lambda track: track.path)
    monkeypatch.setattr(os, "access", lambda *_: False)
    sidecars = beside()
    assert sidecars.missing(tracks) == []
    (line,) = sidecars.troubles.lacking_lines()
    assert line.startswith("cannot write 120 sidecars, such as ")
    assert sidecars.warnings == []
