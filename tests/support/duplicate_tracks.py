"""Tracks as `library.duplicates` reads them, made up."""

from itertools import count
from typing import Any

from auralis_cli.library.duplicates.track import DuplicateTrack, Facts

_rows = count(1)


def made_track(
    duration_s: float,
    path: str = "",
    *,
    lufs: float | None = -14.0,
    crest_db: float | None = 12.0,
    bands: tuple[float | None, ...] = (10.0,) * 5,
    size: int = 1_000_000,
    content_key: str = "",
    warnings: tuple[str, ...] = (),
    **facts: Any,
) -> DuplicateTrack:
    """A FLAC of 16 bits, 44.1 kHz, stereo; `facts` are others than these."""
    row = next(_rows)
    usual = {"codec": "flac", "sample_rate_hz": 44_100, "channels": 2, "bit_depth": 16}
    return DuplicateTrack(
        row,
        path or f"/music/{row}.flac",
        size,
        0,
        content_key or f"{row:032x}",
        None,
        Facts(duration_s=duration_s, **{**usual, **facts}),
        warnings,
        lufs,
        crest_db,
        None,
        None,
        bands,
    )
