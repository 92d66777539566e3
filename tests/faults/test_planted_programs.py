"""Programs that lie beside the music are never run, and ffmpeg is found where PATH says nothing of it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support.program import run_auralis

pytestmark = [
    pytest.mark.needs("ffmpeg"),
    pytest.mark.skipif(os.name != "posix", reason="scripts of a shell"),
]


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """A folder with a track that only ffmpeg decodes, and the programs of a stranger, which leave a trace."""
    folder = tmp_path / "music"
    folder.mkdir()
    ffmpeg = shutil.which("ffmpeg")
    assert ffmpeg is not None
    make = [ffmpeg, "-v", "error", "-f", "lavfi", "-i", "sine=d=1:r=48000", str(folder / "a.ac3")]
    subprocess.run(make, check=True)
    for name in ("ffmpeg", "nice", "ionice", "fp-worker"):
        for place in (folder, folder / "bin"):
            place.mkdir(exist_ok=True)
            (place / name).write_text(f'#!/bin/sh\necho {name} >> "{tmp_path}/was-run"\nexit 1\n')
            (place / name).chmod(0o755)
    return folder


def scan(music: Path, path: str) -> dict[str, object]:
    """The track's line of a scan from within the folder of the music."""
    home = music.parent
    cache = str(home / "cache.db")
    result = run_auralis(
        *("scan", music, "--nice", "--json", "--sidecars", "none"),
        home=music,
        PATH=path,
        HOME=str(home),
        AURALIS_CACHE=cache,
        AURALIS_CONFIG=str(home / "none.toml"),
    )
    assert "Traceback" not in result.stderr
    (track,) = (line for line in map(json.loads, result.stdout.splitlines()) if line["event"] == "track")
    assert not (home / "was-run").exists(), (home / "was-run").read_text()
    return dict(track)


@pytest.mark.skipif(
    shutil.which("ffmpeg", path=os.defpath) is None, reason="ffmpeg is not where systems have it"
)
def test_without_path_the_track_is_decoded(music: Path) -> None:
    """It was quarantined as `unsupported_codec`: the parent found ffmpeg and the worker did not."""
    assert scan(music, "")["status"] == "analysed"


@pytest.mark.parametrize("entries", [":", ".", "bin", "./bin:."])
def test_a_relative_entry_of_path_is_not_searched(music: Path, entries: str) -> None:
    track = scan(music, entries)
    assert track["status"] == "failed"
    assert track["error"]["code"] == "unsupported_codec"  # type: ignore[index]


@pytest.mark.parametrize("entries", [":", ".:bin:"])
def test_the_absolute_entries_after_it_are(music: Path, entries: str) -> None:
    found = Path(shutil.which("ffmpeg") or "").parent
    assert scan(music, f"{entries}:{found}")["status"] == "analysed"
