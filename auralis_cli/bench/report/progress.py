"""Progress of a bench on stderr: a bar on a terminal, else a line per step."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from auralis_cli.bench.analysis_run import Advance


class BenchProgress:
    """Shows the steps of a bench. Only rich's own thread draws, so the measured code is not delayed."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._console = Console(stderr=True, markup=False, highlight=False, emoji=False)

    @contextmanager
    def step(self, name: str, total: int) -> Iterator[Advance]:
        """A step of `total` tracks. Call the function that it yields after each of them, from any thread."""
        if self._quiet:
            yield lambda: None
        elif not self._console.is_terminal:
            print(f"{name}: {total} tracks", file=sys.stderr, flush=True)
            yield lambda: None
        else:
            columns = (
                TextColumn("{task.description:<36}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
            )
            with Progress(*columns, console=self._console, transient=True, refresh_per_second=4) as progress:
                task = progress.add_task(name, total=total)
                yield lambda: progress.advance(task)
