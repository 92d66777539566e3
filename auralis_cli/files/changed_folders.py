"""Which folders of a library a walk enters, when only some of them have changed."""

import os
from collections.abc import Iterable


class ChangedFolders:
    """Absolute paths of folders: `alone` for the files in a folder, `whole` for all that is below it too.

    A walk from the top passes through the folders above them, so that everything that leaves a path out on
    the way (ignore files, hidden folders) still does.
    """

    def __init__(self, alone: Iterable[str] = (), whole: Iterable[str] = ()) -> None:
        self._alone = frozenset(alone)
        self._whole = frozenset(whole)
        self._above = frozenset(_folders_above([*self._alone, *self._whole]))

    def __bool__(self) -> bool:
        return bool(self._alone or self._whole)

    def wants_files_of(self, folder: str) -> bool:
        """Whether the files in this folder count."""
        return folder in self._alone or self._is_below_whole(folder)

    def leads_through(self, folder: str) -> bool:
        """Whether the walk enters this folder."""
        return folder in self._above or self.wants_files_of(folder)

    def _is_below_whole(self, folder: str) -> bool:
        while folder not in self._whole:
            above = os.path.dirname(folder)
            if above == folder:
                return False
            folder = above
        return True


def _folders_above(folders: Iterable[str]) -> set[str]:
    above: set[str] = set()
    for folder in folders:
        while (folder := os.path.dirname(folder)) not in above:
            above.add(folder)
    return above
