"""`auralis playlist`: tracks of the library in an order that makes sense."""

import os
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from auralis_cli.commands.alike import (
    Among,
    MetricName,
    OwnWeights,
    PerAlbum,
    PerArtist,
    PerFolder,
    measure_asked,
    selection_among,
    split_arguments,
    tracks_found,
    tracks_named,
)
from auralis_cli.commands.options import AnalyzedBy, AsJson, CacheFile, Where
from auralis_cli.similarity.weights import Preset

if TYPE_CHECKING:
    from auralis_cli.library.playlist.choice import Wish
    from auralis_cli.library.playlist.make import Playlist


def playlist(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]…|[TERM]…", help="What it is to be like: tracks, or a query that finds them."
        ),
    ] = None,
    *,
    like: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE|TERM", help="The same as an argument; may be given several times."),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="FILE", help="A smooth way from this track …")
    ] = None,
    goal: Annotated[str | None, typer.Option("--to", metavar="FILE", help="… to this one.")] = None,
    arc: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="WHAT WAY", help="energy, tempo or brightness goes up, down, or over a hill."),
    ] = None,
    mix: Annotated[
        bool, typer.Option("--mix", help="Tempo and key of each track fit those of the next.")
    ] = False,
    diverse: Annotated[bool, typer.Option("--diverse", help="Tracks as unlike as can be.")] = False,
    count: Annotated[
        int, typer.Option("-n", "--count", min=2, max=500, metavar="N", help="How many tracks.")
    ] = 20,
    seconds: Annotated[
        float | None,
        typer.Option(min=1, max=1e6, metavar="S", help="About how long it lasts, in place of -n."),
    ] = None,
    per_artist: PerArtist = None,
    per_album: PerAlbum = None,
    per_folder: PerFolder = None,
    seed: Annotated[
        int | None,
        typer.Option(metavar="N", help="Another playlist for each N: from one half of the library."),
    ] = None,
    among: Among = None,
    where: Where = None,
    preset: Annotated[
        Preset | None, typer.Option("--preset", help="What alike means. [default: sound; mix with --mix]")
    ] = None,
    weight: OwnWeights = None,
    metric: MetricName = None,
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="FILE.m3u8", help="Write it to a file.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is no playlist.")] = False,
    paths: Annotated[bool, typer.Option("--paths", help="Print the paths alone.")] = False,
    as_m3u8: Annotated[bool, typer.Option("--m3u8", help="Print an M3U8 with absolute paths.")] = False,
    as_json: AsJson = False,
    cache: CacheFile = None,
    analyzer: AnalyzedBy = None,
) -> None:
    """Make a playlist of tracks of the library.

    \b
    FILE… (or --like)     these and the tracks that are nearest to them, in an
                          order that flows, from the first FILE on
    --from FILE --to FILE a smooth way from one track to the other
    --arc energy up       one track of each part of the library, from calm to
                          lively; with FILE…, through tracks like these. Its
                          column: the share of the library that has less of it
    --mix                 as FILE…, and each track can be mixed into the next: its
                          tempo (or half, or double) is within 6 %, and its key a
                          neighbour on the Camelot wheel
    --diverse             tracks that are as unlike one another as can be
    TERM…                 like the tracks that this query finds (see 'auralis list
                          --help'), which need not be in it
    --among TERM          only tracks that this query finds, with any of these;
                          alone, the most typical of them

    Like a FILE or a query come at most 3 tracks of one artist and 2 of one album, with --diverse 1 of each,
    as long as there are enough others; other kinds have no such limit. --per-artist, --per-album (a track
    without that tag counts by its folder) and --per-folder set limits that always hold. No recording is in it
    twice, whatever its files. "Closer than 97 %" means that of the pairs of tracks in the library 97 % are
    farther apart than this track and the one before it. The same command makes the same playlist as long as
    the library does not change.

    \b
    Examples:
      auralis playlist song.flac -o like-song.m3u8
      auralis playlist --from calm.flac --to wild.flac -n 12
      auralis playlist --arc energy hill --seconds 3600 --among path:Jazz
      auralis playlist --mix song.flac --among tempo_bpm:118..132 -o set.m3u8
      auralis playlist --diverse --per-folder 1 --m3u8 | mpv --playlist=-

    Exit codes: 0 made; 1 a track cannot be analysed; 2 usage, configuration, cache, worker, an unknown path,
    nothing to choose from, or a file that may not be written; 130 interrupted
    """
    from auralis_cli.files.m3u import check_target
    from auralis_cli.library.distances import Distances
    from auralis_cli.library.fingerprints import load_fingerprints
    from auralis_cli.library.playlist.choice import Kind
    from auralis_cli.library.playlist.make import make_playlist
    from auralis_cli.library.selected_rows import selected_rows
    from auralis_cli.model.errors import ConfigError
    from auralis_cli.settings.resolve import resolve_settings
    from auralis_cli.store.cache_file import cache_errors, open_for_reading

    files, terms = split_arguments([*(like or ()), *(arguments or ())])
    if as_m3u8 + as_json + paths > 1:
        raise ConfigError("--m3u8, --json and --paths exclude one another: choose one")
    ends = [end for end in (start, goal) if end is not None]
    wish = msgspec.structs.replace(
        _kind_of(ends, arc, mix=mix, diverse=diverse, files=files, terms=terms),
        count=count,
        seconds=seconds,
        seed=seed,
    )
    wish = _limited(wish, per_artist, per_album, per_folder)
    if wish.kind is Kind.LIKE and not files and not terms and not among and where is None:
        raise ConfigError(
            "what is it to be like? Name a file, a query, --among, --from and --to, --arc, --mix or --diverse"
        )
    preset = preset or (Preset.MIX if mix else Preset.SOUND)
    weights, chosen_metric = measure_asked(preset, weight, metric, "playlist")
    if output is not None:
        check_target(output, force=force)
    settings = resolve_settings({"cache": cache, "analyzer": analyzer})
    selection = selection_among(among, where, settings)
    rows = None if selection is None else selected_rows(settings.cache, selection)
    models = tracks_found(terms, settings)
    named = tracks_named(ends or files, settings)
    library = load_fingerprints(settings.cache, settings.analyzer)
    distances = Distances(library, weights, chosen_metric)
    with open_for_reading(settings.cache) as connection, cache_errors(settings.cache, "read"):
        made = make_playlist(
            connection, library, distances, named, wish, analyzer=settings.analyzer, models=models, rows=rows
        )
    _write(made, output, force=force)
    if as_json:
        from auralis_cli.render.output import write_json
        from auralis_cli.render.playlist_json import playlist_json

        write_json(playlist_json(made, metric=distances.metric, preset=preset))
    elif as_m3u8:
        from auralis_cli.files.m3u import m3u
        from auralis_cli.render.output import write_lines

        write_lines(m3u(made.items, None))
    elif paths:
        from auralis_cli.render.track_lists import write_paths

        write_paths(((os.fsencode(entry.path),) for entry in made.entries), end=b"\n")
    else:
        _print_table(made)


def _kind_of(
    ends: list[str],
    arc: tuple[str, str] | None,
    *,
    mix: bool,
    diverse: bool,
    files: list[str],
    terms: list[str],
) -> "Wish":
    """The kind of playlist that the options ask for, and of an arc which one. Raises ConfigError."""
    from auralis_cli.library.playlist.arc import Feature, Way
    from auralis_cli.library.playlist.choice import Kind, Wish
    from auralis_cli.model.errors import ConfigError

    if bool(ends) + (arc is not None) + mix + diverse > 1:
        raise ConfigError("--from and --to, --arc, --mix and --diverse exclude one another: choose one")
    if terms and (ends or diverse):
        option = "--diverse" if diverse else "--from and --to"
        raise ConfigError(
            f"{option} and a query of what it is to be like exclude one another; for a query of what may be "
            f"in it write --among {terms[0]}"
        )
    if ends:
        if len(ends) < 2:
            raise ConfigError("--from and --to belong together: name the first track and the last one")
        if files:
            raise ConfigError(f"--from and --to need no other tracks: leave out {files[0]}")
        return Wish(Kind.BETWEEN)
    if arc is not None:
        what, way = arc
        if what not in set(Feature) or way not in set(Way):
            raise ConfigError(
                f"--arc {what} {way}: write energy, tempo or brightness, and then up, down or hill"
            )
        return Wish(Kind.ARC, feature=Feature(what), way=Way(way))
    return Wish(Kind.MIX if mix else Kind.DIVERSE if diverse else Kind.LIKE)


def _limited(wish: "Wish", per_artist: int | None, per_album: int | None, per_folder: int | None) -> "Wish":
    """The wish with the limits that are given. Without any, those of its kind, which may give way."""
    from auralis_cli.library.playlist.choice import USUAL_LIMITS

    if per_artist is per_album is per_folder is None:
        usual = USUAL_LIMITS.get(wish.kind, {})
        return msgspec.structs.replace(wish, **usual, at_will=bool(usual))
    return msgspec.structs.replace(wish, per_artist=per_artist, per_album=per_album, per_folder=per_folder)


def _write(made: "Playlist", output: str | None, *, force: bool) -> None:
    if output is None:
        return
    from auralis_cli.files.m3u import write_m3u
    from auralis_cli.render.output import write_text
    from auralis_cli.render.safe_text import safe_text

    write_m3u(output, made.items, force=force)
    write_text(f"written to {safe_text(output)}", err=True)


def _print_table(made: "Playlist") -> None:
    from auralis_cli.render.output import stdout_columns, stdout_is_unicode, write_text
    from auralis_cli.render.playlist_table import playlist_lines, playlist_summary

    write_text("\n".join(playlist_lines(made, stdout_columns(), unicode=stdout_is_unicode())))
    for line in playlist_summary(made):
        write_text(line, err=True)
