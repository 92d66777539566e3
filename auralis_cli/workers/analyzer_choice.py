"""Who analyses in this run: fp-worker, or, for a rollback and only when told so, the Python reference."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.model.record import Analyzer, AnalyzerName
from auralis_cli.settings.values import Settings
from auralis_cli.workers.program import WorkerCommand, find_worker, identify_worker

REFERENCE_MODULE: Final = "auralis_cli.reference"
_UNUSED_ADDRESSES: Final = 1 << 30
"""Libraries and the heaps of threads, mapped and hardly touched: ffmpeg has 280 MiB of them."""
_NEEDED: Final = ("numpy", "scipy", "librosa", "pyloudnorm", "soundfile")


def choose_analyzer(settings: Settings) -> tuple[WorkerCommand, Analyzer]:
    """How workers are started in this run, and who their records are by. Raises WorkerUnavailableError."""
    if settings.analyzer is AnalyzerName.REFERENCE:
        command = reference_command(settings)
    else:
        command = worker_command(settings)
    ready = identify_worker(command)
    return command, Analyzer(settings.analyzer, ready.analysis_version, ready.worker_version)


def worker_command(settings: Settings) -> WorkerCommand:
    """fp-worker; its address space is `max_memory` and the room that programs take without using it."""
    held = settings.max_memory
    limit = None if held is None else (held << 20) + _UNUSED_ADDRESSES
    return WorkerCommand(find_worker(settings), settings.ffmpeg, settings.nice, memory_limit=limit)


def reference_command(settings: Settings) -> WorkerCommand:
    """The reference as a worker, run by this Python. WorkerUnavailableError where its extra is missing."""
    missing = [package for package in _NEEDED if find_spec(package) is None]
    if missing:
        raise WorkerUnavailableError(
            f"cannot start the reference: {', '.join(missing)} not installed in {sys.prefix}; "
            "run pip install 'auralis-cli[bench]', or leave out --analyzer reference"
        )
    return WorkerCommand(
        Path(sys.executable),
        settings.ffmpeg,
        settings.nice,
        analyzer=AnalyzerName.REFERENCE,
        before_mode=("-m", REFERENCE_MODULE),
    )
