"""Which results a watch tells: what is new, and each failure once."""

from collections.abc import Iterable

from auralis_cli.model.record import Track
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.model.stamps import same_size_and_time


class News:
    """Remembers what was told of failures that the cache does not remember: they come back at every look."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[str, Track | None]] = {}
        self._met: set[str] = set()

    def begin_full_look(self) -> None:
        """Forgets failures that were not met since the last full look: there, all is well again."""
        self._told = {path: what for path, what in self._told.items() if path in self._met}
        self._met = set()

    def meet(self, paths: Iterable[str]) -> None:
        """A look has met these paths: they have failed, or it is still to be seen whether they do."""
        self._met |= self._told.keys() & set(paths)

    def tells(self, result: TrackResult, track: Track | None) -> bool:
        """Whether a result is to be told: a failure is until the same file, or folder, fails in another way.

        `track`: the file as it was found, None for what is no track.
        """
        if result.error is None:
            self._told.pop(result.path, None)
            return True
        told = self._told.get(result.path)
        self._told[result.path] = (result.error.code, track)
        self._met.add(result.path)
        return told is None or told[0] != result.error.code or not _is_same(told[1], track)


def _is_same(before: Track | None, now: Track | None) -> bool:
    return before is now if before is None or now is None else same_size_and_time(before, now)


def is_news(result: TrackResult) -> bool:
    """Whether a result is worth telling after the first walk, which has told of all that is unchanged."""
    if result.status in (Status.ANALYSED, Status.MOVED):
        return True
    if result.status is Status.CACHED:
        return result.taken_from is not None
    return result.status is Status.FAILED and not result.remembered
