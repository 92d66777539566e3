"""A tag editor on real files, with a real worker: known audio is not analysed again, other audio is."""

import os
import shutil
import wave
from pathlib import Path

import pytest
from support.program import fingerprints, scan
from support.scanned_library import by_name, counts
from support.tag_editor import write_title

NAMES = ("groove.flac", "groove.mp3", "groove.m4a", "groove-22k-mono.wav")
TITLED = tuple(name for name in NAMES if not name.endswith(".m4a"))
"""Those whose second title is read; an M4A has the first box of its kind alone."""


@pytest.fixture
def music(tmp_path: Path, fixture_audio: Path) -> Path:
    folder = tmp_path / "music"
    folder.mkdir()
    for name in NAMES:
        shutil.copy(fixture_audio / name, folder)
    return folder


def test_new_tags_and_new_names_cost_no_analysis(music: Path, tmp_path: Path) -> None:
    before = fingerprints(scan(music, tmp_path / "cache.db"))
    for name in NAMES:
        write_title(music / name, "A new title")
    events = scan(music, tmp_path / "cache.db")
    assert counts(events) == {"retagged": len(NAMES)}
    assert fingerprints(events) == before
    titles = {name: event["tags"]["title"] for name, event in by_name(events).items()}
    assert all(titles[name] == "A new title" for name in TITLED)
    (music / "Artist").mkdir()
    for name in NAMES:
        write_title(music / name, "And another, longer one")
        (music / name).rename(music / "Artist" / f"01 {name}")
    events = scan(music, tmp_path / "cache.db")
    assert counts(events) == {"retagged": len(NAMES)}
    for name in NAMES:
        event = by_name(events)[f"01 {name}"]
        assert (event["fingerprint"], event["from"]) == (before[name], str(music / name))
        assert name not in TITLED or event["tags"]["title"].endswith("longer one")
    assert counts(scan(music, tmp_path / "cache.db")) == {"cached": len(NAMES)}


def test_a_tag_before_other_audio_is_no_disguise(music: Path, tmp_path: Path) -> None:
    """One bit in the middle of the audio, and new tags."""
    scan(music, tmp_path / "cache.db")
    for name in NAMES:
        content = bytearray((music / name).read_bytes())
        content[len(content) // 2] ^= 1
        (music / name).write_bytes(content)
        write_title(music / name, "A new title")
    assert counts(scan(music, tmp_path / "cache.db")) == {"analysed": len(NAMES)}


def test_pcm_of_which_only_the_time_of_change_is_new_is_told_by_its_audio(
    music: Path, tmp_path: Path
) -> None:
    """A program can edit samples in place and set back the time, and `chmod` can look the same."""
    path = music / "long.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 22_050, 0, "NONE", ""))
        file.writeframes((music / "groove-22k-mono.wav").read_bytes()[44:] * 8)
    scan(path, tmp_path / "cache.db")
    path.chmod(0o640)
    assert counts(scan(path, tmp_path / "cache.db")) == {"cached": 1}
    status = path.stat()
    with path.open("r+b") as edited:
        edited.seek(600_000)
        edited.write(bytes(100))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_mtime_ns == status.st_mtime_ns
    assert counts(scan(path, tmp_path / "cache.db")) == {"analysed": 1}
