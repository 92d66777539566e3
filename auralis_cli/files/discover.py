"""From paths to tracks: one pass over the folders, one `stat` per audio file, each physical file once.

Nothing is left out silently: each file with an audio name and each folder that is left out is reported as
`Skipped` with a reason, what cannot be read as `Refused`. Files without an audio name are not mentioned.
"""

import errno
import os
import stat
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Final

from auralis_cli.files.identity import is_same_folder, stat_numbers
from auralis_cli.files.ignore_file import IgnoreRules
from auralis_cli.files.names import has_audio_extension, is_system_folder
from auralis_cli.files.presence import is_emptied
from auralis_cli.files.selection import Selection
from auralis_cli.files.sidecar_paths import SIDECAR_SUFFIXES
from auralis_cli.files.skipped import (
    UNSEEN,
    Refused,
    Skipped,
    SkipReason,
    revisit_reason,
    unfollowed,
    unlisted,
    unread,
    why_refused,
)
from auralis_cli.model.record import Track, TrackError

_MARKS: Final = 1 << 22


def discover(
    paths: Sequence[str],
    selection: Selection | None = None,
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Track | Skipped | Refused]:
    """Yields, while walking, what is found under `paths`: files as named, folders recursively.

    Paths become absolute; symbolic links in them stay as they are. The order is fixed: within a folder files
    by name, then subfolders by name; symbolic links are followed after all that is really there, so that a
    file keeps its own path when a link leads to it as well. A named file is a track whatever its name; a
    named folder is walked whatever its name. `cancelled` is asked before each folder and ends the walk.
    """
    walk = _Walk(selection or Selection(), cancelled)
    for path in paths:
        yield from walk.named(path)
    yield from walk.links()


class _Walk:
    """What was seen so far, and links still to follow.

    Some file systems give several files or folders the same inode. So folders are known by their real paths,
    links by the real folders of their files, hard links by all that `stat` says of them, and two folders with
    one inode are compared.
    """

    def __init__(self, selection: Selection, cancelled: Callable[[], bool]) -> None:
        self._selection = selection
        self._cancelled = cancelled
        self._walked: set[str] = set()
        """Real paths of folders."""
        self._folders: dict[tuple[int, int], str] = {}
        self._not_listed: set[int] = set()
        """Hashes of folder and name: files with audio names in walked folders that are left out there."""
        self._marks = bytearray(_MARKS)
        """1 at the inodes of listed files, modulo its length: all those of ten million would take 0.8 GB."""
        self._passed: set[str] = set()
        """Real paths of walked folders whose files are not wanted, or were not all found."""
        self._linked: set[int] = set()
        """What `stat` says of the other files, as hashes, which take less memory."""
        self._links: deque[tuple[str, str, IgnoreRules | None]] = deque()

    def named(self, path: str) -> Iterator[Track | Skipped | Refused]:
        """A path given by the user."""
        try:
            if not path:
                raise FileNotFoundError(errno.ENOENT, "the path is empty")
            path = os.path.abspath(path)
            status = os.stat(path)
            if stat.S_ISDIR(status.st_mode):
                os.scandir(path).close()
        except (OSError, ValueError) as error:
            yield Refused(path, why_refused(path, error))
            return
        if self._selection.excludes(path, os.path.dirname(path)):
            yield Skipped(path, SkipReason.EXCLUDED)
        elif stat.S_ISDIR(status.st_mode):
            found_some = False
            tree = self._tree(path, path, None)
            for item in tree:
                yield item
                if not isinstance(item, Skipped) or item.reason not in UNSEEN:
                    found_some = True
                    yield from tree
            if not found_some and not self._selection.is_partial and is_emptied(path):
                yield Skipped(path, SkipReason.EMPTY_FOLDER)
        elif path.endswith(SIDECAR_SUFFIXES):
            yield Skipped(path, SkipReason.SIDECAR)
        elif stat.S_ISREG(status.st_mode):
            yield self._linked_file(path, status)
        else:
            why = f"{path} is a pipe, socket or device, not a file; name an audio file or a folder"
            yield Refused(path, TrackError("not_a_file", why))

    def links(self) -> Iterator[Track | Skipped | Refused]:
        """The symbolic links met in folders, and those met behind them."""
        while self._links:
            path, root, rules = self._links.popleft()
            try:
                status = os.stat(path)
            except OSError as error:
                yield unfollowed(path, error)
                continue
            if stat.S_ISDIR(status.st_mode):
                self._selection.linked[os.path.realpath(path)] = path
                yield from self._tree(path, root, rules)
            elif has_audio_extension(path):
                regular = stat.S_ISREG(status.st_mode)
                yield self._linked_file(path, status) if regular else Skipped(path, SkipReason.NOT_A_FILE)

    def _tree(self, top: str, root: str, rules: IgnoreRules | None) -> Iterator[Track | Skipped | Refused]:
        """A folder and all below it; a stack, not recursion, because folders may nest deeper than Python."""
        pending: list[tuple[str, str, IgnoreRules | None, int | None]] = [
            (top, os.path.realpath(top).rstrip("/"), rules, None)
        ]
        while pending and not self._cancelled():
            folder, real, rules, device_above = pending.pop()
            if not self._selection.enters(folder):
                continue
            wants_files = self._selection.wants_files_of(folder)
            try:
                status = os.stat(folder)
            except OSError as error:
                yield unlisted(folder, error)
                continue
            if not self._first_visit(folder, real, status):
                yield Skipped(folder, revisit_reason(folder))
                continue
            if device_above not in (None, status.st_dev):
                self._selection.mounts.append(folder)
            entries, failure = _list(folder)
            if failure is not None:
                yield unlisted(folder, failure)
            self._passed.update([real] if failure or not wants_files else [])
            self._selection.on_listing(folder, entries)
            rules = self._selection.rules_in(folder, entries, rules)
            subfolders = []
            for entry in entries:
                try:
                    # The listing says what each entry is: a file without an audio name costs no system call.
                    if entry.is_file(follow_symlinks=False):
                        if wants_files and has_audio_extension(entry.name):
                            yield self._listed_file(entry, root, real, rules)
                        continue
                    found = self._irregular(entry, root, rules)
                except OSError as error:
                    yield unread(entry.path, error)
                    continue
                if isinstance(found, str):
                    subfolders.append(found)
                elif found is not None:
                    yield found
            named = filter(has_audio_extension, subfolders)
            yield from (Skipped(path, SkipReason.AUDIO_NAMED_FOLDER) for path in named)
            is_real, above = folder == real, len(folder.rstrip("/"))
            pending.extend(
                (path, path if is_real else real + path[above:], rules, status.st_dev)
                for path in reversed(subfolders)
            )

    def _irregular(
        self, entry: os.DirEntry[str], root: str, rules: IgnoreRules | None
    ) -> Skipped | str | None:
        """A folder's path to enter; None for a link, which is followed later; else why it is skipped."""
        is_folder = entry.is_dir(follow_symlinks=False)
        is_link = not is_folder and entry.is_symlink()
        if not (is_folder or is_link):
            if not has_audio_extension(entry.name):
                return None
            left_out = self._selection.left_out(entry, root, rules)
            return left_out or Skipped(entry.path, SkipReason.NOT_A_FILE)
        if is_system_folder(entry.name):
            return Skipped(entry.path, SkipReason.SYSTEM_FOLDER)
        left_out = self._selection.left_out(entry, root, rules, is_folder=is_folder)
        if left_out or is_folder:
            return left_out or entry.path
        self._links.append((entry.path, root, rules))
        return None

    def _listed_file(
        self, entry: os.DirEntry[str], root: str, folder: str, rules: IgnoreRules | None
    ) -> Track | Skipped:
        """A file that stands in a folder. With one link alone, no other that does so is the same."""
        if (left_out := self._selection.left_out(entry, root, rules)) is not None:
            self._not_listed.add(hash((folder, entry.name)))
            return left_out
        status = entry.stat()
        if status.st_nlink > 1 or (self._linked and hash(stat_numbers(status)) in self._linked):
            return self._linked_file(entry.path, status)
        self._marks[status.st_ino % _MARKS] = 1
        return Track.seen(entry.path, status)

    def _linked_file(self, path: str, status: os.stat_result) -> Track | Skipped:
        """One that was named, reached through a link, or has several hard links: is it met once more?

        Inode 0 means that there are no inodes.
        """
        numbers = hash(stat_numbers(status))
        may_be_listed = status.st_nlink == 1 and self._marks[status.st_ino % _MARKS]
        if numbers in self._linked or (may_be_listed and self._was_listed(path)):
            return Skipped(path, SkipReason.DUPLICATE)
        if status.st_ino:
            self._linked.add(numbers)
        return Track.seen(path, status)

    def _was_listed(self, path: str) -> bool:
        """Whether the walk has met the file in its folder. Costs a system call for each folder above it."""
        folder, name = os.path.split(os.path.realpath(path))
        if (folder := folder.rstrip("/")) not in self._walked or folder in self._passed:
            return False
        return has_audio_extension(name) and hash((folder, name)) not in self._not_listed

    def _first_visit(self, folder: str, real: str, status: os.stat_result) -> bool:
        """Notes the folder; False if it was met before, be it through a link or a bind mount."""
        if real in self._walked:
            return False
        self._walked.add(real)
        number = status.st_dev, status.st_ino
        first = self._folders.setdefault(number, folder) if status.st_ino else folder
        return first is folder or not is_same_folder(folder, first)


def _list(folder: str) -> tuple[list[os.DirEntry[str]], OSError | None]:
    """The entries by name, and why these are not all: a failing disk can end a listing early."""
    entries: list[os.DirEntry[str]] = []
    failure = None
    try:
        with os.scandir(folder) as listing:
            entries.extend(listing)
    except OSError as error:
        failure = error
    entries.sort(key=attrgetter("name"))
    return entries, failure
