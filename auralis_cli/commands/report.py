"""`auralis report`: the library as one HTML file to explore, and as pictures."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from auralis_cli.commands.options import AnalyzedBy, CacheFile, QueryTerms, Where, open_page
from auralis_cli.commands.picture_options import FigureNames, IsDark, IsWide, PngPlace, SvgPlace
from auralis_cli.library.layout_names import Layout

if TYPE_CHECKING:
    from auralis_cli.plots.picture_files import Wanted
    from auralis_cli.report.library import ReportLibrary

DEFAULT_LIMIT = 50_000


def report(
    query: QueryTerms = None,
    *,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="The page to write; a report there is replaced. [default: library.html]",
        ),
    ] = None,
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
    svg: SvgPlace = None,
    png: PngPlace = None,
    figures: FigureNames = None,
    wide: IsWide = False,
    dark: IsDark = False,
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

    With --svg or --png it writes pictures for papers and READMEs instead, and the page too if you give -o.
    A folder gets map, keys, tempo, years, albums, loudness-range, true-peak, sample-peak, dimensions (all 25
    in one picture), and one for each dimension, such as lufs: those for which the library has values.
    The pictures have no date in them: the same library gives the same files.

    It needs Bokeh and matplotlib, which the extra 'report' installs; the extra 'map' installs UMAP, whose
    maps keep more neighbours together and take longer.

    \b
    Examples:
      auralis report --open
      auralis report path:Jazz lufs:-14.. -o jazz.html --title 'Loud jazz'
      auralis report --no-paths -o for-a-friend.html
      auralis report --map pca --limit 5000
      auralis report --svg figures
      auralis report genre:Jazz --figure map --figure keys --png out --wide
      auralis report --figure lufs --svg loudness.svg

    Exit codes: 0 written; 2 usage, a query that cannot be read or finds nothing, a missing package, a file
    that cannot be written, configuration or cache
    """
    from auralis_cli.commands.picture_options import wanted_pictures
    from auralis_cli.library.selection import selection_of
    from auralis_cli.report.library import ReportLibrary
    from auralis_cli.report.target import check_layout, check_page_maker, check_target
    from auralis_cli.settings.resolve import resolve_settings

    settings = resolve_settings({"cache": cache, "analyzer": analyzer})
    selection = selection_of(settings.analyzer, query, where)
    wanted = wanted_pictures(svg, png, figures, wide=wide, dark=dark, known=_names)
    chosen = check_layout(layout)
    page = output or ("library.html" if wanted is None or show else None)
    if page is not None:
        check_page_maker("see the library by 'auralis stats' and 'auralis list'")
        check_target(os.path.abspath(page))
    library = ReportLibrary(settings.cache, selection, limit=limit, layout=chosen)
    if wanted is not None:
        _write_pictures(library, wanted, paths=not no_paths)
    if page is not None:
        _write_page(library, page, title, paths=not no_paths)
    if page is not None and show:
        open_page(os.path.abspath(page))


def _write_pictures(library: "ReportLibrary", wanted: "Wanted", *, paths: bool) -> None:
    from auralis_cli.commands.picture_options import write_wanted
    from auralis_cli.report.figures.library_pictures import NAMES, library_pictures

    write_wanted(library_pictures(library, paths=paths, names=wanted.names or NAMES), wanted)


def _names() -> Sequence[str]:
    from auralis_cli.report.figures.library_pictures import NAMES

    return NAMES


def _write_page(library: "ReportLibrary", page: str, title: str, *, paths: bool) -> None:
    from auralis_cli.render.output import write_text
    from auralis_cli.render.safe_text import safe_text
    from auralis_cli.report.make import make_report
    from auralis_cli.report.target import write_file

    target = os.path.abspath(page)
    folder = os.path.dirname(target) if paths else None
    made = make_report(library, title=title, folder=folder)
    write_file(target, made.html)
    tracks = f"{made.tracks:,} track{'' if made.tracks == 1 else 's'}"
    of = f" of {made.found:,}, a random sample," if made.tracks < made.found else ""
    size = f"{len(made.html.encode()) / 1e6:.1f} MB"
    write_text(f"{tracks}{of} in {safe_text(page)} ({size}; the map by {made.layout.label})", err=True)
