"""`auralis watch`: keep the fingerprints of folders up to date."""

from typing import Annotated

import typer

from auralis_cli.commands.options import (
    AnalyzedBy,
    CacheFile,
    Exclude,
    Hidden,
    Jobs,
    MaxMemory,
    Nice,
    SidecarDir,
    Sidecars,
    Timeout,
    Video,
)
from auralis_cli.settings.resolve import resolve_settings


def watch(
    paths: Annotated[list[str], typer.Argument(metavar="PATH…", help="Folders to watch.")],
    *,
    poll: Annotated[
        int | None,
        typer.Option(
            "--poll",
            metavar="SECONDS",
            min=1,
            help="Look at everything this often, instead of waiting for the system's notices.",
        ),
    ] = None,
    jobs: Jobs = None,
    nice: Nice = None,
    timeout: Timeout = None,
    max_memory: MaxMemory = None,
    sidecars: Sidecars = None,
    sidecar_dir: SidecarDir = None,
    cache: CacheFile = None,
    analyzer: AnalyzedBy = None,
    exclude: Exclude = None,
    hidden: Hidden = None,
    video: Video = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object per event; see 'auralis schema'.")
    ] = False,
) -> None:
    """Keep the fingerprints of folders up to date until you end it.

    It scans the folders, then waits: a new or changed track is analysed once it has not changed for two
    seconds, a moved one is recognised. The workers stay ready. It goes on when a folder vanishes and comes
    back. Ctrl-C or a TERM signal ends it; everything is stored by then.

    Where the system does not report changes (most network mounts do not report those of other machines) use
    --poll.

    \b
    Examples:
      auralis watch ~/Music
      auralis watch ~/Music /mnt/nas/music --poll 60
      auralis watch ~/Music --json > events.jsonl
    """
    from auralis_cli.commands.run_watch import run_watch  # help does not need it, and stays quick

    flags = {
        "jobs": jobs,
        "nice": nice,
        "timeout": timeout,
        "max_memory": max_memory,
        "sidecars": sidecars,
        "sidecar_dir": sidecar_dir,
        "cache": cache,
        "exclude": exclude,
        "hidden": hidden,
        "video": video,
        "analyzer": analyzer,
    }
    raise typer.Exit(int(run_watch(paths, resolve_settings(flags), poll_s=poll, json=json)))
