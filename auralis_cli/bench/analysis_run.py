"""All tracks through workers of one kind: the answer about each, and the time and memory they took."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from auralis_cli.bench.measured_process import MeasuredProcess, Usage
from auralis_cli.bench.parallel_run import ParallelRun
from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.model.record import Track
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.program import WorkerCommand
from auralis_cli.workers.protocol import (
    Done,
    Failed,
    Failure,
    ProtocolViolationError,
    Ready,
    Response,
    decode_response,
    encode_request,
)
from auralis_cli.workers.slot import MAX_START_S

WorkerAnswer = Done | Failure
Advance = Callable[[], None]


class AnalysisRun(msgspec.Struct, frozen=True):
    """The answers by path, and the time and memory that the workers took."""

    usage: Usage
    answers: Mapping[str, WorkerAnswer]

    @property
    def audio_s(self) -> float:
        """Length of all audio that was analysed."""
        done = (answer for answer in self.answers.values() if isinstance(answer, Done))
        return sum(float(answer.details["duration_s"]) for answer in done)


def run_analysis(
    command: WorkerCommand, tracks: Sequence[Track], jobs: int, limits: TrackLimits, advance: Advance
) -> AnalysisRun:
    """Analyses every track once, `jobs` at a time, with workers that run until the end.

    A track whose worker ends gets the answer `worker_lost`. Raises WorkerUnavailableError when a worker does
    not start.
    """
    sizes = {track.path: track.size for track in tracks}
    answers: dict[str, WorkerAnswer] = {}
    threads = ParallelRun(sizes, jobs)

    def work() -> None:
        path = threads.next_item()
        while path is not None:
            with MeasuredProcess(command.arguments("serve")) as worker:
                worker.set_deadline(MAX_START_S)
                if not isinstance(_receive(worker), Ready):
                    worker.kill()
                    worker.end()
                    raise WorkerUnavailableError(
                        f"{command.name} does not start: {worker.last_stderr_line()}; run 'auralis doctor'"
                    )
                while path is not None:
                    worker.set_deadline(limits.deadline_s(sizes[path]))
                    answer = _ask(worker, path)
                    if answer is None:
                        worker.kill()
                        worker.end()
                        why = f"the worker ended: {worker.last_stderr_line()}"
                        answer = Failure("worker_lost", why, "skip", depends_on_ffmpeg=False)
                    answers[path] = answer
                    advance()
                    path = threads.next_item()
                    if worker.status is not None:
                        break
                worker.end()
            threads.add_usage(worker.usage)

    return AnalysisRun(threads.run(work), {path: answers[path] for path in sizes})


def _ask(worker: MeasuredProcess, path: str) -> WorkerAnswer | None:
    """The final answer about one track; None when the worker has ended."""
    try:
        worker.stdin.write(encode_request(0, path))
        worker.stdin.flush()
    except OSError:
        return None
    while (response := _receive(worker)) is not None:
        if isinstance(response, Done):
            return response
        if isinstance(response, Failed):
            return response.error
    return None


def _receive(worker: MeasuredProcess) -> Response | None:
    try:
        line = worker.stdout.readline()
        return decode_response(line) if line.endswith(b"\n") else None
    except ProtocolViolationError:
        return None
