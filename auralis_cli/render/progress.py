"""The live progress display on a terminal: one bar for the scan, one line per worker or machine."""

from collections.abc import Iterator
from pathlib import PurePath
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from auralis_cli.render.console import SafeConsole, draws_unicode
from auralis_cli.render.formats import clock
from auralis_cli.render.range_bar import draw_share
from auralis_cli.render.safe_text import safe_text
from auralis_cli.render.scan_numbers import remaining_s, share_done, speed, status_counts, waiting
from auralis_cli.scan.dry_run import DryRun
from auralis_cli.scan.scan import Scan
from auralis_cli.workers.engine import Activity

if TYPE_CHECKING:
    from auralis_cli.cluster.roster import Roster

REFRESHES_PER_S = 5
OVERALL_BAR, WORKER_BAR = 40, 20
MIN_BAR = 8
"""The overall bar shrinks to this width to make room for the words beside it."""
FAILED = r"[\d,]+ failed"
OTHER_LINES = 4
"""Lines of the screen that do not show workers."""
ECHO_COLUMNS = 3
"""Columns left free: the `^C` that a terminal shows must not break a line and shift the display."""


class ProgressDisplay:
    """Shows a scan on stderr inside its `with` block. Rich's thread only reads the scan."""

    def __init__(
        self, scan: Scan | DryRun, console: Console | None = None, roster: "Roster | None" = None
    ) -> None:
        self._scan = scan
        self._roster = roster
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
        yield self._overall(activities, options.max_width - ECHO_COLUMNS, draws_unicode(console))
        yield self._numbers(activities)
        room = max(1, (options.height or console.height) - OTHER_LINES)
        if self._roster is not None:
            yield from _machines(self._roster, room)
            return
        busy = [(number, activity) for number, activity in enumerate(activities, 1) if activity]
        if busy:
            yield _workers(busy[:room], options.max_width - ECHO_COLUMNS, draws_unicode(console))
        if len(busy) > room:
            yield Text(f"  … and {len(busy) - room} more workers", style="dim")

    def _overall(self, activities: list[Activity | None], width: int, unicode: bool) -> Table:
        """Share of the work, tracks, time left. There is no bar before discovery has found all the work."""
        tally = self._scan.tally
        total = tally.tracks + tally.open_tracks
        row = Table.grid(padding=(0, 1))
        if tally.discovering:
            parts: list[Text | Spinner] = [Text(f"{tally.tracks:,} of {total:,} tracks so far")]
            parts += [self._discovering, Text("discovering…")]
        else:
            left = remaining_s(tally, activities)
            done = share_done(tally, activities)
            words = [f"{int(100 * done)} %", f"{tally.tracks:,} of {total:,} tracks"]
            words += [] if left is None else [f"{clock(left)} left"]
            room = width - len(" ".join(["auralis", *words])) - 1
            parts = [draw_share(done, max(MIN_BAR, min(OVERALL_BAR, room)), unicode)]
            parts += map(Text, words)
        for _ in range(1 + len(parts)):
            row.add_column(no_wrap=True, overflow="ellipsis")
        row.add_row("auralis", *parts)
        return row

    def _numbers(self, activities: list[Activity | None]) -> Text:
        tally = self._scan.tally
        parts = [clock(tally.seconds), *waiting(tally)]
        if tally.interrupted:
            parts.append("stopping (Ctrl-C again: at once)")
        else:
            parts += speed(tally, activities)
        parts += status_counts(tally)
        line = Text("        " + " · ".join(parts), style="dim", overflow="ellipsis", no_wrap=True)
        line.highlight_regex(FAILED, "not dim red")
        return line


def _machines(roster: "Roster", room: int) -> Iterator[Table | Text]:
    """One line per machine of a cluster, then who came and went."""
    from auralis_cli.render.machine_rows import NEWS_LINES, machine_rows, news_rows

    if machines := roster.machines():
        yield machine_rows(machines, max(1, room - NEWS_LINES))
    else:
        yield Text("        waits for a machine of the cluster")
    yield from news_rows(roster)


def _workers(busy: list[tuple[int, Activity]], width: int, unicode: bool) -> Table:
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
        bar = draw_share(fraction or 0.0, WORKER_BAR, unicode)
        share = "" if fraction is None else f"{100 * fraction:.0f} %"
        name = Text(safe_text(PurePath(activity.path).name))
        rows.add_row(str(number), bar, share, clock(activity.audio_s), name)
    return rows
