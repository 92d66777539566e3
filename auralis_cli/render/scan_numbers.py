"""Speed, counts and time left of a scan, as progress and report write them."""

from auralis_cli.model.result import Status
from auralis_cli.scan.tally import ScanTally
from auralis_cli.workers.engine import Activity

MIN_ESTIMATE_S = 2.0
"""No estimate before that: it would only flicker."""


def remaining_s(tally: ScanTally, activities: list[Activity | None]) -> float | None:
    """Seconds until the end, if bytes go on at the speed so far; None while that cannot be known."""
    under_way = sum(activity.size * (activity.fraction or 0.0) for activity in activities if activity)
    done = tally.bytes_analysed + under_way
    if tally.discovering or not done or tally.seconds < MIN_ESTIMATE_S:
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


def waiting(tally: ScanTally) -> list[str]:
    """`waits for process 1234 (auralis)` while another one holds what is left to do."""
    return [f"waits for {tally.waits_for}"] if tally.waits_for else []


def status_counts(tally: ScanTally) -> list[str]:
    """`100 cached`, always, and `2 moved`, `3 failed` where there are any."""
    counts = tally.counts
    parts = [f"{counts[Status.CACHED]:,} cached"]
    return parts + [
        f"{counts[status]:,} {status}" for status in (Status.MOVED, Status.FAILED) if counts[status]
    ]
