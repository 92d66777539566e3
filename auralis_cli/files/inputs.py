"""What a command was told to scan: paths on the command line, lists of paths, playlists."""

from collections.abc import Sequence

import msgspec

from auralis_cli.files.path_list import read_path_list
from auralis_cli.files.playlist import is_playlist, read_playlist
from auralis_cli.files.urls import checked_url, is_url


class Inputs(msgspec.Struct, frozen=True):
    """The paths to scan.

    `typed` are those that stand on the command line: one that is not there is wrong usage. `listed` come from
    a list or a playlist, where some may well be out of date. `warnings` are about the lists.
    """

    typed: tuple[str, ...]
    listed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def all(self) -> list[str]:
        """Both kinds, in order."""
        return [*self.typed, *self.listed]


def name_inputs(
    paths: Sequence[str], files_from: str | None = None, *, null_separated: bool = False
) -> Inputs:
    """Reads the list and the playlists among the paths. Raises ConfigError for those that cannot be read, and
    for URLs that are not taken (`checked_url`).
    """
    warnings: list[str] = []
    entries: list[str] = []
    if files_from is not None:
        entries, warnings = read_path_list(files_from, null_separated=null_separated)
    paths = [checked_url(path) if is_url(path) else path for path in paths]
    entries = [checked_url(entry) if is_url(entry) else entry for entry in entries]
    typed = [path for path in paths if not is_playlist(path)]
    listed = [entry for entry in entries if not is_playlist(entry)]
    for playlist in filter(is_playlist, [*paths, *entries]):
        tracks, about = read_playlist(playlist)
        listed += tracks
        warnings += about
    return Inputs(tuple(typed), tuple(listed), tuple(warnings))
