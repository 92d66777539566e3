"""`auralis scan`: fingerprint all tracks in folders and files."""

from pathlib import Path
from typing import Annotated

import typer

from auralis_cli.commands.options import AnalyzedBy, MaxMemory, Timeout
from auralis_cli.settings.resolve import resolve_settings
from auralis_cli.settings.values import SidecarMode


def scan(
    paths: Annotated[list[str] | None, typer.Argument(metavar="PATH…", help="Folders and files.")] = None,
    *,
    files_from: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Read more paths from a file, one per line; - is standard input."),
    ] = None,
    null_separated: Annotated[
        bool, typer.Option("--null", "-0", help="Paths of --files-from end with a NUL byte (find -print0).")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option(metavar="N", help="Worker processes. [default: one per usable core]")
    ] = None,
    nice: Annotated[
        bool | None, typer.Option("--nice/--no-nice", help="Run the workers at low CPU and disk priority.")
    ] = None,
    timeout: Timeout = None,
    max_memory: MaxMemory = None,
    sidecars: Annotated[
        SidecarMode | None,
        typer.Option(help="Where each track's JSON file goes: beside it, into --sidecar-dir, nowhere."),
    ] = None,
    sidecar_dir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Root of the mirrored tree of sidecars.")
    ] = None,
    cache: Annotated[Path | None, typer.Option(metavar="FILE", help="The database of results.")] = None,
    analyzer: AnalyzedBy = None,
    rescan: Annotated[bool, typer.Option("--rescan", help="Analyse all tracks again.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what would be done; write nothing, analyse nothing.")
    ] = False,
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="Leave out what matches; may be given several times."),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object per line on stdout; see 'auralis schema'.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress and no report, only failures and warnings.")
    ] = False,
) -> None:
    """Fingerprint all tracks in folders and files.

    Each track is analysed once: results go into the cache and into a small JSON file beside the track, and
    later scans take only what is new or has changed. Tracks that were moved or renamed are recognised. Files
    that cannot be decoded are reported and not tried again until they change. Ctrl-C keeps all results.

    \b
    Examples:
      auralis scan ~/Music
      auralis scan ~/Music --sidecars none --jobs 4 --nice
      auralis scan ~/Music --exclude '*/Audiobooks/*' --dry-run
      auralis scan ~/Music --json > fingerprints.jsonl
      find . -name '*.flac' -print0 | auralis scan --files-from - -0
    """
    from auralis_cli.commands.run_scan import run_scan  # the help of all commands does without it

    flags = {
        "jobs": jobs,
        "nice": nice,
        "timeout": timeout,
        "max_memory": max_memory,
        "sidecars": sidecars,
        "sidecar_dir": sidecar_dir,
        "cache": cache,
        "exclude": exclude,
        "analyzer": analyzer,
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
    )
    raise typer.Exit(int(code))
