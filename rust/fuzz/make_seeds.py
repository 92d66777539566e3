"""Makes the seeds: a moment of our own fixtures in every container and codec that is decoded in the process.

Run as `python rust/fuzz/make_seeds.py` with ffmpeg on PATH. The result is committed (under 100 kB in all).
"""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent
AUDIO = HERE.parent.parent / "fixtures" / "audio"
PROTOCOL = HERE.parent.parent / "fixtures" / "protocol"

DECODED: dict[str, list[str]] = {
    "pcm.wav": [],
    "pcm24-stereo.wav": ["-ac", "2", "-c:a", "pcm_s24le"],
    "float.wav": ["-c:a", "pcm_f32le"],
    "alaw.wav": ["-c:a", "pcm_alaw"],
    "adpcm-ms.wav": ["-c:a", "adpcm_ms"],
    "adpcm-ima.wav": ["-c:a", "adpcm_ima_wav"],
    "pcm.aiff": [],
    "float.aifc": ["-f", "aiff", "-c:a", "pcm_f32be"],
    "pcm.caf": ["-c:a", "pcm_s16be"],
    "alac.caf": ["-c:a", "alac"],
    "stereo.flac": ["-ac", "2", "-metadata", "title=seed"],
    "aac.m4a": ["-c:a", "aac", "-b:a", "24k"],
    "alac.m4a": ["-c:a", "alac"],
    "fragments.mp4": ["-c:a", "aac", "-b:a", "24k", "-movflags", "empty_moov+frag_every_frame"],
    "vbr.mp3": ["-c:a", "libmp3lame", "-q:a", "8"],
    "bare.mp3": ["-c:a", "libmp3lame", "-b:a", "24k", "-write_xing", "0", "-id3v2_version", "0"],
    "layer2.mp2": ["-c:a", "mp2", "-b:a", "32k"],
    "adts.aac": ["-c:a", "aac", "-b:a", "24k"],
    "vorbis.ogg": ["-c:a", "libvorbis", "-q:a", "0"],
    "flac.ogg": ["-c:a", "flac"],
    "opus.opus": ["-c:a", "libopus", "-b:a", "16k"],
    "opus.webm": ["-c:a", "libopus", "-b:a", "16k"],
    "flac.mka": ["-c:a", "flac"],
    "aac.mka": ["-c:a", "aac", "-b:a", "24k"],
    "pcm.mka": ["-c:a", "pcm_s16le"],
}
# Our parsers of tags: the container's place in `parse_tags` of fp-decode, which the last byte chooses.
TAGGED: dict[str, tuple[int, list[str]]] = {
    "id3.mp3": (0, ["-c:a", "libmp3lame", "-b:a", "24k", "-write_id3v1", "1"]),
    "id3v23.mp3": (0, ["-c:a", "libmp3lame", "-b:a", "24k", "-id3v2_version", "3"]),
    "comments.flac": (1, []),
    "comments.opus": (2, ["-c:a", "libopus", "-b:a", "16k"]),
    "items.m4a": (3, ["-c:a", "aac", "-b:a", "24k"]),
    "info.wav": (4, ["-c:a", "adpcm_ms"]),
    "text.aiff": (7, ["-write_id3v2", "1", "-ar", "8000"]),
    "simple.mka": (8, ["-c:a", "libopus", "-b:a", "16k"]),
    "info.caf": (9, ["-c:a", "alac"]),
    "comments.spx": (10, ["-c:a", "libspeex", "-ar", "8000"]),
    "attributes.wma": (11, ["-b:a", "24k"]),
    "ape.wv": (14, []),
}
METADATA = {"title": "So What", "artist": "Davis\u00e9", "album": "Blue", "track": "1/5", "genre": "Jazz"}
NO_METADATA: Mapping[str, str] = {}
LOG = (
    b"[info] Input #0, wv, from 'file:x.wv':\n[info]   Duration: 01:02:03.50, start: 0.000000\n"
    b"[info]   Stream #0:0: Audio: wavpack, 44100 Hz, mono, s32p (24 bit)\n[info] Stream mapping:\n"
    b"[wv @ 0x55] [error] Invalid block header.\n"
)
OPUS_HEAD = b"OpusHead\x01\x02\x38\x01\x80\xbb\x00\x00\x00\xff\x00"
AAC_CONFIG = bytes([0x12, 0x10, 0x56, 0xE5, 0x00])


def encode(target: Path, options: list[str], metadata: Mapping[str, str] = NO_METADATA) -> None:
    """Encode 0.07 s, from where the music has begun."""
    tags = [word for name, text in metadata.items() for word in ("-metadata", f"{name}={text}")]
    source = ["-ss", "1", "-t", "0.07", "-i", str(AUDIO / "groove-22k-mono.wav")]
    exact = ["-fflags", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1"]
    subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-y", *source, *exact, *options, *tags, str(target)], check=True
    )


def empty_folder(name: str) -> Path:
    """The folder of one target's seeds, empty."""
    folder = HERE / "seeds" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def main() -> None:
    """Write all seeds anew."""
    decode = empty_folder("decode_and_analyse")
    for name, options in DECODED.items():
        encode(decode / name, options)
    parsers = empty_folder("parsers")
    heads = {0: "vbr.mp3", 1: "aac.m4a", 4: "pcm.wav", 5: "bare.mp3"}
    for choice, name in heads.items():
        (parsers / f"{choice}-{name}").write_bytes(bytes([choice]) + (decode / name).read_bytes()[:2048])
    (parsers / "2-aac-config").write_bytes(b"\x02" + AAC_CONFIG)
    (parsers / "3-opus-head").write_bytes(b"\x03" + OPUS_HEAD)
    (parsers / "6-ffmpeg-log").write_bytes(b"\x06" + LOG)
    for name, (container, options) in TAGGED.items():
        target = parsers / f"11-{name}"
        encode(target, options, METADATA)
        target.write_bytes(b"\x0b" + target.read_bytes() + bytes([container]))
    packets = empty_folder("opus_packets")
    # Table of contents: SILK, hybrid and CELT of one frame each, and two frames of one length.
    for toc in (0x08, 0x68, 0xF8, 0xF9):
        (packets / f"{toc:02x}").write_bytes(b"\x00\x00\x10" + bytes([toc]) + bytes(range(1, 16)))
    protocol = empty_folder("protocol")
    shutil.copyfile(PROTOCOL / "requests.jsonl", protocol / "requests.jsonl")
    (protocol / "broken.jsonl").write_bytes(
        b'{"type":"analyze"\n\n[]\n{"type":"analyze","id":3,"path_b64":"?"}'
    )


if __name__ == "__main__":
    main()
