"""The text of `auralis --version`."""

from auralis_cli import __version__
from auralis_cli.model.errors import AuralisError


def version_lines() -> list[str]:
    """The version of this package, and those of the worker and its analysis, which the worker reports."""
    from auralis_cli.settings.resolve import resolve_settings
    from auralis_cli.workers.program import WorkerCommand, find_worker, identify_worker

    lines = [f"auralis {__version__}"]
    try:
        ready = identify_worker(WorkerCommand(find_worker(resolve_settings({})), ffmpeg="none"))
    except AuralisError:
        return [*lines, "fp-worker not available; run 'auralis doctor' to see why"]
    return [*lines, f"fp-worker {ready.worker_version}", f"analysis version {ready.analysis_version}"]
