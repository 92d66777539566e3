"""`auralis similar`: the tracks of the library that sound most like one or several."""

import os
from typing import Annotated

import typer

from auralis_cli.commands.alike import (
    MetricName,
    OwnWeights,
    PerFolder,
    measure_asked,
    names_a_file,
    tracks_named,
)
from auralis_cli.commands.options import AnalyzedBy, AsJson, CacheFile, print_warning
from auralis_cli.similarity.weights import Preset


def similar(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE…|QUERY…", help="Tracks, of the library or not; or a query, as in list."),
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
    paths: Annotated[bool, typer.Option("--paths", help="Print the paths alone.")] = False,
    as_json: AsJson = False,
    cache: CacheFile = None,
    analyzer: AnalyzedBy = None,
) -> None:
    """List the tracks of the library that sound most like one or several: the nearest to all of them.

    "Closer than 99.7 %" means: of the pairs of tracks in the library, 99.7 % are farther apart. From 100
    tracks on the distance is learned from the library itself: from how its values are spread, and from its
    folders, once there are 50. A track that is not in the library is analysed and not stored.

    \b
    Examples:
      auralis similar song.flac
      auralis similar song.flac -n 20 --preset mix --explain
      auralis similar a.flac b.flac --per-folder 2 --paths > like-these.m3u8
      auralis similar song.flac --weight tempo_bpm=3 --weight stereo=0
      auralis similar '~/Music/Kind of Blue' --per-folder 1

    Exit codes: 0 listed; 1 a track cannot be analysed; 2 usage, configuration, cache, worker or an unknown
    path; 130 interrupted
    """
    from auralis_cli.library.distances import Distances
    from auralis_cli.library.fingerprints import load_fingerprints
    from auralis_cli.library.reasons import shared_traits
    from auralis_cli.library.selection import selection_of
    from auralis_cli.library.similar import Neighbour, find_seeds, nearest, values_of
    from auralis_cli.render.similar_list import MAX_TRAITS, similar_table
    from auralis_cli.settings.resolve import resolve_settings
    from auralis_cli.store.cache_file import cache_errors, open_for_reading

    weights, chosen = measure_asked(preset, weight, metric, "similar")
    settings = resolve_settings({"cache": cache, "analyzer": analyzer})
    terms = [each for each in files if not names_a_file(each)]
    seeds = find_seeds(settings.cache, selection_of(settings.analyzer, terms)) if terms else []
    seeds += tracks_named([each for each in files if names_a_file(each)], settings)
    library = load_fingerprints(settings.cache, settings.analyzer)
    distances = Distances(library, weights, chosen)
    with open_for_reading(settings.cache) as connection, cache_errors(settings.cache, "read"):
        found = nearest(
            connection, library, distances, seeds, count, with_copies=copies, per_folder=per_folder
        )
    seed_values = values_of([seeds[0][1]])[0]

    def traits(one: Neighbour) -> list[str]:
        if not explain:
            return []
        return shared_traits(library, seed_values, values_of([one.record])[0], weights, MAX_TRAITS)

    if as_json:
        from auralis_cli.render.output import write_json
        from auralis_cli.render.similar_json import similar_json

        seed_paths = [path for path, _ in seeds]
        write_json(similar_json(found, seed_paths, metric=distances.metric, preset=preset, explain=traits))
    elif paths:
        from auralis_cli.render.track_lists import write_paths

        write_paths(((os.fsencode(one.path),) for one in found.neighbours), end=b"\n")
    else:
        from auralis_cli.render.console import open_console

        console = open_console()
        console.print(similar_table(found, console.width, traits, seeds[0][1]))
    if not found.neighbours:
        print_warning("no track of the library can be compared; 'auralis scan FOLDER' fills it")
