"""Which tracks have no sidecar: told by the names in a folder, since opening each sidecar would take long."""

import errno
import os
import time
from collections.abc import Callable, Iterable
from typing import Final

from auralis_cli.files.sidecar_paths import MAX_NAME_BYTES, sidecar_name
from auralis_cli.model.record import Track

_MAX_CHARACTER_BYTES: Final = 4

FRESH_S: Final = 1.0
"""How long a listing counts: the tracks of one folder may come in several batches."""


class SidecarFolders:
    """Knows the names in the folders in which sidecars lie: from the walk that finds the tracks there, else
    from listing them.
    """

    def __init__(self, suffix: str) -> None:
        self._suffix = suffix
        self._surely_whole = (MAX_NAME_BYTES - len(suffix)) // _MAX_CHARACTER_BYTES
        self._noted: dict[str, set[str]] = {}
        self._last: tuple[str, float, set[str]] = ("", 0.0, set())

    def note(self, folder: str, entries: Iterable[os.DirEntry[str]]) -> None:
        """What a walk finds in a folder in which the sidecars of its tracks lie too. Any thread may call."""
        if names := {entry.name for entry in entries if entry.name.endswith(self._suffix)}:
            self._noted[folder] = names

    def without(
        self, tracks: Iterable[Track], path_of: Callable[[str], str]
    ) -> tuple[list[Track], list[tuple[Track, OSError]]]:
        """The tracks without a file of their sidecar's name; those whose folder cannot be listed, and why.

        `path_of` gives the path of a track's sidecar. A folder that is not there yet has none.
        """
        missing: list[Track] = []
        unknown: list[tuple[Track, OSError]] = []
        folder: str | None = None
        names: set[str] = set()
        failure: OSError | None = None
        suffix, surely_whole = self._suffix, self._surely_whole
        for track in tracks:
            above, _, name = track.path.rpartition(os.sep)
            if above != folder:
                folder = above
                names, failure = self._names_in(os.path.dirname(path_of(track.path)))
            if failure is not None:
                unknown.append((track, failure))
            elif (name + suffix if len(name) <= surely_whole else sidecar_name(name, suffix)) not in names:
                missing.append(track)
        return missing, unknown

    def _names_in(self, folder: str) -> tuple[set[str], OSError | None]:
        """The names in a folder, or why they are not known."""
        now = time.monotonic()
        names = self._noted.pop(folder, None)
        if names is None:
            last, then, names = self._last
            if last == folder and now - then < FRESH_S:
                return names, None
            try:
                names = set(os.listdir(folder))
            except FileNotFoundError:
                names = set()
            except OSError as error:
                return set(), error
        self._last = (folder, now, names)
        return names, None


def why_unwritable(folder: str) -> OSError | None:
    """Why this user may not make files in the folder, None if that is allowed; of a folder that is not there,
    the one above it counts.
    """
    while not os.path.lexists(folder) and folder != (above := os.path.dirname(folder)):
        folder = above
    if os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK):
        return None
    if not os.path.isdir(folder):
        code = errno.ENOTDIR
    else:
        code = errno.EROFS if os.statvfs(folder).f_flag & os.ST_RDONLY else errno.EACCES
    return OSError(code, os.strerror(code))
