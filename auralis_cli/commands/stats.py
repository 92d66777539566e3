"""`auralis stats`: what the tracks that a query finds are like together."""

from typing import Annotated

import typer

from auralis_cli.commands.options import AnalyzedBy, AsJson, BpmRangeText, CacheFile, QueryTerms, Where


def stats(
    query: QueryTerms = None,
    *,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="FIELD", help="A line for each folder, artist, album, genre, codec …, longest first."
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option(metavar="N", min=0, help="With --by: at most N lines.")] = None,
    as_json: AsJson = False,
    where: Where = None,
    bpm_range: BpmRangeText = None,
    cache: CacheFile = None,
    analyzer: AnalyzedBy = None,
) -> None:
    """Show what the library, or what a query finds of it, is like: from the cache alone.

    Hours and formats, how tempo, loudness and keys are spread, values that tracks do not have, warnings and
    failures. Queries are those of 'auralis list'.

    \b
    Examples:
      auralis stats
      auralis stats path:Jazz --bpm-range 80-160
      auralis stats --by folder --limit 20
      auralis stats --by artist genre:jazz
      auralis stats codec:flac --json | jq .tempo_bpm.median

    Exit codes: 0 shown; 2 usage, a query that cannot be read, configuration or cache
    """
    import msgspec

    from auralis_cli.library.grouping import Grouping
    from auralis_cli.library.selection import open_selection, selection_of
    from auralis_cli.library.statistics import COLUMNS, gather
    from auralis_cli.render.output import stdout_columns, stdout_is_unicode, write_json, write_text
    from auralis_cli.render.standard_streams import reader_may_leave
    from auralis_cli.render.stats_json import stats_json
    from auralis_cli.render.stats_report import group_lines, headline, stats_lines
    from auralis_cli.settings.resolve import resolve_settings

    grouping = None if by is None else Grouping.parse(by)
    settings = resolve_settings({"cache": cache, "analyzer": analyzer})
    selection = msgspec.structs.replace(
        selection_of(settings.analyzer, query, where, bpm_range), every_status=True
    )
    with open_selection(settings.cache, selection) as tracks:
        _, newest = tracks.analysis_versions()
        found = gather(
            tracks.rows(COLUMNS if grouping is None else grouping.columns),
            newest=newest,
            by=None if grouping is None else grouping.of,
            bpm_range=selection.bpm_range,
        )
        root = tracks.roots[0] if len(tracks.roots) == 1 else None
    with reader_may_leave():
        if as_json:
            write_json(stats_json(found, grouped=grouping is not None, limit=limit))
        elif by is not None:
            width = stdout_columns()
            shown = group_lines(
                found.groups[:limit],
                by,
                width=width,
                unicode=stdout_is_unicode(),
                root=root if width is not None else None,
            )
            write_text("\n".join(shown))
            write_text(headline(found), err=True)
        else:
            write_text("\n".join(stats_lines(found, unicode=stdout_is_unicode())))
