"""The main job on the installed package: a folder in, 25 values per track out, never computed twice."""

import asyncio
import base64
import io
import json
import os
import shutil
import subprocess
import wave
from pathlib import Path
from typing import Any

import pytest
from support.program import Events, auralis, fingerprints, scan
from support.scanned_library import counts

from auralis_cli.model.dimensions import dimensions, keys
from auralis_cli.settings.values import Settings
from auralis_cli.workers.program import worker_command
from auralis_cli.workers.self_test import run_self_test


def by_name(events: Events, name: str) -> dict[str, Any]:
    """The track event of the file with this name."""
    return next(event for event in events[1:-1] if Path(event["path"]).name == name)


def halves(path: Path) -> tuple[bytes, bytes]:
    """A WAV file's audio as two WAV files."""
    with wave.open(str(path), "rb") as file:
        parameters, frames = file.getparams(), file.getnframes()
        parts = file.readframes(frames // 2), file.readframes(frames)
    made = []
    for part in parts:
        content = io.BytesIO()
        with wave.open(content, "wb") as file:
            file.setparams(parameters)
            file.writeframes(part)
        made.append(content.getvalue())
    return made[0], made[1]


@pytest.fixture
def library(tmp_path: Path, fixture_audio: Path) -> Path:
    """A copy of the fixtures that a test may change."""
    return Path(shutil.copytree(fixture_audio, tmp_path / "music"))


def test_one_track_gets_all_25_dimensions_within_their_ranges(tmp_path: Path, fixture_audio: Path) -> None:
    """One track end to end."""
    start, track, summary = scan(fixture_audio / "groove.flac", tmp_path / "cache.db")
    assert (start["event"], track["event"], summary["event"]) == ("start", "track", "summary")
    assert track["status"] == "analysed"
    assert tuple(track["fingerprint"]) == keys()
    for dimension in dimensions():
        value = track["fingerprint"][dimension.key]
        assert value is not None, dimension.key
        assert dimension.allows(value), dimension.key
    assert track["fingerprint"]["tempo_bpm"] == pytest.approx(120, rel=0.01)
    assert track["details"]["duration_s"] == pytest.approx(10, abs=1e-9)
    assert summary["audio_seconds"] == pytest.approx(10, abs=1e-6)


def test_the_worker_passes_its_self_test(tmp_path: Path) -> None:
    """Else a scan would end at the first file that costs two workers, and blame the worker."""
    settings = Settings(cache=tmp_path / "unused.db", jobs=1, ffmpeg="none")
    assert asyncio.run(run_self_test(worker_command(settings))) is None


def test_cache_hits_and_misses_are_counted_over_cold_warm_changed_and_moved_files(
    tmp_path: Path, library: Path
) -> None:
    """Cold: all analysed. Warm: all cached. Then one changed, one new, one copied, one moved, one gone."""
    cache = tmp_path / "cache.db"
    total = len(list(library.iterdir()))
    cold = scan(library, cache)
    assert counts(cold) == {"analysed": total}
    warm = scan(library, cache)
    assert counts(warm) == {"cached": total}
    assert fingerprints(warm) == fingerprints(cold)

    first, second = halves(library / "groove-22k-mono.wav")
    (library / "clicks-90.flac").write_bytes(first)  # changed
    (library / "new.wav").write_bytes(second)
    shutil.copyfile(library / "groove.mp3", library / "copy.mp3")
    (library / "deeper").mkdir()
    (library / "groove.ogg").rename(library / "deeper" / "renamed.ogg")  # moved
    (library / "silence.flac").unlink()  # gone
    again = scan(library, cache)
    assert counts(again) == {"analysed": 2, "moved": 1, "cached": total - 2}
    moved, copied = (by_name(again, name) for name in ("renamed.ogg", "copy.mp3"))
    assert (moved["status"], moved["from"]) == ("moved", str(library / "groove.ogg"))
    assert (copied["status"], copied["from"]) == ("cached", str(library / "groove.mp3"))
    assert fingerprints(again)["renamed.ogg"] == fingerprints(cold)["groove.ogg"]
    assert fingerprints(again)["copy.mp3"] == fingerprints(cold)["groove.mp3"]
    assert fingerprints(again)["clicks-90.flac"] != fingerprints(cold)["clicks-90.flac"]
    assert counts(scan(library, cache)) == {"cached": total + 1}


def test_worker_count_does_not_matter(tmp_path: Path, fixture_audio: Path) -> None:
    """The same files through 1 and 4 workers."""
    one = scan(fixture_audio, tmp_path / "one.db", "--jobs", "1")
    four = scan(fixture_audio, tmp_path / "four.db", "--jobs", "4")
    assert fingerprints(one) == fingerprints(four)
    assert len(fingerprints(one)) > 10


@pytest.mark.needs("flac")
def test_wav_and_flac_of_the_same_audio_are_identical(tmp_path: Path, fixture_audio: Path) -> None:
    """A lossless re-wrap changes neither the values nor the content key."""
    music = tmp_path / "music"
    music.mkdir()
    shutil.copyfile(fixture_audio / "groove.flac", music / "a.flac")
    subprocess.run(["flac", "--silent", "--decode", "-o", music / "b.wav", music / "a.flac"], check=True)
    events = scan(music, tmp_path / "cache.db")
    flac, wav = sorted(events[1:-1], key=lambda event: str(event["path"]))
    assert flac["fingerprint"] == wav["fingerprint"]
    assert flac["details"]["codec"] != wav["details"]["codec"]


def test_sidecars_fill_an_empty_cache_without_analysis(tmp_path: Path, library: Path) -> None:
    """The results of a scan survive the loss of the cache."""
    total = len(list(library.iterdir()))
    first = auralis("scan", library, "--cache", tmp_path / "first.db", "--json")
    second = auralis("scan", library, "--cache", tmp_path / "second.db", "--json")
    events = [json.loads(line) for line in second.splitlines()]
    assert counts(events) == {"cached": total}
    assert fingerprints(events) == fingerprints([json.loads(line) for line in first.splitlines()])


def test_a_broken_file_fails_alone_and_is_not_decoded_again(tmp_path: Path, library: Path) -> None:
    """Exit code 1, a code and a message; remembered the second time, when nothing new has failed."""
    (library / "broken.flac").write_bytes(b"fLaC" + os.urandom(2000))
    (library / "text.mp3").write_text("this is no music\n" * 100)
    cache = tmp_path / "cache.db"
    first = scan(library, cache, expect=1)
    failures = {Path(e["path"]).name: e["error"] for e in first if e.get("status") == "failed"}
    assert set(failures) == {"broken.flac", "text.mp3"}
    assert all(error["message"] and error["known"] is False for error in failures.values())
    second = scan(library, cache, expect=0)
    assert counts(second)["failed"] == 2
    assert "analysed" not in counts(second)
    assert all(e["error"]["known"] for e in second if e.get("status") == "failed")


def test_names_that_are_not_utf8_are_analysed_and_reported_exactly(
    tmp_path: Path, fixture_audio: Path
) -> None:
    """The bytes come back in path_b64."""
    music = tmp_path / "music"
    music.mkdir()
    name = os.fsencode(music) + b"/\xff[red]\n.flac"
    shutil.copyfile(fixture_audio / "silence.flac", name)
    for expected in ("analysed", "cached"):
        track = scan(music, tmp_path / "cache.db")[1]
        assert track["status"] == expected
        assert base64.b64decode(track["path_b64"]) == name
