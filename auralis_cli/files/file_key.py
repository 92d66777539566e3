"""File key: a hash of a file's bytes, of which at most 1 MiB is read, and what equal keys prove.

It recognises a moved, renamed or touched file without decoding it. It is not the content key, which the
worker computes over the decoded audio.
"""

import os
from typing import Final

import xxhash

from auralis_cli.model.record import Record, Track
from auralis_cli.model.stamps import same_time
from auralis_cli.system.safe_open import open_to_read

MAX_WHOLE_FILE_BYTES: Final = 1 << 20
"""Up to this size the key covers every byte."""

SAMPLE_BYTES: Final = 64 << 10
"""Length of each of the three parts of a larger file that the key covers."""


def file_key(path: str, size: int) -> str:
    """xxh3-128 of the size (8 bytes, little-endian) and the content, 32 hexadecimal digits.

    The content is the whole file up to `MAX_WHOLE_FILE_BYTES`, else its first, middle and last 64 KiB: equal
    keys of large files make equal content likely, not certain (`is_same_content` says when that is enough). A
    file that is shorter by now than `size` gets a key like any other; OSError when it cannot be read.
    """
    descriptor = open_to_read(path)
    try:
        return key_of_open_file(descriptor, size)
    finally:
        os.close(descriptor)


def key_of_open_file(descriptor: int, size: int) -> str:
    """The file key of an open file, which is then somewhere in it. Raises OSError."""
    digest = xxhash.xxh3_128(size.to_bytes(8, "little"))
    for start, length in _spans(size):
        _feed(digest, descriptor, start, length)
    return digest.hexdigest()


def key_or_none(track: Track) -> str | None:
    """The file key of the track with the size that discovery saw; None when the file cannot be read.

    A missing key never equals another. It is stored as an empty text: `key_or_none(track) or ""`. What a URL
    leads to has none: nothing of it is read before its analysis.
    """
    if track.version is not None:
        return None
    try:
        return file_key(track.path, track.size)
    except OSError:
        return None


def _spans(size: int) -> tuple[tuple[int, int], ...]:
    """(start, length) of the parts that count."""
    if size <= MAX_WHOLE_FILE_BYTES:
        return ((0, size),)
    return tuple((start, SAMPLE_BYTES) for start in (0, (size - SAMPLE_BYTES) // 2, size - SAMPLE_BYTES))


def _feed(digest: xxhash.xxh3_128, descriptor: int, start: int, length: int) -> None:
    os.lseek(descriptor, start, os.SEEK_SET)
    while length > 0 and (part := os.read(descriptor, length)):
        digest.update(part)
        length -= len(part)


_SIZE_KEEPING_CODECS: Final = ("pcm", "adpcm", "alaw", "mulaw", "ulaw", "dsd")
_SIZE_KEEPING_CONTAINERS: Final = frozenset(
    {"aifc", "aiff", "au", "bwf", "caf", "dff", "dsdiff", "dsf", "rf64", "voc", "w64", "wav", "wave"}
)


def is_same_content(track: Track, mtime_ns: int, record: Record | None) -> bool:
    """Whether `track` still has the content that was analysed when its modification time was `mtime_ns`.

    To be asked only when size and file key are equal. They prove it if the modification time agrees too, if
    the file is so small that the key covers all of it, or for intact compressed audio: no edit keeps its size
    to the byte and all three sampled parts. They do not prove it for PCM and similar audio (editors change it
    in place), for damaged files and for failures (`record` None): a download or a repair that fills the gaps
    keeps the size.
    """
    return same_time(mtime_ns, track.mtime_ns) or key_proves_content(track.size, record)


def key_proves_content(size: int, record: Record | None) -> bool:
    """Whether equal file keys alone prove equal content: for small files and intact compressed audio."""
    if size <= MAX_WHOLE_FILE_BYTES:
        return True
    return record is not None and not record.warnings and not _edits_keep_size(record)


def has_doubtful_tags(track: Track, mtime_ns: int) -> bool:
    """Whether the tags may be others than when the modification time was `mtime_ns`, although size and file
    key are equal: of a large file the key misses most, and an edit of tags that have room to grow keeps the
    size.
    """
    return track.size > MAX_WHOLE_FILE_BYTES and not same_time(mtime_ns, track.mtime_ns)


def _edits_keep_size(record: Record) -> bool:
    """Whether audio samples can be changed in place; a codec that is not stated counts as PCM."""
    codec = str(record.details.get("codec") or "pcm").lower()
    container = str(record.details.get("container") or "").lower()
    return codec.startswith(_SIZE_KEEPING_CODECS) or container in _SIZE_KEEPING_CONTAINERS
