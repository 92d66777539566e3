"""The bytes of tracks that travel with their request, one after the other behind its JSON."""

from collections.abc import Mapping
from typing import Final

import msgspec

from auralis_cli.cluster.wire import Request, WireTrack, encode
from auralis_cli.files.remote.holder import Holder
from auralis_cli.workers.track_file import UnopenedError

_END_OF_JSON: Final = b"\n"
"""JSON of msgspec has no line feed."""


class Shipped(msgspec.Struct, frozen=True):
    """The content of a track. What is larger than `memory_bytes` is opened as a file without a name."""

    content: memoryview
    memory_bytes: int

    def open(self) -> int:
        """A descriptor of the content. Raises UnopenedError."""
        try:
            with Holder(self.memory_bytes, len(self.content)) as held:
                held.add(self.content)
                return held.reader()
        except OSError as error:
            why = f"there is no room for the file that was sent here: {error.strerror}; make room, scan again"
            raise UnopenedError("read_error", why) from error


def packed(request: Request, contents: Mapping[int, bytes]) -> bytes:
    """The request with the contents of its tracks, by their ids."""
    tracks = tuple(
        msgspec.structs.replace(track, shipped=len(contents[track.id])) for track in request.tracks
    )
    head = encode(msgspec.structs.replace(request, tracks=tracks))
    return b"".join([head, _END_OF_JSON, *(contents[track.id] for track in tracks)])


def unpacked(message: bytes, memory_bytes: int) -> tuple[Request, dict[str, Shipped]]:
    """The request, and what came with it by path. Raises msgspec.ValidationError."""
    end = message.find(_END_OF_JSON)
    request = msgspec.json.decode(message if end < 0 else memoryview(message)[:end], type=Request)
    rest = memoryview(b"") if end < 0 else memoryview(message)[end + 1 :]
    cargo: dict[str, Shipped] = {}
    for track in request.tracks:
        if track.shipped is not None:
            cargo[_path_of(track)] = Shipped(rest[: track.shipped], memory_bytes)
            if len(rest) < track.shipped:
                raise msgspec.ValidationError("the bytes of a track are missing")
            rest = rest[track.shipped :]
    return request, cargo


def _path_of(track: WireTrack) -> str:
    return track.job().track.path
