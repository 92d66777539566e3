"""The tracks of a bench: the user's, else the fixtures of a checkout, else a few synthetic ones."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import auralis_cli
from auralis_cli.bench.synthetic_tracks import write_synthetic_tracks
from auralis_cli.files.discover import discover
from auralis_cli.files.selection import Selection
from auralis_cli.files.skipped import Refused
from auralis_cli.model.errors import ConfigError
from auralis_cli.model.record import Track

PACKAGE = Path(auralis_cli.__file__).parent


@contextmanager
def sampled_tracks(paths: Sequence[str], selection: Selection, limit: int | None) -> Iterator[list[Track]]:
    """At most `limit` tracks below `paths`, evenly spread over all of them in the order of discovery.

    Raises ConfigError for a path that cannot be scanned, and if there is no track.
    """
    with TemporaryDirectory(prefix="auralis-bench-") as folder:
        if not paths and (fixtures := fixtures_of_checkout()):
            paths = [str(fixtures)]
        elif not paths:
            write_synthetic_tracks(Path(folder))
            paths = [folder]
        tracks = []
        for found in discover(paths, selection):
            if isinstance(found, Refused):
                raise ConfigError(found.error.message)
            if isinstance(found, Track):
                tracks.append(found)
        if not tracks:
            raise ConfigError("nothing to measure: no audio file found; name files or folders with some")
        yield spread_evenly(tracks, limit)


def fixtures_of_checkout() -> Path | None:
    """The fixtures of the checkout that this code is in, else of a checkout in the working directory."""
    for checkout in (PACKAGE.parent, Path.cwd()):
        audio = checkout / "fixtures" / "audio"
        if audio.is_dir() and (checkout / PACKAGE.name / "bench").is_dir():
            return audio
    return None


def spread_evenly(tracks: Sequence[Track], limit: int | None) -> list[Track]:
    """`limit` tracks at equal distances; the same ones each time."""
    if limit is None or limit >= len(tracks):
        return list(tracks)
    return [tracks[(2 * index + 1) * len(tracks) // (2 * limit)] for index in range(limit)]
