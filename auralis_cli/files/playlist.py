"""Playlists that the user names: the files that they list. M3U, M3U8, PLS and XSPF.

None of them has one rule for how a path is written, so each entry is taken as the file that is there: as it
stands, else with Windows backslashes as slashes, else with its `%20` resolved, else as Latin-1.
"""

import os
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_to_bytes, urlsplit
from xml.parsers import expat

from auralis_cli.model.errors import ConfigError
from auralis_cli.system.safe_open import read_limited

PLAYLIST_EXTENSIONS: Final = (".m3u", ".m3u8", ".pls", ".xspf")
MAX_PLAYLIST_BYTES: Final = 64 << 20

_UTF8_BOM: Final = b"\xef\xbb\xbf"
_URL: Final = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]+://")
_PLS_ENTRY: Final = re.compile(rb"\s*file(\d{1,9})\s*=(.*)", re.IGNORECASE | re.DOTALL)


def is_playlist(path: str) -> bool:
    """Whether a named path is a playlist: a file with such an extension, in any case."""
    return path.lower().endswith(PLAYLIST_EXTENSIONS) and os.path.isfile(path)


def read_playlist(path: str) -> tuple[list[str], list[str]]:
    """The paths of the files that a playlist lists, in its order, and warnings about the other entries.

    Relative entries start in the playlist's folder. Whether the files exist is not checked: one that is
    missing has the path that is written, so that a scan reports it. ConfigError for what cannot be read.
    """
    try:
        content = read_limited(path, MAX_PLAYLIST_BYTES)
        entries = list(_entries(path, content))
    except (OSError, ValueError, expat.ExpatError) as error:
        why = getattr(error, "strerror", None) or error
        raise ConfigError(
            f"cannot read the playlist {path}: {why}; correct it, or name its tracks or their folder"
        ) from error
    folder = os.path.dirname(os.path.abspath(path))
    streams = [entry for entry in entries if _is_stream(entry)]
    paths = [_find(entry, folder) for entry in entries if not _is_stream(entry)]
    nested = [listed for listed in paths if is_playlist(listed)]
    warnings = []
    if streams:
        example = os.fsdecode(streams[0])
        warnings.append(f"{path}: {len(streams):,} of its entries are streams, not files, such as {example}")
    if nested:
        warnings.append(f"{path} lists other playlists, such as {nested[0]}: name them as well")
    if not entries:
        warnings.append(f"{path} lists no tracks")
    return [listed for listed in paths if listed not in nested], warnings


def _entries(path: str, content: bytes) -> Iterator[bytes]:
    """The entries as they are written, in the order of the list."""
    content = content.removeprefix(_UTF8_BOM)
    lower = path.lower()
    if lower.endswith(".xspf"):
        yield from _xspf_locations(content)
        return
    lines = (line.strip(b" \t\r\0") for line in content.replace(b"\r\n", b"\n").split(b"\n"))
    if lower.endswith(".pls"):
        found = (match for line in lines if (match := _PLS_ENTRY.fullmatch(line)))
        numbered = sorted(((int(match[1]), match[2].strip()) for match in found), key=lambda each: each[0])
        yield from (entry for _, entry in numbered if entry)
        return
    yield from (line for line in lines if line and not line.startswith(b"#"))


def _xspf_locations(content: bytes) -> list[bytes]:
    """The first `location` of each track. A document type, which could declare entities, is refused."""
    locations: list[bytes] = []
    open_elements: list[str] = []
    text: list[str] = []
    found_in_track = False
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse(*_: object) -> None:
        raise ValueError("it declares a document type, which no playlist needs")

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal found_in_track
        open_elements.append(name.rpartition(" ")[2])
        text.clear()
        found_in_track = found_in_track and open_elements[-1] != "track"

    def end(_: str) -> None:
        nonlocal found_in_track
        location = "".join(text).strip() if open_elements[-2:] == ["track", "location"] else ""
        if location and not found_in_track:  # further ones are other places of the same track
            found_in_track = True
            locations.append(location.encode("utf-8"))
        open_elements.pop()

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    parser.Parse(content, True)
    return locations


def _is_stream(entry: bytes) -> bool:
    return _URL.match(entry) is not None and entry[:7].lower() != b"file://"


def _find(entry: bytes, folder: str) -> str:
    """The path of an entry: the first reading of it that exists, else the first one."""
    readings = [os.path.join(folder, os.fsdecode(each)) for each in _readings(entry)]
    return next((path for path in readings if os.path.lexists(path)), readings[0])


def _readings(entry: bytes) -> Iterator[bytes]:
    """What an entry may mean, the most literal first."""
    if entry[:7].lower() == b"file://":
        # Python's splitter reads text; Latin-1 keeps every byte as it is.
        entry = urlsplit(entry.decode("latin-1")).path.encode("latin-1") or b"/"
        yield unquote_to_bytes(entry)
    for spelled in (entry, entry.replace(b"\\", b"/")):
        yield spelled
        yield unquote_to_bytes(spelled)
        for encoding in ("cp1252", "latin-1"):
            try:
                yield spelled.decode(encoding).encode("utf-8")
            except UnicodeDecodeError:
                continue
