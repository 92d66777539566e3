"""The worker analyses the samples that the reference has decoded: the comparison is then without decoders."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from auralis_cli.bench.analysis_run import Advance, WorkerAnswer
from auralis_cli.bench.measured_process import MeasuredProcess
from auralis_cli.bench.parallel_run import ParallelRun
from auralis_cli.model.record import Track
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.program import REFERENCE_MODULE, WorkerCommand
from auralis_cli.workers.protocol import Done, Failed, Failure, decode_response


def analyse_same_samples(
    command: WorkerCommand, tracks: Sequence[Track], jobs: int, limits: TrackLimits, advance: Advance
) -> Mapping[str, WorkerAnswer]:
    """The reference decodes each track into a WAV file of 32-bit floats, and the worker analyses that file.

    Each job keeps at most one WAV file in the temporary folder.
    """
    sizes = {track.path: track.size for track in tracks}
    answers: dict[str, WorkerAnswer] = {}
    threads = ParallelRun(sizes, jobs)

    def work() -> None:
        while (path := threads.next_item()) is not None:
            with TemporaryDirectory(prefix="auralis-bench-") as folder:
                answers[path] = _analyse(
                    command, path, Path(folder) / "decoded.wav", limits.deadline_s(sizes[path])
                )
            advance()

    threads.run(work)
    return answers


def _analyse(command: WorkerCommand, path: str, wav: Path, deadline_s: float) -> WorkerAnswer:
    options = [] if command.ffmpeg is None else ["--ffmpeg", command.ffmpeg]
    decode = [sys.executable, "-m", REFERENCE_MODULE, "decode", path, str(wav), *options]
    with MeasuredProcess(decode) as decoder:
        decoder.set_deadline(deadline_s)
    if decoder.status != 0:
        return Failure("undecodable", decoder.last_stderr_line(), "skip", depends_on_ffmpeg=False)
    with MeasuredProcess([*command.arguments("analyze"), str(wav)]) as worker:
        worker.set_deadline(deadline_s)
        line = worker.stdout.readline()
    response = decode_response(line) if line.endswith(b"\n") else None
    if isinstance(response, Done):
        return response
    if isinstance(response, Failed):
        return response.error
    return Failure("worker_lost", worker.last_stderr_line(), "skip", depends_on_ffmpeg=False)
