"""What a track is called on its page and in its pictures."""

import os

from auralis_cli.files.urls import is_url, name_of
from auralis_cli.render.safe_text import safe_text
from auralis_cli.render.track_name import name_or_none
from auralis_cli.report.track_page.seen import SeenTrack


def track_name(track: SeenTrack, *, shown: bool) -> str:
    """By its tags, else by the name of its file, or where that may not be `shown`, by its letter."""
    named = name_or_none(track.record.tags)
    if named is not None:
        return safe_text(named)
    file = name_of(track.path) if is_url(track.path) else os.path.basename(track.path)
    return safe_text(file) if shown else f"Track {track.letter}"
