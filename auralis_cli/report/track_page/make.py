"""A page of up to six tracks: reads nothing, measures nothing, gives the HTML."""

import datetime
import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from auralis_cli import __version__
from auralis_cli.files.urls import is_url
from auralis_cli.plots.bokeh_drawer import drawn_item
from auralis_cli.render.safe_text import safe_text
from auralis_cli.render.track_facts import describe_audio
from auralis_cli.report.packing import packed_json
from auralis_cli.report.page import TRACKS, write_page
from auralis_cli.report.track_page.alignment import aligned
from auralis_cli.report.track_page.figures import Section, sections_of
from auralis_cli.report.track_page.numbers import fingerprints, measures
from auralis_cli.report.track_page.seen import SeenTrack, gains
from auralis_cli.report.track_page.sentences import sentences_of
from auralis_cli.report.track_page.track_names import track_name

MATCHED = "-matched"
"""What the name of a figure ends with that shows the tracks at one loudness."""


def make_track_page(tracks: Sequence[SeenTrack], *, folder: str | None, matched: bool = False) -> str:
    """The page of these tracks, for a file in `folder`; None: without paths and links. If `matched`, it opens
    with all tracks at the loudness of the first.
    """
    tracks = aligned(tracks)
    plain = sections_of(tracks, matched=False)
    same_loudness = sections_of(tracks, matched=True)
    others = {
        figure.name: other
        for section, same in zip(plain, same_loudness, strict=True)
        for figure, other in zip(section.figures, same.figures, strict=True)
        if figure != other
    }
    items = {figure.name: drawn_item(figure) for section in plain for figure in section.figures}
    items |= {f"{name}{MATCHED}": drawn_item(figure) for name, figure in others.items()}
    matching = gains(tracks, matched=True)
    volumes = [10 ** ((gain - max(matching)) / 20) for gain in matching]
    context = _context(tracks, plain, folder) | {
        "matched": others,
        "suffix": MATCHED,
        "starts_matched": matched,
    }
    return write_page(
        TRACKS,
        context,
        {
            "figures": packed_json(items),
            "volumes": packed_json(volumes),
            "lags": packed_json([track.lag_s for track in tracks]),
        },
    )


def _context(tracks: Sequence[SeenTrack], sections: list[Section], folder: str | None) -> dict[str, Any]:
    today = datetime.date.today()
    names = [track_name(track, shown=folder is not None) for track in tracks]
    return {
        "title": names[0] if len(tracks) == 1 else "Tracks compared",
        "version": __version__,
        "date": f"{today.day} {today:%B %Y}",
        "tracks": [
            {
                "letter": track.letter,
                "number": track.number + 1,
                "name": name,
                "facts": describe_audio(track.details),
                "path": "" if folder is None else safe_text(track.path),
                "link": "" if folder is None else _link(track.path, folder),
            }
            for track, name in zip(tracks, names, strict=True)
        ],
        "several": len(tracks) > 1,
        "sentences": sentences_of(tracks),
        "sections": sections,
        "measures": measures(tracks),
        "fingerprints": fingerprints(tracks),
    }


def _link(path: str, folder: str) -> str:
    """From the page to the file, percent-encoded byte for byte; none to a URL, which no page may ask for."""
    return "" if is_url(path) else quote(os.fsencode(os.path.relpath(path, folder)))
