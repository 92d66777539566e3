"""Opens a track on a machine of the cluster, which first proves that it sees the very file.

Size, time and file key have to be those that the scan has seen. Else the track is `not_seen_here`, which says
nothing about the track: another machine may see it. What a URL leads to is fetched here; what came with the
request is at hand.
"""

import os
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import msgspec

from auralis_cli.cluster.cargo import Shipped
from auralis_cli.files.file_key import key_of_open_file
from auralis_cli.model.record import Track
from auralis_cli.settings.values import PathMap
from auralis_cli.workers.opener import OpenTrack
from auralis_cli.workers.remote_track import UnreachedHereError
from auralis_cli.workers.track_file import UnopenedError, open_track

NOT_SEEN: Final = "not_seen_here"
"""The code of a track that a machine does not see."""


def maps_for(path_map: Sequence[PathMap], names: Collection[str]) -> list[PathMap]:
    """The maps that count on the machine with these names: its own before those of all."""
    own = [each for each in path_map if each.machine in names]
    return own + [each for each in path_map if each.machine is None]


def path_here(path: str, maps: Sequence[PathMap]) -> str:
    """Where this machine has the file: below the folder of the first map that fits, else at the same path."""
    for each in maps:
        ours = each.ours.rstrip(os.sep)
        if path.startswith(f"{ours}{os.sep}"):
            return os.path.join(each.theirs, path[len(ours) + 1 :])
    return path


def opener(
    maps: Sequence[PathMap],
    keys: Mapping[str, str],
    cargo: Mapping[str, Shipped] = MappingProxyType({}),
    open_any: OpenTrack = open_track,
) -> OpenTrack:
    """Opens tracks with the path, size and time of the scan's machine.

    `keys` has their file keys by path, empty where there is none; `cargo` the bytes that came. `open_any`
    fetches what has a URL.
    """

    def open_here(track: Track) -> int:
        if (shipped := cargo.get(track.path)) is not None:
            return shipped.open()
        if track.version is not None:
            try:
                return open_any(track)
            except UnreachedHereError as error:
                raise _not_seen(str(error)) from error
        here = path_here(track.path, maps)
        try:
            descriptor = open_track(msgspec.structs.replace(track, path=here))
        except UnopenedError as error:
            raise _not_seen(str(error)) from error
        try:
            wanted = keys[track.path]
            if wanted and key_of_open_file(descriptor, track.size) != wanted:
                raise _not_seen(f"{here} has the same size and time, but another content")
            os.lseek(descriptor, 0, os.SEEK_SET)
        except OSError as error:
            os.close(descriptor)
            raise _not_seen(f"reading {here} failed: {error.strerror}") from error
        except UnopenedError:
            os.close(descriptor)
            raise
        return descriptor

    return open_here


def _not_seen(why: str) -> UnopenedError:
    return UnopenedError(NOT_SEEN, why)
