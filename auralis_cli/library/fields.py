"""What is known of each track, by name: what queries ask for, lists show and tables sort by.

Each field is a column of the view `fingerprints`. A new column of the view becomes a field here.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Final

import msgspec

from auralis_cli.model.dimensions import dimensions
from auralis_cli.model.errors import ConfigError
from auralis_cli.model.tags import NAME_DASH


class QueryError(ConfigError):
    """A query, a condition in SQL or the name of a field is wrong."""


class Kind(StrEnum):
    """How the values of a field are compared and written."""

    PATH = "path"
    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole number"
    DURATION = "duration"
    DATE = "date"
    KEY = "key"
    FLAG = "yes or no"
    TAG = "text of a tag"
    NAME = "name"


class Field(msgspec.Struct, frozen=True):
    """A column of the view. `label`: its name in a table; `decimals`: of a number as it is shown."""

    name: str
    kind: Kind
    label: str
    unit: str = ""
    decimals: int = 0
    example: tuple[str, str] = ("1", "10")
    """Two values, the lower one first, as a query has them."""
    column: str = ""
    """The column of the view, where it has another name."""
    meaning: str = ""
    """What it is, in words, where the name does not say it."""

    @property
    def sql(self) -> str:
        """The column."""
        return self.column or self.name

    @property
    def is_wide(self) -> bool:
        """Whether its values may be longer than a line of a terminal."""
        return self.kind in (Kind.PATH, Kind.NAME, Kind.TAG)

    @property
    def is_number(self) -> bool:
        """Whether its values have an order and ranges."""
        return self.kind in (Kind.NUMBER, Kind.WHOLE, Kind.DURATION)


NAME_FIELD: Final = Field(
    "name",
    Kind.NAME,
    "track",
    column=f"coalesce(coalesce(artist, album_artist) || ' {NAME_DASH} ' || title, path_bytes)",
    meaning="Artist – Title, or the path where one of the two is not known",
)
"""No column of the view, and not among `fields`: it is for people."""

_TAG_FIELDS: Final = (
    *(Field(name, Kind.TAG, name.replace("_", " ")) for name in ("artist", "title", "album", "album_artist")),
    Field("genre", Kind.TAG, "genre"),
    Field("year", Kind.WHOLE, "year", example=("1959", "1965"), meaning="the year of the date"),
    Field("date", Kind.DATE, "date", example=("1959", "1959-08-17"), meaning="as the file has it"),
    Field("disc", Kind.WHOLE, "disc"),
    Field("disc_total", Kind.WHOLE, "discs", meaning="how many discs there are"),
    Field("track", Kind.WHOLE, "no.", meaning="the number of the track on its disc"),
    Field("track_total", Kind.WHOLE, "tracks", meaning="how many tracks there are"),
    Field("compilation", Kind.FLAG, "compilation", meaning="whether the album has several artists"),
    Field("isrc", Kind.TEXT, "ISRC", meaning="International Standard Recording Code"),
    *(
        Field(f"musicbrainz_{of}_id", Kind.TEXT, f"MusicBrainz {of.replace('_', ' ')}")
        for of in ("recording", "track", "album", "artist", "album_artist", "release_group")
    ),
)

_OTHER_FIELDS: Final = (
    Field("path", Kind.PATH, "path", column="path_bytes", meaning="absolute path"),
    Field(
        "status", Kind.TEXT, "status", meaning="analysed, failed, or missing: gone when cache prune looked"
    ),
    *_TAG_FIELDS,
    Field(
        "duration_s",
        Kind.DURATION,
        "length",
        example=("3:30", "5:00"),
        meaning="length of the decoded audio in seconds",
    ),
    Field("codec", Kind.TEXT, "codec"),
    Field("container", Kind.TEXT, "container"),
    Field("sample_rate_hz", Kind.WHOLE, "sample rate", "Hz", example=("44.1k", "96k")),
    Field("channels", Kind.WHOLE, "channels", example=("1", "2")),
    Field("bit_depth", Kind.WHOLE, "bit depth", example=("16", "24")),
    Field("key", Kind.KEY, "key", meaning="estimated key, such as A minor"),
    Field(
        "camelot", Kind.KEY, "Camelot", column="key", meaning="the key on the Camelot wheel: 8A is A minor"
    ),
    Field("open_key", Kind.KEY, "Open Key", column="key", meaning="the key in Open Key: 1m is A minor"),
    Field(
        "key_strength",
        Kind.NUMBER,
        "key strength",
        decimals=2,
        example=("0.5", "1"),
        meaning="correlation of the chroma with the key's profile, -1 to 1",
    ),
    Field(
        "tempo_confidence",
        Kind.NUMBER,
        "tempo confidence",
        decimals=2,
        example=("0.5", "1"),
        meaning="probability that listeners tap this tempo and no other level of it",
    ),
    Field("loudness_range_lu", Kind.NUMBER, "loudness range", "LU", 1, ("5", "15"), meaning="EBU Tech 3342"),
    Field("sample_peak_dbfs", Kind.NUMBER, "sample peak", "dBFS", 1, ("-3", "0"), meaning="highest sample"),
    Field(
        "true_peak_dbtp",
        Kind.NUMBER,
        "true peak",
        "dBTP",
        1,
        ("-1", "3"),
        meaning="highest peak between the samples, BS.1770",
    ),
    Field(
        "warning_codes",
        Kind.TEXT,
        "warnings",
        meaning="codes of what is wrong with the file, with blanks between them",
    ),
    Field("error_code", Kind.TEXT, "error", meaning="why the file failed"),
    Field("error_message", Kind.TEXT, "message"),
    Field("size", Kind.WHOLE, "size", "bytes", example=("1M", "100M")),
    Field(
        "analysed_at", Kind.DATE, "analysed at", example=("2026-01", "2026-11-29"), meaning="ISO 8601, UTC"
    ),
    Field("analyzer", Kind.TEXT, "analyzer", meaning="what made the numbers: worker or reference"),
    Field("analysis_version", Kind.WHOLE, "analysis version"),
    Field("content_key", Kind.TEXT, "content key", meaning="hash of the decoded samples"),
    Field("audio_key", Kind.TEXT, "audio key", meaning="hash of the encoded audio, which tags do not change"),
)

ALIASES: Final[Mapping[str, str]] = {
    "added": "analysed_at",
    "albumartist": "album_artist",
    "bitdepth": "bit_depth",
    "bpm": "tempo_bpm",
    "comp": "compilation",
    "disctotal": "disc_total",
    "duration": "duration_s",
    "error": "error_code",
    "format": "codec",
    "genres": "genre",
    "initial_key": "key",
    "length": "duration_s",
    "lra": "loudness_range_lu",
    "mb_albumartistid": "musicbrainz_album_artist_id",
    "mb_albumid": "musicbrainz_album_id",
    "mb_artistid": "musicbrainz_artist_id",
    "mb_releasegroupid": "musicbrainz_release_group_id",
    "mb_releasetrackid": "musicbrainz_track_id",
    "mb_trackid": "musicbrainz_recording_id",
    "peak": "sample_peak_dbfs",
    "samplerate": "sample_rate_hz",
    "tracktotal": "track_total",
    "warning": "warning_codes",
}
"""Other names: those of beets, and the shorter ones of the field."""
WORD_FIELDS: Final = ("path_bytes", "artist", "album_artist", "title", "album")
"""The columns in which a word without a field is looked for."""

STATUS_FIELDS: Final = frozenset({"status", "error_code", "error_message"})
"""Who asks for one of these wants failed and missing tracks too."""


@cache
def fields() -> Mapping[str, Field]:
    """All fields by name."""
    values = (
        Field(
            d.key,
            Kind.NUMBER,
            d.label,
            d.unit,
            d.decimals,
            (f"{d.usual_low:g}", f"{d.usual_high:g}"),
            meaning=d.meaning,
        )
        for d in dimensions()
    )
    return {field.name: field for field in (*_OTHER_FIELDS, *values)}


def field_named(name: str) -> Field | None:
    """The field of this name or alias, in capitals or not; None if there is none."""
    lower = name.lower()
    return NAME_FIELD if lower == NAME_FIELD.name else fields().get(ALIASES.get(lower, lower))


def known_field(name: str, where: str, advice: str = "") -> Field:
    """The field of this name. QueryError, which names the place `where`, if there is none."""
    found = field_named(name)
    if found is None:
        raise QueryError(f"{where}: there is no field '{name}'; {nearest(name)}{advice}")
    return found


def nearest(name: str) -> str:
    """`did you mean 'tempo_bpm'?`, or where the names are where none is near."""
    import difflib

    near = difflib.get_close_matches(name.lower(), [*fields(), *ALIASES], n=1)
    if near:
        return f"did you mean '{near[0]}'?"
    return "'auralis list --help' names all fields; a word without a field is looked for in path and tags"


def fields_named(text: str, where: str, usual: Sequence[str]) -> list[Field]:
    """`lufs,path`: these fields; `+crest_db,key`: the usual ones and these, before the track. QueryError."""
    names = [name.strip() for name in text.removeprefix("+").split(",")]
    found = [known_field(name, f"{where} {text}") for name in names]
    if not text.startswith("+"):
        return found
    usually = [known_field(name, where) for name in usual]
    added = [field for field in found if field not in usually]
    last = (Kind.PATH, Kind.NAME)
    return [
        *(field for field in usually if field.kind not in last),
        *added,
        *(field for field in usually if field.kind in last),
    ]
