"""Opening a track: the file that was looked up or a failure that says why, and never a wait for a pipe."""

import fcntl
import os
import signal
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.made_records import see

from auralis_cli.model.record import Track
from auralis_cli.workers.track_file import UnopenedError, open_track


@pytest.fixture
def track(tmp_path: Path) -> Track:
    path = tmp_path / "a.flac"
    path.write_bytes(b"audio")
    return see(path)


def refused(track: Track) -> tuple[str, bool]:
    with pytest.raises(UnopenedError) as refusal:
        open_track(track)
    assert track.path in str(refusal.value) or "scan again" in str(refusal.value)
    return refusal.value.error.code, refusal.value.final


def test_the_file_is_open_to_read_alone_blocks_as_files_do_and_is_not_inherited(track: Track) -> None:
    descriptor = open_track(track)
    try:
        assert os.read(descriptor, 100) == b"audio"
        assert fcntl.fcntl(descriptor, fcntl.F_GETFL) & (os.O_ACCMODE | os.O_NONBLOCK) == os.O_RDONLY
        assert not os.get_inheritable(descriptor)
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("attempt", ["absent", "forbidden", "folder", "pipe", "device"])
def test_what_is_no_readable_file_fails_with_its_code_and_at_once(
    track: Track, attempt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(track.path)
    expected = ("not_a_file", True)
    if attempt != "forbidden":
        path.unlink()
    match attempt:
        case "absent":
            expected = ("not_found", False)
        case "forbidden":
            path.chmod(0)
            expected = ("permission_denied", False)
            if os.access(path, os.R_OK):  # root may read all
                monkeypatch.setattr(os, "open", _forbid)
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
    assert refused(track) == expected


def _forbid(*_: object) -> int:
    raise PermissionError(13, "Permission denied")


def test_a_pipe_that_takes_the_files_place_while_it_is_opened_is_no_file(
    track: Track, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, path = os.open, Path(track.path)

    def swapped(name: str, flags: int) -> int:
        path.unlink()
        os.mkfifo(path)
        return real(name, flags)

    monkeypatch.setattr(os, "open", swapped)
    assert refused(track) == ("not_a_file", True)


def test_a_file_that_is_not_the_one_looked_up_is_not_analysed(track: Track) -> None:
    os.utime(track.path, ns=(0, track.mtime_ns + 5_000_000_001))
    assert refused(track) == ("changed_during_analysis", False)
    Path(track.path).write_bytes(b"longer audio")
    os.utime(track.path, ns=(0, track.mtime_ns))
    assert refused(track) == ("changed_during_analysis", False)


def test_a_file_system_that_tells_other_times_of_open_files_is_believed_about_its_paths(
    track: Track, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = os.stat(track.path)
    rounded = SimpleNamespace(
        st_mode=other.st_mode,
        st_size=other.st_size,
        st_dev=other.st_dev,
        st_ino=other.st_ino,
        st_mtime_ns=other.st_mtime_ns + 1,
        st_ctime_ns=other.st_ctime_ns,
    )
    monkeypatch.setattr(os, "fstat", lambda _: rounded)
    os.close(open_track(track))


def test_a_file_under_a_lease_is_opened_once_its_holder_has_given_it_up(track: Track) -> None:
    """As Samba holds it for its clients. A child holds the lease: a process does not break its own."""
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        held = os.open(track.path, os.O_RDWR)
        broken = threading.Event()
        signal.signal(signal.SIGIO, lambda *_: broken.set())
        try:
            fcntl.fcntl(held, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        except OSError:
            os.write(told, b"n")
            os._exit(0)
        os.write(told, b"y")
        broken.wait(20)
        fcntl.fcntl(held, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        os._exit(0)
    try:
        if os.read(ready, 1) == b"n":
            pytest.skip("this file system has no leases")
        os.close(open_track(track))
    finally:
        os.close(ready)
        os.close(told)
        os.waitpid(child, 0)
