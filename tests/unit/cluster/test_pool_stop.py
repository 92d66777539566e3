"""A stop of the engine of a cluster, and what goes wrong in it."""

import asyncio
import time

import pytest
from support.made_records import ANALYZER
from support.scripted_link import ScriptedLink, ScriptedMachine, pool_on, run_on, tracks

from auralis_cli.cluster import roster
from auralis_cli.cluster.dask_pool import DaskPool
from auralis_cli.cluster.link import Ears
from auralis_cli.cluster.wire import Terms
from auralis_cli.workers.engine import Job


def test_a_stop_takes_no_more_tracks_and_leaves_every_machine() -> None:
    link = ScriptedLink(ScriptedMachine("one", takes_s=30), ScriptedMachine("other", takes_s=30))

    async def run() -> None:
        pool = pool_on(link)
        for track in tracks(10):
            await pool.submit(Job(track))

        async def collect() -> int:
            return len([end async for end in pool.results()])

        collecting = asyncio.create_task(collect())
        await asyncio.sleep(0.3)
        assert link.open_tasks
        await pool.stop(0.1)
        assert await asyncio.wait_for(collecting, 3) == 0
        await asyncio.wait_for(pool.submit(Job(tracks(1)[0])), 1)  # dropped

    asyncio.run(run())
    assert link.open_tasks == 0
    assert sorted(link.left) == sorted(link.machines)
    assert link.closed


def test_a_stop_stores_what_ends_in_its_grace() -> None:
    link = ScriptedLink(ScriptedMachine("one", takes_s=0.3), ScriptedMachine("stuck", takes_s=30))

    async def run() -> None:
        pool = pool_on(link)
        for track in tracks(16):
            await pool.submit(Job(track))

        async def collect() -> int:
            return len([end async for end in pool.results()])

        collecting = asyncio.create_task(collect())
        await asyncio.sleep(0.15)
        began = time.monotonic()
        await pool.stop(0.6)
        assert time.monotonic() - began < 1.5
        assert await asyncio.wait_for(collecting, 1) == 8, "the first batch of the machine that answers"

    asyncio.run(run())
    assert link.open_tasks == 0


def test_a_stop_does_not_wait_for_a_connection() -> None:
    async def connect(_: Ears) -> ScriptedLink:
        await asyncio.sleep(60)
        return ScriptedLink()

    async def run() -> None:
        pool = DaskPool(connect, Terms("test"), ANALYZER)
        collecting = asyncio.create_task(anext(pool.results(), None))
        await asyncio.sleep(0.05)
        await asyncio.wait_for(pool.stop(0), 1)
        assert await asyncio.wait_for(collecting, 1) is None

    asyncio.run(run())


def test_a_greeting_that_goes_wrong_here_ends_the_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(roster.Roster, "_take_in", broken)
    with pytest.raises(ZeroDivisionError):
        run_on(ScriptedLink(ScriptedMachine("one")), tracks(1))
