"""The key of the encoded audio: new tags leave it as it is, and whatever changes the samples changes it."""

import json
import re
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support.audio_files import add_tags, change_ogg_page, encode, run_tool, with_field

from auralis_cli.settings.resolve import resolve_settings
from auralis_cli.workers.program import find_worker

pytestmark = pytest.mark.needs("ffmpeg")

LINES = "with a comment of some length, ä, and a second line\nthat ends here" * 40

Change = Callable[[Path], None]


def answer(command: str, path: Path) -> dict[str, object]:
    worker = find_worker(resolve_settings({}))
    run = subprocess.run([worker, command, path], capture_output=True, timeout=120, check=True)
    response: dict[str, object] = json.loads(run.stdout)
    return response


def key(path: Path) -> str:
    """What the probe says, which must be what the analysis says."""
    audio_key = answer("probe", path)["audio_key"]
    assert answer("analyze", path)["audio_key"] == audio_key
    assert isinstance(audio_key, str)
    assert re.fullmatch("[0-9a-f]{32}", audio_key)
    return audio_key


def packets(path: Path) -> bytes:
    """Another program's hash of the packets."""
    return run_tool(
        "ffmpeg", "-i", path, "-map", "0:a", "-c", "copy", "-f", "streamhash", "-hash", "md5", "-"
    )


def copied(suffix: str, *options: str) -> Change:
    """Muxed anew by ffmpeg, with tags."""

    def change(path: Path) -> None:
        new = path.with_name("new" + suffix)
        tags = ["-metadata", "title=Another", "-metadata", f"comment={LINES}"]
        run_tool("ffmpeg", "-i", path, "-map", "0:a", "-c", "copy", *tags, *options, new)
        new.replace(path)

    return change


def metaflac(path: Path) -> None:
    for padding in ("--remove-all", "--add-padding=20000", "--add-padding=7"):
        run_tool("metaflac", "--dont-use-padding", padding, path)
    run_tool("metaflac", "--dont-use-padding", f"--set-tag=LYRICS={LINES}", path)


def vorbiscomment(path: Path) -> None:
    new = path.with_name("new.ogg")
    lines = LINES.replace("\n", " ") * 30  # more than a page
    run_tool("vorbiscomment", "-w", "-R", "-t", f"LYRICS={lines}", path, new)
    new.replace(path)


@pytest.mark.parametrize(
    ("suffix", "options", "change"),
    [
        pytest.param(".flac", [], copied(".flac"), id="flac, muxed"),
        pytest.param(".flac", [], metaflac, id="flac, metaflac", marks=pytest.mark.needs("metaflac")),
        pytest.param(".flac", [], add_tags("id3v2"), id="flac, ID3"),
        pytest.param(".mp3", [], add_tags("id3v2", "ape", "id3v1"), id="mp3"),
        pytest.param(".mp3", ["-write_xing", "0"], add_tags("id3v2", "id3v1"), id="mp3 without Xing"),
        pytest.param(".mp2", ["-c:a", "mp2"], add_tags("id3v2", "id3v1"), id="mp2"),
        pytest.param(".aac", [], add_tags("id3v2", "id3v1"), id="adts"),
        pytest.param(".m4a", [], copied(".m4a", "-movflags", "+faststart"), id="m4a, moov in front"),
        pytest.param(".m4a", ["-c:a", "alac"], copied(".m4a", "-movflags", "+faststart"), id="alac"),
        pytest.param(
            ".ogg", ["-c:a", "libvorbis"], copied(".ogg", "-page_duration", "90000"), id="vorbis, pages"
        ),
        pytest.param(
            ".ogg",
            ["-c:a", "libvorbis"],
            vorbiscomment,
            id="vorbiscomment",
            marks=pytest.mark.needs("vorbiscomment"),
        ),
        pytest.param(".opus", [], copied(".opus", "-page_duration", "90000"), id="opus, pages"),
        pytest.param(".oga", ["-c:a", "flac"], copied(".oga"), id="flac in ogg"),
        pytest.param(".mka", ["-c:a", "flac"], copied(".mka"), id="matroska, flac"),
        pytest.param(".mka", ["-c:a", "libopus"], copied(".mka"), id="matroska, opus"),
        pytest.param(".mka", ["-c:a", "libvorbis"], copied(".mka"), id="matroska, vorbis"),
        pytest.param(".caf", ["-c:a", "alac"], copied(".caf"), id="caf"),
        pytest.param(".wav", [], copied(".wav"), id="wav"),
        pytest.param(".wav", [], add_tags("chunk"), id="wav, chunk"),
        pytest.param(".wav", ["-c:a", "adpcm_ms"], copied(".wav"), id="wav, adpcm"),
        pytest.param(".aiff", [], copied(".aiff", "-write_id3v2", "1"), id="aiff"),
        pytest.param(".au", [], copied(".au"), id="au"),
        pytest.param(".wv", [], add_tags("ape", "id3v1"), id="wavpack"),
        pytest.param(".tta", [], add_tags("id3v2", "ape", "id3v1"), id="tta"),
        pytest.param(".ac3", [], add_tags("id3v2"), id="ac3"),
    ],
)
def test_new_tags_change_no_key(tmp_path: Path, suffix: str, options: list[str], change: Change) -> None:
    path = encode(tmp_path / f"tone{suffix}", *options)
    before, content, hashed = path.read_bytes(), key(path), packets(path)
    change(path)
    assert path.read_bytes() != before
    assert packets(path) == hashed, "the test changed the audio"
    assert key(path) == content


@pytest.mark.parametrize("suffix", [".flac", ".ac3"])
def test_tags_behind_the_audio_change_no_key(tmp_path: Path, suffix: str) -> None:
    """ffmpeg takes them for a part of the last packet, so it is not shown them."""
    path = encode(tmp_path / f"tone{suffix}")
    before, content = key(path), answer("analyze", path)["content_key"]
    add_tags("ape", "id3v1")(path)
    assert answer("analyze", path)["content_key"] == content
    assert key(path) == before


def opus_gain(path: Path) -> None:
    # The identification header begins at byte 28 of its page; its bytes 16 and 17 are the gain, in 1/256 dB.
    change_ogg_page(path, 0, lambda page: with_field(page, 28 + 16, struct.pack("<h", -1536)))


def opus_pre_skip(path: Path) -> None:
    change_ogg_page(path, 0, lambda page: with_field(page, 28 + 10, struct.pack("<H", 700)))


def end_of_last_page(path: Path) -> None:
    def earlier(page: bytes) -> bytes:
        (position,) = struct.unpack_from("<q", page, 6)
        return with_field(page, 6, struct.pack("<q", position - 100))

    change_ogg_page(path, -1, earlier)


def patched(find: bytes, offset: int, new: bytes) -> Change:
    """`new` in place of what is `offset` bytes behind the beginning of `find`."""

    def change(path: Path) -> None:
        content = path.read_bytes()
        at = content.index(find) + offset
        assert content[at : at + len(new)] != new
        path.write_bytes(with_field(content, at, new))

    return change


@pytest.mark.parametrize(
    ("suffix", "options", "change"),
    [
        pytest.param(".opus", [], opus_gain, id="opus, header gain"),
        pytest.param(".opus", [], opus_pre_skip, id="opus, pre-skip"),
        pytest.param(".opus", [], end_of_last_page, id="opus, end"),
        pytest.param(".ogg", ["-c:a", "libvorbis"], end_of_last_page, id="vorbis, end"),
        # The delay and the padding, 12 bits each, 141 bytes into the tag: hydrogenaudio's description of it.
        pytest.param(".mp3", [], patched(b"Info", 141, bytes((0x30, 0x02, 0x00))), id="mp3, trim"),
        # The edit list: version and flags, count, duration of the edit, its start in the media.
        pytest.param(".m4a", [], patched(b"elst", 16, struct.pack(">i", 2048)), id="m4a, edit list"),
        pytest.param(".wav", [], patched(b"data", 2008, b"\x11\x22"), id="wav, a sample"),
        pytest.param(".wav", [], patched(b"fmt ", 12, struct.pack("<I", 32_000)), id="wav, rate"),
    ],
)
def test_what_changes_the_samples_changes_the_key(
    tmp_path: Path, suffix: str, options: list[str], change: Change
) -> None:
    path = encode(tmp_path / f"tone{suffix}", *options)
    before, content = key(path), answer("analyze", path)["content_key"]
    change(path)
    assert answer("analyze", path)["content_key"] != content, "the test changed no sample"
    assert key(path) != before


def test_the_md5_of_a_flac_is_part_of_its_key(tmp_path: Path) -> None:
    path = encode(tmp_path / "tone.flac")
    before = key(path)
    # STREAMINFO follows the marker and a header of four bytes; its last 16 bytes are the MD5.
    patched(b"fLaC", 8 + 18, bytes(16))(path)
    assert key(path) != before


def test_a_format_with_text_among_its_audio_has_no_key(tmp_path: Path) -> None:
    path = encode(tmp_path / "tone.wma")
    assert answer("probe", path)["audio_key"] is None
    assert answer("analyze", path)["audio_key"] is None


@pytest.mark.slow
def test_probe_and_analysis_agree_on_damaged_files(tmp_path: Path) -> None:
    """Cut and overwritten files: wherever the analysis ends, its key is that of all that the probe reads."""
    files = [
        encode(tmp_path / f"tone{suffix}", *options)
        for suffix, options in [
            (".flac", []),
            (".mp3", []),
            (".m4a", []),
            (".opus", []),
            (".ogg", ["-c:a", "libvorbis"]),
            (".mka", ["-c:a", "libopus"]),
            (".wav", []),
            (".aac", []),
        ]
    ]
    agreed = 0
    for path in files:
        content = path.read_bytes()
        size = len(content)
        noise = bytes(index * 73 % 256 for index in range(2000))
        damaged = [
            content[: size // 2],
            content[: size - 10],
            with_field(content, size // 2, noise),
            with_field(content, size * 3 // 4, bytes(3000))[:size],
            content[: size // 3] + content[size // 3 + 777 :],
            content + content,
        ]
        for number, bad in enumerate(damaged):
            file = tmp_path / f"{number}-{path.name}"
            file.write_bytes(bad)
            worker = find_worker(resolve_settings({}))
            run = subprocess.run([worker, "analyze", file], capture_output=True, timeout=120, check=False)
            analysed = json.loads(run.stdout)
            if analysed["type"] == "done":
                agreed += 1
                assert answer("probe", file)["audio_key"] == analysed["audio_key"], file.name
    assert agreed > len(files) * 4
