"""File key: recognises a moved, renamed or touched file from at most 1 MiB of it, without decoding."""

import os
from typing import Final

import xxhash

WHOLE_LIMIT_BYTES: Final = 1 << 20
"""Up to this size the key covers every byte."""

SAMPLE_BYTES: Final = 64 << 10
"""Length of each of the three samples of a larger file."""


def file_key(path: str, size: int) -> str:
    """xxh3-128 of the size (8 bytes, little-endian) and the content, 32 hexadecimal digits.

    The content is the whole file up to `WHOLE_LIMIT_BYTES`, else its first, middle and last 64 KiB: equal
    keys of large files make equal content likely, not certain (`same_content.py` says when that is enough). A
    file that is shorter by now than `size` gets a key like any other; OSError when it cannot be read.
    """
    digest = xxhash.xxh3_128(size.to_bytes(8, "little"))
    # Not blocking: a pipe that has taken the file's place must not hang the scan.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        for start, length in _spans(size):
            _feed(digest, descriptor, start, length)
    finally:
        os.close(descriptor)
    return digest.hexdigest()


def _spans(size: int) -> tuple[tuple[int, int], ...]:
    """(start, length) of the parts that count."""
    if size <= WHOLE_LIMIT_BYTES:
        return ((0, size),)
    return tuple((start, SAMPLE_BYTES) for start in (0, (size - SAMPLE_BYTES) // 2, size - SAMPLE_BYTES))


def _feed(digest: xxhash.xxh3_128, descriptor: int, start: int, length: int) -> None:
    os.lseek(descriptor, start, os.SEEK_SET)
    while length > 0 and (part := os.read(descriptor, length)):
        digest.update(part)
        length -= len(part)
