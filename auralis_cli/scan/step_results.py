"""What a step of the scan finds out about a track: its result, or what has to be done next."""

from typing import TypeAlias, assert_never

import msgspec

from auralis_cli.files.skipped import Refused, Skipped
from auralis_cli.lookup.results import Hit, LookupResult, Miss, Moved, PastFailure, Retagged
from auralis_cli.model.record import VIDEO_ERROR, Record, Track, TrackError
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.scan.pending import PendingTrack, pending_from


class StillHeld(msgspec.Struct, frozen=True):
    """Another scan still analyses the same content: look again later. `holder`: whom to name, if anybody."""

    holder: str | None = None


class Analyse(msgspec.Struct, frozen=True):
    """Nothing is known about the file as it is now: it has to be analysed."""

    pending: PendingTrack


SecondLook: TypeAlias = StillHeld | Analyse | TrackResult
"""What a second look at a track finds: its result, if it need not be analysed any more."""


def result_of_lookup(found: Hit | Moved | Retagged | PastFailure | Refused | Skipped) -> TrackResult:
    """The result of a file that needs no analysis."""
    match found:
        case Hit(track, record, copy_of):
            return TrackResult(track.path, Status.CACHED, track.size, record, taken_from=copy_of)
        case Moved(track, record, from_path):
            return TrackResult(track.path, Status.MOVED, track.size, record, taken_from=from_path)
        case Retagged(track, record, from_path):
            return TrackResult(track.path, Status.RETAGGED, track.size, record, taken_from=from_path)
        case PastFailure(track, error):
            return _failed(track, error, remembered=True)
        case Refused(path, error):
            return TrackResult(path, Status.FAILED, error=error)
        case Skipped(path, reason):
            return TrackResult(path, Status.SKIPPED, reason=str(reason))
    assert_never(found)


def of_second_look(answer: LookupResult, others: object) -> PendingTrack | TrackResult:
    """What a second look-up says; tags that are all that a track lacks are left to the next scan."""
    if not isinstance(answer, Miss):
        return result_of_lookup(answer)
    return pending_from(answer, others) if answer.known is None else result_of_lookup(answer.known)


def result_of_analysis(track: Track, outcome: Record | TrackError) -> TrackResult:
    """The result of a file that was analysed, or that failed."""
    if isinstance(outcome, Record):
        return TrackResult(track.path, Status.ANALYSED, track.size, outcome)
    return _failed(track, outcome)


def _failed(track: Track, error: TrackError, *, remembered: bool = False) -> TrackResult:
    """A failure; a film, where only audio is wanted, is skipped."""
    if error.code == VIDEO_ERROR:
        return TrackResult(track.path, Status.SKIPPED, track.size, reason=VIDEO_ERROR)
    return TrackResult(track.path, Status.FAILED, track.size, error=error, remembered=remembered)
