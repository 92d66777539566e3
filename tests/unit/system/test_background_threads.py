import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager

import pytest

from auralis_cli.system.background_threads import BackgroundThreads


@asynccontextmanager
async def open_threads(count: int = 1) -> AsyncIterator[BackgroundThreads]:
    threads = BackgroundThreads("test-steps", count)
    try:
        yield threads
    finally:
        threads.close()


def run(body: Callable[[], Coroutine[None, None, None]]) -> None:
    asyncio.run(asyncio.wait_for(body(), 60))


def test_a_step_runs_on_a_thread_of_that_name_and_gives_its_result() -> None:
    async def body() -> None:
        async with open_threads() as threads:
            assert await threads.run(lambda a, b: (a + b, threading.current_thread().name), 1, 2) == (
                3,
                "test-steps",
            )

    run(body)


def test_what_a_step_raises_is_raised_where_it_is_awaited_and_the_thread_goes_on() -> None:
    def fail() -> None:
        raise OSError("no disk")

    async def body() -> None:
        async with open_threads() as threads:
            with pytest.raises(OSError, match="no disk"):
                await threads.run(fail)
            assert await threads.run(int) == 0

    run(body)


def test_one_thread_does_steps_one_at_a_time_in_order() -> None:
    log: list[int] = []

    def step(number: int) -> None:
        time.sleep(0.001 * (5 - number))
        log.append(number)

    async def body() -> None:
        async with open_threads() as threads:
            await asyncio.gather(*(threads.run(step, number) for number in range(5)))

    run(body)
    assert log == [0, 1, 2, 3, 4]


def test_several_threads_work_at_the_same_time() -> None:
    together = threading.Barrier(3, timeout=60)

    async def body() -> None:
        async with open_threads(3) as threads:
            await asyncio.gather(*(threads.run(together.wait) for _ in range(3)))

    run(body)


def test_a_cancelled_step_that_has_not_begun_is_left_out() -> None:
    gate = threading.Event()
    done: list[int] = []

    async def body() -> None:
        async with open_threads() as threads:
            first = asyncio.create_task(threads.run(gate.wait, 60))
            second = asyncio.create_task(threads.run(done.append, 2))
            await asyncio.sleep(0)
            second.cancel()
            await asyncio.gather(second, return_exceptions=True)
            gate.set()
            assert await first
            await threads.run(done.append, 3)

    run(body)
    assert done == [3]


def test_steps_given_before_the_end_are_done_after_it_and_later_ones_are_refused() -> None:
    gate = threading.Event()
    done: list[int] = []

    async def body() -> None:
        threads = BackgroundThreads("test-last-steps")
        waiting = [
            asyncio.create_task(step) for step in (threads.run(gate.wait, 60), threads.run(done.append, 1))
        ]
        await asyncio.sleep(0)
        threads.close()
        gate.set()
        await asyncio.gather(*waiting)
        with pytest.raises(RuntimeError, match="test-last-steps is closed"):
            await threads.run(int)

    run(body)
    assert done == [1]


def test_a_step_that_outlives_its_event_loop_ends_quietly(capsys: pytest.CaptureFixture[str]) -> None:
    gate, threads = threading.Event(), BackgroundThreads("test-late-step")

    async def body() -> None:
        abandoned = asyncio.create_task(threads.run(gate.wait, 60))
        await asyncio.sleep(0)
        abandoned.cancel()

    run(body)
    threads.close()
    gate.set()
    for thread in threading.enumerate():
        if thread.name == "test-late-step":
            thread.join(60)
            assert not thread.is_alive()
    assert capsys.readouterr().err == ""
