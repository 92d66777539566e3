"""Progress of a bench on stderr: a bar on a terminal, else a line per step."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from auralis_cli.bench.analysis_run import Advance
from auralis_cli.render.console import SafeConsole
from auralis_cli.render.output import write_text


class BenchProgress:
    """Shows the steps of a bench. Only rich's own thread draws, so the measured code is not delayed."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._console = SafeConsole(stderr=True)

    @contextmanager
    def step(self, name: str, total: int) -> Iterator[Advance]:
        """A step of `total` tracks. Call the function that it yields after each of them, from any thread."""
        if self._quiet:
            yield lambda: None
        elif not self._console.is_terminal:
            write_text(f"{name}: {total} tracks", err=True)
            yield lambda: None
        else:
            columns = (
                TextColumn("{task.description:<36}"),
                BarColumn(style="dim", complete_style="bold", finished_style="bold"),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
            )
            with Progress(*columns, console=self._console, transient=True, refresh_per_second=4) as progress:
                task = progress.add_task(name, total=total)
                yield lambda: progress.advance(task)
