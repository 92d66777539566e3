"""Where sidecars are written, and what a write that fails costs."""

import errno
import os
from pathlib import Path

import pytest
from support.made_records import make_record, write_file
from support.written_sidecars import beside, write

from auralis_cli.files.file_key import file_key
from auralis_cli.model.errors import ConfigError
from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.sidecars import Sidecars


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


def test_an_unwritable_folder_costs_one_warning_and_one_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def refuse(path: str, _: bytes) -> None:
        tries.append(path)
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("auralis_cli.store.sidecars.replace_file", refuse)
    sidecars = beside()
    for name in ("x/1.flac", "x/2.flac", "y/1.flac"):
        sidecars.write(write_file(tmp_path / name), "0" * 32, make_record())
    assert len(tries) == 2
    assert [warning.split(";")[0] for warning in sidecars.warnings] == [
        f"cannot write sidecars in {tmp_path}/x: Permission denied",
        f"cannot write sidecars in {tmp_path}/y: Permission denied",
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
