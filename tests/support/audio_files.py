"""Small audio files of every codec, and changes of them that no library of tags makes."""

import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

TONE = "aevalsrc=0.3*sin(2*PI*440*t)|0.2*sin(2*PI*(300+200*t)*t):d=3.1:s=44100"
"""Two channels that are never alike from one second to the next."""


def run_tool(program: str, *arguments: str | Path) -> bytes:
    """Its standard output; fails with what it says. ffmpeg is kept quiet."""
    quiet = ["-v", "error", "-nostdin", "-y"] if program == "ffmpeg" else []
    run = subprocess.run([program, *quiet, *arguments], capture_output=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout


def encode(path: Path, *options: str) -> Path:
    """Three seconds of two tones, in the format of the suffix."""
    run_tool("ffmpeg", "-f", "lavfi", "-i", TONE, *options, path)
    return path


def with_field(content: bytes, at: int, new: bytes) -> bytes:
    """`content` with the bytes from `at` on overwritten."""
    return content[:at] + new + content[at + len(new) :]


def add_tags(*kinds: str) -> Callable[[Path], None]:
    """Writes tags: `id3v2` in front, `ape` and `id3v1` behind, `chunk` behind the samples of a WAVE file."""

    def change(path: Path) -> None:
        content = path.read_bytes()
        for kind in kinds:
            content = _WITH_TAG[kind](content)
        path.write_bytes(content)

    return change


def _with_id3v2(content: bytes) -> bytes:
    # ID3v2.4 structure, 3.1 and 4.2: the size has 7 bits in each byte; padding follows the frames.
    text = b"\x03" + "Another title, Ä".encode() + b"\0"
    frame = b"TIT2" + struct.pack(">IH", len(text), 0) + text
    body = frame + bytes(3000)
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\0\0" + size + body + content


def _with_id3v1(content: bytes) -> bytes:
    return content + b"TAG" + b"Another title".ljust(125, b"\0")


def _with_ape(content: bytes) -> bytes:
    # APEv2: header, items, footer; the size counts the items and the footer.
    item = struct.pack("<II", 7, 0) + b"Title\0" + b"Another"
    ends = struct.pack("<III", 2000, len(item) + 32, 1)
    header, footer = (
        b"APETAGEX" + ends + struct.pack("<I", flags) + bytes(8) for flags in (0xA0000000, 0x80000000)
    )
    return content + header + item + footer


def _with_chunk(content: bytes) -> bytes:
    chunk = b"id3 " + struct.pack("<I", 40) + b"ID3\x04\0\0\0\0\0\x1e" + bytes(30)
    (size,) = struct.unpack_from("<I", content, 4)
    return with_field(content, 4, struct.pack("<I", size + len(chunk))) + chunk


_WITH_TAG = {"id3v2": _with_id3v2, "id3v1": _with_id3v1, "ape": _with_ape, "chunk": _with_chunk}


def change_ogg_page(path: Path, number: int, change: Callable[[bytes], bytes]) -> None:
    """Changes one page, and its checksum (RFC 3533, section 6)."""
    pages = _ogg_pages(path.read_bytes())
    page = with_field(change(pages[number]), 22, bytes(4))
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc >> 31 else crc << 1) & 0xFFFFFFFF
    pages[number] = with_field(page, 22, struct.pack("<I", crc))
    path.write_bytes(b"".join(pages))


def _ogg_pages(content: bytes) -> list[bytes]:
    pages = []
    while content:
        segments = content[26]
        length = 27 + segments + sum(content[27 : 27 + segments])
        pages.append(content[:length])
        content = content[length:]
    return pages
