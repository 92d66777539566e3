"""The quick first look-up: which tracks are known and unchanged, told in bulk and without their records."""

import os
from collections.abc import Sequence

from auralis_cli.model.record import Track
from auralis_cli.store.cache import Cache


def changed_or_new(cache: Cache, tracks: Sequence[Track], analysis_version: int) -> list[Track]:
    """The tracks without those whose record holds: same path, size, modification time, analysis version.

    A walk gives paths that lie close together in the cache, so one range of it answers for most of them.
    Where it does not, because much else lies between them, tracks stay that are known all the same, and so do
    failures: `Lookup` answers for all that stays.
    """
    if not tracks:
        return []
    stamps = [(os.fsencode(track.path), track.size, track.mtime_ns) for track in tracks]
    first, last = min(stamps)[0], max(stamps)[0]
    known = cache.stamps(first, last, analysis_version=analysis_version, limit=2 * len(tracks))
    return [track for track, stamp in zip(tracks, stamps, strict=True) if stamp not in known]
