"""What becomes of a file that comes back from the engine: checked once more, then noted.

All of it runs on the storage thread.
"""

from collections.abc import Callable

import msgspec

from auralis_cli.files.identity import is_unchanged, look_again
from auralis_cli.lookup.lookup import Lookup
from auralis_cli.lookup.results import Hit, Moved, Retagged
from auralis_cli.model.record import AnalyzerVersion, Record, Track, TrackError
from auralis_cli.model.result import TrackResult
from auralis_cli.model.tags import Tags
from auralis_cli.scan.pending import PendingTrack
from auralis_cli.scan.recheck import Recheck, has_changed
from auralis_cli.scan.step_results import Analyse, of_second_look, result_of_analysis
from auralis_cli.store.cache import Cache
from auralis_cli.workers.engine import Probed


class Outcomes:
    """Notes results for files that still are what was looked up; the others go through once more."""

    def __init__(
        self,
        cache: Cache,
        lookup: Lookup,
        recheck: Recheck,
        analyzer: AnalyzerVersion,
        ffmpeg: Callable[[], str | None],
    ) -> None:
        self._cache = cache
        self._lookup = lookup
        self._recheck = recheck
        self._analyzer = analyzer
        self._ffmpeg = ffmpeg

    def of_analysis(
        self, pending: PendingTrack, outcome: Record | TrackError, *, final: bool
    ) -> Analyse | TrackResult:
        """The result of a finished analysis, which is noted unless the error may go away by itself."""
        track = pending.track
        self._recheck.unlock_after_commit(pending)
        now = look_again(track)
        if now is None and isinstance(outcome, Record):
            why = "the file was removed during its analysis; scan again when it is back"
            return result_of_analysis(track, TrackError("not_found", why))
        if now is not None and has_changed(pending, now, outcome):
            return self._changed(pending, now)
        if final and now is not None:
            ffmpeg = self._ffmpeg() if isinstance(outcome, TrackError) else None
            self._cache.note_result(track, pending.file_key, outcome, self._analyzer, ffmpeg)
        return result_of_analysis(track, outcome)

    def of_tags(self, known: Hit | Moved, outcome: Record | Probed | TrackError) -> Record | None:
        """The record of a known track with the tags that a probe has read, which are noted.

        None, and nothing is noted, if they could not be read or the file has changed since.
        """
        track, tags = known.track, outcome.tags if isinstance(outcome, Probed) else None
        if tags is None:
            return None
        record = known.record or self._cache.records([track.path]).get(track.path)
        if record is None or not is_unchanged(track):
            return None
        self._cache.note_tags(track.path, tags)
        return msgspec.structs.replace(record, tags=tags)

    def of_probe(
        self, pending: PendingTrack, audio_key: str, tags: Tags | None
    ) -> Hit | Moved | Retagged | Analyse | TrackResult:
        """What is known of this audio, which the track takes over; without that it is to be analysed.

        The content stays locked for the analysis.
        """
        track = pending.track
        known = self._lookup.known_audio.find(track, audio_key)
        now = look_again(track)
        if known is None or now is None:  # gone: the analysis says so
            return Analyse(pending)
        self._recheck.unlock_after_commit(pending)
        row, record = known
        if has_changed(pending, now, record):
            return self._changed(pending, now)
        return self._lookup.known_audio.take(track, pending.file_key, row, record, tags)

    def of_same_content(self, pending: PendingTrack, error: TrackError) -> TrackResult | None:
        """The failure of a file with the same content, noted for the track; None if its file has changed."""
        if not is_unchanged(pending.track):
            return None
        self._cache.note_result(pending.track, pending.file_key, error, self._analyzer, self._ffmpeg())
        return result_of_analysis(pending.track, error)

    def _changed(self, pending: PendingTrack, now: Track) -> Analyse | TrackResult:
        """The file changed in the engine: looks it up as it is now, and gives up the second time."""
        if pending.changed_once:
            why = "the file changed during its analysis, twice; scan again when it is complete"
            return result_of_analysis(now, TrackError("changed_during_analysis", why))
        others = self._lookup.state_of_others()
        once_more = of_second_look(self._lookup.look_up([now])[0], others)
        if isinstance(once_more, TrackResult):
            return once_more
        once_more.changed_once = True
        return Analyse(once_more)
