"""`auralis cache forget`: drop what is known of some files and folders."""

from typing import Annotated

import typer

from auralis_cli.commands.options import AsJson, CacheFile, absolute_path


def forget(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH…", help="Files, and folders with all below them; also gone.")
    ],
    *,
    as_json: AsJson = False,
    cache: CacheFile = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, but change nothing.")
    ] = False,
) -> None:
    """Forget results and failures of files and folders, there or not.

    A scan without a path no longer scans a folder that is forgotten. Sidecars are not touched: a scan of a
    track that has one takes its result from there ('auralis sidecars clean' removes those of missing tracks).

    \b
    Examples:
      auralis cache forget ~/Music/old --dry-run
      auralis cache forget /mnt/sold-disk

    Exit codes: 0 done; 2 usage, cache, or a path of which nothing is known: then nothing is forgotten
    """
    from auralis_cli.render.cache_json import forget_json
    from auralis_cli.render.cache_reports import forget_lines
    from auralis_cli.render.output import write_json, write_report
    from auralis_cli.settings.resolve import resolve_settings
    from auralis_cli.store.cache_file import open_existing_cache
    from auralis_cli.upkeep.forget import forget as forget_rows

    with open_existing_cache(resolve_settings({"cache": cache}).cache) as connection:
        done = forget_rows(connection, [absolute_path(path) for path in paths], dry_run=dry_run)
    if as_json:
        write_json(forget_json(done, dry_run=dry_run))
    else:
        write_report(forget_lines(done, dry_run=dry_run))
