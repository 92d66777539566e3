"""Storage for `--dry-run`: reads what is there, writes nothing."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from auralis_cli.model.record import AnalyzerName, AnalyzerVersion, Record, Track, TrackError
from auralis_cli.store.cache import Cache
from auralis_cli.store.sidecars import Sidecars


class ReadOnlyCache(Cache):
    """A cache that ignores what is to be noted."""

    def note_result(
        self,
        track: Track,
        file_key: str,
        outcome: Record | TrackError,
        analyzer: AnalyzerVersion,
        ffmpeg: str | None,
    ) -> None:
        """Does nothing."""

    def note_move(self, from_path: str, track: Track) -> None:
        """Does nothing."""

    def note_found_again(self, path: str) -> None:
        """Does nothing."""

    def note_roots(self, folders: Iterable[str]) -> None:
        """Does nothing."""


class ReadOnlySidecars(Sidecars):
    """Sidecars that are only read."""

    def write(self, track: Track, file_key: str, record: Record) -> None:
        """Does nothing."""


@contextmanager
def open_read_only(path: Path, analyzer: AnalyzerName) -> Iterator[Cache]:
    """The cache at `path`; an empty one in a temporary folder where there is none, so that none is made."""
    if path.exists():
        with ReadOnlyCache(path, analyzer=analyzer, renew=False) as cache:
            yield cache
        return
    with (
        TemporaryDirectory(prefix="auralis-") as folder,
        ReadOnlyCache(Path(folder) / "empty.db", analyzer=analyzer) as cache,
    ):
        yield cache
