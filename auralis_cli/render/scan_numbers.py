"""Speed, counts and time left of a scan, as progress and report write them."""

from collections.abc import Sequence

from auralis_cli.model.result import Status
from auralis_cli.scan.tally import ScanTally
from auralis_cli.workers.engine import Activity

MIN_ESTIMATE_S = 2.0
"""No estimate before that: it would only flicker."""


def share_done(tally: ScanTally, activities: Sequence[Activity | None]) -> float:
    """The share of the work that is done, 0 to 1: what `remaining_s` goes by."""
    return tally.workload.share_done(activities)


def remaining_s(tally: ScanTally, activities: Sequence[Activity | None]) -> float | None:
    """Seconds until the end; None while that cannot be known."""
    if tally.discovering or tally.workload.seconds < MIN_ESTIMATE_S:
        return None
    return tally.workload.remaining_s(activities)


def speed(tally: ScanTally, activities: Sequence[Activity | None]) -> list[str]:
    """`3.2 tracks/s`, of those that are analysed, and `812 × real time`; nothing before there is any."""
    seconds = max(tally.workload.seconds, 1e-3)
    parts = []
    if analysed := tally.counts[Status.ANALYSED]:
        rate = analysed / seconds
        parts.append(f"{rate:,.1f} tracks/s" if rate < 100 else f"{rate:,.0f} tracks/s")
    audio_s = tally.audio_s + sum(activity.audio_s for activity in activities if activity)
    if audio_s:
        parts.append(f"{audio_s / seconds:,.0f} × real time")
    return parts


def waiting(tally: ScanTally) -> list[str]:
    """`waits for process 1234 (auralis)` while another one holds what is left to do."""
    return [f"waits for {tally.waits_for}"] if tally.waits_for else []


def status_counts(tally: ScanTally) -> list[str]:
    """`100 cached`, always; where there are any, `2 moved` and the like, then sidecars from the cache."""
    counts = tally.counts
    others = (Status.MOVED, Status.RETAGGED, Status.FAILED)
    parts = [f"{counts[Status.CACHED]:,} cached"] + [f"{counts[s]:,} {s}" for s in others if counts[s]]
    if tally.sidecars_from_cache:
        parts.append(f"{tally.sidecars_from_cache:,} sidecars written from the cache")
    return parts
