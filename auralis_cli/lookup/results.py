"""What a look-up says about a track."""

from typing import TypeAlias

import msgspec

from auralis_cli.model.record import Record, Track, TrackError
from auralis_cli.store.rows import RowHeader


class Hit(msgspec.Struct, frozen=True):
    """Analysed before. `record` is None when the caller did not ask for records.

    `copy_of`: the file with the same bytes or encoded audio that was analysed, if it was not this one.
    """

    track: Track
    record: Record | None
    copy_of: str | None = None


class Moved(msgspec.Struct, frozen=True):
    """Analysed before under `from_path`, where it no longer is; that row now belongs to this path."""

    track: Track
    record: Record | None
    from_path: str


class Retagged(msgspec.Struct, frozen=True):
    """The audio of a known file with other tags. `from_path`: where that was, if it had another path."""

    track: Track
    record: Record
    from_path: str | None = None


class PastFailure(msgspec.Struct, frozen=True):
    """Failed before, and nothing that could help has changed since."""

    track: Track
    error: TrackError


class Miss(msgspec.Struct, frozen=True):
    """To be analysed. `file_key` is empty when the file cannot be read: the worker will say why.

    `possible_originals`: paths of analysed files with the same key; the track may be a copy of one.
    `former`: the row of this path, whose record was valid for the file that was here; its audio key says
    whether the audio is still the same.
    `probe`: its encoded audio may be known, so it is to be asked for its audio key first.
    `known`: it need not be analysed, for this is its result; only its tags are to be read, by a probe.
    """

    track: Track
    file_key: str
    possible_originals: tuple[str, ...] = ()
    former: RowHeader | None = None
    probe: bool = False
    known: Hit | Moved | None = None


LookupResult: TypeAlias = Hit | Moved | PastFailure | Miss
