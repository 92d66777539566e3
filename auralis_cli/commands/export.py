"""`auralis export`: the tracks that a query finds, written to a file for other programs."""

from typing import Annotated

import typer

from auralis_cli.commands.options import AnalyzedBy, BpmRangeText, CacheFile, QueryTerms, Where, print_warning


def export(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The end of its name says the format.", show_default=False)
    ],
    query: QueryTerms = None,
    *,
    sort: Annotated[
        str, typer.Option(metavar="KEY[-],…", help="Sort by these fields, as list does.")
    ] = "path",
    limit: Annotated[int | None, typer.Option(metavar="N", min=0, help="At most so many tracks.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    where: Where = None,
    bpm_range: BpmRangeText = None,
    cache: CacheFile = None,
    analyzer: AnalyzedBy = None,
) -> None:
    """Write the tracks that a query finds to a file for other programs.

    Queries are those of 'auralis list'. The file is written whole or not at all.

    \b
    Formats:
      .csv                   a column for each field, and 12 for the chroma
      .jsonl, .ndjson        the lines of 'auralis list --json'
      .sqlite, .sqlite3, .db a table 'fingerprints', its units in 'columns'
      .parquet               typed columns, units and meanings in the metadata;
                             needs pyarrow, which the extra 'frame' installs
      .m3u8, .m3u            a playlist, with paths from its folder on

    \b
    Examples:
      auralis export library.parquet
      auralis export jazz.csv path:Jazz ^codec:mp3 --sort lufs-
      auralis export calm.m3u8 lufs:..-20 tempo_bpm:..90 --sort tempo_bpm

    Exit codes: 0 written; 2 usage, a query that cannot be read, a file that cannot be written,
    configuration or cache
    """
    from auralis_cli.library.selection import open_selection, parse_order, selection_of
    from auralis_cli.render.export_tables import check_target, export_tracks
    from auralis_cli.render.output import write_text
    from auralis_cli.render.safe_text import safe_text
    from auralis_cli.settings.resolve import resolve_settings

    settings = resolve_settings({"cache": cache, "analyzer": analyzer})
    order = parse_order(sort)
    selection = selection_of(settings.analyzer, query, where, bpm_range)
    check_target(file, str(settings.cache), force=force)
    with open_selection(settings.cache, selection) as tracks:
        count, broken = export_tracks(file, tracks, order, limit)
    if broken:
        rows = "1 row" if broken == 1 else f"{broken:,} rows"
        print_warning(f"{rows} of the cache are no records; 'auralis cache verify' tells more")
    write_text(f"{'1 track' if count == 1 else f'{count:,} tracks'} in {safe_text(file)}", err=True)
