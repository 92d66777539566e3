"""Decoding alone, measured: how near the whole analysis is to the floor."""

from collections.abc import Sequence

import msgspec

from auralis_cli.bench.analysis_run import Advance
from auralis_cli.bench.lanes import Lanes
from auralis_cli.bench.measured_process import MeasuredProcess, Usage
from auralis_cli.model.record import Track
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.program import WorkerCommand


def run_decoding(
    command: WorkerCommand, tracks: Sequence[Track], jobs: int, limits: TrackLimits, advance: Advance
) -> Usage:
    """Decodes every track by `fp-worker decode`, a process for each, `jobs` at a time."""
    sizes = {track.path: track.size for track in tracks}
    lanes = Lanes(sizes, min(jobs, len(sizes)))

    def lane() -> None:
        while (path := lanes.take()) is not None:
            with MeasuredProcess([*command.arguments("decode"), path]) as process:
                process.extend(limits.deadline_s(sizes[path]))
            # A program that has ended has no memory left to ask for.
            lanes.add(msgspec.structs.replace(process.usage, peak_bytes=0))
            advance()

    return lanes.run(lane)
