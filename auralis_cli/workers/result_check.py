"""What a worker's last word about a track means; its result is checked before it is stored."""

from typing import TypeVar

from auralis_cli.model.dimensions import keys
from auralis_cli.model.record import AnalyzerName, Record, TrackError
from auralis_cli.model.record_rules import broken_rule
from auralis_cli.model.tags import NO_TAGS, whole_tags
from auralis_cli.model.trace import Traced
from auralis_cli.workers import protocol
from auralis_cli.workers.engine import Finished, Hashed, Job, Probed
from auralis_cli.workers.process import WorkerLostError
from auralis_cli.workers.protocol import HASH_VERSION, Done, Failed, Ready, Work

T = TypeVar("T")

_ROUNDING_S = 0.1
"""The last step of a series begins within the track, but for an onset's fraction of a frame."""


def end_of(
    job: Job,
    response: Done | protocol.Probed | protocol.Hashed | protocol.Traced | Failed,
    ready: Ready,
    analyzer: AnalyzerName,
) -> Finished:
    """The end of a job. Raises WorkerLostError if the answer is none to its request, or breaks a rule.

    What a probe cannot make out is left to the analysis; a file that cannot be read fails at once.
    """
    match response:
        case Done() if job.work is Work.ANALYZE:
            return Finished(job, checked_record(response, ready, analyzer))
        case protocol.Probed(audio_key=audio_key, tags=tags) if job.work is Work.PROBE:
            return Finished(job, Probed(audio_key, whole_tags(tags)))
        case protocol.Hashed() if job.work is Work.HASH:
            return Finished(job, _checked_hash(response))
        case protocol.Traced() if job.work is Work.TRACE:
            return Finished(job, _checked_trace(response))
        case Failed(error=error) if job.work is Work.PROBE and error.action == "skip":
            return Finished(job, Probed(None, NO_TAGS if ready.tags else None))
        case Failed(error=error):
            failure = TrackError(error.code, error.message, error.depends_on_ffmpeg)
            return Finished(job, failure, final=error.action == "skip")
    raise WorkerLostError("answered another request than it got")


def not_known(job: Job) -> Finished:
    """The end of a job that the worker does not know. Who wants a probe can do without it."""
    if job.work is Work.PROBE:
        return Finished(job, Probed(None))
    why = f"this worker knows no request '{job.work}'; reinstall auralis so that all of it is of one version"
    return Finished(job, TrackError("unknown_request", why), final=False)


def _checked_hash(hashed: protocol.Hashed) -> Hashed:
    """Raises WorkerLostError for a hash of another version, or one that is not of whole words."""
    words = hashed.acoustic_hash or b""
    if hashed.hash_version != HASH_VERSION or len(words) % 4:
        raise WorkerLostError("gave an impossible result: no acoustic hash of this version", "invalid_result")
    return Hashed(hashed.content_key, words)


def _checked_trace(traced: protocol.Traced) -> Traced:
    """Raises WorkerLostError for series that cannot be told apart, or that are longer than the track."""
    names = {series.name for series in traced.series}
    ends = [each.start_s + each.step_s * (len(each.values) - 1) for each in traced.series if each.values]
    if len(names) != len(traced.series):
        broken = "two series of one name"
    elif any(end > traced.duration_s + _ROUNDING_S for end in ends):
        broken = "a series that is longer than its track"
    elif traced.beats is not None and traced.beats.phase_s > traced.beats.period_s:
        broken = "a first beat after the second"
    else:
        fields = (traced.content_key, traced.duration_s, traced.series, traced.third_octave)
        return Traced(*fields, traced.chroma, traced.beats)
    raise WorkerLostError(f"gave an impossible result: {broken}", "invalid_result")


def checked_record(done: Done, ready: Ready, analyzer: AnalyzerName) -> Record:
    """The record of an analysis, its keys in the order of the dimensions.

    Raises WorkerLostError if it breaks a rule: a file may have taken the worker over, and what it says of the
    next tracks could be as false and not be noticed. serde_json writes NaN as null, so a NaN is found as a
    null without a reason.
    """
    record = Record(
        analyzer=str(analyzer),
        analysis_version=ready.analysis_version,
        worker_version=ready.worker_version,
        fingerprint=_in_order(done.fingerprint),
        nulls=_in_order(done.nulls),
        details=done.details,
        warnings=done.warnings,
        content_key=done.content_key,
        audio_key=done.audio_key,
        tags=whole_tags(done.tags or None),
    )
    if (broken := broken_rule(record)) is not None:
        raise WorkerLostError(f"gave an impossible result: {broken}", "invalid_result")
    return record


def _in_order(by_key: dict[str, T]) -> dict[str, T]:
    """The dimensions in their order; other keys stay at the end, for the check to find."""
    if not by_key or tuple(by_key) == keys():  # as fp-worker sends them
        return by_key
    return {key: by_key[key] for key in keys() if key in by_key} | by_key
