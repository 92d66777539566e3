"""What becomes of a file that comes back from the engine: checked once more, then noted.

All of it runs on the storage thread.
"""

from collections.abc import Callable

from auralis_cli.files.identity import identify_file, is_unchanged
from auralis_cli.lookup.lookup import Lookup
from auralis_cli.lookup.results import Hit, Miss, Moved, Retagged
from auralis_cli.model.record import AnalyzerVersion, Record, Track, TrackError
from auralis_cli.model.result import TrackResult
from auralis_cli.scan.pending import PendingTrack, pending_from
from auralis_cli.scan.recheck import Recheck, has_changed
from auralis_cli.scan.step_results import Analyse, result_of_analysis, result_of_lookup
from auralis_cli.store.cache import Cache


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
        now = identify_file(track.path)
        if now is None and isinstance(outcome, Record):
            why = "the file was removed during its analysis; scan again when it is back"
            return result_of_analysis(track, TrackError("not_found", why))
        if now is not None and has_changed(pending, now, outcome):
            return self._changed(pending, now)
        if final and now is not None:
            ffmpeg = self._ffmpeg() if isinstance(outcome, TrackError) else None
            self._cache.note_result(track, pending.file_key, outcome, self._analyzer, ffmpeg)
        return result_of_analysis(track, outcome)

    def of_probe(
        self, pending: PendingTrack, audio_key: str
    ) -> Hit | Moved | Retagged | Analyse | TrackResult:
        """What is known of this audio, which the track takes over; without that it is to be analysed.

        The content stays locked for the analysis.
        """
        track = pending.track
        known = self._lookup.known_audio.find(track, audio_key)
        now = identify_file(track.path)
        if known is None or now is None:  # gone: the analysis says so
            return Analyse(pending)
        self._recheck.unlock_after_commit(pending)
        row, record = known
        if has_changed(pending, now, record):
            return self._changed(pending, now)
        return self._lookup.known_audio.take(track, pending.file_key, row, record)

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
        answer = self._lookup.look_up([now])[0]
        if not isinstance(answer, Miss):
            return result_of_lookup(answer)
        once_more = pending_from(answer, others)
        once_more.changed_once = True
        return Analyse(once_more)
