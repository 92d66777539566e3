"""Decoding by the ffmpeg program, which reads everything that soundfile does not."""

import io
import re
import subprocess
from dataclasses import dataclass

from auralis_cli.reference.undecodable import UndecodableError
from auralis_cli.system.programs import find_program

DEMUXERS = (
    *(
        "aac",
        "ac3",
        "aiff",
        "amr",
        "ape",
        "asf",
        "au",
        "caf",
        "dsf",
        "dts",
        "eac3",
        "flac",
        "iff",
        "matroska",
    ),
    *(
        "mov",
        "mp3",
        "mpc",
        "mpc8",
        "mpegts",
        "ogg",
        "oma",
        "rm",
        "shn",
        "tak",
        "tta",
        "voc",
        "w64",
        "wav",
        "wv",
    ),
)
"""Formats that contain audio themselves. Playlists and scripts are not allowed: they open other files."""

_CONTAINER = re.compile(r"^Input #0, ([^,]+)", re.MULTILINE)
_CODEC = re.compile(r"^\s+Stream #0:\d+.*?: Audio: (\w+)", re.MULTILINE)
_CONTAINER_NAMES = {"mov": "mp4", "mp3": "mpeg_audio", "aac": "adts"}


@dataclass(frozen=True)
class FfmpegOutput:
    """The first audio stream as an AU file of 32-bit floats, and its original container and codec."""

    au: io.BytesIO
    container: str
    codec: str


def find_ffmpeg(setting: str | None) -> str | None:
    """The program of the setting, or from PATH if it is None; None if it is missing or "none"."""
    return None if setting == "none" else find_program(setting or "ffmpeg")


def decode_by_ffmpeg(path: str, setting: str | None) -> FfmpegOutput:
    """Decodes the first audio stream through a pipe, so that a killed worker leaves no file behind.

    The format is AU because its header may leave the length open. Raises UndecodableError.
    """
    program = find_ffmpeg(setting)
    if program is None:
        why = f"{path}: soundfile cannot read it, and there is no ffmpeg program; install ffmpeg to decode it"
        raise UndecodableError("unsupported_codec", why)
    source = ["-format_whitelist", ",".join(DEMUXERS), "-protocol_whitelist", "file", "-i", f"file:{path}"]
    output = ["-map", "0:a:0", "-c:a", "pcm_f32be", "-f", "au", "-protocol_whitelist", "pipe", "pipe:1"]
    run = subprocess.run(
        [program, "-nostdin", "-hide_banner", "-nostats", *source, *output],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    said = run.stderr.decode(errors="replace")
    container, codec = _CONTAINER.search(said), _CODEC.search(said)
    if container is not None and codec is None:
        raise UndecodableError("no_audio_stream", f"{path} has no audio stream")
    if run.returncode != 0 or not run.stdout:
        reason = next((line for line in reversed(said.splitlines()) if line.strip()), "it says nothing")
        raise UndecodableError("ffmpeg_failed", f"ffmpeg cannot decode {path}: {reason.strip()}")
    name = "" if container is None else container[1]
    return FfmpegOutput(
        io.BytesIO(run.stdout), _CONTAINER_NAMES.get(name, name), "" if codec is None else codec[1]
    )
