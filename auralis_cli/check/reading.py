"""The tracks of the cache as the rules see them, read fast: every row once, nothing but what rules need."""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from auralis_cli.check.track import Facts, Track
from auralis_cli.library.conditions import Condition, any_of
from auralis_cli.library.query import Query
from auralis_cli.library.selection import SelectedTracks, Selection, open_selection, parse_order
from auralis_cli.library.terms import place_condition
from auralis_cli.model.dimensions import MAX_DECIBELS, dimensions, keys
from auralis_cli.model.record import VIDEO_ERROR, AnalyzerName, TrackWarning
from auralis_cli.model.tags import NO_TAGS, Tags

_TEXTS: Final = ("title", "album", "album_artist", "artist", "musicbrainz_album_id")
_NUMBERS: Final = ("track", "track_total", "disc", "disc_total", "compilation")
_TAGS: Final = (*_TEXTS, *_NUMBERS)
_COLUMNS: Final = (
    *("path_bytes", "status", "content_key", "error_code", "error_message"),
    *("CAST(warnings AS BLOB)", "CAST(details AS BLOB)"),
    *_TAGS,
    *keys(),
)
_AT: Final = {key: 7 + len(_TAGS) + at for at, key in enumerate(keys())}
_VALUE_TYPES: Final = frozenset({float, type(None)})
MOST_PLACES: Final = 200
"""Of more folders it is quicker to read all rows."""


_Loudness = Annotated[float, Meta(ge=-MAX_DECIBELS, le=MAX_DECIBELS)]
_Number = Annotated[int, Meta(ge=1, le=1 << 40)]


class _Blocks(msgspec.Struct):
    loudness_blocks: tuple[tuple[_Loudness, _Number], ...] | None = None


class ReadTracks(msgspec.Struct):
    """What was read. `broken`: rows that are no records, of which `cache verify` tells more."""

    tracks: list[Track]
    broken: int = 0

    @property
    def unmeasured(self) -> list[str]:
        """The paths of tracks whose record lacks the measurements that rules are about."""
        return [track.path for track in self.tracks if track.error is None and not track.facts.is_measured]


def read_tracks(
    database: Path, analyzer: AnalyzerName, places: Sequence[str] = (), *, to_show: bool = False
) -> ReadTracks:
    """The analysed and failed tracks at and below these absolute paths, in the order of their paths; without
    any, or with very many, all. `to_show`: with what no rule needs, titles and loudness blocks. Raises
    CacheError.
    """
    few = places if len(places) <= MOST_PLACES else ()
    everywhere = Query(Condition("1"), frozenset())
    query = Query(any_of([place_condition(place) for place in few]), frozenset()) if few else everywhere
    with open_selection(database, Selection(analyzer, query, every_status=True)) as selected:
        return _read(selected, to_show=to_show)


def cache_roots(database: Path) -> list[str]:
    """The outermost folders that were scanned. Raises CacheError."""
    with open_selection(database, Selection(AnalyzerName.WORKER)) as selected:
        return selected.roots


def found_paths(database: Path, selection: Selection) -> set[str]:
    """The paths of the tracks that a query finds. Raises CacheError, QueryError."""
    with open_selection(database, selection) as selected:
        return {os.fsdecode(path) for (path,) in selected.rows(("path_bytes",))}


def _read(selected: SelectedTracks, *, to_show: bool) -> ReadTracks:
    found = ReadTracks([])
    facts_of = msgspec.json.Decoder(Facts).decode
    warnings_of = msgspec.json.Decoder(tuple[TrackWarning, ...]).decode
    blocks_of = msgspec.json.Decoder(_Blocks).decode
    lufs, width, correlation = (_AT[key] for key in ("lufs", "stereo_width", "phase_correlation"))
    first, end = _AT[keys()[0]], 7
    columns = _COLUMNS if to_show else tuple("NULL" if each == "title" else each for each in _COLUMNS)
    for row in selected.rows(columns, parse_order("path")):
        path, status, content_key, code, message, warnings, details = row[:end]
        if status == "missing" or code == VIDEO_ERROR:
            continue
        name = os.fsdecode(path)
        if code is not None:
            found.tracks.append(Track(name, error=(str(code), str(message or ""))))
            continue
        try:
            track = Track(
                name,
                facts_of(details),
                _tags(row[end:first]),
                row[first:],
                () if warnings == b"[]" else warnings_of(warnings),
                str(content_key or ""),
                None,
                row[lufs],
                row[width],
                row[correlation],
                (blocks_of(details).loudness_blocks or ()) if to_show else (),
            )
        except (msgspec.MsgspecError, TypeError):
            found.broken += 1
            continue
        if _are_values(track.values):
            found.tracks.append(track)
        else:
            found.broken += 1
    return found


def _are_values(values: tuple[Any, ...]) -> bool:
    """Whether each is None or in the range of its dimension: SQLite has no types, a file may be crafted."""
    if not _VALUE_TYPES.issuperset(map(type, values)):
        return False
    for value, (lowest, highest) in zip(values, _ranges(), strict=True):
        if value is not None and not lowest <= value <= highest:
            return False
    return True


@cache
def _ranges() -> tuple[tuple[float, float], ...]:
    return tuple((dimension.lowest, dimension.highest) for dimension in dimensions())


def _tags(row: tuple[Any, ...]) -> Tags:
    """The tags of a row; those of a wrong type are none."""
    if not any(row):
        return NO_TAGS
    given: dict[str, Any] = {}
    for name, value in zip(_TAGS, row, strict=True):
        if isinstance(value, str if name in _TEXTS else int):
            given[name] = value
    return Tags(**given)
