"""The loudness that tracks are delivered with, by name or as a number."""

from typing import Final, NamedTuple

from auralis_cli.model.errors import ConfigError


class Target(NamedTuple):
    """A loudness in LUFS, its tolerance in LU, and who plays or asks for it."""

    lufs: float
    tolerance_lu: float
    whose: str

    @property
    def limits(self) -> dict[str, float]:
        """What it sets."""
        return {"target_lufs": self.lufs, "target_tolerance_lu": self.tolerance_lu}


TARGETS: Final = {
    "streaming": Target(-14.0, 1.0, "Spotify, YouTube, Tidal"),
    "apple-music": Target(-16.0, 1.0, "Apple Music"),
    "replaygain": Target(-18.0, 1.0, "ReplayGain 2.0"),
    "ebu-r128": Target(-23.0, 0.5, "EBU R 128"),
}
"""The targets that have a name, the loudest first. `streaming` is what AES TD1008 recommends for the loudest
track of an album.
"""
LOWEST_LUFS: Final = -70.0


def target_named(value: object, where: str) -> str | float:
    """The name of a target, or a loudness in LUFS. Raises ConfigError, which names the place `where`."""
    if isinstance(value, str) and value in TARGETS:
        return value
    try:
        number = (
            float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
        )
    except (ValueError, OverflowError):  # no number, or an integer of many digits
        number = None
    if number is None or not LOWEST_LUFS <= number <= 0:
        raise ConfigError(
            f"{where}: a target is one of {', '.join(TARGETS)}, or a loudness in LUFS such as -16"
        )
    return number
