"""The engine of a cluster, on machines in memory: who gets a track, and which end of it counts."""

import asyncio

import msgspec
import pytest
from support.made_records import NEEDS_FFMPEG
from support.scripted_link import (
    ScriptedLink,
    ScriptedMachine,
    analysed,
    is_all_analysed,
    pool_on,
    run_on,
    tracks,
    unseen,
)

from auralis_cli.cluster import machines
from auralis_cli.cluster.wire import Pulse
from auralis_cli.model.record import TrackError
from auralis_cli.workers.engine import Finished, Job


def test_two_machines_share_the_tracks() -> None:
    one, other = ScriptedMachine("one", takes_s=0.01), ScriptedMachine("other", threads=2, takes_s=0.01)
    ends, pool = run_on(ScriptedLink(one, other), tracks(400))
    assert is_all_analysed(ends, 400)
    assert sum(map(len, one.batches)) + sum(map(len, other.batches)) == 400
    assert all(map(len, (one.batches, other.batches)))
    assert pool.roster.warnings == []
    assert sorted(pool.roster.news) == ["one joined with 1 worker", "other joined with 2 workers"]


def test_what_one_machine_does_not_see_another_analyses() -> None:
    def half(job: Job) -> Finished:
        return unseen(job) if int(job.track.path[7:11]) % 2 else analysed(job)

    partly = ScriptedMachine("partly", half)
    ends, pool = run_on(ScriptedLink(partly, ScriptedMachine("good", takes_s=0.05)), tracks(100))
    assert is_all_analysed(ends, 100)
    (warning,) = pool.roster.warnings
    assert "machine partly did not see" in warning


def test_a_track_that_no_machine_sees_fails_for_now() -> None:
    def all_but_one(job: Job) -> Finished:
        return unseen(job) if "0003" in job.track.path else analysed(job)

    link = ScriptedLink(ScriptedMachine("one", all_but_one), ScriptedMachine("other", all_but_one))
    ends, pool = run_on(link, tracks(50))
    end = ends.pop("/music/0003.flac")
    assert is_all_analysed(ends, 49)
    assert isinstance(end.outcome, TrackError)
    assert (end.outcome.code, end.final) == ("not_seen_here", False)
    assert not any("others" in warning for warning in pool.roster.warnings)
    assert "none of 2 machines sees this file" in end.outcome.message
    assert "--path-map" in end.outcome.message


def test_the_second_result_of_a_track_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "SILENT_S", 0.1)
    slow, good = ScriptedMachine("slow", takes_s=1.2), ScriptedMachine("good", takes_s=0.4)
    ends, _ = run_on(ScriptedLink(slow, good), tracks(40, size=30_000_000))
    assert is_all_analysed(ends, 40)
    assert sum(map(len, slow.batches)) + sum(map(len, good.batches)) > 40


def test_a_failure_that_another_ffmpeg_may_change_is_not_remembered_as_one_of_this_machine_s() -> None:
    async def run(ffmpeg: str | None) -> Finished:
        machine = ScriptedMachine("one", lambda job: Finished(job, NEEDS_FFMPEG))
        pool = pool_on(ScriptedLink(machine), ffmpeg)
        await pool.submit(Job(tracks(1)[0]))
        pool.close()
        (end,) = [end async for end in pool.results()]
        await pool.stop(0)
        return end

    assert asyncio.run(run(None)).final
    assert not asyncio.run(run("7.1")).final


def test_what_fails_for_want_of_ffmpeg_goes_to_a_machine_that_has_it() -> None:
    without = ScriptedMachine("without", lambda job: Finished(job, NEEDS_FFMPEG), takes_s=0.01)
    having = ScriptedMachine("with", takes_s=0.05)
    having.ffmpeg = "7.1"
    ends, pool = run_on(ScriptedLink(without, having), tracks(40), ffmpeg="7.1")
    assert without.batches
    assert is_all_analysed(ends, 40)
    assert pool.roster.warnings == []
    having.end = unseen
    ends, _ = run_on(ScriptedLink(without, having), tracks(4), ffmpeg="7.1")
    assert {(end.outcome, end.final) for end in ends.values()} == {(NEEDS_FFMPEG, False)}


def test_a_machine_that_waits_for_bytes_has_still_in_work_what_it_has_said() -> None:
    link = ScriptedLink(ScriptedMachine("one", takes_s=60))
    machine = next(iter(link.machines))

    async def run() -> list[float | None]:
        pool = pool_on(link)
        await pool.submit(Job(tracks(1)[0]))
        collecting = asyncio.create_task(anext(pool.results(), None))
        await asyncio.sleep(0.1)
        working = Pulse("test", machine, (1,), ((1, 0.5, 10.0),))
        for pulse in (working, Pulse("test", machine, ())):  # the second is that of `--ship`
            pool.heard_pulse(msgspec.to_builtins(pulse))
        busy = [activity.fraction for activity in pool.activities() if activity is not None]
        await pool.stop(0)
        assert await collecting is None
        return busy

    assert asyncio.run(run()) == [0.5]
