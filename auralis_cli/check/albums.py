"""Tracks put together to albums: by the folder that they lie in, or by what their tags say."""

import re
from collections.abc import Callable, Collection, Iterable
from enum import StrEnum
from os.path import basename
from typing import Final

from auralis_cli.check.track import Album, Track
from auralis_cli.files.urls import common_folder

_DISC: Final = re.compile(r"(?i)(?:cd|dis[ck]|vinyl|side)(?:[ _.-]*[0-9]{1,2}|[ _.-]+[a-d])(?:[ _.:-].*)?")
"""Names of folders that are a part of the album above them."""


class AlbumBy(StrEnum):
    """What makes tracks one album."""

    FOLDER = "folder"
    """One folder, with its subfolders for single discs."""
    TAG = "tag"
    """One album and album artist, or MusicBrainz release, wherever the files lie; without tags the folder."""


def albums_of(
    tracks: Iterable[Track],
    by: AlbumBy,
    *,
    asked: Collection[str] | None = None,
    is_whole: Callable[[str], bool] = lambda _: True,
) -> list[Album]:
    """The albums with a track that is asked about (None: all), in the order of their folders.

    `is_whole`: whether all that lies in a folder is known.
    """
    groups: dict[tuple[str, ...], list[Track]] = {}
    key_of = _folder_key if by is AlbumBy.FOLDER else _tag_key
    for track in tracks:
        groups.setdefault(key_of(track), []).append(track)
    albums = []
    for key, group in groups.items():
        if asked is not None and not any(track.path in asked for track in group):
            continue
        folders = {track.folder for track in group}
        place = album_folder(folders.pop()) if len(folders) == 1 else common_folder(folders)
        good = [track for track in group if track.error is None]
        failed = [track for track in group if track.error is not None]
        name = place if by is AlbumBy.FOLDER or len(key) == 1 else _tag_name(group[0])
        albums.append(Album(name, place, good, is_whole=is_whole(place), failed=failed, asked=asked))
    return sorted(albums, key=lambda album: (album.place, album.name))


def album_folder(folder: str) -> str:
    """The folder of the album: that above, where this one is that of a disc."""
    return folder.rpartition("/")[0] or folder if _DISC.fullmatch(basename(folder)) else folder


def _folder_key(track: Track) -> tuple[str, ...]:
    return (album_folder(track.folder),)


def _tag_key(track: Track) -> tuple[str, ...]:
    tags = track.tags
    if tags.musicbrainz_album_id:
        return ("release", tags.musicbrainz_album_id)
    if not tags.album:
        return _folder_key(track)
    artist = tags.album_artist or ("" if tags.compilation else tags.artist) or ""
    return ("album", artist.casefold(), tags.album.casefold())


def _tag_name(track: Track) -> str:
    tags = track.tags
    artist = tags.album_artist or ("" if tags.compilation else tags.artist)
    return " - ".join(filter(None, (artist, tags.album))) or album_folder(track.folder)
