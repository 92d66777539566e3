"""Writing playlists: M3U8, and M3U where names are not UTF-8.

Each entry is a path that begins in the playlist's folder, so that music and playlist can move together. M3U8
is UTF-8 by definition (RFC 8216, section 4). M3U has no encoding, and gets the bytes of the names as they
are.
"""

import os
import stat
from collections.abc import Iterable
from typing import Final, NamedTuple

from auralis_cli.files.urls import path_from
from auralis_cli.model.errors import ConfigError
from auralis_cli.model.tags import NAME_DASH
from auralis_cli.system.atomic_file import replace_file
from auralis_cli.system.safe_open import open_to_read

UTF8, BYTES = ".m3u8", ".m3u"
_HEADER: Final = b"#EXTM3U"
_BOM: Final = b"\xef\xbb\xbf"


class Item(NamedTuple):
    """A track as a playlist lists it: its absolute path, its length, and its name where that is known."""

    path: str
    seconds: float
    name: str | None = None


def m3u(items: Iterable[Item], folder: str | None, suffix: str = UTF8) -> bytes:
    """The playlist, with paths from `folder` on, or absolute ones for None. `suffix`: of which kind it is.

    ConfigError for a name that it cannot hold.
    """
    lines = [_HEADER]
    for path, seconds, name in items:
        entry = os.fsencode(path if folder is None else _from_folder(path, folder))
        title = os.fsencode(os.path.splitext(os.path.basename(path))[0] if name is None else _title(name))
        _check(path, entry, suffix)
        lines += [b"#EXTINF:%d,%s" % (round(seconds), title), entry]
    return b"\n".join(lines) + b"\n"


def _title(name: str) -> str:
    """The name on one line, whatever is in it; players expect a plain hyphen after the artist."""
    plain = name.replace(f" {NAME_DASH} ", " - ", 1)
    return "".join(sign if sign.isprintable() else " " for sign in plain)


def check_target(path: str, *, force: bool = False) -> None:
    """Raises ConfigError where no playlist may be written: over what is none, unless `force` is given."""
    if os.path.splitext(path)[1].lower() not in (UTF8, BYTES):
        raise ConfigError(f"cannot write {path}: a playlist is named .m3u8 or .m3u")
    try:
        found = _what_is_in_the_way(path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    if found is not None and not force:
        raise ConfigError(f"{path} is {found}: name another file, or give --force to replace it")


def write_m3u(path: str, items: Iterable[Item], *, force: bool = False) -> None:
    """Writes the playlist `path` in one step. ConfigError, and nothing is written, where that cannot be."""
    check_target(path, force=force)
    path = os.path.abspath(path)
    folder = os.path.realpath(os.path.dirname(path))  # `..` goes up from where a linked folder really is
    content = m3u(items, folder, os.path.splitext(path)[1].lower())
    try:
        replace_file(path, content)
    except OSError as error:
        raise _cannot_write(path, error) from error


def _cannot_write(path: str, error: OSError) -> ConfigError:
    return ConfigError(f"cannot write {path}: {error.strerror or error}; name another file")


def _from_folder(path: str, folder: str) -> str:
    try:
        relative = path_from(path, folder)
    except ValueError:  # on another drive of Windows
        return path
    first = relative[:1]
    return os.path.join(os.curdir, relative) if first == "#" or first.isspace() else relative


def _check(path: str, entry: bytes, suffix: str) -> None:
    if b"\n" in entry or b"\r" in entry or entry != entry.strip():
        raise ConfigError(f"no playlist can hold {path}: its name has a line break, or a blank at its end")
    if suffix == UTF8:
        try:
            entry.decode("utf-8")
        except UnicodeDecodeError:
            raise ConfigError(
                f"an M3U8 cannot hold {path}: its name is not UTF-8; a playlist named .m3u holds any bytes"
            ) from None


def _what_is_in_the_way(path: str) -> str | None:
    """What is there that is no playlist; None for a playlist, an empty file or nothing."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(status.st_mode):
        return "a link"
    if not stat.S_ISREG(status.st_mode):
        return "no file"
    with open(open_to_read(path, follow_link=False), "rb") as file:
        begin = file.read(len(_BOM) + len(_HEADER)).removeprefix(_BOM)
    return None if not begin or begin.startswith(_HEADER) else "no playlist"
