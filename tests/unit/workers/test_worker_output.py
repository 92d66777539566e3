"""What a worker writes becomes lines, however it comes; waiting for one has a limit."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest

from auralis_cli.workers.output import MAX_UNREAD_LINES, WorkerOutput
from auralis_cli.workers.protocol import MAX_LINE_BYTES


class Pipe:
    """The transport of a process, and of its output, that only notes whether it is read."""

    def __init__(self) -> None:
        self.is_read = True

    def get_pipe_transport(self, fd: int) -> "Pipe":
        assert fd == 1
        return self

    def pause_reading(self) -> None:
        assert self.is_read
        self.is_read = False

    def resume_reading(self) -> None:
        assert not self.is_read
        self.is_read = True


def with_output(test: Callable[[WorkerOutput, Pipe], Awaitable[None]]) -> None:
    async def run() -> None:
        output, pipe = WorkerOutput(), Pipe()
        output.connection_made(cast(Any, pipe))
        await test(output, pipe)

    asyncio.run(run())


def test_lines_come_in_pieces_and_several_at_once() -> None:
    async def test(output: WorkerOutput, _: Pipe) -> None:
        for piece in (b'{"a', b'":1}\n{"b":', b"2}\n\n{"):
            output.pipe_data_received(1, piece)
        assert [await output.line() for _ in range(3)] == [b'{"a":1}', b'{"b":2}', b""]
        waiting = asyncio.create_task(output.line())
        await asyncio.sleep(0)
        output.pipe_data_received(1, b"}\n{")
        assert await waiting == b"{}"
        output.pipe_connection_lost(1, None)
        assert await output.line() is None
        assert output.is_cut_off

    with_output(test)


def test_each_wait_has_its_own_limit() -> None:
    """Whether it ends before or after that of the wait before."""

    async def test(output: WorkerOutput, _: Pipe) -> None:
        for limit_s in (0.05, 0.2, 0.1, 0.0):
            output.pipe_data_received(1, b"first\n")
            waiting = asyncio.create_task(output.line(60.0))
            assert await waiting == b"first"
            began = time.monotonic()
            with pytest.raises(TimeoutError):
                await output.line(limit_s)
            assert limit_s - 0.01 <= time.monotonic() - began < limit_s + 5

        async def say() -> None:
            await asyncio.sleep(0.2)
            output.pipe_data_received(1, b"late\n")

        saying = asyncio.create_task(say())
        assert await output.line(10.0) == b"late"
        await saying

    with_output(test)


def test_an_interruption_ends_the_wait_alone() -> None:
    async def test(output: WorkerOutput, _: Pipe) -> None:
        output.interrupt()
        waiting = asyncio.create_task(output.line(10.0))
        await asyncio.sleep(0)
        output.interrupt()
        with pytest.raises(InterruptedError):
            await waiting
        output.pipe_data_received(1, b"{}\n")
        assert await output.line(10.0) == b"{}"

    with_output(test)


def test_who_says_too_much_has_to_wait() -> None:
    async def test(output: WorkerOutput, pipe: Pipe) -> None:
        output.pipe_data_received(1, b"{}\n" * (MAX_UNREAD_LINES + 1))
        for _ in range(MAX_UNREAD_LINES):
            assert not pipe.is_read
            assert await output.line() == b"{}"
        assert await output.line() == b"{}"
        assert pipe.is_read

    with_output(test)


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_line_that_is_too_long_is_the_last(end: bytes) -> None:
    async def test(output: WorkerOutput, pipe: Pipe) -> None:
        output.pipe_data_received(1, b"{}\n" + b"x" * (MAX_LINE_BYTES - 1))
        output.pipe_data_received(1, b"xx" + end)
        assert not pipe.is_read
        assert await output.line() == b"{}"
        for _ in range(2):
            with pytest.raises(ValueError, match="too long"):
                await output.line()

    with_output(test)


def test_the_last_words_are_the_last_line_whole_or_not() -> None:
    async def test(output: WorkerOutput, _: Pipe) -> None:
        assert output.last_words == ""
        output.pipe_data_received(2, b"one\ntwo\n")
        assert output.last_words == "two"
        output.pipe_data_received(2, b"thr")
        output.pipe_data_received(2, b"ee" + b"!" * 1000)
        assert output.last_words == "three" + "!" * 395

    with_output(test)
