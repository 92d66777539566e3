"""`--ship`: the scan reads the tracks, and their bytes travel with the batches to machines that see no file.

No more than `IN_FLIGHT_BYTES` are on their way at a time, or one larger track.
"""

import asyncio
import os
import threading
from collections.abc import Sequence
from functools import partial
from typing import Final

import msgspec

from auralis_cli.cluster.cargo import packed
from auralis_cli.cluster.link import Ears, Link, OpenLink, Sent
from auralis_cli.cluster.wire import Answers, Pulse, Request, decode_answer, encode, encode_ends
from auralis_cli.files.remote.deadline import CancelledError, within
from auralis_cli.model.record import Track
from auralis_cli.workers.engine import Finished, Job
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.opener import OpenTrack
from auralis_cli.workers.slot import MAX_START_S
from auralis_cli.workers.track_file import UnopenedError, stalled

IN_FLIGHT_BYTES: Final = 256 << 20
"""Of tracks that were read and have no answer yet. Dask has them here, in the scheduler, on the machine."""
MAX_BYTES: Final = 1 << 30
"""Of one track."""
PULSE_S: Final = 5.0
"""How often it is said of a machine that it waits for its bytes, so that it does not seem silent."""


async def open_shipping_link(
    open_link: OpenLink, open_track: OpenTrack, limits: TrackLimits, ears: Ears
) -> Link:
    """Connects with `open_link`; tracks are opened by `open_track` on this machine, within `limits`."""
    return ShippingLink(await open_link(ears), open_track, limits, ears)


class ShippingLink:
    """A `Link` that sends the bytes of tracks along."""

    def __init__(self, link: Link, open_track: OpenTrack, limits: TrackLimits, ears: Ears) -> None:
        self.address = link.address
        self.ears = ears
        self.link = link
        self._open_track = open_track
        self._limits = limits
        self._in_flight = 0
        self._freed = asyncio.Event()
        self._ended = threading.Event()

    @property
    def connected(self) -> bool:
        """See `Link`."""
        return self.link.connected

    async def members(self) -> dict[str, int]:
        """See `Link`."""
        return await self.link.members()

    def call(self, machine: str, function: str, message: bytes) -> Sent:
        """See `Link`."""
        if function != "analyse":
            return self.link.call(machine, function, message)
        return _ShippedBatch(self, machine, msgspec.json.decode(message, type=Request))

    def knock(self) -> Sent:
        """See `Link`."""
        return self.link.knock()

    async def leave(self, machines: Sequence[str], scan: str) -> None:
        """See `Link`."""
        self._ended.set()
        await self.link.leave(machines, scan)

    async def close(self) -> None:
        """See `Link`."""
        self._ended.set()
        await self.link.close()

    async def take_room(self, size: int) -> None:
        """Waits until so many more bytes may be on their way; they are, from then on."""
        while self._in_flight and self._in_flight + size > IN_FLIGHT_BYTES:
            self._freed.clear()
            await self._freed.wait()
        self._in_flight += size

    def give_room(self, size: int) -> None:
        """So many bytes are not on their way any more."""
        self._in_flight -= size
        self._freed.set()

    async def read(self, track: Track) -> bytes:
        """The content of a track. Raises UnopenedError."""
        if track.size > MAX_BYTES:
            mib = f"{-(-track.size >> 20):,} MiB, and --ship sends up to {MAX_BYTES >> 20:,}"
            raise UnopenedError("read_error", f"it has {mib}; scan it here, or let the machines see it")
        limit_s = MAX_START_S + self._limits.deadline_s(track.size)
        read = partial(_read, self._open_track, track)
        try:
            return await asyncio.to_thread(within, limit_s, read, self._ended.is_set)
        except TimeoutError:
            raise stalled(limit_s) from None
        except CancelledError:  # the scan ends: nobody takes the answer
            raise asyncio.CancelledError from None


class _ShippedBatch:
    """A batch that is read when its answer is waited for. See `Sent`."""

    def __init__(self, shipping: ShippingLink, machine: str, request: Request) -> None:
        self._shipping = shipping
        self._machine = machine
        self._request = request
        self._room = 0
        self._sent: Sent | None = None

    async def answer(self) -> object:
        """What the machine returns, and the failures of tracks that cannot be read. Raises TaskLostError."""
        pulse = asyncio.create_task(self._say_that_it_waits())
        try:
            size = sum(track.size for track in self._request.tracks)
            await self._shipping.take_room(size)
            self._room = size
            contents, failed = await self._read()
            if contents:
                tracks = tuple(track for track in self._request.tracks if track.id in contents)
                request = msgspec.structs.replace(self._request, tracks=tracks)
                message = packed(request, contents)
                self._sent = self._shipping.link.call(self._machine, "analyse", message)
                del contents, message
        finally:
            pulse.cancel()
        if self._sent is None:
            return encode_ends(failed)
        answer = await self._sent.answer()
        if not failed or not isinstance(answer, bytes):
            return answer
        decoded, own = decode_answer(answer), decode_answer(encode_ends(failed))
        if isinstance(decoded, Answers) and isinstance(own, Answers):
            return encode(Answers([*decoded.results, *own.results]))
        return answer

    def release(self) -> None:
        """Nobody wants the result any more."""
        self._shipping.give_room(self._room)
        self._room = 0
        if self._sent is not None:
            self._sent.release()

    async def _read(self) -> tuple[dict[int, bytes], list[tuple[int, Finished]]]:
        """The contents of the tracks by their ids, and the ends of those that cannot be read."""
        contents, failed = {}, []
        for each in self._request.tracks:
            job: Job = each.job()
            try:
                contents[each.id] = await self._shipping.read(job.track)
            except UnopenedError as error:
                failed.append((each.id, Finished(job, error.error, error.final)))
        return contents, failed

    async def _say_that_it_waits(self) -> None:
        pulse = Pulse(self._request.terms.scan, self._machine, ())
        while True:
            await asyncio.sleep(PULSE_S)
            self._shipping.ears.heard_pulse(msgspec.to_builtins(pulse))


def _read(open_track: OpenTrack, track: Track) -> bytes:
    """All of a track. Raises UnopenedError."""
    descriptor = open_track(track)
    try:
        with open(descriptor, "rb") as file:
            size = os.fstat(descriptor).st_size
            content = file.read(size + 1)
    except OSError as error:
        raise UnopenedError("read_error", f"reading {track.path} failed: {error.strerror}") from error
    if len(content) != size:
        why = "the file changed while it was read; scan again when it is complete"
        raise UnopenedError("changed_during_analysis", why)
    return content
