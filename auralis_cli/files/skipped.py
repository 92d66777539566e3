"""What a walk leaves out, and what it cannot read: nothing goes missing without a reason."""

import errno
import os
from enum import StrEnum
from typing import Final

import msgspec

from auralis_cli.model.record import TrackError


class SkipReason(StrEnum):
    """Why something in a scanned folder is not analysed."""

    HIDDEN = "hidden"
    """A file or folder whose name starts with one dot."""
    APPLE_DOUBLE = "apple_double"
    """`._name`: resource fork of another file, without audio."""
    SYSTEM_FOLDER = "system_folder"
    """A folder of a NAS or an operating system: thumbnails, bins, snapshots."""
    EXCLUDED = "excluded"
    """Matches an `--exclude` pattern."""
    IGNORED = "ignored"
    """Matches a line of an `.auralisignore` file."""
    DUPLICATE = "duplicate"
    """Reached before under another path: a hard link, a symbolic link or a path given twice."""
    SYMLINK_LOOP = "symlink_loop"
    """A symbolic link that leads back to a folder above it, or to itself."""
    DANGLING_LINK = "dangling_link"
    """A symbolic link to something that is not there."""
    VANISHED = "vanished"
    """Deleted or renamed between the listing of its folder and the look at it."""
    AUDIO_NAMED_FOLDER = "audio_named_folder"
    """A folder with an audio extension: no track, but what is in it is looked at."""
    EMPTY_FOLDER = "empty_folder"
    """A named folder with nothing in it."""
    NOT_A_FILE = "not_a_file"
    """A pipe, socket or device with an audio extension."""
    SIDECAR = "sidecar"
    """A sidecar that was named as if it were a track."""


UNSEEN: Final = frozenset({SkipReason.HIDDEN, SkipReason.APPLE_DOUBLE, SkipReason.SYSTEM_FOLDER})
"""What an empty folder may hold."""


class Skipped(msgspec.Struct, frozen=True):
    """A path that is left out, and why. A skipped folder stands for all that is in it."""

    path: str
    reason: SkipReason


class Refused(msgspec.Struct, frozen=True):
    """A path that cannot be scanned although it should: a failure to report, not something to skip.

    A path that the user named, or a folder or file below it that the system does not let us read.
    """

    path: str
    error: TrackError


def revisit_reason(folder: str) -> SkipReason:
    """Why a folder is met again: through a link inside it, or by another path."""
    real = os.path.realpath(folder)
    path = folder
    while (above := os.path.dirname(path)) != path:
        if os.path.realpath(above) == real:
            return SkipReason.SYMLINK_LOOP
        path = above
    return SkipReason.DUPLICATE


def unfollowed(link: str, error: OSError) -> Skipped | Refused:
    """A symbolic link that leads nowhere, in circles, or to what cannot be read."""
    if error.errno == errno.ELOOP:
        return Skipped(link, SkipReason.SYMLINK_LOOP)
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return Skipped(link, SkipReason.DANGLING_LINK)
    return Refused(link, why_refused(link, error))


def unread(path: str, error: OSError) -> Skipped | Refused:
    """Something in a listing that cannot be looked at: gone by now, or refused by the system."""
    if error.errno == errno.ENOENT:
        return Skipped(path, SkipReason.VANISHED)
    return Refused(path, why_refused(path, error))


def unlisted(folder: str, error: OSError) -> Refused:
    """A folder below a scanned one that cannot be listed, or not to its end: what is in it stays unknown."""
    reason = error.strerror or type(error).__name__
    code, advice = _code_and_advice(error)
    message = f"cannot list the folder {folder}: {reason}; what is in it was not scanned; {advice}"
    return Refused(folder, TrackError(code, message))


def why_refused(path: str, error: OSError | ValueError) -> TrackError:
    """Why a path cannot be scanned, with the worker's code for the same thing."""
    if isinstance(error, ValueError):
        return TrackError("not_found", f"{path!r} is not a possible path: {error}; check the spelling")
    reason = error.strerror or type(error).__name__
    code, advice = _code_and_advice(error)
    verb = "find" if code == "not_found" else "read"
    return TrackError(code, f"cannot {verb} {path}: {reason}; {advice}")


def _code_and_advice(error: OSError) -> tuple[str, str]:
    if isinstance(error, PermissionError):
        return "permission_denied", "check its permissions"
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return "not_found", "check the spelling and that its disk is mounted"
    if error.errno == errno.ENAMETOOLONG:
        return "read_error", "shorten the names of the folders above it"
    return "read_error", "check the disk or the network share"
