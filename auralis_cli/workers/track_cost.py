"""What a track costs a worker, estimated from its size and the kind of file.

A byte of Opus costs fifteen times as much as one of FLAC.
"""

import os
from collections.abc import Mapping
from typing import Final

_COST_PER_BYTE: Final[Mapping[str, float]] = {
    **dict.fromkeys(("wav", "wave", "aif", "aiff", "aifc", "w64", "caf", "au", "dsf", "dff"), 0.4),
    **dict.fromkeys(("flac", "ape", "wv", "tta", "tak", "shn"), 1.0),
    **dict.fromkeys(("ogg", "oga"), 6.0),
    "opus": 15.0,
}
"""Against FLAC: CPU time of a worker per byte of the same music, at the usual bit rates."""
_OTHER_COST: Final = 4.5
"""MP3, AAC and other lossy codecs."""
COST_PER_FILE: Final = 200_000.0
"""What a track costs besides its bytes, in bytes of FLAC."""


def work_of(path: str, size: int) -> float:
    """The work of analysing a file of this name and size, in bytes of FLAC."""
    return COST_PER_FILE + work_on_bytes(extension_of(path), size)


def work_on_bytes(extension: str, size: int) -> float:
    """The part of it that grows with the size."""
    return size * _COST_PER_BYTE.get(extension, _OTHER_COST)


def extension_of(path: str) -> str:
    """`flac` for `/music/A.FLAC`."""
    return os.path.splitext(path)[1][1:].lower()
