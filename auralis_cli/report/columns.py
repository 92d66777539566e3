"""The columns of a page: what each track is called, where it is, and what was measured of it."""

import os
from collections import Counter
from typing import Any, Final
from urllib.parse import quote

import numpy as np

from auralis_cli.files.urls import is_url, scheme_of
from auralis_cli.library.musical_key import key_named, musical_keys
from auralis_cli.model.dimensions import dimensions
from auralis_cli.render.format_names import format_name
from auralis_cli.render.safe_text import utf8_text
from auralis_cli.report.packing import packed_array, packed_json, rounded
from auralis_cli.report.tracks import ReportTracks

NONE: Final = 255
"""Instead of the number of a key or a group."""
_TEXTS: Final = ("artist", "album", "genre", "warning_codes")
_MEASURES: Final[tuple[tuple[str, str, str, int], ...]] = (
    ("duration_s", "length", "", 0),
    ("year", "year", "", 0),
    ("loudness_range_lu", "loudness range", "LU", 1),
    ("true_peak_dbtp", "true peak", "dBTP", 1),
    ("sample_peak_dbfs", "sample peak", "dBFS", 1),
    ("max_short_term_lufs", "loudest 3 s", "LUFS", 1),
    ("plr_lu", "peak to loudness", "LU", 1),
    ("bandwidth_hz", "bandwidth", "Hz", 0),
    ("tempo_confidence", "tempo confidence", "", 2),
    ("key_strength", "key strength", "", 2),
    ("sample_rate_hz", "sample rate", "Hz", 0),
    ("bit_depth", "bit depth", "", 0),
    ("channels", "channels", "", 0),
)


def measures(tracks: ReportTracks) -> list[dict[str, Any]]:
    """What is measured beside the 25, as the page takes it; nothing that no track has."""
    return [
        {"id": name, "label": label, "unit": unit, "decimals": decimals}
        for name, label, unit, decimals in _MEASURES
        if tracks.has(name)
    ]


def track_columns(tracks: ReportTracks, folder: str | None) -> dict[str, Any]:
    """Packed, by name, for a page in this folder; without a folder it tells no paths and no file names."""
    texts = tracks.texts
    pairs = zip(texts["codec"], texts["container"], strict=True)
    orders = {key.name: at for at, key in enumerate(musical_keys())}
    keys = [NONE if (key := key_named(name)) is None else orders[key.name] for name in texts["key"]]
    numbers, labels = folders_of(tracks, shown=folder is not None)
    found = {
        "name": packed_json(_names(tracks, shown=folder is not None)),
        "format": packed_json([format_name(codec or "", container or "") for codec, container in pairs]),
        "key": packed_array(np.array(keys, dtype=np.uint8)),
        "folder": packed_array(np.array(numbers, dtype=np.float32)),
        "folders": packed_json(labels),
        **{name: packed_json([text or "" for text in texts[name]]) for name in _TEXTS},
    }
    for each in measures(tracks):
        found[each["id"]] = packed_array(rounded(tracks.numbers[each["id"]], each["decimals"]))
    for at, dimension in enumerate(dimensions()):
        found[dimension.key] = packed_array(rounded(tracks.values[:, at], dimension.decimals))
    if folder is not None:
        found["link"] = packed_json([_link(path, folder) for path in tracks.paths])
    return found


def _names(tracks: ReportTracks, *, shown: bool) -> list[str]:
    """The title of each track, or else the name of its file without the ending."""
    if not shown:
        return [title or f"Track {at + 1}" for at, title in enumerate(tracks.texts["title"])]
    pairs = zip(tracks.texts["title"], tracks.paths, strict=True)
    return [title or utf8_text(os.path.splitext(os.path.basename(path))[0]) for title, path in pairs]


def folders_of(tracks: ReportTracks, *, shown: bool) -> tuple[list[int], list[str]]:
    """The number of each track's folder, and a label for each folder: its name, or the album of most of it.

    Folders of one label get the name of the folder that they lie in too.
    """
    albums: dict[str, Counter[str | None]] = {}
    for path, album in zip(tracks.paths, tracks.texts["album"], strict=True):
        albums.setdefault(os.path.dirname(path), Counter())[album] += 1
    numbers = {folder: number for number, folder in enumerate(albums)}
    labels = []
    for folder, counted in albums.items():
        above, name = os.path.split(folder)
        album, count = counted.most_common(1)[0]
        own = utf8_text(name) if shown else f"Folder {numbers[folder] + 1}"
        label = album if album and 2 * count > counted.total() else own
        labels.append((label, utf8_text(os.path.basename(above)) if shown else ""))
    often = Counter(label for label, _ in labels)
    told = [f"{above} / {label}" if above and often[label] > 1 else label for label, above in labels]
    return [numbers[os.path.dirname(path)] for path in tracks.paths], told


def _link(path: str, folder: str) -> str:
    """The file as a relative link from a page in this folder, percent-encoded byte for byte; a URL as one."""
    if is_url(path):
        return path if scheme_of(path) in ("http", "https") else quote(os.fsencode(path), safe="/:@")
    return quote(os.fsencode(os.path.relpath(path, folder)))
