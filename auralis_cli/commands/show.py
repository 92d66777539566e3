"""`auralis show`: the fingerprint of one track."""

from typing import TYPE_CHECKING, Annotated

import typer

from auralis_cli.commands.options import (
    AnalyzedBy,
    AsJson,
    CacheFile,
    NoPaths,
    OpenPage,
    PageFile,
    SidecarDir,
    Sidecars,
    Store,
    absolute_path,
    print_warning,
)
from auralis_cli.commands.picture_options import FigureNames, IsDark, IsWide, PngPlace, SvgPlace

if TYPE_CHECKING:
    from auralis_cli.model.record import Record
    from auralis_cli.model.result import TrackResult


def show(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="The tracks.")],
    *,
    trace: Annotated[
        bool,
        typer.Option(
            "--trace",
            help="With --json, a second line: loudness, peaks, stereo and onsets over time, spectrum.",
        ),
    ] = False,
    html: PageFile = None,
    show: OpenPage = False,
    no_paths: NoPaths = False,
    svg: SvgPlace = None,
    png: PngPlace = None,
    figures: FigureNames = None,
    wide: IsWide = False,
    dark: IsDark = False,
    store: Store = False,
    as_json: AsJson = False,
    cache: CacheFile = None,
    sidecars: Sidecars = None,
    sidecar_dir: SidecarDir = None,
    analyzer: AnalyzedBy = None,
) -> None:
    """Show the fingerprint of each track: its values with their units, on the range that music usually has.

    The numbers come from the cache or the track's sidecar. Without either the track is analysed. Nothing is
    written unless you give --store, --html, --svg or --png.

    --html writes a page of one track in the place of that: its loudness and peaks over time, with clipping
    and silences marked, its spectrum in third octaves, stereo field, onsets with the grid of the tempo,
    pitch classes, the 25 dimensions. It needs Bokeh, which the extra 'report' installs. --svg and --png write
    the same figures as pictures: loudness, peaks, spectrum, correlation, width, balance-db, onsets-a,
    pitches, ranges.

    \b
    Examples:
      auralis show song.flac
      auralis show new.flac --store
      auralis show song.flac --json | jq .fingerprint.lufs
      auralis show song.flac --html song.html --open
      auralis show song.flac --figure loudness --svg song.svg
      auralis show song.flac --json --trace | tail -1 | jq .third_octave

    Exit codes: 0 shown; 1 a track cannot be analysed; 2 usage, configuration, worker, an unknown path, a
    missing package, or a page or picture that cannot be written; 130 interrupted
    """
    import msgspec

    from auralis_cli.commands.picture_options import wanted_pictures
    from auralis_cli.commands.track_page import known_figures, traces_of, wanted_figures, write_figures
    from auralis_cli.model.errors import AuralisError, ConfigError, TrackFailedError, WrongPathError
    from auralis_cli.render.json_lines import track_line
    from auralis_cli.render.output import write_error, write_json
    from auralis_cli.render.trace_json import trace_line
    from auralis_cli.scan.single_track import analyse_one, error_without_record
    from auralis_cli.settings.resolve import resolve_settings

    flags = {"cache": cache, "sidecars": sidecars, "sidecar_dir": sidecar_dir, "analyzer": analyzer}
    settings = resolve_settings(flags)
    if trace and not as_json:
        raise ConfigError("--trace is printed as JSON: add --json, or see its figures by --html FILE")
    pictures = wanted_pictures(svg, png, figures, wide=wide, dark=dark, known=lambda: known_figures(1))
    wanted = wanted_figures(html, pictures, shown=show, no_paths=no_paths, tracks=1)
    if wanted is not None and len(files) > 1:
        raise ConfigError(
            "figures of 'show' have one track; 'auralis compare A B' lays several over each other"
        )
    failed: list[AuralisError] = []
    for file in files:
        try:
            result = analyse_one(absolute_path(file), settings, print_warning, store=store)
            if as_json:
                write_json(msgspec.json.encode(track_line(result)))
            if result.record is None:
                raise error_without_record(result)
            if trace or wanted is not None:
                found = [(result.path, result.record)]
                traces = traces_of(found, settings)
                if trace:
                    write_json(msgspec.json.encode(trace_line(result.path, traces[0])))
                if wanted is not None:
                    write_figures(wanted, found, traces)
            elif not as_json:
                _print_panel(result, result.record, stored=store)
        except (WrongPathError, TrackFailedError) as error:
            failed.append(error)
    failed.sort(key=lambda error: int(error.exit_code))  # the last one decides the exit code
    for other in failed[:-1]:
        write_error(str(other))
    if failed:
        raise failed[-1]


def _print_panel(result: "TrackResult", record: "Record", *, stored: bool) -> None:
    from auralis_cli.render.console import draws_unicode, open_console
    from auralis_cli.render.track_panel import render_track

    console = open_console()
    console.print(render_track(result, record, console.width, draws_unicode(console), stored=stored))
