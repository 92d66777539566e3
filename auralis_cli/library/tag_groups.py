"""The numbers of artists and albums: equal for tracks that have one in common, in whatever cache they are."""

import os
from functools import lru_cache

import xxhash

from auralis_cli.library.functions import folded


def artist_number(artist: object, row: int) -> int:
    """Of several artists the first one counts. A track without one gets a number of its own, by its row."""
    return _number_of_artist(artist) if isinstance(artist, str) and artist else -1 - row


def album_number(album: object, album_artist: object, path: bytes) -> int:
    """An album is its title and its artist; where the artist is not known, the title in one folder; where the
    title is not known, the folder.
    """
    folder = os.path.dirname(path)
    if not isinstance(album, str) or not album:
        return _number(folder)
    if isinstance(album_artist, str) and album_artist:
        return _number_of_album(album, _bytes(album_artist))
    return _number_of_album(album, folder)


@lru_cache(maxsize=100_000)
def _number_of_artist(artist: str) -> int:
    return _number(_bytes(artist.split("; ", maxsplit=1)[0]))


@lru_cache(maxsize=10_000)
def _number_of_album(album: str, whose: bytes) -> int:
    return _number(_bytes(album) + b"\0" + whose)


def _bytes(text: str) -> bytes:
    return folded(text).encode("utf-8", "surrogatepass")


def _number(key: bytes) -> int:
    return xxhash.xxh3_64_intdigest(key) >> 1
