"""Opens a track for a worker. It fails as fp-worker would."""

import os
import stat
from typing import Final

from auralis_cli.model.record import Track, TrackError
from auralis_cli.model.stamps import same_size_and_time

_READ: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY
"""Never the terminal of the scan, never left open in a child."""


class UnopenedError(Exception):
    """A track that was not opened. `final`: it will be the same next time."""

    def __init__(self, code: str, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.error = TrackError(code, message)
        self.final = final


def stalled(within_s: float) -> UnopenedError:
    """The failure of a file whose opening does not end."""
    return UnopenedError(
        "read_stalled",
        f"opening the file did not end within {within_s:g} s; check the disk or the network share, "
        "and scan again",
    )


def open_track(track: Track) -> int:
    """A descriptor of the track's file, which is the very file that was looked up: same size, same time.

    Blocks for as long as the disk or the network share does. Raises UnopenedError.
    """
    path = track.path
    try:
        # Looked at first: opening a device can make it act, and opening a pipe wakes its writer.
        _refuse_all_but_files(path, os.stat(path))
        descriptor = _open(path)
        try:
            status = os.fstat(descriptor)
            _refuse_all_but_files(path, status)
            if not same_size_and_time(track, Track.seen(path, status)):
                _refuse_another_file(track, status)
            os.set_blocking(descriptor, True)
        except BaseException:
            os.close(descriptor)
            raise
    except OSError as error:
        raise _unopened(path, error) from error
    return descriptor


def _refuse_another_file(track: Track, opened: os.stat_result) -> None:
    """Unless the file system tells other times of an open file than of its path, and it is that file."""
    now = Track.seen(track.path, os.stat(track.path))
    if not (now.size == opened.st_size and same_size_and_time(track, now)):
        raise UnopenedError(
            "changed_during_analysis", "the file changed before its analysis; scan again when it is complete"
        )


def _open(path: str) -> int:
    """Not blocking, for what may have taken the file's place by now."""
    try:
        return os.open(path, _READ | os.O_NONBLOCK)
    except BlockingIOError:
        # Another program holds a lease on the file, as Samba does for its clients: it is asked to give it up.
        return os.open(path, _READ)


def _refuse_all_but_files(path: str, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        what = "a directory" if stat.S_ISDIR(status.st_mode) else "a device, pipe or socket"
        raise UnopenedError("not_a_file", f"{path} is {what}, not a file", final=True)


def _unopened(path: str, error: OSError) -> UnopenedError:
    if isinstance(error, FileNotFoundError):
        return UnopenedError("not_found", f"{path} does not exist (moved, renamed or deleted?)")
    if isinstance(error, PermissionError):
        return UnopenedError("permission_denied", f"{path} may not be read: check its permissions")
    return UnopenedError(
        "read_error",
        f"reading {path} failed: {error.strerror} (os error {error.errno}); check the disk or the network "
        "share and try again",
    )
