"""One rule: what it is about, why, how to judge a finding, who can mend it, and the function that decides."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TypeAlias

import msgspec

from auralis_cli.check.finding import Found, Level
from auralis_cli.check.limits import Limits
from auralis_cli.check.track import Album, Track


class Mender(StrEnum):
    """Who can mend what a rule finds."""

    MASTERING = "the mastering engineer, with a new master"
    EXPORT = "whoever exports or encodes the file, from the master"
    SUPPLIER = "whoever supplied the file, by sending it again"
    TAGGER = "whoever tags the files"
    OWNER = "the owner of the library"


TrackRule: TypeAlias = Callable[[Track, Limits], Found | None]
AlbumRule: TypeAlias = Callable[[Album, Limits], Iterator[tuple[Track | None, Found]]]
"""Each finding with the track that it is about, or None for the album as a whole."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the table. One of `of_track` and `of_album` is a function; the other is None."""

    code: str
    name: str
    level: Level
    is_on: bool = True
    """Whether it applies where nothing is selected."""
    what: str
    """What it finds, in a few words."""
    why: str
    judge: str
    """How a person finds out whether a finding is a fault."""
    mender: Mender
    source: str
    """The standard and its clause, or whose practice it is."""
    limits: tuple[str, ...] = ()
    """The names of the limits that it reads."""
    of_track: TrackRule | None = None
    of_album: AlbumRule | None = None
