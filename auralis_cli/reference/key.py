"""The key of a track from its mean chroma, by the Krumhansl-Schmuckler algorithm."""

import numpy as np

from auralis_cli.reference.value import Floats

CLASS_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
PROFILES = {
    "major": (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
    "minor": (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
}
"""Share of each degree above the tonic: Albrecht & Shanahan, Music Perception 31(1), 2013."""


def estimate_key(chroma: Floats) -> tuple[str, float] | None:
    """The key whose profile correlates best with the chroma (12 shares, C first), and that correlation.

    None if all classes are equal. Of equal keys, major wins over minor, then C over C# and so on.
    """
    if np.ptp(chroma) == 0:
        return None
    keys = [
        (f"{name} {mode}", float(np.corrcoef(np.roll(chroma, -tonic), profile)[0, 1]))
        for mode, profile in PROFILES.items()
        for tonic, name in enumerate(CLASS_NAMES)
    ]
    return max(keys, key=lambda key: key[1])
