"""`auralis list`: the tracks of the cache that a query finds."""

from typing import TYPE_CHECKING, Annotated

import typer

from auralis_cli.commands.options import AnalyzedBy, BpmRangeText, CacheFile, QueryTerms, Where, print_warning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auralis_cli.library.selection import Order, SelectedTracks


def list_tracks(
    query: QueryTerms = None,
    *,
    sort: Annotated[
        str, typer.Option(metavar="KEY[-],…", help="Sort by these fields; with - the highest value first.")
    ] = "path",
    columns: Annotated[
        str | None,
        typer.Option(metavar="FIELD,…", help="Show these fields; +FIELD,… shows them beside the usual ones."),
    ] = None,
    limit: Annotated[int | None, typer.Option(metavar="N", min=0, help="At most so many tracks.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a line of JSON for each track.")] = False,
    paths: Annotated[bool, typer.Option("--paths", help="Print the paths alone, byte for byte.")] = False,
    print0: Annotated[
        bool, typer.Option("--print0", help="Print the paths alone, with a NUL after each, for 'xargs -0'.")
    ] = False,
    where: Where = None,
    bpm_range: BpmRangeText = None,
    cache: CacheFile = None,
    analyzer: AnalyzedBy = None,
) -> None:
    """List the tracks that a query finds, from the cache alone: no file is read, nothing is analysed.

    All terms of a query must match. Failed and missing tracks are listed if the query asks for a status or
    an error. Tracks whose numbers are of an older analysis are marked with *. A track is shown as
    'Artist – Title', or by its path where its tags do not say both; --columns +path shows both.

    \b
    Terms:
      Miles                  path, artist, title or album contains it; capitals
                             do not count
      ~/Music/Jazz           the track lies there; also /…, ./… and path:…
      codec:pcm              a text that contains it; codec:=mp3 is mp3 exactly
      tempo_bpm:120..130     a range; lufs:..-14 and length:5:00.. are open
      lufs:-14               a number that is shown as -14.0
      key:8A                 a key: 8A (Camelot), 1m (Open Key), Am, 'A minor',
                             key:minor, key:8
      year:1959..1965        by the tags; also artist:…, album:…, genre:…,
                             track:3, compilation:yes
      tempo_bpm:null         no value
      'path::/Live( |/)'     a regular expression of Python; capitals count
      ^codec:mp3             not
      codec:flac , codec:wav or; all before the comma, or all after it
      '"a:b, c"'             in double quotes: a text, whatever is in it

    \b
    Fields: path name (as shown) artist title album album_artist (albumartist)
      genre (genres) year date disc disc_total (disctotal) track track_total
      (tracktotal) compilation (comp) isrc musicbrainz_recording_id (mb_trackid)
      musicbrainz_track_id (mb_releasetrackid) musicbrainz_album_id (mb_albumid)
      musicbrainz_artist_id (mb_artistid) musicbrainz_album_artist_id
      (mb_albumartistid) musicbrainz_release_group_id (mb_releasegroupid)
      status codec container key camelot open_key key_strength length
      sample_rate_hz channels bit_depth tempo_confidence loudness_range_lu (lra)
      sample_peak_dbfs (peak) true_peak_dbtp size analysed_at (added) analyzer
      analysis_version warning_codes (warning) error_code (error) error_message
      content_key audio_key, and the 25 of 'auralis schema --table', as lufs,
      tempo_bpm (bpm)

    \b
    Examples:
      auralis list key:8A tempo_bpm:120..130 --bpm-range 80-160
      auralis list genre:Jazz year:1955..1965 --sort artist --columns +album
      auralis list path:Jazz ^codec:mp3 --sort lufs- --limit 20
      auralis list lufs:-8.. --columns +stereo_width,crest_db
      auralis list --where 'lufs - loudness_range_lu > -10' --csv > loud.csv
      auralis list status:failed --columns error_code,path
      auralis list length:..0:30 --print0 | xargs -0 ls -l

    Exit codes: 0 listed, even if there are none; 2 usage, a query that cannot be read, configuration or cache
    """
    from auralis_cli.library.fields import QueryError
    from auralis_cli.library.selection import open_selection, parse_order, selection_of
    from auralis_cli.render.standard_streams import reader_may_leave
    from auralis_cli.settings.resolve import resolve_settings

    if as_csv + as_json + (paths or print0) > 1:
        raise QueryError("--csv, --json and --paths exclude one another: choose one")
    if columns is not None and (as_json or paths or print0):
        raise QueryError("--columns is for the table and for --csv; leave it out")
    settings = resolve_settings({"cache": cache, "analyzer": analyzer})
    selection = selection_of(settings.analyzer, query, where, bpm_range)
    order = parse_order(sort)
    with reader_may_leave(), open_selection(settings.cache, selection) as tracks:
        if as_json:
            _print_json(tracks, order, limit)
        elif paths or print0:
            _print_paths(tracks, order, limit, end=b"\0" if print0 else b"\n")
        elif as_csv:
            _print_csv(tracks, order, limit, columns)
        else:
            _print_table(tracks, order, limit, columns, has_failures=selection.has_failures)


def _print_json(tracks: "SelectedTracks", order: "Sequence[Order]", limit: int | None) -> None:
    from auralis_cli.render.track_lists import JSON_COLUMNS, write_json_lines

    _, newest = tracks.analysis_versions()
    broken = write_json_lines(tracks.rows(JSON_COLUMNS, order, limit), newest)
    if broken:
        rows = "1 row" if broken == 1 else f"{broken:,} rows"
        print_warning(f"{rows} of the cache are no records; 'auralis cache verify' tells more")


def _print_paths(
    tracks: "SelectedTracks", order: "Sequence[Order]", limit: int | None, *, end: bytes
) -> None:
    from auralis_cli.render.track_lists import PATH_COLUMNS, write_paths

    write_paths(tracks.rows(PATH_COLUMNS, order, limit), end=end)


def _print_csv(
    tracks: "SelectedTracks", order: "Sequence[Order]", limit: int | None, columns: str | None
) -> None:
    from auralis_cli.library.fields import fields, fields_named
    from auralis_cli.render.track_lists import write_csv

    every = tuple(fields())
    chosen = (
        [fields()[name] for name in every] if columns is None else fields_named(columns, "--columns", every)
    )
    write_csv(tracks.rows([field.sql for field in chosen], order, limit), chosen)


def _print_table(
    tracks: "SelectedTracks",
    order: "Sequence[Order]",
    limit: int | None,
    columns: str | None,
    *,
    has_failures: bool,
) -> None:
    from auralis_cli.library.fields import fields_named
    from auralis_cli.render.output import stdout_columns, stdout_is_unicode
    from auralis_cli.render.track_table import TrackTable, default_columns, print_lines

    width = stdout_columns()
    usual = default_columns(width, has_failures=has_failures)
    chosen = fields_named(",".join(usual) if columns is None else columns, "--columns", usual)
    oldest, newest = tracks.analysis_versions()
    table = TrackTable(
        chosen,
        width=width,
        unicode=stdout_is_unicode(),
        root=tracks.roots[0] if width is not None and len(tracks.roots) == 1 else None,
        newest=newest if oldest < newest else None,
    )
    rows = tracks.rows([*(field.sql for field in chosen), "analysis_version"], order, limit)
    print_lines(table.lines(rows))
    for line in table.summary():
        typer.echo(line, err=True)
