"""Storage for `--dry-run`: reads what is there, writes nothing beside it."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from auralis_cli.model.errors import CacheError
from auralis_cli.model.record import AnalyzerName, Record, Track
from auralis_cli.store.cache import Cache
from auralis_cli.store.cache_file import cache_errors, check_header
from auralis_cli.store.private_copy import private_copy
from auralis_cli.store.sidecars import Sidecars, Written


class ReadOnlySidecars(Sidecars):
    """Sidecars that are only read."""

    def write(self, track: Track, file_key: str, record: Record) -> Written:  # noqa: ARG002
        """Does nothing."""
        return Written.NOWHERE


@contextmanager
def open_read_only(path: Path, analyzer: AnalyzerName) -> Iterator[Cache]:
    """A copy of the cache at `path` as it is now, or an empty one where there is none.

    The copy is brought up to date, and gets what is noted, as the cache would in a scan. Raises CacheError.
    """
    with TemporaryDirectory(prefix="auralis-") as folder, cache_errors(path, "read"):
        if path.exists():
            check_header(path)
        with private_copy(path) if path.exists() else nullcontext(Path(folder) / path.name) as copy:
            try:
                cache = Cache(copy, analyzer=analyzer, renew=False)
            except CacheError as error:
                raise type(error)(str(error).replace(str(copy), str(path))) from error
            with cache:
                yield cache
