"""The colours of figures on a light and on a dark ground.

Those of tracks stand out from their ground by 3:1 or more, and are told apart with any kind of colour vision.
"""

from enum import StrEnum
from typing import Final

from auralis_cli.plots.figure import Colour, Shade, Tone

MAX_TRACKS: Final = 6
"""That can be told apart in one figure."""


class Ground(StrEnum):
    """What a figure is drawn on."""

    LIGHT = "light"
    DARK = "dark"


SURFACES: Final = {Ground.LIGHT: "#ffffff", Ground.DARK: "#181d23"}
TONES: Final[dict[Ground, dict[Tone, str]]] = {
    Ground.LIGHT: {
        Tone.INK: "#1a1f27",
        Tone.MUTED: "#566070",
        Tone.LINE: "#dfe3e8",
        Tone.BACK: "#d4dae1",
        Tone.ACCENT: "#0b6b8a",
        Tone.ALARM: "#b3261e",
    },
    Ground.DARK: {
        Tone.INK: "#e8ecf1",
        Tone.MUTED: "#9eaab8",
        Tone.LINE: "#2b333d",
        Tone.BACK: "#3a444f",
        Tone.ACCENT: "#58bfdf",
        Tone.ALARM: "#ff9a8f",
    },
}
TRACKS: Final[dict[Ground, tuple[str, ...]]] = {
    Ground.LIGHT: ("#0a6fb8", "#ea5b00", "#4b2a5e", "#149c7e", "#cf62a8", "#5c4a00"),
    Ground.DARK: ("#4aa8f0", "#ff8c42", "#f2e9c8", "#2fae7f", "#d070b0", "#8f7d3a"),
}

CATEGORIES: Final = ("#E69F00", "#56B4E9", "#009E73", "#CC79A7", "#0072B2", "#D55E00", "#B8A800")
"""Kinds of points: the colours of Okabe and Ito (2008), which everybody can tell apart, on both grounds."""
OTHERS: Final = "#8a8f98"


def hex_of(colour: Colour, ground: Ground) -> str:
    """`#rrggbb`. Tracks beyond the last begin again with the first."""
    if isinstance(colour, Tone):
        return TONES[ground][colour]
    return colour.hex if isinstance(colour, Shade) else TRACKS[ground][colour % MAX_TRACKS]
