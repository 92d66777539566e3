"""A watch as the user sees it: a scan that never ends, its lines, and a fresh start with a new worker."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from auralis_cli.commands.options import print_warning
from auralis_cli.commands.run_scan import abort
from auralis_cli.files.urls import refuse_urls
from auralis_cli.lookup.lookup import Lookup
from auralis_cli.model.errors import ConfigError, ExitCode, WorkerUnavailableError
from auralis_cli.model.record import AnalyzerVersion
from auralis_cli.model.result import TrackResult
from auralis_cli.render.json_lines import JsonLines, start_line, summary_line
from auralis_cli.render.output import write_text
from auralis_cli.render.standard_streams import OutputError, discard_output
from auralis_cli.render.watch_lines import notice_text, result_text, watch_line
from auralis_cli.scan.scan import Scan, ScanOptions
from auralis_cli.settings.values import Settings
from auralis_cli.system.background_threads import BackgroundThreads
from auralis_cli.system.signals import on_interruption
from auralis_cli.watch.intake import WatchIntake
from auralis_cli.watch.notice import Notice, NoticeKind
from auralis_cli.workers.local_pool import local_pool
from auralis_cli.workers.program import WorkerCommand, choose_analyzer

WORKER_CHECK_S = 5.0
"""How often to see whether the worker program has been replaced: a new one must be the same twice."""


class UsersEnd:
    """What the signals of the user end: the scan of now, and with it the watch, also between two scans."""

    def __init__(self, cache: Path) -> None:
        self.asked = False
        self._cache = cache
        self._scan: Scan | None = None

    @contextmanager
    def of(self, scan: Scan) -> Iterator[None]:
        """Within it the signals end this scan."""
        self._scan = scan
        try:
            if self.asked:
                scan.stop()
            yield
        finally:
            self._scan = None

    def ask(self) -> None:
        """Ends the watch, after what is in work."""
        self.asked = True
        if self._scan is not None:
            self._scan.stop()

    def abort(self) -> None:
        """Ends the program at once."""
        if self._scan is not None:
            abort(self._scan, self._cache)
        os._exit(int(ExitCode.INTERRUPTED))


class ReportedWatch:
    """One watch with one worker program: lines on stderr, or JSON on stdout."""

    def __init__(
        self,
        settings: Settings,
        command: WorkerCommand,
        analyzer: AnalyzerVersion,
        *,
        poll_s: float | None,
        json: bool,
    ) -> None:
        self._settings = settings
        self._command = msgspec.structs.replace(command, audio_only=not settings.video)
        self._analyzer = analyzer
        self._poll_s = poll_s
        self._json = JsonLines() if json else None
        self._worker_changed = False
        self._error: Exception | None = None

    async def run(self, roots: Sequence[str], users_end: UsersEnd) -> bool:
        """Watches until the user ends it (False) or the worker program changes (True).

        Raises what `Scan.run` raises.
        """
        options = ScanOptions(
            audio_only=self._command.audio_only,
            with_records=self._json is not None,
            count_unchanged=True,
        )
        engine = local_pool(self._command, self._settings)
        scan = Scan(self._settings, self._analyzer, engine, options, self._open_intake)
        checking = asyncio.create_task(self._check_worker(scan))
        unwritten: OutputError | None = None
        try:
            if self._json:
                self._json.write(start_line(self._analyzer))
            with users_end.of(scan):
                await scan.run(roots, self._emit)
            if self._error is not None:
                raise self._error
        except BrokenPipeError:
            discard_output()
            return False
        finally:
            checking.cancel()
            if self._json:
                unwritten = self._json.end(summary_line(scan.tally))
            for warning in scan.tally.warnings:
                print_warning(warning)
        if unwritten is not None:
            raise unwritten
        return self._worker_changed

    def _open_intake(self, roots: Sequence[str], lookup: Lookup, thread: BackgroundThreads) -> WatchIntake:
        return WatchIntake(roots, self._settings, lookup, thread, poll_s=self._poll_s, notify=self._notify)

    async def _emit(self, results: Sequence[TrackResult]) -> None:
        if self._json:
            await self._json.tracks(results)
            return
        for result in results:
            if (text := result_text(result)) is not None:
                write_text(text, err=True)

    def _notify(self, notice: Notice) -> None:
        if self._json:
            self._json.write(watch_line(notice))
        else:
            write_text(notice_text(notice), err=True)

    async def _check_worker(self, scan: Scan) -> None:
        """Ends the scan when the worker program is another one, and is no longer being written.

        Whether it is able to run is seen when it is started, as in every scan.
        """
        program = self._command.program
        before = ours = _program_stamp(program)
        while True:
            await asyncio.sleep(WORKER_CHECK_S)
            now = _program_stamp(program)
            if now is not None and now == before != ours:
                break
            before = now
        why = f"{program} was replaced; going on with the new one"
        try:
            self._notify(Notice(NoticeKind.WORKER_CHANGED, why, str(program)))
        except Exception as error:  # noqa: BLE001 - `run` raises it
            self._error = error
        self._worker_changed = True
        scan.stop()


def _program_stamp(program: Path) -> tuple[int, int, int] | None:
    """What changes when the program is replaced; None while it is not there."""
    try:
        status = program.stat()
    except OSError:
        return None
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def run_watch(paths: Sequence[str], settings: Settings, *, poll_s: float | None, json: bool) -> ExitCode:
    """Watches until the user ends it. Raises ConfigError for a path that is no folder."""
    refuse_urls(paths, "auralis watch")
    roots = [os.path.abspath(path) for path in paths]
    for root in roots:
        if not os.path.isdir(root):
            raise ConfigError(
                f"cannot watch {root}: it is not a folder; check the spelling, and that it is mounted"
            )
    asyncio.run(_watch(roots, settings, poll_s=poll_s, json=json))
    return ExitCode.OK


async def _watch(roots: Sequence[str], settings: Settings, *, poll_s: float | None, json: bool) -> None:
    """One watch after another, each with the worker program of its time, under one handler of signals."""
    users_end = UsersEnd(settings.cache)
    with on_interruption(users_end.ask, users_end.abort):
        while not users_end.asked:
            try:
                command, analyzer = await asyncio.to_thread(choose_analyzer, settings)
            except WorkerUnavailableError:
                if users_end.asked:  # Ctrl-C ends the program that was asked who it is, too
                    return
                raise
            watch = ReportedWatch(settings, command, analyzer, poll_s=poll_s, json=json)
            if not await watch.run(roots, users_end):
                return
