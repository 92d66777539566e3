"""The bytes of tracks on their way to machines: which, how many at a time, and what became of the others."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from support.made_records import see

from auralis_cli.cluster import ship
from auralis_cli.cluster.cargo import packed, unpacked
from auralis_cli.cluster.link import Sent, TaskLostError
from auralis_cli.cluster.ship import ShippingLink
from auralis_cli.cluster.wire import Answers, Request, Terms, WireTrack, decode_answer, decode_result, encode
from auralis_cli.model.record import Track
from auralis_cli.workers.engine import Job
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.protocol import Failed
from auralis_cli.workers.track_file import open_track


def request(*tracks: Track) -> Request:
    return Request(Terms("scan"), 1, tuple(WireTrack.of(n, Job(each)) for n, each in enumerate(tracks, 1)))


class Ears:
    """Hears pulses."""

    def __init__(self) -> None:
        self.pulses: list[object] = []

    def heard_pulse(self, message: object) -> None:
        self.pulses.append(message)

    def heard_left(self, machine: str, *, expected: bool) -> None: ...

    def heard_joined(self) -> None: ...


class FarLink:
    """A cluster that takes its time: an answer comes when `answer_now` is set."""

    address = "tcp://far:1"
    connected = True

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.in_flight = self.most = 0
        self.answer_now = asyncio.Event()
        self.lost = False

    async def members(self) -> dict[str, int]:
        return {"m": 1}

    def call(self, machine: str, function: str, message: bytes) -> Sent:
        assert (machine, function) == ("m", "analyse")
        self.messages.append(message)
        self.in_flight += len(message)
        self.most = max(self.most, self.in_flight)
        return FarTask(self, len(message))

    def knock(self) -> Sent:
        return FarTask(self, 0)

    async def leave(self, machines: Sequence[str], scan: str) -> None: ...

    async def close(self) -> None: ...


class FarTask:
    def __init__(self, link: FarLink, size: int) -> None:
        self.link = link
        self.size = size

    async def answer(self) -> object:
        await self.link.answer_now.wait()
        if self.link.lost:
            raise TaskLostError("gone")
        return encode(Answers([]))

    def release(self) -> None:
        self.link.in_flight -= self.size
        self.size = 0


async def answer_of(sent: Sent) -> object:
    try:
        return await sent.answer()
    finally:
        sent.release()
        sent.release()  # the engine may do so twice


def shipping(link: FarLink) -> ShippingLink:
    return ShippingLink(link, open_track, TrackLimits(), Ears())


@pytest.fixture
def tracks(tmp_path: Path) -> list[Track]:
    """Ten of 1,000 bytes, one of them with a name that is not UTF-8."""
    for number in range(10):
        name = b"\xff.flac" if number == 9 else b"%d.flac" % number
        (tmp_path / os.fsdecode(name)).write_bytes(bytes([number]) * 1000)
    return [see(path) for path in sorted(tmp_path.iterdir())]


def test_what_travels_arrives(tracks: list[Track]) -> None:
    contents = {number: Path(track.path).read_bytes() for number, track in enumerate(tracks, 1)}
    request_there, cargo = unpacked(packed(request(*tracks), contents), memory_bytes=1 << 20)
    assert [each.job().track.path for each in request_there.tracks] == [track.path for track in tracks]
    for track in tracks:
        with open(cargo[track.path].open(), "rb") as file:
            assert file.read() == Path(track.path).read_bytes()


def test_half_a_message_is_refused(tracks: list[Track]) -> None:
    message = packed(request(tracks[0]), {1: b"x" * 1000})
    with pytest.raises(msgspec.ValidationError, match="missing"):
        unpacked(message[:-1], memory_bytes=1 << 20)
    assert unpacked(encode(request(tracks[0])), memory_bytes=0)[1] == {}


def test_no_more_than_a_limit_is_on_its_way(tracks: list[Track], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ship, "IN_FLIGHT_BYTES", 3000)

    async def run() -> FarLink:
        link = FarLink()
        ours = shipping(link)
        calls = [ours.call("m", "analyse", encode(request(track))) for track in tracks]
        answers = [asyncio.create_task(answer_of(call)) for call in calls]
        while len(link.messages) < 3:
            await asyncio.sleep(0.01)
        answers.pop().cancel()  # one that waits for room
        await asyncio.sleep(0.1)
        assert len(link.messages) == 3
        link.answer_now.set()
        await asyncio.gather(*answers)
        return link

    link = asyncio.run(run())
    assert len(link.messages) == 9
    assert link.most < 3 * 1500
    assert link.in_flight == 0


def test_a_track_above_the_limit_goes_alone(tracks: list[Track], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ship, "IN_FLIGHT_BYTES", 10)

    async def run() -> int:
        link = FarLink()
        link.answer_now.set()
        ours = shipping(link)
        await asyncio.gather(*(answer_of(ours.call("m", "analyse", encode(request(t)))) for t in tracks))
        return link.most

    assert asyncio.run(run()) < 1500


def test_what_cannot_be_read_fails_and_the_others_go(
    tracks: list[Track], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, changed, large, good = tracks[:4]
    Path(gone.path).unlink()
    Path(changed.path).write_bytes(b"other")
    monkeypatch.setattr(ship, "MAX_BYTES", 1 << 20)
    large = msgspec.structs.replace(large, size=2 << 20)

    async def run() -> tuple[object, FarLink]:
        link = FarLink()
        link.answer_now.set()
        message = encode(request(gone, changed, large, good))
        return await answer_of(shipping(link).call("m", "analyse", message)), link

    answer, link = asyncio.run(run())
    (message,) = link.messages
    assert list(unpacked(message, 0)[1]) == [good.path]
    decoded = decode_answer(answer)
    assert isinstance(decoded, Answers)
    failures = [decode_result(raw) for raw in decoded.results]
    assert all(isinstance(failure, Failed) for failure in failures)
    told = {failure.id: failure.error.code for failure in failures if isinstance(failure, Failed)}
    assert told == {1: "not_found", 2: "changed_during_analysis", 3: "read_error"}


def test_nothing_is_sent_where_nothing_can_be_read(tracks: list[Track]) -> None:
    Path(tracks[0].path).unlink()

    async def run() -> FarLink:
        link = FarLink()
        await answer_of(shipping(link).call("m", "analyse", encode(request(tracks[0]))))
        return link

    assert asyncio.run(run()).messages == []


def test_a_lost_task_gives_its_room_back(tracks: list[Track], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ship, "IN_FLIGHT_BYTES", 1000)

    async def run() -> int:
        link = FarLink()
        link.lost = True
        link.answer_now.set()
        ours = shipping(link)
        for track in tracks:
            with pytest.raises(TaskLostError):
                await asyncio.wait_for(answer_of(ours.call("m", "analyse", encode(request(track)))), 5)
        return len(link.messages)

    assert asyncio.run(run()) == 10


def test_while_tracks_are_read_the_machine_does_not_seem_silent(
    tracks: list[Track], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ship, "PULSE_S", 0.02)
    ears = Ears()

    def slow(track: Track) -> int:
        import time

        time.sleep(0.2)
        return open_track(track)

    async def run() -> None:
        link = FarLink()
        link.answer_now.set()
        ours = ShippingLink(link, slow, TrackLimits(), ears)
        await answer_of(ours.call("m", "analyse", encode(request(tracks[0]))))

    asyncio.run(run())
    assert {"scan": "scan", "machine": "m", "batches": (), "tracks": ()} in ears.pulses
