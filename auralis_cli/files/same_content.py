"""Whether a result may be taken over for a file that was moved or touched, without reading all of it."""

from typing import Final

from auralis_cli.files.file_key import WHOLE_LIMIT_BYTES
from auralis_cli.model.record import Record, Track

_SIZE_KEEPING_CODECS: Final = ("pcm", "adpcm", "alaw", "mulaw", "ulaw", "dsd")
_SIZE_KEEPING_CONTAINERS: Final = frozenset(
    {"aifc", "aiff", "au", "bwf", "caf", "dff", "dsdiff", "dsf", "rf64", "voc", "w64", "wav", "wave"}
)


def is_same_content(track: Track, mtime_ns: int, record: Record | None) -> bool:
    """Whether `track` still has the content analysed when its modification time was `mtime_ns`.

    Size and file key are known to be equal. Enough is: the same modification time, or a file so small that
    the key covers all of it, or intact compressed audio, where an edit that keeps the size to the byte and
    all three samples does not happen. Not enough is it for PCM and its like (editors change samples in
    place), for damaged files and for failures (`record` None): a download or repair that fills the gaps keeps
    the size as well.
    """
    return mtime_ns == track.mtime_ns or is_told_by_key(track.size, record)


def is_told_by_key(size: int, record: Record | None) -> bool:
    """Whether equal file keys alone make equal content: for small files and intact compressed audio."""
    if size <= WHOLE_LIMIT_BYTES:
        return True
    return record is not None and not record.warnings and not _edits_keep_size(record)


def _edits_keep_size(record: Record) -> bool:
    """Whether samples can be changed in place; a codec that is not stated counts as such."""
    codec = str(record.details.get("codec") or "pcm").lower()
    container = str(record.details.get("container") or "").lower()
    return codec.startswith(_SIZE_KEEPING_CODECS) or container in _SIZE_KEEPING_CONTAINERS
