from collections.abc import Iterator
from pathlib import Path

import pytest

from auralis_cli.workers import ffmpeg_version as module
from auralis_cli.workers.ffmpeg_version import ffmpeg_version


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("AURALIS_FFMPEG", raising=False)
    module._version_of.cache_clear()
    yield
    module._version_of.cache_clear()


def program(folder: Path, body: str, name: str = "ffmpeg") -> str:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


FIRST_LINE = 'echo "ffmpeg version 6.1.1-3ubuntu5 Copyright (c) 2000-2023"; echo "built with gcc"'


def test_the_version_is_the_word_after_version_in_the_first_line(tmp_path: Path) -> None:
    assert ffmpeg_version(program(tmp_path, FIRST_LINE)) == "6.1.1-3ubuntu5"


def test_the_setting_comes_before_the_variable_and_that_before_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "echo ffmpeg version 1.path")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    assert ffmpeg_version(None) == "1.path"
    monkeypatch.setenv("AURALIS_FFMPEG", program(tmp_path, "echo ffmpeg version 2.variable", "two"))
    assert ffmpeg_version(None) == "2.variable"
    assert ffmpeg_version(program(tmp_path, "echo ffmpeg version 3.setting", "three")) == "3.setting"


@pytest.mark.parametrize("none", ["none", "None", ""])
def test_none_means_do_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, none: str) -> None:
    program(tmp_path, FIRST_LINE)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ffmpeg_version(none) is None
    monkeypatch.setenv("AURALIS_FFMPEG", none)
    assert ffmpeg_version(None) is None


@pytest.mark.parametrize("body", ["exit 1", "echo something else", "printf '\\377\\376'", ""])
def test_a_program_that_does_not_answer_counts_as_absent(tmp_path: Path, body: str) -> None:
    assert ffmpeg_version(program(tmp_path, body)) is None


def test_a_missing_program_counts_as_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ffmpeg_version(str(tmp_path / "nowhere")) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ffmpeg_version(None) is None


def test_a_program_that_hangs_counts_as_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_ANSWER_S", 0.2)
    assert ffmpeg_version(program(tmp_path, "exec sleep 60")) is None


def test_the_program_is_asked_once(tmp_path: Path) -> None:
    path = program(tmp_path, f"echo x >> {tmp_path}/log; {FIRST_LINE}")
    assert [ffmpeg_version(path) for _ in range(3)] == ["6.1.1-3ubuntu5"] * 3
    assert (tmp_path / "log").read_text() == "x\n"
