"""Machines that are lost, hang or go, and a scheduler that does: every track still has one end."""

import asyncio
import time

import pytest
from support.scripted_link import (
    ScriptedLink,
    ScriptedMachine,
    analysed,
    is_all_analysed,
    pool_on,
    run_on,
    tracks,
)

from auralis_cli.cluster import machines, roster
from auralis_cli.cluster.link import Ears
from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.model.record import TrackError
from auralis_cli.workers.engine import Finished, Job


def test_what_a_lost_machine_had_is_analysed_elsewhere() -> None:
    lost, good = ScriptedMachine("lost"), ScriptedMachine("good", takes_s=0.01)
    link = ScriptedLink(lost, good)
    lost.poison = frozenset(track.path for track in tracks(300))
    ends, pool = run_on(link, tracks(300))
    assert is_all_analysed(ends, 300)
    assert link.deaths == 1
    assert pool.roster.warnings == ["1 machine was lost with tracks in work, which were given to others"]


@pytest.mark.parametrize("hangs", [False, True])
def test_nothing_is_left_on_a_machine_whose_end_was_not_told(
    hangs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look at who is there may find that it is gone before the event comes."""
    monkeypatch.setattr(roster, "LOOK_S", 0.05)
    link = ScriptedLink(ScriptedMachine("gone", takes_s=60), ScriptedMachine("good", takes_s=0.3))
    link.machines["tcp://10.0.0.1:1"].hangs = hangs  # it has not even said who it is

    async def run() -> int:
        pool = pool_on(link)
        for track in tracks(20):
            await pool.submit(Job(track))
        pool.close()
        asyncio.get_running_loop().call_later(0.2, link.machines.pop, "tcp://10.0.0.1:1")
        ends = {end.job.track.path: end async for end in pool.results()}
        left = link.open_tasks
        await pool.stop(0)
        assert is_all_analysed(ends, 20)
        return left

    assert asyncio.run(run()) == 0


def test_a_file_that_ends_machines_is_found_and_no_other_is_charged() -> None:
    poison = frozenset({"/music/0042.flac"})
    link = ScriptedLink(ScriptedMachine("one"), ScriptedMachine("other"), revives=True)
    for machine in link.machines.values():
        machine.poison = poison
    ends, _ = run_on(link, tracks(120))
    end = ends.pop("/music/0042.flac")
    assert is_all_analysed(ends, 119)
    assert isinstance(end.outcome, TrackError)
    assert (end.outcome.code, end.final) == ("worker_crashed", True)
    assert link.deaths == 3, "once in a batch, twice alone"


def test_a_machine_that_says_goodbye_casts_no_suspicion() -> None:
    leaving = ScriptedMachine("leaving", takes_s=30)
    link = ScriptedLink(leaving, ScriptedMachine("good", takes_s=0.02))
    good = next(reversed(link.machines.values()))

    def leave_once(job: Job) -> Finished:
        if "tcp://10.0.0.1:1" in link.machines:
            link.kill("tcp://10.0.0.1:1", expected=True)
        return analysed(job)

    good.end = leave_once
    ends, pool = run_on(link, tracks(100))
    assert is_all_analysed(ends, 100)
    assert pool.roster.warnings == []


def test_a_cluster_without_machines_is_asked_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """An adaptive cluster starts machines for tasks that wait, and only then."""
    monkeypatch.setattr(roster, "LOOK_S", 0.05)
    link = ScriptedLink()

    def add_machine() -> None:
        assert link.knocks == 1
        link.machines["tcp://10.0.0.1:1"] = ScriptedMachine("late")

    async def come_late(ears: Ears) -> ScriptedLink:
        asyncio.get_running_loop().call_later(0.3, add_machine)
        return await ScriptedLink.open(link, ears)

    link.open = come_late  # type: ignore[method-assign]
    ends, _ = run_on(link, tracks(10))
    assert is_all_analysed(ends, 10)
    assert link.knocks == 1


def test_a_machine_that_hangs_costs_time_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "SILENT_S", 0.3)
    hanging = ScriptedMachine("hanging", takes_s=60)
    ends, pool = run_on(ScriptedLink(hanging, ScriptedMachine("good")), tracks(60))
    assert is_all_analysed(ends, 60)
    assert len(hanging.batches) == 1
    assert "hanging is silent; others take its tracks" in pool.roster.news


def test_a_scheduler_that_is_gone_ends_the_scan_after_what_was_finished() -> None:
    link = ScriptedLink(ScriptedMachine("one", takes_s=0.02))

    async def run() -> int:
        pool, finished = pool_on(link), 0
        for track in tracks(5):
            await pool.submit(Job(track))

        async def collect() -> None:
            nonlocal finished
            async for _ in pool.results():
                finished += 1
                link.connected = False

        began = time.monotonic()
        with pytest.raises(WorkerUnavailableError, match="the Dask scheduler is gone"):
            await collect()
        await pool.stop(0)
        assert time.monotonic() - began < 8
        return finished

    assert asyncio.run(run()) >= 1


def test_a_scheduler_that_hangs_is_as_good_as_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GONE_S", "ANSWER_S", "LOOK_S"):
        monkeypatch.setattr(roster, name, getattr(roster, name) / 20)
    link = ScriptedLink(ScriptedMachine("one", takes_s=60))

    async def run() -> None:
        pool = pool_on(link)
        await pool.submit(Job(tracks(1)[0]))
        asyncio.get_running_loop().call_later(0.2, setattr, link, "hangs", True)
        began = time.monotonic()
        with pytest.raises(WorkerUnavailableError, match="does not answer"):
            await anext(pool.results())
        await pool.stop(0)
        assert time.monotonic() - began < 2, "nobody can be told that the scan leaves"

    asyncio.run(run())
    assert roster.GONE_S * 20 + roster.ANSWER_S * 20 + roster.LOOK_S * 20 < 10
