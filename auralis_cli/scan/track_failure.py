"""The error of a command whose one track has no fingerprint."""

from auralis_cli.model.errors import TrackFailedError
from auralis_cli.model.result import TrackResult


def failure_of(result: TrackResult) -> TrackFailedError:
    """What, why and what to do about a result without a record."""
    if result.error is None:
        return TrackFailedError(f"cannot analyse {result.path}: {result.reason or 'it has no fingerprint'}")
    again = "; met before, and neither the file nor the decoders have changed" if result.known else ""
    hint = ""
    if result.error.depends_on_ffmpeg and "ffmpeg" not in result.error.message:
        hint = "; another ffmpeg may help (see 'auralis doctor')"
    return TrackFailedError(
        f"cannot analyse {result.path}: {result.error.message} ({result.error.code}{again}){hint}"
    )
