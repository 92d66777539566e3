"""`auralis compare`: how alike tracks are."""

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
    from collections.abc import Sequence

    from auralis_cli.model.record import Record


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="A track.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another track.")],
    others: Annotated[
        list[str] | None, typer.Argument(metavar="[C]…", help="More tracks, each compared with A.")
    ] = None,
    *,
    loudness_matched: Annotated[
        bool, typer.Option("--loudness-matched", help="Take the difference in gain out first.")
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
    """Show how alike tracks are, from 0 to 100, and which dimensions make the difference.

    100 is the same numbers; 98 and more another encoding of the same master; about 90 the same with another
    equaliser or level; about 70 the most alike of different tracks; 10 is half of all pairs.

    A difference counts relative to the usual range of its dimension, on the scale of hearing, and the seven
    groups have equal weight. Tempi are compared in octaves, and half or double the tempo counts as near. What
    only one track has is left out. With --loudness-matched B is turned up or down to the loudness of A
    first: what remains is more than gain.

    --html writes a page in the place of that: up to six tracks laid over each other, as they are or at one
    loudness, with what differs in sentences: loudness and peaks over time, the spectrum in third octaves, the
    stereo field, onsets with the grid of the tempo, pitch classes, the 25 dimensions. It needs Bokeh, which
    the extra 'report' installs. --svg and --png write the same figures as pictures: loudness, peaks,
    spectrum, difference, correlation, width, balance-db, onsets-a to onsets-f, pitches, ranges.

    Tracks that are not known yet are analysed. Nothing is written unless you give --store, --html, --svg or
    --png.

    \b
    Examples:
      auralis compare original.flac remaster.flac
      auralis compare original.flac remaster.flac --loudness-matched
      auralis compare a.mp3 b.mp3 --json | jq .similarity
      auralis compare master.wav loud.wav master.mp3 --html page.html --open
      auralis compare master.wav loud.wav --svg figures --wide
      auralis compare master.wav loud.wav --figure spectrum --png spectrum.png

    Exit codes: 0 compared; 1 a track cannot be analysed; 2 usage, configuration, worker, an unknown path, a
    missing package, or a page or picture that cannot be written; 130 interrupted
    """
    from auralis_cli.commands.picture_options import wanted_pictures
    from auralis_cli.commands.track_page import known_figures, traces_of, wanted_figures, write_figures
    from auralis_cli.scan.single_track import analyse_one, error_without_record
    from auralis_cli.settings.resolve import resolve_settings

    flags = {"cache": cache, "sidecars": sidecars, "sidecar_dir": sidecar_dir, "analyzer": analyzer}
    settings = resolve_settings(flags)
    paths = [absolute_path(file) for file in (a, b, *(others or ()))]
    pictures = wanted_pictures(
        svg, png, figures, wide=wide, dark=dark, known=lambda: known_figures(len(paths))
    )
    wanted = wanted_figures(
        html, pictures, shown=show, no_paths=no_paths, tracks=len(paths), matched=loudness_matched
    )
    found = []
    for path in paths:
        result = analyse_one(path, settings, print_warning, store=store)
        if result.record is None:
            raise error_without_record(result)
        found.append((path, result.record))
    first, *rest = found
    if loudness_matched:
        _check_loudness(found)
    if wanted is not None:
        write_figures(wanted, found, traces_of(found, settings))
    if as_json or wanted is None:
        for other in rest:
            _print_comparison(first, other, loudness_matched=loudness_matched, as_json=as_json)


def _check_loudness(found: "Sequence[tuple[str, Record]]") -> None:
    """Raises TrackFailedError for the first track without a loudness, which none can be matched with."""
    from auralis_cli.model.errors import TrackFailedError
    from auralis_cli.similarity.levels import LOUDNESS

    for path, record in found:
        if record.fingerprint[LOUDNESS] is None:
            raise TrackFailedError(
                f"cannot match the loudness: {path} has none, because it is silent or too short; leave out "
                "--loudness-matched"
            )


def _print_comparison(
    one: "tuple[str, Record]", other: "tuple[str, Record]", *, loudness_matched: bool, as_json: bool
) -> None:
    """The panel of two tracks, or a line of JSON."""
    from auralis_cli.similarity.distance import compare_fingerprints
    from auralis_cli.similarity.levels import levels_of, loudness_gain_db, with_gain
    from auralis_cli.similarity.recording import relate

    paths = [one[0], other[0]]
    records = [one[1], other[1]]
    record_a, record_b = records
    gain_db = loudness_gain_db(record_a, record_b) if loudness_matched else None
    levels = levels_of(record_a, record_b, gain_db or 0.0)
    matched = with_gain(record_b.fingerprint, gain_db or 0.0)
    comparison = compare_fingerprints(record_a.fingerprint, matched)
    relation = relate(record_a, record_b)
    if as_json:
        from auralis_cli.render.comparison_json import comparison_json
        from auralis_cli.render.output import write_json

        write_json(
            comparison_json(
                comparison, *paths, records=records, relation=relation, levels=levels, gain_db=gain_db
            )
        )
        return
    from auralis_cli.render.comparison import render_comparison
    from auralis_cli.render.console import draws_unicode, open_console

    console = open_console()
    panel = render_comparison(
        comparison,
        paths[0],
        paths[1],
        console.width,
        draws_unicode(console),
        relation=relation,
        levels=levels,
        gain_db=gain_db,
        tags=[record.tags for record in records],
    )
    console.print(panel)
