"""What is now at the path of a row."""

from auralis_cli.files.file_key import key_or_none, key_proves_content
from auralis_cli.files.identity import identify_file
from auralis_cli.model.record import Record, Track
from auralis_cli.model.stamps import same_size_and_time
from auralis_cli.store.rows import RowHeader


def is_displaced(row: RowHeader) -> bool:
    """Whether another file now lies under the row's path, as after a swap of names."""
    now = identify_file(row.path)
    return now is not None and not same_size_and_time(row, now)


def is_proven_by_key(row: RowHeader, track: Track, record: Record) -> bool:
    """Whether the file at the row's path still has the row's content, although its times do not say so."""
    return (
        row.size == track.size
        and key_proves_content(track.size, record)
        and key_or_none(track) == row.file_key
    )
