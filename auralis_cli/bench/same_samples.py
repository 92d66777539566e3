"""The worker on the very samples that the reference analysed, so that decoders are out of the comparison."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from auralis_cli.bench.analysis_run import Advance, Outcome
from auralis_cli.bench.lanes import Lanes
from auralis_cli.bench.measured_process import MeasuredProcess
from auralis_cli.model.record import Track
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.program import REFERENCE_MODULE, WorkerCommand
from auralis_cli.workers.protocol import Done, Failed, Failure, decode_response


def analyse_same_samples(
    command: WorkerCommand, tracks: Sequence[Track], jobs: int, limits: TrackLimits, advance: Advance
) -> Mapping[str, Outcome]:
    """The reference decodes each track into a WAV file of 32-bit floats, the worker analyses that one.

    One WAV file per job at a time, in the temporary folder.
    """
    sizes = {track.path: track.size for track in tracks}
    outcomes: dict[str, Outcome] = {}
    lanes = Lanes(sizes, min(jobs, len(sizes)))

    def lane() -> None:
        while (path := lanes.take()) is not None:
            with TemporaryDirectory(prefix="auralis-bench-") as folder:
                outcomes[path] = _analyse(
                    command, path, Path(folder) / "decoded.wav", limits.deadline_s(sizes[path])
                )
            advance()

    lanes.run(lane)
    return outcomes


def _analyse(command: WorkerCommand, path: str, wav: Path, deadline_s: float) -> Outcome:
    options = [] if command.ffmpeg is None else ["--ffmpeg", command.ffmpeg]
    decode = [sys.executable, "-m", REFERENCE_MODULE, "decode", path, str(wav), *options]
    with MeasuredProcess(decode) as decoder:
        decoder.extend(deadline_s)
    if decoder.status != 0:
        return Failure("undecodable", decoder.last_words(), "skip", depends_on_ffmpeg=False)
    with MeasuredProcess([*command.arguments("analyze"), str(wav)]) as worker:
        worker.extend(deadline_s)
        line = worker.stdout.readline()
    response = decode_response(line) if line.endswith(b"\n") else None
    if isinstance(response, Done):
        return response
    if isinstance(response, Failed):
        return response.error
    return Failure("worker_lost", worker.last_words(), "skip", depends_on_ffmpeg=False)
