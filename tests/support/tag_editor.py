"""Writes a title into music files as tag editors do: before, between or behind the audio, which stays."""

import struct
from pathlib import Path


def write_title(path: Path, title: str) -> None:
    """Adds a title to a FLAC, MP3, M4A or WAV file, which gets longer by it."""
    content, text = path.read_bytes(), title.encode()
    path.write_bytes(_WRITERS[path.suffix](content, text))


def _flac(content: bytes, text: bytes) -> bytes:
    """A block of comments behind the stream's description."""
    comment = b"TITLE=" + text
    block = struct.pack("<III", 0, 1, len(comment)) + comment
    end = 4 + 4 + 34  # the marker, then the header and the body of STREAMINFO
    return content[:end] + bytes([4]) + len(block).to_bytes(3, "big") + block + content[end:]


def _mp3(content: bytes, text: bytes) -> bytes:
    """An ID3v2.4 tag before the first frame."""
    frame = b"TIT2" + bytes([0, 0, 0, len(text) + 1, 0, 0, 3]) + text
    return b"ID3" + bytes([4, 0, 0, 0, 0, 0, len(frame)]) + frame + content


def _m4a(content: bytes, text: bytes) -> bytes:
    """User data at the end of the index, which has to be the last box."""
    start = content.rindex(b"moov") - 4
    size = int.from_bytes(content[start : start + 4], "big")
    assert start + size == len(content)
    name = _box(b"\xa9nam", _box(b"data", bytes([0, 0, 0, 1, 0, 0, 0, 0]) + text))
    added = _box(b"udta", _box(b"meta", bytes(4) + _box(b"ilst", name)))
    return content[:start] + (size + len(added)).to_bytes(4, "big") + content[start + 4 :] + added


def _box(kind: bytes, body: bytes) -> bytes:
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def _wav(content: bytes, text: bytes) -> bytes:
    """A list of texts behind the audio."""
    padded = text + bytes(2 - len(text) % 2)
    info = b"INFOINAM" + len(padded).to_bytes(4, "little") + padded
    added = content[8:] + b"LIST" + len(info).to_bytes(4, "little") + info
    return content[:4] + len(added).to_bytes(4, "little") + added


_WRITERS = {".flac": _flac, ".mp3": _mp3, ".m4a": _m4a, ".wav": _wav}
