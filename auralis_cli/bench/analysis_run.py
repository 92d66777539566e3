"""All tracks through workers of one kind, measured: the outcome of each and what the workers took."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from auralis_cli.bench.lanes import Lanes
from auralis_cli.bench.measured_process import MeasuredProcess, Usage
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
    encode_analyze,
)

MAX_START_S = 60.0

Outcome = Done | Failure
Advance = Callable[[], None]


class AnalysisRun(msgspec.Struct, frozen=True):
    """Outcomes by path, and what the workers took for all of them."""

    usage: Usage
    outcomes: Mapping[str, Outcome]

    @property
    def audio_s(self) -> float:
        """Length of all audio that was analysed."""
        done = (outcome for outcome in self.outcomes.values() if isinstance(outcome, Done))
        return sum(float(outcome.details["duration_s"]) for outcome in done)


def run_analysis(
    command: WorkerCommand, tracks: Sequence[Track], jobs: int, limits: TrackLimits, advance: Advance
) -> AnalysisRun:
    """Analyses every track once, `jobs` at a time, by workers that live until the end.

    A track that ends its worker has the outcome `worker_lost`. Raises WorkerUnavailableError when workers do
    not come up.
    """
    sizes = {track.path: track.size for track in tracks}
    outcomes: dict[str, Outcome] = {}
    lanes = Lanes(sizes, min(jobs, len(sizes)))

    def lane() -> None:
        path = lanes.take()
        while path is not None:
            with MeasuredProcess(command.arguments("serve")) as worker:
                worker.extend(MAX_START_S)
                if not isinstance(_receive(worker), Ready):
                    worker.kill()
                    worker.end()
                    raise WorkerUnavailableError(
                        f"{command.name} does not come up: {worker.last_words()}; run 'auralis doctor'"
                    )
                while path is not None:
                    worker.extend(limits.deadline_s(sizes[path]))
                    outcome = _ask(worker, path)
                    if outcome is None:
                        worker.kill()
                        worker.end()
                        why = f"the worker was lost: {worker.last_words()}"
                        outcome = Failure("worker_lost", why, "skip", depends_on_ffmpeg=False)
                    outcomes[path] = outcome
                    advance()
                    path = lanes.take()
                    if worker.status is not None:
                        break
                worker.end()
            lanes.add(worker.usage)

    return AnalysisRun(lanes.run(lane), {path: outcomes[path] for path in sizes})


def _ask(worker: MeasuredProcess, path: str) -> Outcome | None:
    """The final answer about one track; None when the worker is lost."""
    try:
        worker.stdin.write(encode_analyze(0, path))
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
