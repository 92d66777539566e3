"""Folders and files that the cache knows and that are not there: a missing disk, not an empty library."""

import os
from collections.abc import Sequence

from auralis_cli.files.presence import is_emptied, is_within
from auralis_cli.files.skipped import Refused
from auralis_cli.files.urls import is_url, place_of
from auralis_cli.model.record import TrackError
from auralis_cli.store.cache import Cache

ABSENT = "absent"
"""The code of this failure: the path is known, but gone or empty."""

_KNOWN_AT = "SELECT count(*) FROM tracks WHERE analyzer = ? AND path = ?"
_KNOWN_BELOW = "SELECT count(*) FROM tracks WHERE analyzer = ? AND path > ? AND path < ?"


class Absence:
    """Asks the cache about paths at which nothing was found."""

    def __init__(self, cache: Cache, analyzer: str) -> None:
        self._cache = cache
        self._analyzer = analyzer

    def judge(self, path: str, *, is_empty: bool) -> TrackError | None:
        """The failure of a named path that is not there, or is an empty folder; None if nothing is known."""
        if (tracks := self._known_below(path)) > 0:
            what = "is empty" if is_empty else "is not there"
            known = "1 track below it is" if tracks == 1 else f"{tracks:,} tracks below it are"
            if is_url(path):
                return TrackError(ABSENT, f"{path} {what}, but {known} known; {_WHAT_TO_DO_IN_A_STORE}")
            return TrackError(ABSENT, f"{path} {what}, but {known} known; is it mounted? {_WHAT_TO_DO}")
        if not is_empty and self._count(_KNOWN_AT, os.fsencode(path)) > 0:
            if is_url(path):
                return TrackError(ABSENT, f"{path} is not there, but is known; {_WHAT_TO_DO_IN_A_STORE}")
            return TrackError(
                ABSENT, f"{path} is not there, but is known; is its disk mounted? {_WHAT_TO_DO}"
            )
        return None

    def emptied_below(self, paths: Sequence[str]) -> list[Refused]:
        """The scanned folders and mount points below `paths` that are empty now although tracks are known."""
        tops = [place_of(path) for path in paths if path and "\0" not in path]
        noted = [os.fsdecode(root) for (root,) in self._cache.select("SELECT path FROM roots")]
        return [
            Refused(root, error)
            for root in sorted(noted)
            if any(is_within(root, top) for top in tops) and is_emptied(root)
            if (error := self.judge(root, is_empty=True)) is not None
        ]

    def _known_below(self, folder: str) -> int:
        start = os.fsencode(folder.rstrip("/")) + b"/"
        return self._count(_KNOWN_BELOW, start, start[:-1] + b"0")  # "0" follows "/"

    def _count(self, query: str, *values: bytes) -> int:
        return int(self._cache.select(query, (self._analyzer, *values))[0][0])


_WHAT_TO_DO_IN_A_STORE = (
    "check its name and the credentials; if it is gone for good, 'auralis cache prune --force' removes it"
)
_WHAT_TO_DO = "Mount it and scan again; if it is gone for good, 'auralis cache prune --force' removes it"
