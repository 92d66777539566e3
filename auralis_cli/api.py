"""auralis in Python: the library that scans have filled, and the analysis of single files.

What is here and its types are public and stay; all other modules may change. `PYTHON.md` shows its use.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from auralis_cli.files.urls import checked_url, is_url
from auralis_cli.model.errors import AuralisError, ConfigError
from auralis_cli.model.record import Record
from auralis_cli.settings.resolve import resolve_settings
from auralis_cli.settings.values import Settings

if TYPE_CHECKING:
    import pyarrow

    from auralis_cli.library.similar import Neighbour

__all__ = ["AuralisError", "Library", "Record", "analyse"]

T = TypeVar("T")

AnyPath: TypeAlias = str | os.PathLike[str]
PresetName: TypeAlias = Literal["sound", "mix", "master", "all"]
MetricName: TypeAlias = Literal["learned", "plain"]


def analyse(path: AnyPath) -> Record:
    """The record of one audio file: from the cache if it is known there, else by a worker, unstored.

    `record.fingerprint` has the 25 values by key, None where one is undefined, and `record.nulls` says why;
    `record.details` has duration, codec, key and more. Raises AuralisError, whose message says what, why and
    what to do: TrackFailedError, WrongPathError, WorkerUnavailableError, ConfigError.
    """
    from auralis_cli.scan.single_track import analyse_one, error_without_record

    result = _in_thread(analyse_one, _absolute(path), resolve_settings({}))
    if result.record is None:
        raise error_without_record(result)
    return result.record


class Library:
    """The analysed tracks of a cache. It is read each time anew and never changed.

    `cache`: the database; by default the one that `auralis` itself uses. Methods raise AuralisError.
    """

    def __init__(self, cache: AnyPath | None = None) -> None:
        self._settings = resolve_settings({} if cache is None else {"cache": Path(cache)})

    @property
    def cache(self) -> Path:
        """The database."""
        return self._settings.cache

    def __len__(self) -> int:
        from auralis_cli.library.fingerprints import load_fingerprints

        return len(load_fingerprints(self.cache, self._settings.analyzer).rows)

    def frame(self, *query: str, where: str | None = None) -> "pyarrow.Table":
        """The tracks that a query finds as an Arrow table, one row each, sorted by path.

        Terms are those of `auralis list`, such as `"lufs:..-14"`; `where` is a condition in SQL. The columns
        are those of `auralis export`, null where a value is undefined; the metadata of each has its unit and
        meaning. `.to_pandas()` and `polars.from_arrow()` take it on. Needs pyarrow (the extra `frame`).
        """
        from auralis_cli.library.selection import open_selection, selection_of
        from auralis_cli.render.export_columns import export_columns
        from auralis_cli.render.export_parquet import arrow_table

        selection = selection_of(self._settings.analyzer, query, where)
        columns = export_columns()
        with open_selection(self.cache, selection) as tracks:
            rows = tracks.rows([column.sql for column in columns])
            return arrow_table(columns, rows)

    def similar(
        self,
        path: AnyPath,
        n: int = 10,
        *,
        preset: PresetName = "sound",
        weights: Mapping[str, float] | None = None,
        metric: MetricName = "learned",
        among: Sequence[str] = (),
        copies: bool = False,
        per_folder: int | None = None,
    ) -> list["Neighbour"]:
        """The `n` tracks that sound most like a file, nearest first; see `auralis similar --help`.

        Each has `path`, `record`, `distance` (no unit) and `share_farther`: the share of the library's pairs
        that are farther apart, 0 to 1. A file that is not in the library is analysed; of one that is, and
        whose disk is away, the values in the cache are used. `weights`: factors for dimensions and groups.
        `among`: terms as in `frame`; only tracks that they find are listed.
        """
        from auralis_cli.library.distances import Metric
        from auralis_cli.library.selection import selection_of
        from auralis_cli.library.similar import find_similar
        from auralis_cli.scan.single_track import analyse_or_recall
        from auralis_cli.similarity.weights import Preset, weights_of

        try:
            chosen, own = Metric(metric), weights_of(Preset(preset), weights)
        except ValueError as error:
            raise ConfigError(str(error)) from error
        seed = _absolute(path)
        analyzer = self._settings.analyzer
        found, _ = find_similar(
            self.cache,
            analyzer,
            [(seed, _in_thread(analyse_or_recall, seed, self._settings))],
            n,
            weights=own,
            metric=chosen,
            among=selection_of(analyzer, among) if among else None,
            with_copies=copies,
            per_folder=per_folder,
        )
        return list(found.neighbours)


def _absolute(path: AnyPath) -> str:
    text = os.fspath(path)
    if is_url(text) and is_url(text := checked_url(text)):
        return text
    return os.path.abspath(os.path.expanduser(text))


def _in_thread(step: Callable[[str, Settings], T], path: str, settings: Settings) -> T:
    """In a thread of its own: in a notebook this one already has an event loop."""
    with ThreadPoolExecutor(1, "auralis-analyse") as thread:
        return thread.submit(step, path, settings).result()
