"""`auralis sidecars clean`: what is left of renamed and deleted tracks goes; nothing else does."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support.cache_commands import CacheCommands, numbered

from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.store.sidecars import Sidecars


class Mirrored(CacheCommands):
    """A library whose sidecars lie in a mirror."""

    group = "sidecars"

    def __init__(self, home: Path, mirror: Path | None = None) -> None:
        super().__init__(home)
        self.mirror = mirror or home / "mirror"
        self.sidecars = Sidecars(SidecarMode.MIRROR, self.mirror)
        self.flags = ("--sidecar-dir", str(self.mirror))

    def files(self) -> list[str]:
        return sorted(
            str(path.relative_to(self.mirror)) for path in self.mirror.rglob("*") if not path.is_dir()
        )


@pytest.fixture
def library(tmp_path: Path) -> CacheCommands:
    """With sidecars beside the music."""
    commands = CacheCommands(tmp_path)
    commands.group = "sidecars"
    return commands


@pytest.fixture
def mirrored(tmp_path: Path) -> Mirrored:
    return Mirrored(tmp_path)


def names(paths: list[dict[str, str]]) -> list[str]:
    return sorted(Path(each["path"]).name for each in paths)


LONG = ["x" * 249 + f"{number}.flac" for number in "12"]


def test_sidecars_of_renamed_and_deleted_tracks_are_removed(library: CacheCommands) -> None:
    library.add(*numbered(8), *LONG, "sub/\udcff.flac", "sub/é\n.flac", sidecar=True)
    for name in ("1.flac", LONG[0], "sub/\udcff.flac"):
        (library.music / name).unlink()
    (library.music / "2.flac").rename(library.music / "new name.flac")
    trial = library.json("clean", str(library.music), "--dry-run")
    assert len(trial["removed"]) == 4
    assert len(list(library.music.rglob("*.auralis.json"))) == 12
    done = library.json("clean", str(library.music))
    assert done == trial | {"dry_run": False}
    assert len(list(library.music.rglob("*.auralis.json"))) == 8
    assert (library.music / "0.flac.auralis.json").exists()
    assert Path(library.sidecars.path_of(str(library.music / LONG[1])) or "").exists()
    assert library.json("clean")["removed"] == []  # without a path: the scanned folders


def test_only_what_is_a_sidecar_by_its_content_is_removed(library: CacheCommands) -> None:
    tracks = library.add(*numbered(12), sidecar=True)
    for track in tracks[:6]:
        Path(track.path).unlink()
    beside = [Path(f"{track.path}.auralis.json") for track in tracks]
    beside[0].write_text('{"name": "my own file"}')
    beside[1].write_text(json.dumps(json.loads(beside[1].read_text()) | {"format": 3}))
    beside[2].unlink()
    beside[2].symlink_to(beside[11])
    beside[3].unlink()
    beside[3].mkdir()
    beside[4].write_bytes(beside[5].read_bytes()[:-200])
    done = library.json("clean", str(library.music))
    assert names(done["removed"]) == ["5.flac.auralis.json"]
    reasons = {Path(each["path"]).name[0]: each["reason"] for each in done["left"]}
    assert "format version is 3" in reasons["1"]
    assert "symbolic link" in reasons["2"]
    assert sorted(reasons) == ["0", "1", "2", "4"]
    assert beside[11].exists()
    assert not beside[5].exists()


@pytest.mark.parametrize("loss", ["gone", "empty", "most", "unlistable"])
def test_an_absent_disk_costs_a_mirror_no_sidecar(mirrored: Mirrored, loss: str) -> None:
    usb = mirrored.home / "usb"
    mirrored.add(*numbered(8), sidecar=True)
    mirrored.add(*numbered(6, "album/"), root=usb, sidecar=True)
    if loss == "most":
        for number in range(4):
            (usb / f"album/{number}.flac").unlink()
    else:
        shutil.rmtree(usb)
    if loss == "empty":
        usb.mkdir()
    if loss == "unlistable":
        usb.write_text("a file in the folder's place")
    (mirrored.music / "0.flac").unlink()
    done = mirrored.json("clean", *mirrored.flags, code=1)
    assert names(done["removed"]) == ["0.flac.auralis.json"]
    assert [held["folder"] for held in done["held_back"]] == [str(usb)]
    assert len(mirrored.files()) == 13
    assert "use --force" in mirrored.run("clean", *mirrored.flags, code=1).stdout
    forced = mirrored.json("clean", *mirrored.flags, "--force")
    assert len(forced["removed"]) == (4 if loss == "most" else 6)


def test_a_disk_below_a_scanned_folder_is_missed_too(mirrored: Mirrored) -> None:
    mirrored.add(*numbered(8), sidecar=True)
    mirrored.add(*numbered(2, "usb/"), sidecar=True)
    with Cache(mirrored.cache) as cache:
        cache.note_roots([str(mirrored.music / "usb")])  # as a scan notes a mount point
    shutil.rmtree(mirrored.music / "usb")  # the system has removed it with the disk
    done = mirrored.json("clean", *mirrored.flags, code=1)
    assert (done["removed"], done["held_back"][0]["rows"]) == ([], 2)


def test_without_a_cache_a_folder_that_is_gone_is_taken_for_an_absent_disk(mirrored: Mirrored) -> None:
    mirrored.add(*numbered(4, "a/"), *numbered(8, "b/"), sidecar=True)
    mirrored.cache.unlink()
    shutil.rmtree(mirrored.music / "a")
    (mirrored.music / "b/0.flac").unlink()
    done = mirrored.json("clean", *mirrored.flags, code=1)
    assert names(done["removed"]) == ["0.flac.auralis.json"]
    assert done["held_back"] == [
        {"folder": str(mirrored.music / "a"), "rows": 4, "reason": "the folder is not there"}
    ]


def test_a_part_of_a_mirror_is_cleaned_also_when_its_music_is_gone(mirrored: Mirrored) -> None:
    mirrored.add(*numbered(8), *numbered(3, "old/"), *numbered(3, "new/"), sidecar=True)
    shutil.rmtree(mirrored.music / "old")
    (mirrored.music / "0.flac").unlink()
    done = mirrored.json("clean", str(mirrored.music / "old"), *mirrored.flags)
    assert (done["sidecars"], len(done["removed"])) == (3, 3)
    assert not (mirrored.mirror / str(mirrored.music)[1:] / "old").exists()  # the empty folder too
    assert len(mirrored.files()) == 11
    typo = mirrored.run("clean", str(mirrored.music / "typo"), *mirrored.flags, code=2)
    assert "there is nothing at" in typo.stderr
    no_mirror = mirrored.run("clean", "--sidecar-dir", str(mirrored.home / "typo"), code=2)
    assert "there are no sidecars at" in no_mirror.stderr


def test_a_mirror_inside_the_library_is_no_pile_of_stray_sidecars(tmp_path: Path) -> None:
    inside = Mirrored(tmp_path, tmp_path / "music/mirror")
    inside.add(*numbered(8), sidecar=True)
    usb = inside.home / "usb"
    inside.add(*numbered(2), root=usb, sidecar=True)
    shutil.rmtree(usb)
    done = inside.json("clean", str(inside.music), "--sidecars", "beside")
    assert done["removed"] == []
    assert {each["reason"].split(",")[0] for each in done["left"]} == {"it seems to be of a mirror"}
    (inside.music / "0.flac").unlink()
    cleaned = inside.json("clean", str(inside.music), *inside.flags)
    assert names(cleaned["removed"]) == ["0.flac.auralis.json"]


def test_links_to_folders_are_not_followed(library: CacheCommands) -> None:
    library.add(*numbered(4), sidecar=True)
    other = library.home / "other"
    (track,) = library.add("x.flac", root=other, sidecar=True)
    (library.music / "link").symlink_to(other)
    Path(track.path).unlink()
    assert library.json("clean", str(library.music))["sidecars"] == 4
    assert (other / "x.flac.auralis.json").exists()


def test_a_library_behind_a_link_is_cleaned_where_it_is(library: CacheCommands) -> None:
    library.add(*numbered(4), sidecar=True)
    real = library.music.rename(library.home / "real")
    library.music.symlink_to(real)
    (real / "0.flac").unlink()
    assert names(library.json("clean", str(library.music))["removed"]) == ["0.flac.auralis.json"]


def test_a_folder_that_is_swapped_for_a_link_is_not_reached_into(
    library: CacheCommands, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracks = library.add(*numbered(3, "a/"), *numbered(3, "b/"), sidecar=True)
    for track in (tracks[0], tracks[3]):
        Path(track.path).unlink()
    unlink = os.unlink

    def swap(name: str, dir_fd: int | None = None) -> None:
        if not (library.music / "a").is_symlink() and dir_fd is not None:
            (library.music / "a").rename(library.home / "away")
            (library.music / "a").symlink_to(library.music / "b")
        unlink(name, dir_fd=dir_fd)

    monkeypatch.setattr(os, "unlink", swap)
    library.run("clean", str(library.music))
    assert not (library.home / "away/0.flac.auralis.json").exists()


def test_a_track_that_comes_back_meanwhile_keeps_its_sidecar(
    library: CacheCommands, monkeypatch: pytest.MonkeyPatch
) -> None:
    (track, *_) = library.add(*numbered(4), sidecar=True)
    content = Path(track.path).read_bytes()
    Path(track.path).unlink()

    def bring_back(*_: object) -> dict[str, tuple[str, str]]:
        Path(track.path).write_bytes(content)
        return {}

    monkeypatch.setattr("auralis_cli.upkeep.sidecar_clean.hold_back", bring_back)
    assert library.json("clean", str(library.music))["removed"] == []
    assert Path(f"{track.path}.auralis.json").exists()


def test_what_cannot_be_cleaned_is_named(library: CacheCommands) -> None:
    assert "no folder was scanned yet" in library.run("clean", code=2).stderr
    assert "no sidecars to clean" in library.run("clean", "--sidecars", "none", code=2).stderr
    (track,) = library.add("a.flac", sidecar=True)
    assert "is not a folder" in library.run("clean", track.path, code=2).stderr
    shutil.rmtree(library.music)
    assert library.json("clean", code=1)["refused"] == [f"{library.music}: No such file or directory"]


def test_folders_nested_deeper_than_python_are_reached(library: CacheCommands) -> None:
    library.add(*numbered(4), "1 d/1.flac", sidecar=True)
    bottom = str(library.music) + "/d" * 1_200
    for end in range(len(str(library.music)) + 2, len(bottom) + 1, 2):
        os.mkdir(bottom[:end])
    (library.music / "1 d/1.flac.auralis.json").rename(f"{bottom}/1.flac.auralis.json")
    try:
        assert names(library.json("clean", str(library.music))["removed"]) == ["1.flac.auralis.json"]
    finally:
        subprocess.run(["rm", "-rf", str(library.music / "d")], check=True)  # pytest's own clean-up recurses
