"""An album as a table: the figures of each track, what stands out, loudness and gains of the whole."""

from collections.abc import Iterator, Sequence
from typing import Final

from auralis_cli.check.album_view import PEAK_LIMIT_DBTP, AlbumView, Gains, TrackView
from auralis_cli.check.finding import signed
from auralis_cli.check.limits import DEFAULTS
from auralis_cli.library.musical_key import key_named
from auralis_cli.render.cells import columns_of
from auralis_cli.render.check_report import headline
from auralis_cli.render.formats import NOT_MEASURED, format_number, report_row
from auralis_cli.render.output import Whole
from auralis_cli.render.safe_text import safe_text
from auralis_cli.render.track_name import shown_track

GAP: Final = "  "
MARK: Final = "!"
"""After a figure that stands out."""
LEAST_TRACK: Final = 16
"""Columns that the name of a track gets at least."""

_HEADER: Final = (
    ("loudness", "LUFS"),
    ("range", "LU"),
    ("peak", "dBTP"),
    ("PLR", "LU"),
    ("tempo", "BPM"),
    ("key", ""),
    ("bright", "Hz"),
    ("gain", "dB"),
)


def album_lines(view: AlbumView, width: int | None, *, unicode: bool, paths: bool = False) -> Iterator[str]:
    """The folder, a line for each track, and what is to be said of the whole. `paths`: no titles."""
    album = view.album
    yield Whole(safe_text(headline(album)))
    rows = [_cells(track) for track in view.tracks]
    widths = (
        [
            max(map(columns_of, (*head, *column)))
            for head, column in zip(_HEADER, zip(*rows, strict=True), strict=True)
        ]
        if rows
        else [len(head) for head, _ in _HEADER]
    )
    room = None if width is None else max(width - sum(widths) - len(GAP) * len(widths), LEAST_TRACK)
    for at in (0, 1):
        yield Whole(_line([head[at] for head in _HEADER], widths, "track" if at else ""))
    is_of_one = len({track.tags.artist for track in album.tracks}) <= 1
    for track, row in zip((each.track for each in view.tracks), rows, strict=True):
        title = track.tags.title if is_of_one else track.tags.name or track.tags.title
        name = None if paths else title
        yield Whole(
            _line(row, widths, shown_track(track.path, name, room, unicode=unicode, root=album.place))
        )
    yield from _whole(view)


def _cells(view: TrackView) -> list[str]:
    facts = view.track.facts
    key = key_named(facts.key)
    figures = (
        ("lufs", view.track.lufs, 1),
        ("loudness_range_lu", facts.loudness_range_lu, 1),
        ("true_peak_dbtp", facts.true_peak_dbtp, 1),
        ("plr_lu", facts.plr_lu, 1),
        ("tempo_bpm", view.tempo_bpm, 1),
        ("key", None, 0),
        ("spectral_centroid", view.centroid_hz, 0),
    )
    cells = []
    for name, value, decimals in figures:
        if name == "key":
            cells.append(NOT_MEASURED if key is None else f"{key.chord:<3} {key.camelot:>3}")
            continue
        shown = signed if name == "true_peak_dbtp" else format_number
        text = NOT_MEASURED if value is None else shown(value, decimals)
        cells.append(text + (MARK if name in view.standing_out else " "))
    return [*cells, _gain(view.gains)]


def _gain(gains: Gains) -> str:
    return NOT_MEASURED if gains.replaygain_db is None else signed(gains.replaygain_db)


def _line(cells: Sequence[str], widths: Sequence[int], track: str) -> str:
    aligned = [f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True)]
    return GAP.join([*aligned, track]).rstrip()


def _whole(view: AlbumView) -> Iterator[str]:
    gains = view.gains
    if view.lufs is None or gains.replaygain_db is None or gains.r128_q7_8 is None:
        yield report_row("album", "nothing of it is loud enough to be measured")
        return
    peak = "" if view.true_peak_dbtp is None else f", true peak {signed(view.true_peak_dbtp)} dBTP"
    yield report_row("album", f"{view.lufs:.1f} LUFS, gated over all tracks{peak}")
    level = "" if gains.replaygain_peak is None else f", peak {gains.replaygain_peak:.6f}"
    limited = ""
    if gains.limited_db is not None and gains.limited_db < gains.replaygain_db:
        limited = f"; {signed(gains.limited_db, 2)} dB keeps the peak at {PEAK_LIMIT_DBTP:g} dBTP"
    yield report_row("gain", f"ReplayGain {signed(gains.replaygain_db, 2)} dB{level}{limited}")
    yield report_row("", f"R128_ALBUM_GAIN {gains.r128_q7_8} ({signed(gains.r128_q7_8 / 256, 2)} dB)")
    if any(track.standing_out for track in view.tracks):
        yield report_row(MARK, f"stands out from its album (robust z over {DEFAULTS.outlier_z:g})")
