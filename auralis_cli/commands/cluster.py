"""`auralis cluster`: what the machines of a Dask cluster are like."""

from typing import Annotated

import typer

from auralis_cli.commands.options import AsJson, CacheFile, PathMaps, Scheduler, SchedulerFile
from auralis_cli.lazy_group import new_app
from auralis_cli.model.errors import ConfigError, ExitCode

EPILOG = """\b
Examples:
  auralis cluster check ~/Music --scheduler tcp://host:8786
"""

cluster_app = new_app(add_completion=False, no_args_is_help=True, epilog=EPILOG)


@cluster_app.callback()
def cluster() -> None:
    """Look at the machines of a Dask cluster. 'auralis scan --engine dask' uses them."""


@cluster_app.command("check")
def check(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]…", help="Folders that each machine should see; by default all known."),
    ] = None,
    *,
    scheduler: Scheduler = None,
    scheduler_file: SchedulerFile = None,
    path_map: PathMaps = None,
    as_json: AsJson = False,
    cache: CacheFile = None,
) -> None:
    """Ask each machine whether it can work, and say what to do.

    Each tells its versions, cores, sandbox and ffmpeg, proves on one file of each folder that it sees the
    same music, and takes the time for a test track of two minutes.

    \b
    Examples:
      auralis cluster check ~/Music --scheduler tcp://host:8786
      auralis cluster check --path-map nas@/home/me/Music=/srv/music --json

    Exit codes: 0 all can work, perhaps with warnings; 1 a scan leaves some out; 2 none can, or no scheduler
    """
    import asyncio

    from auralis_cli.cluster.check import Use, find_roots, refuse_unknown, run_check
    from auralis_cli.cluster.inquiry import Inquiry
    from auralis_cli.cluster.link import open_warning
    from auralis_cli.render.cluster_report import cluster_json, render_cluster
    from auralis_cli.settings.resolve import resolve_settings
    from auralis_cli.upkeep.known_folders import known_folders
    from auralis_cli.workers.ffmpeg_version import ffmpeg_version
    from auralis_cli.workers.program import choose_analyzer

    flags = {"scheduler": scheduler, "scheduler_file": scheduler_file, "path_map": path_map, "cache": cache}
    settings = resolve_settings(flags)
    if settings.scheduler is None and settings.scheduler_file is None:
        raise ConfigError("which cluster? Give --scheduler tcp://HOST:8786 or --scheduler-file FILE")
    refuse_unknown(paths or [])
    roots = find_roots(paths or known_folders(settings.cache))
    _, analyzer = choose_analyzer(settings)
    address, machines = asyncio.run(
        run_check(
            settings.scheduler,
            settings.scheduler_file,
            Inquiry(roots, settings.path_map),
            analyzer,
            ffmpeg_version(settings.ffmpeg),
        )
    )
    if as_json:
        from auralis_cli.render.output import write_json

        write_json(cluster_json(address, machines))
    else:
        from auralis_cli.render.console import open_console

        console = open_console()
        console.print(render_cluster(address, machines, open_warning(address), console.width))
    out = sum(machine.use is Use.OUT for machine in machines)
    if out == len(machines):
        raise typer.Exit(int(ExitCode.BROKEN))
    if out:
        raise typer.Exit(int(ExitCode.SOME_FAILED))
