"""The tags that the worker reads are those that another program wrote, in every format."""

import json
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest
from mutagen import apev2, flac, id3
from support.audio_files import encode
from support.tag_writers import TAGS, WRITERS

from auralis_cli.settings.resolve import resolve_settings
from auralis_cli.workers.program import find_worker

pytestmark = pytest.mark.needs("ffmpeg")


def answer(command: str, path: Path) -> dict[str, Any]:
    worker = find_worker(resolve_settings({}))
    run = subprocess.run([worker, command, path], capture_output=True, timeout=120, check=True)
    response: dict[str, Any] = json.loads(run.stdout)
    return response


def tags(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = answer("probe", path)["tags"]
    return found


@pytest.mark.parametrize(
    ("writer", "suffix", "options"),
    [
        ("ID3v2.4", ".mp3", ()),
        ("ID3v2.3", ".mp3", ()),
        ("ID3v2.4", ".aac", ("-f", "adts")),
        ("APE", ".mp3", ()),
        ("APE", ".wv", ()),
        ("TTA", ".tta", ()),
        ("ASF", ".wma", ()),
        ("MP4", ".m4a", ()),
        ("MP4", ".m4a", ("-c:a", "alac", "-movflags", "+faststart")),
        ("FLAC", ".flac", ()),
        ("Vorbis", ".ogg", ("-c:a", "libvorbis")),
        ("Opus", ".opus", ()),
        ("Speex", ".spx", ("-ar", "32000", "-ac", "1")),
        ("Ogg FLAC", ".oga", ("-c:a", "flac")),
        ("WAVE", ".wav", ()),
        ("AIFF", ".aiff", ()),
    ],
)
def test_all_tags_of_a_format_are_read(
    writer: str, suffix: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    path = encode(tmp_path / f"track{suffix}", "-map_metadata", "-1", *options)
    before = answer("analyze", path)
    WRITERS[writer](path)
    after = answer("analyze", path)
    assert after.pop("tags") == TAGS
    assert tags(path) == TAGS
    assert before.pop("tags").keys() <= {"title"}
    assert after == before


@pytest.mark.parametrize(
    ("suffix", "options", "missing"),
    [
        (".wav", (), {"album_artist", "disc", "compilation"}),
        (".caf", (), set()),
        (".mka", ("-c:a", "flac"), set()),
        (".webm", ("-c:a", "libopus"), set()),
        (".mov", ("-c:a", "alac"), {"album_artist", "track", "disc", "compilation"}),
    ],
)
def test_what_ffmpeg_writes_is_read(
    suffix: str, options: tuple[str, ...], missing: set[str], tmp_path: Path
) -> None:
    """Formats that mutagen does not write: lists of texts in WAVE, CAF, Matroska, QuickTime."""
    said = {
        "title": "So What – 雨",
        "artist": "Miles Davis",
        "album_artist": "Miles & Co.",
        "album": "Kind of Blue",
    }
    said |= {"genre": "Jazz", "date": "1959", "track": "1/5", "disc": "2/3", "compilation": "1"}
    metadata = [word for name, text in said.items() for word in ("-metadata", f"{name}={text}")]
    path = encode(tmp_path / f"track{suffix}", *options, *metadata)
    numbers = {"track": 1, "track_total": 5, "disc": 2, "disc_total": 3, "compilation": True}
    absent = missing | {f"{name}_total" for name in missing}
    assert tags(path) == {name: text for name, text in (said | numbers).items() if name not in absent}


def test_dsf_has_an_id3v2_tag_behind_its_samples(tmp_path: Path) -> None:
    path = tmp_path / "silence.dsf"
    samples = bytes([0x69]) * 4096 * 40
    form = struct.pack("<4sQIIIIIIQII", b"fmt ", 52, 1, 0, 1, 1, 2_822_400, 1, len(samples) * 8, 4096, 0)
    data = struct.pack("<4sQ", b"data", 12 + len(samples)) + samples
    path.write_bytes(struct.pack("<4sQQQ", b"DSD ", 28, 28 + len(form) + len(data), 0) + form + data)
    assert tags(path) == {}
    WRITERS["DSF"](path)
    assert tags(path) == TAGS


def test_of_several_tags_the_first_in_rank_counts_field_by_field(tmp_path: Path) -> None:
    """ID3v2 before APE before ID3v1, which cuts its texts; in WavPack its own APE tag comes first."""

    def write(path: Path) -> None:
        tag = apev2.APEv2()
        tag["Title"], tag["Artist"] = "of APE", "of APE"
        tag.save(path)
        of_id3 = id3.ID3()
        of_id3.add(id3.TIT2(encoding=0, text="of ID3v2"))
        of_id3.save(path)
        of_id3v1 = b"of ID3v1".ljust(30, b"\0") * 3 + b"1959" + bytes(28) + b"\0\7\x08"
        path.write_bytes(path.read_bytes() + b"TAG" + of_id3v1)

    for suffix, first in ((".mp3", "of ID3v2"), (".wv", "of APE")):
        path = encode(tmp_path / f"track{suffix}", "-map_metadata", "-1", "-write_id3v2", "0")
        write(path)
        rest = {"artist": "of APE", "album": "of ID3v1", "date": "1959", "track": 7, "genre": "Jazz"}
        assert tags(path) == {"title": first, **rest}


def test_the_comments_of_flac_count_and_id3_only_without_them(tmp_path: Path) -> None:
    path = encode(tmp_path / "track.flac", "-map_metadata", "-1")
    of_id3 = id3.ID3()
    of_id3.add(id3.TIT2(encoding=3, text="of ID3v2"))
    of_id3.add(id3.TPE1(encoding=3, text="of ID3v2"))
    of_id3.save(path)
    assert tags(path) == {"title": "of ID3v2", "artist": "of ID3v2"}
    comments = path.read_bytes()
    file = flac.FLAC(path)
    file["title"] = "of Vorbis"
    file.save(deleteid3=False)
    assert path.read_bytes() != comments
    assert tags(path) == {"title": "of Vorbis"}
