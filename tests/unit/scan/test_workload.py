"""The bar and the time left against scripted workers, in a time that only the script moves."""

import heapq
import random
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import pytest

from auralis_cli.model.record import Track
from auralis_cli.model.result import Status
from auralis_cli.scan.workload import Workload
from auralis_cli.workers.engine import Activity

WORKERS = 2
CPU_S_PER_MB = {
    "wav": 0.005,
    "flac": 0.02,
    "m4a": 0.045,
    "mp3": 0.056,
    "ogg": 0.09,
    "opus": 0.165,
    "wma": 0.056,
}
"""Measured: `fp-worker analyze` on four minutes of music, at 1,411, 500, 256, 256, 120 and 150 kb/s."""
FAILS_AT_ONCE_S = 0.005


class ScriptedTrack(NamedTuple):
    track: Track
    seconds: float
    fails: bool = False


class Seen(NamedTuple):
    """What a user could see at one moment, and how it was."""

    at_s: float
    bar: float
    left_s: float | None
    truly_left_s: float


class ScriptedScan:
    """Workers that take the largest track first, each for as long as the script says."""

    def __init__(self, tracks: Sequence[ScriptedTrack], found_after_s: float = 0.0) -> None:
        self._now = 0.0
        self._waiting = sorted(tracks, key=lambda each: -each.track.size)
        self._workload = Workload(lambda: self._now)
        self._now = found_after_s
        for each in self._waiting:
            self._workload.expect(each.track)

    def run(self) -> list[Seen]:
        """Ten looks per second of the script, with what was left at each."""
        busy: list[tuple[float, int, float, ScriptedTrack]] = []
        seen: list[tuple[float, float, float | None]] = []
        waiting, number, look = iter(self._waiting), 0, self._now
        while True:
            while len(busy) < WORKERS and (following := next(waiting, None)) is not None:
                number += 1
                heapq.heappush(busy, (self._now + following.seconds, number, self._now, following))
            if not busy:
                break
            ends, _, _, done = busy[0]
            while look < ends:
                self._now = look
                activities = list(self._activities(busy))
                share = self._workload.share_done(activities)
                seen.append((look, share, self._workload.remaining_s(activities)))
                look += 0.1
            self._now = ends
            heapq.heappop(busy)
            self._workload.finish(done.track, Status.FAILED if done.fails else Status.ANALYSED)
        return [Seen(at, share, left, self._now - at) for at, share, left in seen]

    def _activities(self, busy: list[tuple[float, int, float, ScriptedTrack]]) -> Iterator[Activity]:
        for ends, _, began, each in busy:
            fraction = None if each.fails else (self._now - began) / max(ends - began, 1e-9)
            yield Activity(each.track.path, each.track.size, fraction)


def library(count: int, kinds: str, seed: int = 1) -> list[ScriptedTrack]:
    """Tracks of these kinds in turn: sizes spread by a factor of ten, and cost per byte by two."""
    dice = random.Random(seed)
    tracks = []
    for number in range(count):
        kind = kinds.split()[number % len(kinds.split())]
        megabytes = dice.lognormvariate(0, 0.6) / CPU_S_PER_MB[kind] * 0.4
        seconds = megabytes * CPU_S_PER_MB[kind] * dice.uniform(0.7, 1.4)
        track = Track(f"/music/{number}.{kind}", int(megabytes * 1e6), 0)
        tracks.append(ScriptedTrack(track, seconds))
    return tracks


def failing(tracks: list[ScriptedTrack], fails: Callable[[int, ScriptedTrack], bool]) -> list[ScriptedTrack]:
    """The tracks in the order of the workers, of which those fail at once."""
    ordered = sorted(tracks, key=lambda each: -each.track.size)
    return [
        ScriptedTrack(each.track, FAILS_AT_ONCE_S, fails=True) if fails(number, each) else each
        for number, each in enumerate(ordered)
    ]


MIXED = "flac mp3 m4a ogg opus wav"
SCANS = {
    "sizes vary": lambda: ScriptedScan(library(400, "flac")),
    "all kinds of files": lambda: ScriptedScan(library(600, MIXED)),
    "first half known, found in a minute": lambda: ScriptedScan(library(300, MIXED), found_after_s=60.0),
    "every second file fails": lambda: ScriptedScan(failing(library(600, "flac"), lambda n, _: n % 2 == 0)),
    "the largest third fails": lambda: ScriptedScan(failing(library(600, "flac"), lambda n, _: n < 200)),
    "a third fails": lambda: ScriptedScan(failing(library(600, "flac"), lambda n, _: n * 7919 % 600 < 200)),
    "the first half fails": lambda: ScriptedScan(failing(library(600, "flac"), lambda n, _: n < 300)),
    "all of a kind fail": lambda: ScriptedScan(
        failing(library(600, "flac mp3"), lambda _, each: each.track.path.endswith("flac"))
    ),
    "all fail at once": lambda: ScriptedScan(failing(library(12_000, "wma"), lambda _, __: True)),
    "a few long files": lambda: ScriptedScan(library(12, "flac")),
}


TOLERANCE = {0.1: 0.6, 0.5: 0.2, 0.9: 0.2}
"""Of the time left, at these shares of the scan's time: little is known of what is still to come at first."""


@pytest.mark.parametrize("name", SCANS)
def test_the_bar_and_the_time_left_are_right(name: str) -> None:
    seen = SCANS[name]().run()
    began, whole = seen[0].at_s, seen[0].truly_left_s
    for share, tolerance in TOLERANCE.items():
        one = min(seen, key=lambda each: abs((each.at_s - began) / whole - share))
        assert one.left_s is not None
        assert one.left_s == pytest.approx(one.truly_left_s, rel=tolerance, abs=1.0), f"{share}: {one}"
        assert one.bar == pytest.approx(share, rel=0, abs=0.13), f"{share}: {one}"


@pytest.mark.parametrize("name", SCANS)
def test_a_bar_that_is_nearly_full_has_little_time_left(name: str) -> None:
    seen = SCANS[name]().run()
    assert all(0 <= one.bar <= 1 for one in seen)
    whole = seen[0].truly_left_s
    assert all(one.left_s is not None and one.left_s < 0.1 * whole for one in seen if one.bar > 0.95)


@pytest.mark.parametrize("name", ["the first half fails", "the largest third fails"])
def test_after_many_failures_the_time_left_is_soon_that_of_analyses(name: str) -> None:
    """Large files fail within a second, the small ones do not."""
    seen = SCANS[name]().run()
    one = min(seen, key=lambda each: abs(each.at_s - 0.1 * seen[0].truly_left_s))
    assert one.left_s == pytest.approx(one.truly_left_s, rel=0.25, abs=0)
    assert one.bar == pytest.approx(0.1, rel=0, abs=0.05)


def test_the_last_long_track_is_not_halved_among_idle_workers() -> None:
    now = 0.0
    workload = Workload(lambda: now)
    long, short = Track("/a.flac", 100_000_000, 0), Track("/b.flac", 100_000_000, 0)
    for track in (long, short):
        workload.expect(track)
    now = 10.0
    workload.finish(short, Status.ANALYSED)
    activities = [Activity(long.path, long.size, 0.5), None]
    # 10 s for one and a half of them by two workers, and half of one left for one of them.
    assert workload.remaining_s(activities) == pytest.approx(10 / 1.5, rel=0.05, abs=0)


def test_nothing_to_analyse_is_all_done_and_has_no_time_left() -> None:
    workload = Workload()
    assert (workload.share_done(), workload.remaining_s()) == (1.0, None)
    workload.expect(Track("/a.flac", 1_000_000, 0))
    assert (workload.share_done(), workload.remaining_s()) == (0.0, None)
