"""A scan as the user sees it: progress, results on stdout, the report, the exit code."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auralis_cli.commands.before_scan import known_folders_or_error, tell_of_outdated
from auralis_cli.commands.choose_engine import choose_engine
from auralis_cli.files.inputs import Inputs, name_inputs
from auralis_cli.files.names import has_audio_extension
from auralis_cli.files.urls import is_url, name_of, place_of
from auralis_cli.model.errors import ConfigError, ExitCode
from auralis_cli.model.record import AnalyzerVersion
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.render.json_lines import JsonLines, start_line, summary_line
from auralis_cli.render.output import for_stderr, write_text
from auralis_cli.render.plain_progress import show_plain_progress
from auralis_cli.render.safe_text import safe_text
from auralis_cli.render.scan_report import brief_lines, report_lines, stored_so_far, trouble_lines
from auralis_cli.render.standard_streams import OutputError, discard_output
from auralis_cli.scan.dry_run import DryRun
from auralis_cli.scan.scan import Scan, ScanListener, ScanOptions
from auralis_cli.settings.values import Settings, SidecarMode
from auralis_cli.system.signals import on_interruption
from auralis_cli.workers.program import WorkerCommand, choose_analyzer

if TYPE_CHECKING:
    from auralis_cli.cluster.roster import Roster

SHOW_CURSOR = b"\x1b[?25h\n"


class ReportedScan:
    """A scan that reports to the user: progress and report on stderr, JSON or a dry run's list on stdout."""

    def __init__(
        self,
        settings: Settings,
        command: WorkerCommand,
        analyzer: AnalyzerVersion,
        *,
        audio_only: bool,
        dry_run: bool,
        json: bool,
        quiet: bool,
        strict: bool = False,
        listener: ScanListener | None = None,
    ) -> None:
        self._settings = settings
        self._command = msgspec.structs.replace(command, audio_only=audio_only)
        self._analyzer = analyzer
        self._dry_run = dry_run
        self._quiet = quiet
        self._strict = strict
        self._listener = listener
        self._typed: frozenset[str] = frozenset()
        self._unknown_path = False
        self._unwritten: OutputError | None = None
        self._json = JsonLines() if json else None
        self._roster: Roster | None = None
        self.notes: list[str] = []
        """Warnings of the command itself, which the report shows with those of the scan."""

    async def run(self, inputs: Inputs, *, rescan: bool, check_patterns: bool = False) -> ExitCode:
        """Scans, and always writes the report, whatever ends the scan. Raises what `Scan.run` raises."""
        paths = inputs.all
        self._typed = frozenset(path and place_of(path) for path in inputs.typed)
        scan = self._scan(rescan=rescan)
        try:
            if self._json:
                self._json.write(start_line(self._analyzer))
            with on_interruption(scan.stop, lambda: abort(scan, self._settings.cache)):
                async with self._progress(scan):
                    await scan.run(paths, self._emit)
        except BrokenPipeError:
            discard_output()
            scan.tally.interrupted = True
        finally:
            self.notes += scan.selection.warnings
            self.notes += [] if self._roster is None else self._roster.warnings
            if check_patterns and not scan.tally.interrupted:
                self.notes += map(_unmatched_warning, scan.selection.unmatched())
            scan.tally.warnings = (*self.notes, *scan.tally.warnings)
            self._report(scan, rescan=rescan)
        if self._unwritten is not None:
            raise self._unwritten
        if scan.tally.interrupted:
            return ExitCode.INTERRUPTED
        if self._unknown_path:
            return ExitCode.BROKEN
        failures = scan.tally.counts[Status.FAILED] if self._strict else scan.tally.new_failures
        return ExitCode.SOME_FAILED if failures else ExitCode.OK

    def _scan(self, *, rescan: bool) -> Scan | DryRun:
        shows_tracks = self._json is not None or self._dry_run
        options = ScanOptions(
            rescan=rescan,
            audio_only=self._command.audio_only,
            with_records=self._json is not None,
            count_unchanged=not shows_tracks,
            fill_sidecars=True,
            ignore_files=self._listener is None or self._listener.ignore_files,
            on_found=None if self._listener is None else self._listener.found,
        )
        if self._dry_run:
            return DryRun(self._settings, self._analyzer, options)
        engine, self._roster = choose_engine(self._command, self._settings, self._analyzer)
        return Scan(self._settings, self._analyzer, engine, options)

    async def _emit(self, results: Sequence[TrackResult]) -> None:
        self._unknown_path = self._unknown_path or any(
            result.error is not None and result.error.code == "not_found" and result.path in self._typed
            for result in results
        )
        if self._listener is not None:
            self._listener.results(results)
        if self._json:
            await self._json.tracks(results)
        if self._json or not self._dry_run:
            return
        for result in results:
            write_text(_dry_run_line(result))
        sys.stdout.flush()

    @asynccontextmanager
    async def _progress(self, scan: Scan | DryRun) -> AsyncIterator[None]:
        """The live display if the terminal shows nothing else, else lines; nothing when quiet."""
        if self._quiet:
            yield
            return
        stdout_in_the_way = sys.stdout.isatty() and (self._json is not None or self._dry_run)
        if sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not stdout_in_the_way:
            from auralis_cli.render.progress import ProgressDisplay

            with ProgressDisplay(scan, roster=self._roster):
                yield
            return
        lines = asyncio.create_task(show_plain_progress(scan, self._roster))
        try:
            yield
        finally:
            lines.cancel()

    def _report(self, scan: Scan | DryRun, *, rescan: bool) -> None:
        """Writes the summary line to stdout and the report to stderr."""
        if self._json:
            self._unwritten = self._json.end(summary_line(scan.tally))
        if self._listener is not None:
            for line in brief_lines(scan.tally, quiet=self._quiet):
                write_text(line, err=True)
            return
        lines = (
            trouble_lines(scan.tally, only_new=not self._strict)
            if self._quiet
            else report_lines(
                scan.tally, self._analyzer, self._settings, dry_run=self._dry_run, rescan=rescan
            )
        )
        for line in lines:
            write_text(line, err=True)


def abort(scan: Scan | DryRun, cache: Path) -> None:
    """Ends the program at once. The database keeps what was committed, all but the last second."""
    scan.kill_now()
    with contextlib.suppress(OSError):
        if sys.stderr.isatty():
            os.write(sys.stderr.fileno(), SHOW_CURSOR)
        told = for_stderr(f"auralis: {stored_so_far(scan.tally, cache)}")
        os.write(sys.stderr.fileno(), f"{told}\n".encode())
    os._exit(int(ExitCode.INTERRUPTED))


def _unmatched_warning(pattern: str) -> str:
    return (
        f"--exclude '{pattern}' matches no track and no folder: names are compared as a whole and with their "
        "capitals; '*' stands for any characters, so '*name*' matches a part"
    )


def _is_file(path: str) -> bool:
    """Whether a path is that of a file; of a URL, whether it looks so."""
    return has_audio_extension(name_of(path)) if is_url(path) else os.path.isfile(path)


def _dry_run_line(result: TrackResult) -> str:
    word = "analyse" if result.status is Status.ANALYSED else str(result.status)
    why = result.reason or (result.error.code if result.error else None) or result.taken_from
    return f"{word:<8} {safe_text(result.path)}" + (f"  ({safe_text(why)})" if why else "")


def run_scan(
    paths: list[str],
    settings: Settings,
    *,
    files_from: str | None = None,
    null_separated: bool = False,
    rescan: bool = False,
    dry_run: bool = False,
    json: bool = False,
    quiet: bool = False,
    strict: bool = False,
    check_patterns: bool = False,
    listener: ScanListener | None = None,
) -> ExitCode:
    """Scans, shows progress, writes results and report. Returns the exit code of the command.

    Without paths the folders that were scanned before are scanned again. `strict`: failures that are known
    from before count like new ones. `check_patterns`: warn of patterns of `exclude` that match nothing, as
    where the user has just typed them. `listener`: in place of the report, which is brief then.
    """
    if null_separated and files_from is None:
        raise ConfigError("-0 needs a list of paths: give one with --files-from")
    if paths or files_from is not None:
        inputs = name_inputs(paths, files_from, null_separated=null_separated)
    else:
        inputs = Inputs((), tuple(known_folders_or_error(settings.cache)))
    if all(map(is_url, inputs.all)):  # beside them is no place for sidecars
        settings = msgspec.structs.replace(settings, sidecars=SidecarMode.NONE)
    command, analyzer = choose_analyzer(settings)
    if not (quiet or rescan or listener):
        tell_of_outdated(inputs.all, settings, analyzer)
    # A film is a track only for who names it: a scan of files alone takes them all.
    audio_only = not settings.video and not all(map(_is_file, inputs.all))
    session = ReportedScan(
        settings,
        command,
        analyzer,
        audio_only=audio_only,
        dry_run=dry_run,
        json=json,
        quiet=quiet,
        strict=strict,
        listener=listener,
    )
    session.notes += inputs.warnings
    return asyncio.run(session.run(inputs, rescan=rescan, check_patterns=check_patterns))
