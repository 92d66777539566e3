"""The engine of a scan: the processes of this machine, or the machines of a cluster."""

from typing import TYPE_CHECKING

from auralis_cli.model.record import AnalyzerVersion
from auralis_cli.settings.values import EngineName, Settings
from auralis_cli.workers.engine import Engine
from auralis_cli.workers.local_pool import local_pool
from auralis_cli.workers.program import WorkerCommand

if TYPE_CHECKING:
    from auralis_cli.cluster.roster import Roster


def choose_engine(
    command: WorkerCommand, settings: Settings, analyzer: AnalyzerVersion
) -> "tuple[Engine, Roster | None]":
    """The engine that the settings ask for, and its machines where it has some. Raises ConfigError."""
    if settings.engine is EngineName.LOCAL:
        return local_pool(command, settings), None
    from auralis_cli.cluster.settings import dask_pool

    pool = dask_pool(settings, analyzer, audio_only=command.audio_only)
    return pool, pool.roster
