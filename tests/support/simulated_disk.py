"""A library of any size that takes no room on a disk: what the system says of it is computed from numbers.

Walk, look-up and checks of a scan run as they are; only what they ask the system below `ROOT` is made up.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from typing import Any, Final
from unittest import mock

import xxhash

from auralis_cli.files import file_key

ROOT: Final = "/simulated-music"
TRACKS_PER_ALBUM: Final = 12
ALBUMS_PER_ARTIST: Final = 5
ARTISTS_PER_SHELF: Final = 100
_TRACKS_PER_ARTIST: Final = TRACKS_PER_ALBUM * ALBUMS_PER_ARTIST
_TRACKS_PER_SHELF: Final = _TRACKS_PER_ARTIST * ARTISTS_PER_SHELF
_TIME_NS: Final = 1_700_000_000_123_456_789
_FOLDER_INODES: Final = 1 << 40
"""Inodes of folders begin here, those of files at 1."""


class SimulatedDisk:
    """The files of `tracks` tracks: a shelf of 100 artists of five albums of twelve tracks each.

    `ROOT/00012/Artist 001234/1973 Album 0006173/07 A Track of Usual Length.flac`; the last have fewer.
    """

    def __init__(self, tracks: int) -> None:
        self.tracks = tracks

    @contextlib.contextmanager
    def mounted(self) -> Iterator[None]:
        """The system's calls answer for the files of this disk, and for all others as ever."""
        answers: dict[str, Any] = {
            "stat": self._stat,
            "lstat": self._stat,
            "scandir": self._scandir,
            "listdir": self._listdir,
        }
        with contextlib.ExitStack() as stack:
            for name, answer in answers.items():
                stack.enter_context(mock.patch.object(os, name, _below_root(answer, getattr(os, name))))
            stack.enter_context(mock.patch.object(file_key, "file_key", _file_key))
            yield

    def _stat(self, path: str) -> os.stat_result:
        parts = _parts(path)
        if len(parts) == 4:
            number = int(parts[2].rpartition(" ")[2]) * TRACKS_PER_ALBUM + int(parts[3][:2]) - 1
            if number < self.tracks:
                return _status(stat.S_IFREG | 0o644, number + 1, size_of(number), _TIME_NS + number)
        else:
            first = _first_track(parts)
            if first < self.tracks:
                inode = _FOLDER_INODES + 4 * first + len(parts)
                return _status(stat.S_IFDIR | 0o755, inode, 4096, _TIME_NS)
        raise FileNotFoundError(2, "No such file or directory", path)

    def _names(self, path: str) -> list[str]:
        parts = _parts(path)
        first = _first_track(parts)
        count, step, name = (
            (self.tracks, _TRACKS_PER_SHELF, _shelf),
            (_TRACKS_PER_SHELF, _TRACKS_PER_ARTIST, _artist),
            (_TRACKS_PER_ARTIST, TRACKS_PER_ALBUM, _album),
            (TRACKS_PER_ALBUM, 1, _track),
        )[len(parts)]
        return [name(number) for number in range(first, min(first + count, self.tracks), step)]

    def _listdir(self, path: str | bytes) -> list[str] | list[bytes]:
        names = self._names(os.fsdecode(path))
        return [os.fsencode(name) for name in names] if isinstance(path, bytes) else names

    def _scandir(self, path: str) -> "_Listing":
        is_file = len(_parts(path)) == 3
        return _Listing([_Entry(self, name, f"{path}/{name}", is_file) for name in self._names(path)])


class _Entry:
    """An `os.DirEntry`."""

    __slots__ = ("_disk", "_is_file", "name", "path")

    def __init__(self, disk: SimulatedDisk, name: str, path: str, is_file: bool) -> None:
        self.name, self.path = name, path
        self._disk, self._is_file = disk, is_file

    def is_file(self, *, follow_symlinks: bool = True) -> bool:  # noqa: ARG002 - there are no links
        return self._is_file

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:  # noqa: ARG002 - there are no links
        return not self._is_file

    def stat(self) -> os.stat_result:
        return self._disk._stat(self.path)


class _Listing(list[_Entry]):
    """What `os.scandir` returns."""

    def __enter__(self) -> "_Listing":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def close(self) -> None:
        pass


def size_of(number: int) -> int:
    """Bytes of a track: 8 to 60 MB, mixed, so that a scan, which takes the largest first, mixes the paths."""
    return 8_000_000 + number * 2_654_435_761 % 52_000_000


def _below_root(answer: Any, real: Any) -> Any:
    def call(path: Any = ".", *arguments: Any, **options: Any) -> Any:
        if isinstance(path, str | bytes) and os.fsdecode(path).startswith(ROOT):
            return answer(path)
        return real(path, *arguments, **options)

    return call


def _file_key(path: str, size: int) -> str:
    """As different from that of the next track as a hash of content is."""
    return xxhash.xxh3_128_hexdigest(os.fsencode(path), seed=size)


def _parts(path: str | bytes) -> list[str]:
    below = os.fsdecode(path)[len(ROOT) :].strip("/")
    return below.split("/") if below else []


def _first_track(parts: list[str]) -> int:
    """The number of the first track in a folder."""
    if not parts:
        return 0
    tracks = (_TRACKS_PER_SHELF, _TRACKS_PER_ARTIST, TRACKS_PER_ALBUM)[len(parts) - 1]
    return int(parts[-1].rpartition(" ")[2]) * tracks


def _shelf(number: int) -> str:
    return f"{number // _TRACKS_PER_SHELF:05}"


def _artist(number: int) -> str:
    return f"Artist {number // _TRACKS_PER_ARTIST:06}"


def _album(number: int) -> str:
    album = number // TRACKS_PER_ALBUM
    return f"{1960 + album % 60} Album {album:07}"


def _track(number: int) -> str:
    return f"{number % TRACKS_PER_ALBUM + 1:02} A Track of Usual Length.flac"


def _status(mode: int, inode: int, size: int, time_ns: int) -> os.stat_result:
    seconds = time_ns // 1_000_000_000
    times = {"st_atime_ns": time_ns, "st_mtime_ns": time_ns, "st_ctime_ns": time_ns}
    return os.stat_result((mode, inode, 77, 1, 0, 0, size, seconds, seconds, seconds), times)
