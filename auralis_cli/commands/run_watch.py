"""A watch as the user sees it: a scan that never ends, its lines, and a fresh start with a new worker."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from auralis_cli.commands.run_scan import abort
from auralis_cli.lookup.lookup import Lookup
from auralis_cli.model.errors import ConfigError, ExitCode
from auralis_cli.model.record import AnalyzerVersion
from auralis_cli.model.result import TrackResult
from auralis_cli.render.json_lines import JsonLines, start_line, summary_line
from auralis_cli.render.output import write_text
from auralis_cli.render.standard_streams import discard_output
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
"""How often to see whether the worker program has been replaced."""


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
        self._intake: WatchIntake | None = None
        self._worker_changed = False

    async def run(self, roots: Sequence[str]) -> bool:
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
        if self._json:
            self._json.write(start_line(self._analyzer))
        checking = asyncio.create_task(self._check_worker(scan))
        try:
            with on_interruption(scan.stop, lambda: abort(scan)):
                await scan.run(roots, self._emit)
        except BrokenPipeError:
            discard_output()
        finally:
            checking.cancel()
            if self._json:
                self._json.write(summary_line(scan.tally))
                self._json.close()
            for warning in scan.tally.warnings:
                write_text(f"warning: {warning}", err=True)
        return self._worker_changed

    def _open_intake(self, roots: Sequence[str], lookup: Lookup, thread: BackgroundThreads) -> WatchIntake:
        self._intake = WatchIntake(
            roots, self._settings, lookup, thread, poll_s=self._poll_s, notify=self._notify
        )
        return self._intake

    async def _emit(self, results: Sequence[TrackResult]) -> None:
        if self._intake is not None:
            for result in results:
                self._intake.note_result(result.path)
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
        """Ends the scan when the worker program is another one, complete and able to run."""
        program = self._command.program
        before = _program_stamp(program)
        while True:
            await asyncio.sleep(WORKER_CHECK_S)
            now = _program_stamp(program)
            if now is not None and now != before:
                self._worker_changed = True
                why = f"{program} was replaced; going on with the new one"
                self._notify(Notice(NoticeKind.WORKER_CHANGED, why, str(program)))
                scan.stop()
                return


def _program_stamp(program: Path) -> tuple[int, int, int] | None:
    """What changes when the program is replaced; None while it is not there."""
    try:
        status = program.stat()
    except OSError:
        return None
    return (status.st_ino, status.st_size, status.st_mtime_ns)


def run_watch(paths: Sequence[str], settings: Settings, *, poll_s: float | None, json: bool) -> ExitCode:
    """Watches until the user ends it. Raises ConfigError for a path that is no folder."""
    roots = [os.path.abspath(path) for path in paths]
    for root in roots:
        if not os.path.isdir(root):
            raise ConfigError(
                f"cannot watch {root}: it is not a folder; check the spelling, and that it is mounted"
            )
    while True:
        command, analyzer = choose_analyzer(settings)
        watch = ReportedWatch(settings, command, analyzer, poll_s=poll_s, json=json)
        if not asyncio.run(watch.run(roots)):
            return ExitCode.OK
