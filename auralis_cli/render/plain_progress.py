"""Progress without a terminal: a line every ten seconds, and one when the scan begins to wait for another."""

import asyncio
from typing import TYPE_CHECKING

from auralis_cli.render.formats import clock
from auralis_cli.render.output import write_text
from auralis_cli.render.safe_text import safe_text
from auralis_cli.render.scan_numbers import remaining_s, share_done, speed, status_counts, waiting
from auralis_cli.scan.dry_run import DryRun
from auralis_cli.scan.scan import Scan

if TYPE_CHECKING:
    from auralis_cli.cluster.roster import Roster

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


async def show_plain_progress(
    scan: Scan | DryRun, roster: "Roster | None" = None, interval_s: float = INTERVAL_S
) -> None:
    """Writes lines to stderr until cancelled; a scan shorter than the interval prints only its report.

    Who comes and goes in a cluster is said at once.
    """
    told = 0
    while True:
        waits_for, slept_s = scan.tally.waits_for, 0.0
        while slept_s < interval_s and scan.tally.waits_for in (waits_for, None):
            await asyncio.sleep(min(interval_s, STEP_S))
            slept_s += STEP_S
            told = _tell_news(roster, told)
        write_text(f"auralis: {progress_line(scan)}{_machines(roster)}", err=True)


def _tell_news(roster: "Roster | None", told: int) -> int:
    """Writes what was not told yet; returns how much that is in all."""
    if roster is None or roster.told == told:
        return told
    for news in list(roster.news)[-(roster.told - told) :]:
        write_text(f"auralis: {safe_text(news)}", err=True)
    return roster.told


def _machines(roster: "Roster | None") -> str:
    if roster is None:
        return ""
    from auralis_cli.render.machine_rows import machines_in_short

    return f", {machines_in_short(roster)}"
