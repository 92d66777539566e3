"""How the numbers of a scan are written: durations, rates, counts. Shared by progress and report."""

from auralis_cli.model.result import Status
from auralis_cli.scan.tally import ScanTally
from auralis_cli.workers.engine import Activity

FIRST_ESTIMATE_S = 2.0
"""Estimates before that would only flicker."""


def clock(seconds: float) -> str:
    """`0:07`, `12:05`, `3:00:12`."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def remaining_s(tally: ScanTally, activities: list[Activity | None]) -> float | None:
    """Seconds until the end at the speed so far, by bytes; None while that cannot be known."""
    under_way = sum(activity.size * (activity.fraction or 0.0) for activity in activities if activity)
    done = tally.bytes_analysed + under_way
    if tally.discovering or not done or tally.seconds < FIRST_ESTIMATE_S:
        return None
    return max(0.0, tally.bytes_to_analyse - done) * tally.seconds / done


def speed(tally: ScanTally, activities: list[Activity | None]) -> list[str]:
    """`3.2 tracks/s` and, where something is analysed, `812 × real time`."""
    seconds = max(tally.seconds, 1e-3)
    rate = tally.tracks / seconds
    parts = [f"{rate:,.1f} tracks/s" if rate < 100 else f"{rate:,.0f} tracks/s"]
    audio_s = tally.audio_s + sum(activity.audio_s for activity in activities if activity)
    if audio_s:
        parts.append(f"{audio_s / seconds:,.0f} × real time")
    return parts


def outcomes(tally: ScanTally) -> list[str]:
    """`100 cached`, always, and `2 moved`, `3 failed` where there are any."""
    counts = tally.counts
    parts = [f"{counts[Status.CACHED]:,} cached"]
    return parts + [
        f"{counts[status]:,} {status}" for status in (Status.MOVED, Status.FAILED) if counts[status]
    ]
