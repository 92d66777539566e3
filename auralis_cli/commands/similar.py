"""`auralis similar`: the tracks of the library that sound most like one or several."""

import os
from typing import Annotated

import typer

from auralis_cli.commands.alike import (
    Among,
    MetricName,
    OwnWeights,
    PerFolder,
    measure_asked,
    selection_among,
    split_arguments,
    tracks_found,
    tracks_named,
)
from auralis_cli.commands.options import AnalyzedBy, AsJson, CacheFile, Where, print_warning
from auralis_cli.similarity.weights import Preset


def similar(
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE…|TERM…", help="What they are to be like: tracks, or a query that finds them."
        ),
    ],
    *,
    count: Annotated[int, typer.Option("-n", "--count", min=1, metavar="N", help="How many tracks.")] = 10,
    preset: Annotated[
        Preset, typer.Option("--preset", help="What alike means; for sound, level does not count.")
    ] = Preset.SOUND,
    weight: OwnWeights = None,
    metric: MetricName = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say what makes each track near.")] = False,
    copies: Annotated[bool, typer.Option("--copies", help="List other copies of a recording too.")] = False,
    per_folder: PerFolder = None,
    among: Among = None,
    where: Where = None,
    paths: Annotated[bool, typer.Option("--paths", help="Print the paths alone.")] = False,
    as_json: AsJson = False,
    cache: CacheFile = None,
    analyzer: AnalyzedBy = None,
) -> None:
    """List the tracks of the library that sound most like one or several: the nearest to all of them.

    "Closer than 99.7 %" means: of the pairs of tracks in the library, 99.7 % are farther apart. From 100
    tracks on the distance is learned from the library itself: from how its values are spread, and from its
    folders, once there are 50. A track that is not in the library is analysed and not stored; of a known one
    whose disk is away the values in the cache are used.

    A query (see 'auralis list --help') says what they are to be like, as a FILE does. --among and --where say
    which tracks are listed. Both are the same in 'auralis playlist'.

    \b
    Examples:
      auralis similar song.flac
      auralis similar song.flac -n 20 --preset mix --explain
      auralis similar a.flac b.flac --per-folder 2 --paths > like-these.m3u8
      auralis similar song.flac --weight tempo_bpm=3 --weight stereo=0
      auralis similar '~/Music/Kind of Blue' --per-folder 1
      auralis similar song.flac --among path:Jazz --among ^codec:mp3

    Exit codes: 0 listed; 1 a track cannot be analysed; 2 usage, configuration, cache, worker or an unknown
    path; 130 interrupted
    """
    from auralis_cli.library.reasons import shared_traits
    from auralis_cli.library.similar import Neighbour, find_similar, values_of
    from auralis_cli.render.similar_list import MAX_TRAITS, similar_table
    from auralis_cli.settings.resolve import resolve_settings

    weights, chosen = measure_asked(preset, weight, metric, "similar")
    settings = resolve_settings({"cache": cache, "analyzer": analyzer})
    files, terms = split_arguments(arguments)
    seeds = [*tracks_found(terms, settings), *tracks_named(files, settings)]
    found, distances = find_similar(
        settings.cache,
        settings.analyzer,
        seeds,
        count,
        weights=weights,
        metric=chosen,
        among=selection_among(among, where, settings),
        with_copies=copies,
        per_folder=per_folder,
    )
    seed_values = values_of([seeds[0][1]])[0]

    def traits(one: Neighbour) -> list[str]:
        if not explain:
            return []
        return shared_traits(distances.library, seed_values, values_of([one.record])[0], weights, MAX_TRAITS)

    if as_json:
        from auralis_cli.render.output import write_json
        from auralis_cli.render.similar_json import similar_json

        seed_paths = [path for path, _ in seeds]
        write_json(similar_json(found, seed_paths, metric=distances.metric, preset=preset, explain=traits))
    elif paths:
        from auralis_cli.render.track_lists import write_paths

        write_paths(((os.fsencode(one.path),) for one in found.neighbours), end=b"\n")
    else:
        from auralis_cli.render.console import draws_unicode, open_console

        console = open_console()
        console.print(
            similar_table(found, console.width, traits, seeds[0][1], unicode=draws_unicode(console))
        )
    if not found.neighbours:
        of_those = " that --among and --where leave" if among or where is not None else ""
        if found.copies:
            print_warning(f"all tracks{of_those} are the same recording; --copies lists them")
        else:
            print_warning(
                f"no track of the library{of_those} can be compared; 'auralis scan FOLDER' fills it"
            )
