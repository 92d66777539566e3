"""Which figures a page of tracks has, in its order."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from auralis_cli.plots.figure import Figure
from auralis_cli.report.track_page.range_figure import range_figure
from auralis_cli.report.track_page.rhythm_figures import rhythm_figures
from auralis_cli.report.track_page.seen import LETTERS, SeenTrack
from auralis_cli.report.track_page.spectrum_figures import difference_figure, pitch_figure, spectrum_figure
from auralis_cli.report.track_page.time_figures import STEREO, loudness_figure, peak_figure, stereo_figures

_NOTES: Final = {
    "Level": "Dashed: integrated loudness. Below the curves: silences as bars, clipped runs as diamonds (the "
    "first 20 of a track). Peaks: the highest sample of each second; triangles: the true peak.",
    "Spectrum": "Mean power of the middle channel (left and right added) over the whole track.",
    "Stereo field": "Running means of 3 seconds. A correlation of 1 is mono, of 0 two unrelated sides, "
    "under 0 out of phase. Width: the share of the side in all power.",
    "Rhythm": "At most 12 seconds from the middle, as long as the buttons are not used. Grey lines: the grid "
    "of the tempo, where the onsets lie on one.",
    "Character": "The ring of the pitch classes is where all twelve would be equal; their order is that of "
    "fifths. What lies beyond the usual range of a dimension is drawn outside.",
}
"""By the names of sections: what has to be said about all of their figures."""


class Section(NamedTuple):
    """Figures that belong together, and what has to be said about all of them."""

    name: str
    note: str
    figures: list[Figure]


def figure_names(count: int) -> list[str]:
    """All that so many tracks can have, in the order of `figures_of`."""
    several = ["difference"] if count > 1 else []
    stereo = [name.replace("_", "-") for name, *_ in STEREO]
    onsets = [f"onsets-{letter.lower()}" for letter in LETTERS[:count]]
    return ["loudness", "peaks", "spectrum", *several, *stereo, *onsets, "pitches", "ranges"]


def figures_of(tracks: Sequence[SeenTrack], *, matched: bool) -> list[Figure]:
    """All that can be drawn of these tracks; `matched`: each with the loudness of the first."""
    return [figure for section in sections_of(tracks, matched=matched) for figure in section.figures]


def sections_of(tracks: Sequence[SeenTrack], *, matched: bool) -> list[Section]:
    """The same, by sections; none is empty."""
    several = len(tracks) > 1
    figures = {
        "Level": [loudness_figure(tracks, matched=matched), peak_figure(tracks, matched=matched)],
        "Spectrum": [
            spectrum_figure(tracks, matched=matched),
            difference_figure(tracks, matched=matched) if several else None,
        ],
        "Stereo field": stereo_figures(tracks),
        "Rhythm": rhythm_figures(tracks),
        "Character": [pitch_figure(tracks), range_figure(tracks)],
    }
    drawn = {name: [each for each in found if each is not None] for name, found in figures.items()}
    return [Section(name, _NOTES[name], found) for name, found in drawn.items() if found]
