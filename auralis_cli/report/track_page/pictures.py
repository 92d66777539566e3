"""The figures of tracks as pictures: their legends name the tracks, which a page does beside them."""

from collections.abc import Mapping, Sequence

import msgspec

from auralis_cli.plots.figure import Figure, Layer, Rule, Texts
from auralis_cli.report.track_page.alignment import aligned
from auralis_cli.report.track_page.figures import figures_of
from auralis_cli.report.track_page.seen import SeenTrack
from auralis_cli.report.track_page.track_names import track_name


def track_pictures(tracks: Sequence[SeenTrack], *, matched: bool, paths: bool) -> list[Figure]:
    """All that can be drawn of these tracks; `matched`: each with the loudness of the first.

    `paths`: whether names of files may be told.
    """
    names = {tracks[0].letter: ""}  # a single track needs no legend
    if len(tracks) > 1:
        names = {track.letter: _legend(track, paths=paths) for track in tracks}
    found = figures_of(aligned(tracks), matched=matched)
    return [
        msgspec.structs.replace(figure, layers=[_renamed(layer, names) for layer in figure.layers])
        for figure in found
    ]


def _legend(track: SeenTrack, *, paths: bool) -> str:
    """`A: master.flac`; `Track A` where nothing else may be told."""
    name = track_name(track, shown=paths)
    return name if name == f"Track {track.letter}" else f"{track.letter}: {name}"


def _renamed(layer: Layer, names: Mapping[str, str]) -> Layer:
    if isinstance(layer, Rule | Texts):
        return layer
    return msgspec.structs.replace(layer, name=names.get(layer.name, layer.name))
