"""Which program a name means: never one that lies where the user happens to be."""

import os
import shutil
from pathlib import Path

import pytest

from auralis_cli.settings.values import Settings
from auralis_cli.system.programs import find_program
from auralis_cli.workers.program import WorkerCommand, find_worker, worker_command


def plant(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("#!/bin/sh\necho planted\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def music(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with programs in it as a download may bring them."""
    folder = tmp_path / "music"
    for name in ("ffmpeg", "nice", "ionice", "fp-worker"):
        plant(folder, name)
        plant(tmp_path / "music" / "bin", name)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("AURALIS_FFMPEG", raising=False)
    return folder


@pytest.mark.parametrize("path", ["", ".", ":", "::", "bin", "./bin:", ".:bin", "../music"])
@pytest.mark.usefixtures("music")
def test_an_empty_or_relative_entry_of_path_is_never_searched(
    monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setenv("PATH", path)
    assert [find_program(name) for name in ("ffmpeg", "nice", "ionice", "fp-worker")] == [None] * 4
    command = WorkerCommand(Path("/opt/fp-worker"), ffmpeg="none", nice=True)
    assert command.arguments("serve") == ["/opt/fp-worker", "serve", "--ffmpeg", "none"]


def test_the_absolute_entries_of_such_a_path_still_are(
    music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = plant(tmp_path / "good", "ffmpeg")
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", "bin", str(wanted.parent), str(music)]))
    assert find_program("ffmpeg") == str(wanted)


def test_a_name_with_a_folder_is_that_file_and_becomes_absolute(
    music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert find_program("./ffmpeg") == str(music / "ffmpeg")
    assert find_program(str(music / "bin" / "nice")) == str(music / "bin" / "nice")
    assert find_program("./nothing") is None


@pytest.mark.skipif(shutil.which("sh", path=os.defpath) is None, reason="no sh in the default places")
def test_without_path_the_folders_of_the_system_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PATH")
    assert find_program("sh") == shutil.which("sh", path=os.defpath)


def test_workers_get_the_ffmpeg_that_the_parent_found_and_look_for_none_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, ffmpeg = plant(tmp_path / "bin", "fp-worker"), plant(tmp_path / "bin", "ffmpeg")
    monkeypatch.delenv("AURALIS_FFMPEG", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    settings = Settings(cache=tmp_path / "cache.db", jobs=1, worker=worker)
    assert find_worker(settings) == worker
    assert worker_command(settings).arguments("serve")[-2:] == ["--ffmpeg", str(ffmpeg)]
    ffmpeg.unlink()
    assert worker_command(settings).arguments("serve")[-2:] == ["--ffmpeg", "none"]
