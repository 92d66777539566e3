"""Descriptions of figures: plain data, whose colours are those of the pages."""

import re
from itertools import combinations
from pathlib import Path

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from auralis_cli.plots.figure import Axis, Bars, Figure, Line, Points, Rule, Texts, Tone
from auralis_cli.plots.palette import MAX_TRACKS, SURFACES, TONES, TRACKS, Ground, hex_of

FIGURE = Figure(
    "a",
    "A",
    "A curve",
    Axis("x", 0, 1),
    Axis("y", 0, 1),
    [
        Bars([0], [1], [0], [1], Tone.BACK),
        Line([0, 1], [0, None], 0, "first"),
        Line([0, 1], [1, 1], 1, "second"),
        Points([0], [0], 0, "first"),
        Rule(0.5, label="half"),
        Texts([0], [0], ["<b>"]),
    ],
)


def test_a_description_is_plain_data() -> None:
    assert msgspec.json.decode(msgspec.json.encode(FIGURE), type=Figure) == FIGURE


def test_the_legend_names_each_once_in_order() -> None:
    assert FIGURE.legend() == [("first", 0), ("second", 1)]


def _linear(colour: str) -> NDArray[np.float64]:
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def _luminance(colour: str) -> float:
    return float(_linear(colour) @ [0.2126, 0.7152, 0.0722])


def _lab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIE L*a*b*; no colour here is so dark that the cube root would not do."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt(to_xyz @ linear / [0.9505, 1, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


VISION = {
    "all cones": np.eye(3),
    "no red cones": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "no green cones": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
    "no blue cones": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]],
}
"""How linear RGB looks; Machado, Oliveira and Fernandes 2009, severity 1."""


@pytest.mark.parametrize("ground", Ground)
@pytest.mark.parametrize("vision", VISION)
def test_tracks_are_told_apart_with_any_kind_of_colour_vision(ground: Ground, vision: str) -> None:
    seen = [_lab(np.clip(np.array(VISION[vision]) @ _linear(one), 0, 1)) for one in TRACKS[ground]]
    apart = [float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2)]
    assert min(apart) > 10  # 2.3 is just noticeable


@pytest.mark.parametrize("ground", Ground)
def test_tracks_and_texts_stand_out_from_their_ground(ground: Ground) -> None:
    """WCAG 2.2: 3:1 for graphics, 4.5:1 for text."""

    def contrast(colour: str) -> float:
        one, other = sorted((_luminance(colour), _luminance(SURFACES[ground])))
        return (other + 0.05) / (one + 0.05)

    assert len(set(TRACKS[ground])) == MAX_TRACKS
    assert min(map(contrast, TRACKS[ground])) >= 3
    assert min(contrast(TONES[ground][tone]) for tone in (Tone.INK, Tone.MUTED, Tone.ALARM)) >= 4.5
    assert hex_of(MAX_TRACKS, ground) == hex_of(0, ground) != hex_of(Tone.INK, ground)


def test_the_tones_are_those_of_the_style_sheet(checkout: Path) -> None:
    style = (checkout / "auralis_cli/report/assets/style.css").read_text("utf-8")
    light, dark = style.split("@media (prefers-color-scheme: dark)")
    for ground, sheet in ((Ground.LIGHT, light), (Ground.DARK, dark[: dark.index("* {")])):
        found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", sheet))
        assert found["surface"] == SURFACES[ground]
        assert {tone: found[tone.value] for tone in Tone} == TONES[ground]
