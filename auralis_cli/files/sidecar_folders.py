"""Which tracks have no sidecar: told by the names in a folder, since opening each sidecar would take long."""

import errno
import os
from collections.abc import Callable, Iterable
from typing import Final

from auralis_cli.files.sidecar_paths import MAX_NAME_BYTES, sidecar_name
from auralis_cli.model.record import Track

_MAX_CHARACTER_BYTES: Final = 4


class SidecarFolders:
    """Lists the folders in which sidecars lie, each once for the tracks that follow each other in a walk."""

    def __init__(self, suffix: str) -> None:
        self._suffix = suffix
        self._surely_whole = (MAX_NAME_BYTES - len(suffix)) // _MAX_CHARACTER_BYTES
        self._listed: tuple[str, tuple[int, int], frozenset[str]] | None = None

    def without(
        self, tracks: Iterable[Track], path_of: Callable[[str], str]
    ) -> tuple[list[Track], list[tuple[Track, OSError]]]:
        """The tracks without a file of their sidecar's name; those whose folder cannot be listed, and why.

        `path_of` gives the path of a track's sidecar. A folder that is not there yet has none.
        """
        missing: list[Track] = []
        unknown: list[tuple[Track, OSError]] = []
        folder: str | None = None
        names: frozenset[str] = frozenset()
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

    def _names_in(self, folder: str) -> tuple[frozenset[str], OSError | None]:
        """The names in a folder, those of the last time while its time stays the same; or why they are not
        known.
        """
        try:
            status = os.stat(folder)
            stamp = (status.st_ino, status.st_mtime_ns)
            if self._listed is None or self._listed[:2] != (folder, stamp):
                self._listed = (folder, stamp, frozenset(os.listdir(folder)))
        except FileNotFoundError:
            return frozenset(), None
        except OSError as error:
            return frozenset(), error
        return self._listed[2], None


def why_unwritable(folder: str) -> OSError | None:
    """Why this user may not make files in the folder, None if that is allowed; of a folder that is not there,
    the one above it counts.
    """
    while not os.path.lexists(folder) and folder != (above := os.path.dirname(folder)):
        folder = above
    if os.access(folder, os.W_OK | os.X_OK):
        return None
    code = errno.EROFS if os.statvfs(folder).f_flag & os.ST_RDONLY else errno.EACCES
    return OSError(code, os.strerror(code))
