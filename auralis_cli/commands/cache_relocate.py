"""`auralis cache relocate`: take the results along when a library has moved."""

from typing import Annotated

import typer

from auralis_cli.commands.options import AsJson, CacheFile, absolute_path
from auralis_cli.files.urls import refuse_urls
from auralis_cli.model.errors import ExitCode


def relocate(
    old: Annotated[str, typer.Argument(metavar="OLD", help="Where the library was.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Where it is now.")],
    *,
    as_json: AsJson = False,
    cache: CacheFile = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, but change nothing.")
    ] = False,
) -> None:
    """Take the results along when a library has moved.

    Its files are not read: each track that is at its new place with the same size keeps its results there.
    A scan of NEW finds moved files too, but reads a part of each. Sidecars are not touched.

    \b
    Examples:
      auralis cache relocate /mnt/old/Music ~/Music --dry-run

    Exit codes: 0 done; 1 some tracks are not at the new place; 2 usage, cache or an unknown path
    """
    from auralis_cli.render.cache_json import relocate_json
    from auralis_cli.render.cache_reports import relocate_lines
    from auralis_cli.render.output import write_json, write_report
    from auralis_cli.settings.resolve import resolve_settings
    from auralis_cli.store.cache_file import open_existing_cache
    from auralis_cli.upkeep.relocate import relocate as relocate_rows

    refuse_urls((old, new), "auralis cache relocate")
    with open_existing_cache(resolve_settings({"cache": cache}).cache) as connection:
        done = relocate_rows(connection, absolute_path(old), absolute_path(new), dry_run=dry_run)
    if as_json:
        write_json(relocate_json(done, dry_run=dry_run))
    else:
        write_report(relocate_lines(done, dry_run=dry_run))
    if done.absent:
        raise typer.Exit(int(ExitCode.SOME_FAILED))
