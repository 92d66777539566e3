"""`auralis cache`: show the database of results, check it, fill it from sidecars, prune it."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from auralis_cli.commands.cache_forget import forget
from auralis_cli.commands.cache_relocate import relocate
from auralis_cli.commands.options import (
    AsJson,
    CacheFile,
    Paths,
    SidecarDir,
    Sidecars,
    print_warning,
)
from auralis_cli.lazy_group import new_app
from auralis_cli.model.errors import ExitCode

EPILOG = """\b
Examples:
  auralis cache info
  auralis cache verify --json
  auralis cache rebuild ~/Music
  auralis cache relocate /mnt/old/Music ~/Music
  auralis cache forget ~/Music/old --dry-run
  auralis cache prune --dry-run
"""

cache_app = new_app(
    add_completion=False,
    no_args_is_help=True,
    epilog=EPILOG,
)
cache_app.command("relocate")(relocate)
cache_app.command("forget")(forget)


def _path_of(cache: Path | None) -> Path:
    from auralis_cli.settings.resolve import resolve_settings

    return resolve_settings({"cache": cache}).cache


def _write(as_json: bool, json: Callable[[], bytes], lines: Callable[[], list[str]]) -> None:
    from auralis_cli.render.output import write_json, write_report

    if as_json:
        write_json(json())
    else:
        write_report(lines())


@cache_app.command("path")
def path(cache: CacheFile = None) -> None:
    """Print the path of the cache.

    \b
    Examples:
      sqlite3 "$(auralis cache path)" 'SELECT count(*) FROM tracks'
    """
    import os

    typer.echo(os.fsencode(_path_of(cache)))


@cache_app.command("info")
def info(as_json: AsJson = False, cache: CacheFile = None) -> None:
    """Show what is in the cache: tracks, failures, versions, folders.

    Nothing is changed.

    \b
    Examples:
      auralis cache info --json | jq .records

    Exit codes: 0 shown; 2 not a cache that this auralis can read
    """
    from auralis_cli.render.cache_json import info_json
    from auralis_cli.render.cache_reports import info_lines
    from auralis_cli.upkeep.cache_info import read_cache_info

    facts = read_cache_info(_path_of(cache))
    _write(as_json, lambda: info_json(facts), lambda: info_lines(facts))


@cache_app.command("verify")
def verify(
    as_json: AsJson = False,
    cache: CacheFile = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Remove bad rows; rename a damaged file and save its sound rows.")
    ] = False,
) -> None:
    """Check the whole cache: file, schema and every row.

    Without --repair nothing is changed.

    \b
    Examples:
      auralis cache verify --repair

    Exit codes: 0 sound; 1 damaged, or with bad rows; 2 not a cache that this auralis can read
    """
    from auralis_cli.render.cache_json import verify_json
    from auralis_cli.render.cache_reports import verify_lines
    from auralis_cli.render.count_progress import CountProgress
    from auralis_cli.store.cache import Cache
    from auralis_cli.upkeep.verify import remove_bad_rows, verify_cache

    path = _path_of(cache)
    with CountProgress("rows read") as progress:
        found = verify_cache(path, progress.show)
    removed = None
    if repair and found.damage:
        with Cache(path) as sound:
            if not sound.warnings:  # if there are any, opening it has already renewed it
                sound.renew("'cache verify' found damage")
            for warning in sound.warnings:
                print_warning(warning)
        removed = len(found.bad_rows)
    elif repair:
        removed = remove_bad_rows(path, found.bad_rows)
    _write(as_json, lambda: verify_json(found, removed), lambda: verify_lines(found, removed))
    if not found.ok:
        raise typer.Exit(int(ExitCode.SOME_FAILED))


@cache_app.command("rebuild")
def rebuild(
    paths: Paths = None,
    *,
    as_json: AsJson = False,
    cache: CacheFile = None,
    sidecars: Sidecars = None,
    sidecar_dir: SidecarDir = None,
) -> None:
    """Fill the cache from sidecars, without decoding anything.

    The sidecars of the tracks below PATH are read; with --sidecars mirror and without PATH, all sidecars of
    the mirror whose tracks exist. A sidecar that breaks a rule, or that was made for other bytes than the
    track's, is rejected and listed as a warning. Rows that the cache already has are kept.

    \b
    Examples:
      auralis cache rebuild ~/Music

    Exit codes: 0 done; 1 sidecars were rejected, or folders cannot be read; 2 usage, cache or an
    unknown path
    """
    from auralis_cli.render.cache_json import rebuild_json
    from auralis_cli.render.cache_reports import rebuild_lines
    from auralis_cli.render.count_progress import CountProgress
    from auralis_cli.settings.resolve import resolve_settings
    from auralis_cli.upkeep.rebuild import rebuild_cache

    settings = resolve_settings({"cache": cache, "sidecars": sidecars, "sidecar_dir": sidecar_dir})
    with CountProgress("tracks") as progress:
        done = rebuild_cache(paths or [], settings, lambda so_far: progress.show(so_far.tracks))
    _write(as_json, lambda: rebuild_json(done), lambda: rebuild_lines(done))
    if done.unknown_path:
        raise typer.Exit(int(ExitCode.BROKEN))
    if done.refused or done.missing_paths:
        raise typer.Exit(int(ExitCode.SOME_FAILED))


@cache_app.command("prune")
def prune(
    *,
    as_json: AsJson = False,
    cache: CacheFile = None,
    days: Annotated[
        int, typer.Option(metavar="N", min=0, help="Remove tracks that have been missing for N days.")
    ] = 30,
    now: Annotated[
        bool, typer.Option("--now", help="Remove missing tracks at once, as with --days 0.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Also if a whole folder, or most of it, is missing.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, but change nothing.")
    ] = False,
) -> None:
    """Remove tracks whose files are missing.

    The first prune only marks them as missing; a prune 30 days later removes those that are still missing.
    If the file comes back, a prune or a scan takes the mark away. A scan never removes tracks. All tracks
    below a scanned folder are kept if it does not exist, is empty or has lost more than half of its tracks:
    its disk may not be mounted. Sidecars are not touched.

    \b
    Examples:
      auralis cache prune --dry-run

    Exit codes: 0 done; 1 some tracks were kept for safety; 2 usage or cache
    """
    from datetime import UTC, datetime

    from auralis_cli.render.cache_json import prune_json
    from auralis_cli.render.cache_reports import prune_lines
    from auralis_cli.render.count_progress import CountProgress
    from auralis_cli.store.cache_file import open_existing_cache
    from auralis_cli.upkeep.prune import prune as prune_rows

    days = 0 if now else days
    with (
        open_existing_cache(_path_of(cache)) as connection,
        CountProgress("files checked") as progress,
    ):
        done = prune_rows(
            connection,
            now=datetime.now(UTC),
            days=days,
            force=force,
            dry_run=dry_run,
            progress=progress.show,
        )
    _write(
        as_json,
        lambda: prune_json(done, days=days, dry_run=dry_run),
        lambda: prune_lines(done, days=days, dry_run=dry_run),
    )
    if done.held_back:
        raise typer.Exit(int(ExitCode.SOME_FAILED))
