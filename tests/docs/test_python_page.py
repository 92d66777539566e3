"""The page on Python: its code runs from top to bottom, as in a notebook, and what is public is on it."""

import asyncio
import os
import re
import shutil
from pathlib import Path

import pytest
from support.program import run_auralis

import auralis_cli

CODE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def home(tmp_path: Path, fixture_audio: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with scanned tracks."""
    for name in ("groove.flac", "groove.mp3", "silence.flac", "sine-440.flac", "pink-noise.ogg"):
        shutil.copy(fixture_audio / name, tmp_path)
    assert run_auralis("scan", ".", "--sidecars", "none", home=tmp_path).returncode == 0
    for name in [name for name in os.environ if name.startswith("AURALIS_") and name != "AURALIS_WORKER"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AURALIS_CACHE", str(tmp_path / "cache.db"))
    monkeypatch.setenv("AURALIS_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def page(checkout: Path) -> str:
    return (checkout / "auralis_cli" / "PYTHON.md").read_text("utf-8")


def test_the_code_runs_as_in_a_notebook(page: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cells = CODE.findall(page)
    names: dict[str, object] = {}

    async def notebook() -> None:  # in which an event loop runs already
        for cell in cells:
            exec(compile(cell, "PYTHON.md", "exec"), names)

    assert len(cells) == 7
    asyncio.run(notebook())
    said = capsys.readouterr().out
    assert re.search(r"^-\d+\.\d LUFS, \d+ BPM$", said, re.MULTILINE)
    assert "missing.flac" in said
    assert f"5 tracks in {home / 'cache.db'}" in said
    assert "b'unit': b'LUFS'" in said
    assert re.search(r"^0\.\d{3} .*/groove\.mp3 ", said, re.MULTILINE)


def test_tracks_like_a_known_one_are_found_while_its_disk_is_away(home: Path) -> None:
    (home / "groove.flac").unlink()
    near = auralis_cli.Library().similar("groove.flac", metric="plain", copies=True)
    assert Path(near[0].path).name == "groove.mp3"
    some = auralis_cli.Library().similar("groove.flac", metric="plain", among=["codec:vorbis"])
    assert [Path(one.path).name for one in some] == ["pink-noise.ogg"]
    with pytest.raises(auralis_cli.AuralisError, match=r"missing\.flac"):
        auralis_cli.Library().similar("missing.flac")


def test_what_is_public_is_on_the_page_and_nothing_else_is_there(page: str) -> None:
    shown = set(re.findall(r"^from auralis_cli import (\w+)$", page, re.MULTILINE))
    assert shown | {"Record", "__version__"} == set(auralis_cli.__all__)
    assert all(getattr(auralis_cli, name) is not None for name in auralis_cli.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Cache'"):
        _ = auralis_cli.Cache
