"""A playlist as a table, and in a few lines what it is like."""

import os
from collections.abc import Iterator, Sequence

from auralis_cli.files.urls import common_folder
from auralis_cli.library.musical_key import key_named
from auralis_cli.library.playlist.choice import Kind
from auralis_cli.library.playlist.make import Entry, Playlist
from auralis_cli.render.formats import NOT_MEASURED, clock, closer_than, format_duration
from auralis_cli.render.track_name import name_or_none, shown_track

_MIN_TRACK = 20


def playlist_lines(playlist: Playlist, width: int | None, *, unicode: bool) -> Iterator[str]:
    """The table; below a track of a mix, what does not fit the track before it.

    `width`: of the terminal; None: nothing is cut. Paths, of tracks whose tags give no name, begin below the
    folder that all tracks share.
    """
    entries = playlist.entries
    level = f"{playlist.wish.feature.value:>10}  " if playlist.wish.kind is Kind.ARC else ""
    head = f"{'':>3}  {'length':>8}  {'BPM':>4}  {'key':<7}  {'closer than':>11}  {level}"
    room = None if width is None else max(_MIN_TRACK, width - len(head))
    root = _common_folder([entry.path for entry in entries])
    yield f"{head}track"
    for rank, entry in enumerate(entries, 1):
        tempo, key = entry.record.fingerprint["tempo_bpm"], key_named(entry.record.details.get("key"))
        cells = (
            f"{rank:>3}",
            f"{format_duration(entry.record.details['duration_s']):>8}",
            f"{NOT_MEASURED if tempo is None else f'{tempo:.0f}':>4}",
            f"{NOT_MEASURED if key is None else f'{key.chord:<3} {key.camelot}':<7}",
            f"{closer_than(entry.share_farther):>11}",
            *([] if entry.level is None else [f"{100 * entry.level:>8.0f} %"]),
        )
        name = name_or_none(entry.record.tags)
        yield "  ".join([*cells, shown_track(entry.path, name, room, unicode=unicode, root=root)])
        if entry.broken:
            yield f"{'':>5}{_misfit(entries[rank - 2], entry)}"


def playlist_summary(playlist: Playlist) -> Iterator[str]:
    """How many tracks, how long they last, how near the steps are, and what is not as it was wished."""
    wish, entries = playlist.wish, playlist.entries
    tracks = "1 track" if len(entries) == 1 else f"{len(entries):,} tracks"
    steps = [entry.share_farther for entry in entries if entry.share_farther is not None]
    mean = sum(steps) / max(len(steps), 1)
    near = f"; the mean step is closer than {closer_than(mean)} of all pairs"
    yield f"{tracks}, {clock(playlist.seconds)}{near if steps else ''}"
    if wish.seconds is None and len(entries) < wish.count:
        yield f"{wish.count:,} were wanted: no more tracks may be in it"
    if broken := sum(bool(entry.broken) for entry in entries):
        steps_do = "1 step does" if broken == 1 else f"{broken:,} steps do"
        yield f"{steps_do} not fit, as no track that fits was left; the table says which"


def _misfit(before: Entry, entry: Entry) -> str:
    told = []
    if "tempo" in entry.broken:
        told.append(f"tempo does not fit: {_tempo(entry)} after {_tempo(before)} BPM")
    if "key" in entry.broken:
        told.append(f"key does not fit: {_camelot(entry)} after {_camelot(before)}")
    return "; ".join(told)


def _tempo(entry: Entry) -> str:
    tempo = entry.record.fingerprint["tempo_bpm"]
    return "none" if tempo is None else f"{tempo:.0f}"


def _camelot(entry: Entry) -> str:
    key = key_named(entry.record.details.get("key"))
    return "none" if key is None else key.camelot


def _common_folder(paths: Sequence[str]) -> str:
    folders = {os.path.dirname(path) for path in paths}
    try:
        return common_folder(folders)
    except ValueError:  # several drives of Windows
        return ""
