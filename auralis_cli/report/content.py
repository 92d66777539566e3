"""All data of the page: the tracks, their places on the map, their groups, and the figures."""

from typing import Any, Final

import msgspec
import numpy as np
from bokeh.palettes import Viridis256
from numpy.typing import NDArray

from auralis_cli.library.layout_names import Layout
from auralis_cli.library.musical_key import musical_keys
from auralis_cli.library.sound_space import SoundSpace, share_kept
from auralis_cli.library.standing import most_telling
from auralis_cli.model.dimensions import dimensions
from auralis_cli.report.columns import measures, track_columns
from auralis_cli.report.figures.page_figures import page_figures
from auralis_cli.report.packing import packed_array, packed_json, rounded
from auralis_cli.report.places import Places
from auralis_cli.report.scales import Scale, page_scales, scales
from auralis_cli.report.tracks import ReportTracks

_MOST: Final = 32_000
"""The largest coordinate of the points of the page, which are whole numbers of 16 bits."""
_LIGHT, _DARK = slice(0, 220, 4), slice(48, 256, 4)
"""The parts of viridis that stand out from a light and from a dark ground."""


class Content(msgspec.Struct, frozen=True):
    """What the page is made of. `kept`: share of neighbours that the map keeps, None for a small library."""

    packed: dict[str, dict[str, str]]
    layout: Layout
    kept: float | None
    on_map: int
    """Tracks that have enough values to lie on the map."""
    histograms: list[Scale]
    groups: list[tuple[str, int, float]]
    """Name, tracks and share of each group of sound."""
    measured: set[str]
    """What there is beside the 25 dimensions."""


def make_content(tracks: ReportTracks, found: Places, folder: str | None) -> Content:
    """Of a page that is written to this folder; without a folder it tells no paths and no file names."""
    space, on_map, groups, names = found.space, found.on_map, found.groups, found.names
    bars = scales(tracks.values)
    every_scale = page_scales(tracks, bars)
    packed = {
        **track_columns(tracks, folder),
        "x": packed_array(rounded(on_map[:, 0], 3)),
        "y": packed_array(rounded(on_map[:, 1], 3)),
        "group": packed_array(groups),
        "telling": packed_array(most_telling(found.standing)),
        **_distances(space),
        "meta": packed_json(_meta(tracks, names, space)),
        "figures": packed_json(page_figures(tracks, every_scale)),
        "scales": packed_json({each.key: each.edges for each in every_scale}),
    }
    counted = [
        (name, int((groups == at).sum()), float((groups == at).mean())) for at, name in enumerate(names)
    ]
    return Content(
        packed,
        found.layout,
        share_kept(space.points[space.known], on_map[space.known]),
        int(space.known.sum()),
        bars,
        counted,
        {each["id"] for each in measures(tracks)},
    )


def _distances(space: SoundSpace) -> dict[str, Any]:
    """What the page needs to find neighbours by itself."""
    if space.apart is not None:
        return {"apart": packed_array(space.apart)}
    whole: NDArray[np.int16] = np.round(space.points / np.float32(_unit(space))).astype(np.int16)
    return {"points": packed_array(whole)}


def _unit(space: SoundSpace) -> float:
    """What 1 stands for in the points of the page."""
    return float(np.abs(space.points).max(initial=1e-9)) / _MOST


def _meta(tracks: ReportTracks, groups: list[str], space: SoundSpace) -> dict[str, Any]:
    fields = ("label", "unit", "decimals")
    return {
        "tracks": len(tracks),
        "dimensions": [
            {
                "id": d.key,
                "low": d.usual_low,
                "high": d.usual_high,
                **{name: getattr(d, name) for name in fields},
            }
            for d in dimensions()
        ],
        "numbers": measures(tracks),
        "keys": [{"name": key.name, "camelot": key.camelot} for key in musical_keys()],
        "groups": groups,
        "unit": _unit(space),
        "curve": space.curve,
        "ramp": {"light": Viridis256[_LIGHT], "dark": Viridis256[_DARK]},
    }
