"""`auralis report`: the library as one HTML file to explore."""

import os
from typing import Annotated

import typer

from auralis_cli.commands.options import AnalyzedBy, CacheFile, QueryTerms, Where
from auralis_cli.library.layout_names import Layout

DEFAULT_LIMIT = 50_000


def report(
    query: QueryTerms = None,
    *,
    output: Annotated[
        str,
        typer.Option("-o", "--output", metavar="FILE", help="The file to write; a report there is replaced."),
    ] = "library.html",
    title: Annotated[str, typer.Option(metavar="TEXT", help="The heading of the page.")] = "Music library",
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    no_paths: Annotated[
        bool, typer.Option("--no-paths", help="Leave out paths and file names, to give it to others.")
    ] = False,
    limit: Annotated[
        int, typer.Option(metavar="N", min=1, help="Of more tracks, take a random sample of so many.")
    ] = DEFAULT_LIMIT,
    layout: Annotated[
        Layout | None,
        typer.Option("--map", help="How to lay out the map; umap where it is installed, else pca."),
    ] = None,
    where: Where = None,
    cache: CacheFile = None,
    analyzer: AnalyzedBy = None,
) -> None:
    """Write one HTML file that shows the library, or what a query finds of it: from the cache alone.

    It opens by a double click and asks nothing of any network. It has an overview, a map on which tracks
    that sound alike lie close together, the spread of all 25 dimensions, keys and tempi, the loudness of
    albums, and a table; what is searched for or lassoed can be copied as a playlist or as CSV. A click on a
    point plays the file, as long as report and music stay where they are. Queries are those of
    'auralis list'.

    It needs Bokeh, which the extra 'report' installs; the extra 'map' installs UMAP, whose maps keep more
    neighbours together and take longer.

    \b
    Examples:
      auralis report --open
      auralis report path:Jazz lufs:-14.. -o jazz.html --title 'Loud jazz'
      auralis report --no-paths -o for-a-friend.html
      auralis report --map pca --limit 5000

    Exit codes: 0 written; 2 usage, a query that cannot be read or finds nothing, a missing package, a file
    that cannot be written, configuration or cache
    """
    from auralis_cli.library.selection import selection_of
    from auralis_cli.render.output import write_text
    from auralis_cli.report.target import check_packages, check_target, write_report
    from auralis_cli.settings.resolve import resolve_settings

    settings = resolve_settings({"cache": cache, "analyzer": analyzer})
    selection = selection_of(settings.analyzer, query, where)
    chosen = check_packages(layout)
    target = os.path.abspath(output)
    check_target(target)
    from auralis_cli.report.make import make_report

    folder = None if no_paths else os.path.dirname(target)
    made = make_report(settings.cache, selection, title=title, limit=limit, layout=chosen, folder=folder)
    write_report(target, made.html)
    tracks = f"{made.tracks:,} track{'' if made.tracks == 1 else 's'}"
    of = f" of {made.found:,}, a random sample," if made.tracks < made.found else ""
    write_text(
        f"{tracks}{of} in {output} ({len(made.html.encode()) / 1e6:.1f} MB; the map by {made.layout.label})",
        err=True,
    )
    if show:
        import webbrowser
        from pathlib import Path

        webbrowser.open(Path(target).as_uri())
