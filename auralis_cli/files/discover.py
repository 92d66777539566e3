"""From paths to tracks: one pass over the folders, one `stat` per audio file, each physical file once.

Nothing is left out silently: each file with an audio name and each folder that is left out is reported as
`Skipped` with a reason. Files without an audio name are not mentioned.
"""

import errno
import os
import stat
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from operator import attrgetter

import msgspec

from auralis_cli.files.exclude import ExcludePatterns
from auralis_cli.files.names import has_audio_extension, is_system_folder
from auralis_cli.files.sidecar_paths import SIDECAR_SUFFIXES
from auralis_cli.model.record import Track, TrackError


class SkipReason(StrEnum):
    """Why something in a scanned folder is not analysed."""

    HIDDEN = "hidden"
    """A file or folder whose name starts with a dot."""
    APPLE_DOUBLE = "apple_double"
    """`._name`: resource fork of another file, without audio."""
    SYSTEM_FOLDER = "system_folder"
    """A folder of a NAS or an operating system: thumbnails, bins, snapshots."""
    EXCLUDED = "excluded"
    """Matches an `--exclude` pattern."""
    DUPLICATE = "duplicate"
    """Reached before under another path: a hard link, a symbolic link or a path given twice."""
    SYMLINK_LOOP = "symlink_loop"
    """A symbolic link that leads back to a folder above it, or to itself."""
    DANGLING_LINK = "dangling_link"
    """A symbolic link to something that is not there."""
    AUDIO_NAMED_FOLDER = "audio_named_folder"
    """A folder with an audio extension: no track, but what is in it is looked at."""
    NOT_A_FILE = "not_a_file"
    """A pipe, socket or device with an audio extension."""
    UNREADABLE = "unreadable"
    """A folder that cannot be listed, or a file that cannot be examined."""
    SIDECAR = "sidecar"
    """A sidecar that was named as if it were a track."""


class Skipped(msgspec.Struct, frozen=True):
    """A path that is left out, and why. A skipped folder stands for all that is in it."""

    path: str
    reason: SkipReason


class Refused(msgspec.Struct, frozen=True):
    """A path that the user named and that cannot be scanned: a failure to report, not something to skip."""

    path: str
    error: TrackError


def discover(
    paths: Sequence[str], *, exclude: Sequence[str] = (), cancelled: Callable[[], bool] = lambda: False
) -> Iterator[Track | Skipped | Refused]:
    """Yields, while walking, what is found under `paths`: files as named, folders recursively.

    Paths become absolute; symbolic links in them stay as they are. The order is fixed: within a folder files
    by name, then subfolders by name; symbolic links are followed after all that is really there, so that a
    file keeps its own path when a link leads to it as well. A named file is a track whatever its name; a
    named folder is walked whatever its name. `cancelled` is asked before each folder and ends the walk.
    """
    walk = _Walk(ExcludePatterns(exclude) if exclude else None, cancelled)
    for path in paths:
        yield from walk.named(path)
    yield from walk.links()


class _Walk:
    """What was seen so far: folders and files by device and inode, links still to follow."""

    def __init__(self, exclude: ExcludePatterns | None, cancelled: Callable[[], bool]) -> None:
        self._exclude = exclude
        self._cancelled = cancelled
        self._folders: set[tuple[int, int] | str] = set()
        self._files: defaultdict[int, set[int]] = defaultdict(set)
        self._links: deque[tuple[str, str]] = deque()

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
            yield Refused(path, _refusal(path, error))
            return
        if self._exclude is not None and self._exclude.match(path, os.path.dirname(path)):
            yield Skipped(path, SkipReason.EXCLUDED)
        elif stat.S_ISDIR(status.st_mode):
            yield from self._tree(path, path)
        elif path.endswith(SIDECAR_SUFFIXES):
            yield Skipped(path, SkipReason.SIDECAR)
        elif stat.S_ISREG(status.st_mode):
            yield self._file(path, status)
        else:
            why = f"{path} is a pipe, socket or device, not a file; name an audio file or a folder"
            yield Refused(path, TrackError("not_a_file", why))

    def links(self) -> Iterator[Track | Skipped]:
        """The symbolic links met in folders, and those met behind them."""
        while self._links:
            path, root = self._links.popleft()
            try:
                status = os.stat(path)
            except OSError as error:
                yield Skipped(path, _broken_link_reason(error))
                continue
            if stat.S_ISDIR(status.st_mode):
                yield from self._tree(path, root)
            elif has_audio_extension(path):
                regular = stat.S_ISREG(status.st_mode)
                yield self._file(path, status) if regular else Skipped(path, SkipReason.NOT_A_FILE)

    def _tree(self, top: str, root: str) -> Iterator[Track | Skipped]:
        """A folder and all below it; a stack, not recursion, because folders may nest deeper than Python."""
        pending = [top]
        while pending and not self._cancelled():
            folder = pending.pop()
            try:
                again = not self._first_visit(folder)
            except OSError:
                yield Skipped(folder, SkipReason.UNREADABLE)
                continue
            if again:
                yield Skipped(folder, _revisit_reason(folder))
                continue
            entries, complete = _list(folder)
            if not complete:
                yield Skipped(folder, SkipReason.UNREADABLE)
            subfolders = []
            for entry in entries:
                try:
                    # The listing says what each entry is: a file without an audio name costs no system call.
                    if entry.is_file(follow_symlinks=False):
                        if has_audio_extension(entry.name):
                            yield self._left_out(entry, root) or self._file(entry.path, entry.stat())
                        continue
                    found = self._irregular(entry, root)
                except OSError:
                    yield Skipped(entry.path, SkipReason.UNREADABLE)
                    continue
                if isinstance(found, str):
                    subfolders.append(found)
                elif found is not None:
                    yield found
            named = filter(has_audio_extension, subfolders)
            yield from (Skipped(path, SkipReason.AUDIO_NAMED_FOLDER) for path in named)
            pending.extend(reversed(subfolders))

    def _irregular(self, entry: os.DirEntry[str], root: str) -> Skipped | str | None:
        """A folder's path to enter; None for a link, which is followed later; else why it is skipped."""
        is_folder = entry.is_dir(follow_symlinks=False)
        is_link = not is_folder and entry.is_symlink()
        if not (is_folder or is_link):
            if not has_audio_extension(entry.name):
                return None
            return self._left_out(entry, root) or Skipped(entry.path, SkipReason.NOT_A_FILE)
        if is_system_folder(entry.name):
            return Skipped(entry.path, SkipReason.SYSTEM_FOLDER)
        if (skipped := self._left_out(entry, root)) or is_folder:
            return skipped or entry.path
        self._links.append((entry.path, root))
        return None

    def _left_out(self, entry: os.DirEntry[str], root: str) -> Skipped | None:
        """Why an entry is left out by its name."""
        name = entry.name
        if name[0] == ".":
            apple_double = name.startswith("._") and not entry.is_dir(follow_symlinks=False)
            return Skipped(entry.path, SkipReason.APPLE_DOUBLE if apple_double else SkipReason.HIDDEN)
        if self._exclude is not None and self._exclude.match(entry.path, root):
            return Skipped(entry.path, SkipReason.EXCLUDED)
        return None

    def _file(self, path: str, status: os.stat_result) -> Track | Skipped:
        """The track, unless this file was met under another path. Inode 0 means that there are no inodes."""
        seen, inode = self._files[status.st_dev], status.st_ino
        if inode in seen:
            return Skipped(path, SkipReason.DUPLICATE)
        if inode:
            seen.add(inode)
        return Track.seen(path, status)

    def _first_visit(self, folder: str) -> bool:
        """Notes the folder; False if it was met before."""
        status = os.stat(folder)
        place = (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(folder)
        before = len(self._folders)
        self._folders.add(place)
        return len(self._folders) > before


def _list(folder: str) -> tuple[list[os.DirEntry[str]], bool]:
    """The entries by name, and whether these are all: a failing disk can end a listing early."""
    entries: list[os.DirEntry[str]] = []
    complete = True
    try:
        with os.scandir(folder) as listing:
            entries.extend(listing)
    except OSError:
        complete = False
    entries.sort(key=attrgetter("name"))
    return entries, complete


def _revisit_reason(folder: str) -> SkipReason:
    """Why a folder is met again: through a link inside it, or by another path."""
    real = os.path.realpath(folder)
    path = folder
    while (above := os.path.dirname(path)) != path:
        if os.path.realpath(above) == real:
            return SkipReason.SYMLINK_LOOP
        path = above
    return SkipReason.DUPLICATE


def _broken_link_reason(error: OSError) -> SkipReason:
    if error.errno == errno.ELOOP:
        return SkipReason.SYMLINK_LOOP
    missing = error.errno in (errno.ENOENT, errno.ENOTDIR)
    return SkipReason.DANGLING_LINK if missing else SkipReason.UNREADABLE


def _refusal(path: str, error: OSError | ValueError) -> TrackError:
    """Why a named path cannot be scanned, with the worker's code for the same thing."""
    if isinstance(error, ValueError):
        return TrackError("not_found", f"{path!r} is not a possible path: {error}; check the spelling")
    reason = error.strerror or type(error).__name__
    if isinstance(error, PermissionError):
        return TrackError("permission_denied", f"cannot read {path}: {reason}; check its permissions")
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return TrackError(
            "not_found", f"cannot find {path}: {reason}; check the spelling and that its disk is mounted"
        )
    return TrackError("read_error", f"cannot read {path}: {reason}; check the disk or the network share")
