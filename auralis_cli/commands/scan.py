"""`auralis scan`: fingerprint all tracks in folders and files."""

from typing import Annotated

import typer

from auralis_cli.commands.options import (
    AnalyzedBy,
    CacheFile,
    EngineChoice,
    Exclude,
    FilesFrom,
    Hidden,
    Jobs,
    MaxMemory,
    Nice,
    PathMaps,
    Places,
    Quiet,
    Scheduler,
    SchedulerFile,
    Ship,
    SidecarDir,
    Sidecars,
    Timeout,
    Video,
)
from auralis_cli.settings.resolve import resolve_settings


def scan(
    paths: Places = None,
    *,
    files_from: FilesFrom = None,
    null_separated: Annotated[
        bool,
        typer.Option("--null", "-0", help="In --files-from each path ends with a NUL byte (find -print0)."),
    ] = False,
    jobs: Jobs = None,
    nice: Nice = None,
    timeout: Timeout = None,
    max_memory: MaxMemory = None,
    sidecars: Sidecars = None,
    sidecar_dir: SidecarDir = None,
    cache: CacheFile = None,
    analyzer: AnalyzedBy = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1, and report, also for failures known from before.")
    ] = False,
    rescan: Annotated[bool, typer.Option("--rescan", help="Analyse all tracks again.")] = False,
    renew: Annotated[
        bool | None,
        typer.Option(
            "--renew/--no-renew", help="After an upgrade: analyse anew now, or keep old values for now."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what would be done, but analyse and write nothing.")
    ] = False,
    exclude: Exclude = None,
    hidden: Hidden = None,
    video: Video = None,
    engine: EngineChoice = None,
    scheduler: Scheduler = None,
    scheduler_file: SchedulerFile = None,
    path_map: PathMaps = None,
    ship: Ship = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object per line; see 'auralis schema'.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Fingerprint all tracks in folders and files.

    Each track is analysed once. Its results are stored in the cache and in a small JSON file beside the track
    (the sidecar), and later scans analyse only new and changed tracks. Moved and renamed tracks are
    recognised. Files that cannot be decoded are reported, and not tried again until they change. After Ctrl-C
    all results are kept.

    \b
    Examples:
      auralis scan ~/Music
      auralis scan ~/Music --sidecars none --jobs 4 --nice
      auralis scan ~/Music --exclude '*/Audiobooks/*' --dry-run
      auralis scan s3://bucket/music
      auralis scan ~/Music --json > fingerprints.jsonl
      find . -name '*.flac' -print0 | auralis scan --files-from - -0
      auralis scan /music --engine dask --scheduler tcp://host:8786
    """
    from auralis_cli.commands.run_scan import run_scan  # help does not need it, and stays quick

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
        "renew": renew,
        "analyzer": analyzer,
        "engine": engine,
        "scheduler": scheduler,
        "scheduler_file": scheduler_file,
        "path_map": path_map,
        "ship": ship,
    }
    code = run_scan(
        paths or [],
        resolve_settings(flags),
        files_from=files_from,
        null_separated=null_separated,
        rescan=rescan,
        dry_run=dry_run,
        json=json,
        quiet=quiet,
        strict=strict,
        check_patterns=bool(exclude),
    )
    raise typer.Exit(int(code))
