"""`auralis album`: the tracks of an album side by side, its loudness, and the gains that players would
apply."""

from typing import Annotated

import typer

from auralis_cli.check.albums import AlbumBy
from auralis_cli.commands.options import AnalyzedBy, AsJson, CacheFile, Jobs, Quiet, SidecarDir, Sidecars


def album(
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="DIR|TERM…", help="The folder of an album, or terms of a query; several are shown."
        ),
    ],
    *,
    album_by: Annotated[AlbumBy, typer.Option(help="What makes tracks one album.")] = AlbumBy.FOLDER,
    paths: Annotated[bool, typer.Option("--paths", help="Show file names in place of titles.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, with all gains.")] = False,
    as_json: AsJson = False,
    jobs: Jobs = None,
    cache: CacheFile = None,
    sidecars: Sidecars = None,
    sidecar_dir: SidecarDir = None,
    analyzer: AnalyzedBy = None,
    quiet: Quiet = False,
) -> None:
    """Show an album as a mastering engineer looks at it: the figures of each track side by side.

    Loudness, loudness range, true peak, peak to loudness ratio, tempo, key, brightness (spectral centroid),
    and the gain to the reference level of ReplayGain; what stands out is marked. Tracks come in the order of
    their numbers, where all have one, else of their files. They have their titles, and their artists where
    the album has several. Below: the loudness of the album, gated over all tracks, and the gains of
    ReplayGain (-18 LUFS) and R128 (-23 LUFS, as Opus files have them). Gains are shown and exported, and
    written to no file. What is new is analysed, as a scan does it.

    \b
    Examples:
      auralis album ~/Masters/Album
      auralis album ~/Masters/Album --csv > gains.csv
      auralis album path:Kind --album-by tag --json | jq '.albums[].lufs'

    Exit codes: 0 shown; 1 a track cannot be analysed; 2 usage, nothing to show, configuration or worker; 130
    interrupted
    """
    from auralis_cli.check.album_view import view
    from auralis_cli.commands.run_check import CheckedLibrary, asked_by
    from auralis_cli.library.fields import QueryError
    from auralis_cli.model.errors import ExitCode
    from auralis_cli.render.album_json import albums_csv, albums_json
    from auralis_cli.render.album_report import album_lines
    from auralis_cli.render.output import (
        stdout_columns,
        stdout_is_unicode,
        write_error,
        write_json,
        write_lines,
        write_report,
    )
    from auralis_cli.render.safe_text import safe_text
    from auralis_cli.render.standard_streams import reader_may_leave
    from auralis_cli.settings.resolve import resolve_settings

    if as_csv and as_json:
        raise QueryError("--csv and --json exclude one another: choose one")
    settings = resolve_settings(
        {"jobs": jobs, "cache": cache, "sidecars": sidecars, "sidecar_dir": sidecar_dir, "analyzer": analyzer}
    )
    library = CheckedLibrary(asked_by(arguments), settings, quiet=quiet, to_show=True)
    albums = library.albums(album_by)
    views = [view(found) for found in albums]
    with reader_may_leave():
        if as_json:
            write_json(albums_json(views))
        elif as_csv:
            write_lines(albums_csv(views))
        else:
            for number, each in enumerate(views):
                write_report([""] * bool(number))
                lines = album_lines(each, stdout_columns(), unicode=stdout_is_unicode(), paths=paths)
                write_report(lines)
    failed = [track for found in albums for track in found.failed if track.path in library.asked]
    for track in failed:
        if track.error is not None:
            write_error(safe_text(f"cannot analyse {track.path}: {track.error[1]} ({track.error[0]})"))
    raise typer.Exit(int(ExitCode.SOME_FAILED if failed else ExitCode.OK))
