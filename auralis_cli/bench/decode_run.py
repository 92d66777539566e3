"""Decoding alone, measured: no analysis can be faster than that."""

from collections.abc import Sequence

import msgspec

from auralis_cli.bench.analysis_run import Advance
from auralis_cli.bench.measured_process import MeasuredProcess, Usage
from auralis_cli.bench.parallel_run import ParallelRun
from auralis_cli.model.record import Track
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.program import WorkerCommand


def run_decoding(
    command: WorkerCommand, tracks: Sequence[Track], jobs: int, limits: TrackLimits, advance: Advance
) -> Usage:
    """Decodes every track with its own `fp-worker decode` process, `jobs` at a time."""
    sizes = {track.path: track.size for track in tracks}
    threads = ParallelRun(sizes, jobs)

    def work() -> None:
        while (path := threads.next_item()) is not None:
            with MeasuredProcess([*command.arguments("decode"), path]) as process:
                process.set_deadline(limits.deadline_s(sizes[path]))
            # The memory of a program can only be read while it runs.
            threads.add_usage(msgspec.structs.replace(process.usage, peak_bytes=0))
            advance()

    return threads.run(work)
