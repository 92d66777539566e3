"""Progress without a terminal: a line every ten seconds, and one when the scan begins to wait for another."""

import asyncio

from auralis_cli.render.formats import clock
from auralis_cli.render.output import write_text
from auralis_cli.render.scan_numbers import remaining_s, share_done, speed, status_counts, waiting
from auralis_cli.scan.dry_run import DryRun
from auralis_cli.scan.scan import Scan

INTERVAL_S = 10.0
STEP_S = 0.5


def progress_line(scan: Scan | DryRun) -> str:
    """`31 %, 512 of 2,000 tracks, 3.2 tracks/s, 812 × real time, 100 cached, 2 failed, 3:12 left`."""
    tally, activities = scan.tally, scan.activities()
    parts = [f"{tally.tracks:,} of {tally.tracks + tally.open_tracks:,} tracks"]
    parts += speed(tally, activities) + status_counts(tally) + waiting(tally)
    if tally.discovering:
        return ", ".join([*parts, "still discovering"])
    parts.insert(0, f"{int(100 * share_done(tally, activities))} %")
    if (left := remaining_s(tally, activities)) is not None:
        parts.append(f"{clock(left)} left")
    return ", ".join(parts)


async def show_plain_progress(scan: Scan | DryRun, interval_s: float = INTERVAL_S) -> None:
    """Writes lines to stderr until cancelled; a scan shorter than the interval prints only its report."""
    while True:
        waits_for, slept_s = scan.tally.waits_for, 0.0
        while slept_s < interval_s and scan.tally.waits_for in (waits_for, None):
            await asyncio.sleep(min(interval_s, STEP_S))
            slept_s += STEP_S
        write_text(f"auralis: {progress_line(scan)}", err=True)
