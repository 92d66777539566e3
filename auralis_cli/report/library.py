"""The library as a page and pictures of it need it: read once and laid out once for both."""

from functools import cached_property
from pathlib import Path

from auralis_cli.library.fingerprints import load_fingerprints
from auralis_cli.library.layout_names import Layout
from auralis_cli.library.selection import Selection
from auralis_cli.report.places import Places, find_places
from auralis_cli.report.tracks import ReportTracks, read_selected


class ReportLibrary:
    """The tracks of a cache that were selected; of more than `limit` those of a sample."""

    def __init__(self, cache: Path, selection: Selection, *, limit: int, layout: Layout) -> None:
        self.cache = cache
        self.selection = selection
        self._limit = limit
        self._layout = layout

    @cached_property
    def tracks(self) -> ReportTracks:
        """At least one. Raises CacheError, QueryError; ConfigError where there is none."""
        return read_selected(self.cache, self.selection, self._limit)

    @cached_property
    def places(self) -> Places:
        """Where they lie on the map, which takes long. Raises what `tracks` raises."""
        return find_places(self.tracks, load_fingerprints(self.cache, self.selection.analyzer), self._layout)
