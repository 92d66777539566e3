"""The live progress display on a terminal: one bar for the scan, one line per worker."""

from pathlib import PurePath
from types import TracebackType
from typing import Self

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from auralis_cli.render.console import SafeConsole
from auralis_cli.render.formats import clock
from auralis_cli.render.safe_text import safe_text
from auralis_cli.render.scan_numbers import remaining_s, speed, status_counts, waiting
from auralis_cli.scan.dry_run import DryRun
from auralis_cli.scan.scan import Scan
from auralis_cli.workers.engine import Activity

REFRESHES_PER_S = 5
OVERALL_BAR, WORKER_BAR = 40, 20
MIN_BAR = 8
"""The overall bar shrinks to this width to make room for the words beside it."""
OTHER_LINES = 4
"""Lines of the screen that do not show workers."""
ECHO_COLUMNS = 3
"""Columns left free: the `^C` that a terminal shows must not break a line and shift the display."""


class ProgressDisplay:
    """Shows a scan on stderr inside its `with` block. Rich's thread only reads the scan."""

    def __init__(self, scan: Scan | DryRun, console: Console | None = None) -> None:
        self._scan = scan
        self._console = console or SafeConsole(stderr=True)
        self._discovering = Spinner("dots")
        self._live = Live(
            self,
            console=self._console,
            refresh_per_second=REFRESHES_PER_S,
            transient=True,
            redirect_stdout=False,
        )

    def __enter__(self) -> Self:
        self._live.start(refresh=True)  # draws now, not after the first interval
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Removes the display and shows the cursor again."""
        self._live.stop()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The display as it is now."""
        activities = self._scan.activities()
        yield self._overall(activities, options.max_width - ECHO_COLUMNS)
        yield self._numbers(activities)
        room = max(1, (options.height or console.height) - OTHER_LINES)
        busy = [(number, activity) for number, activity in enumerate(activities, 1) if activity]
        if busy:
            yield _workers(busy[:room], options.max_width - ECHO_COLUMNS)
        if len(busy) > room:
            yield Text(f"  … and {len(busy) - room} more workers", style="dim")

    def _overall(self, activities: list[Activity | None], width: int) -> Table:
        tally = self._scan.tally
        total = tally.tracks + tally.open_tracks
        if tally.discovering:
            so_far = f"{tally.tracks:,} of {total:,} tracks so far"
            words: list[Text | Spinner] = [Text(so_far), self._discovering, Text("discovering…")]
            length = len(so_far) + len("discovering…") + 3
        else:
            left = remaining_s(tally, activities)
            share = f"{100 * tally.tracks // max(total, 1)} %"
            count = f"{tally.tracks:,} of {total:,} tracks"
            when = "" if left is None else f"{clock(left)} left"
            words = [Text(share), Text(count), Text(when, style="cyan")]
            length = len(share) + len(count) + len(when) + 2
        room = width - len("auralis") - length - 2
        bar = ProgressBar(
            total=None if tally.discovering else max(total, 1),
            completed=tally.tracks,
            width=max(MIN_BAR, min(OVERALL_BAR, room)),
            pulse=tally.discovering,
        )
        row = Table.grid(padding=(0, 1))
        for _ in range(2 + len(words)):
            row.add_column(no_wrap=True, overflow="ellipsis")
        row.add_row("auralis", bar, *words)
        return row

    def _numbers(self, activities: list[Activity | None]) -> Text:
        tally = self._scan.tally
        parts = [clock(tally.seconds), *speed(tally, activities), *status_counts(tally)]
        if tally.interrupted:
            parts.insert(1, "stopping (Ctrl-C again: at once)")
        parts[1:1] = waiting(tally)
        return Text("        " + " · ".join(parts), style="dim", overflow="ellipsis", no_wrap=True)


def _workers(busy: list[tuple[int, Activity]], width: int) -> Table:
    """One line per working worker: number, bar, share, audio analysed, file."""
    rows = Table.grid(padding=(0, 1), expand=True)
    rows.width = width
    rows.add_column(width=7, justify="right", style="dim")
    rows.add_column(width=WORKER_BAR)
    rows.add_column(width=5, justify="right")
    rows.add_column(width=7, justify="right", style="dim")
    rows.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    for number, activity in busy:
        fraction = activity.fraction
        bar = ProgressBar(total=1.0, completed=fraction or 0.0, width=WORKER_BAR)
        share = "" if fraction is None else f"{100 * fraction:.0f} %"
        name = Text(safe_text(PurePath(activity.path).name))
        rows.add_row(str(number), bar, share, clock(activity.audio_s), name)
    return rows
