"""A whole scan: opens what it needs, runs the pipeline, stores what was finished, whatever ends it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from auralis_cli.files.selection import Selection
from auralis_cli.files.urls import is_url
from auralis_cli.lookup.lookup import Lookup
from auralis_cli.model.errors import ConfigError
from auralis_cli.model.record import AnalyzerName, AnalyzerVersion, Track
from auralis_cli.model.result import TrackResult
from auralis_cli.scan.intake import AnyIntake, Intake
from auralis_cli.scan.pipeline import Emit, Pipeline
from auralis_cli.scan.storage import ScanStorage
from auralis_cli.scan.tally import ScanTally
from auralis_cli.settings.values import Settings
from auralis_cli.system.background_threads import BackgroundThreads
from auralis_cli.workers.engine import Activity, Engine


class ScanOptions(msgspec.Struct, frozen=True):
    """What a scan does and reports, beyond the settings."""

    rescan: bool = False
    """Analyse all tracks, also those that are known."""
    audio_only: bool = False
    """Films are not tracks: what is remembered of them counts. The engine must refuse them too."""
    with_records: bool = False
    """Give the results of known tracks with their records, which takes longer."""
    write_sidecars: bool = True
    """False: sidecars are only read, whatever the settings say."""
    count_unchanged: bool = False
    """Only count tracks that are cached and unchanged, which is much quicker than a result for each."""
    fill_sidecars: bool = False
    """Write the sidecars that known tracks lack."""
    ignore_files: bool = True
    """Leave out what `.auralisignore` files say."""
    on_found: Callable[[Sequence[Track]], object] | None = None
    """Gets the tracks that the walk finds, known or not, on a thread of the scan."""


class ScanListener(Protocol):
    """Another command that scans: it gets what is found and how it ended, and reports that itself."""

    ignore_files: bool
    """Whether `.auralisignore` files count."""

    def found(self, tracks: Sequence[Track]) -> None:
        """Tracks of the walk, known or not; called on a thread of the scan."""

    def results(self, results: Sequence[TrackResult]) -> None:
        """Results of all tracks that are not known and unchanged."""


OpenIntake = Callable[[Sequence[str], Lookup, BackgroundThreads], AnyIntake]
"""From the paths, what is known of tracks, and the thread that must be used to ask for it."""


class Scan:
    """One scan. `tally` may be read at any time; `stop` and `kill_now` may be called from signal handlers.

    `open_intake`: where the files come from, if not from one walk over the paths.
    """

    def __init__(
        self,
        settings: Settings,
        analyzer: AnalyzerVersion,
        engine: Engine,
        options: ScanOptions = ScanOptions(),  # noqa: B008 - frozen
        open_intake: OpenIntake | None = None,
    ) -> None:
        self.tally = ScanTally()
        self.selection = Selection(
            settings.exclude, hidden=settings.hidden, ignore_files=options.ignore_files
        )
        self._settings = settings
        self._analyzer = analyzer
        self._engine = engine
        self._options = options
        self._open_intake = open_intake
        self._pipeline: Pipeline | None = None
        self._stopping: asyncio.Task[None] | None = None

    async def run(self, paths: Sequence[str], emit: Emit | None = None) -> None:
        """Scans `paths` and emits each file's result once, in the order in which they come.

        Whatever ends it, what was finished is stored. Raises CacheError, WorkerUnavailableError, ConfigError
        for a URL that the analyzer cannot read, and what `emit` raises.
        """
        storage: ScanStorage | None = None
        try:
            self._check(paths)
            storage = await ScanStorage.open(
                self._settings,
                self._analyzer,
                paths,
                rescan=self._options.rescan,
                audio_only=self._options.audio_only,
                with_records=self._options.with_records,
                write_sidecars=self._options.write_sidecars,
            )
            await self._run(paths, emit, storage)
        except BaseException:
            self.tally.interrupted = True
            raise
        finally:
            await self._engine.stop(0)
            if storage is not None:
                await storage.close()
                self.tally.warnings = tuple(storage.warnings)
                self.tally.sidecars_lacking = tuple(storage.sidecars_lacking)
                self.tally.sidecars_written = storage.sidecars_written
            self.tally.end()

    def stop(self) -> None:
        """Takes no more tracks, gives those in work a moment, then lets `run` store, close and return."""
        self.tally.interrupted = True
        if self._pipeline is not None:
            self._pipeline.end()
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._engine.stop())

    def kill_now(self) -> None:
        """Ends the engine's work without waiting, for an exit at once."""
        self._engine.kill_now()

    def activities(self) -> list[Activity | None]:
        """What each worker does now."""
        return self._engine.activities()

    def _check(self, paths: Sequence[str]) -> None:
        url = next(filter(is_url, paths), None)
        if url is not None and self._analyzer.name is AnalyzerName.REFERENCE:
            raise ConfigError(f"the reference reads files alone, not {url}; use --analyzer worker")

    async def _run(self, paths: Sequence[str], emit: Emit | None, storage: ScanStorage) -> None:
        count_unchanged = self._options.count_unchanged and not self._options.rescan
        intake: AnyIntake
        if self._open_intake is not None:
            intake = self._open_intake(paths, storage.lookup, storage.thread)
        else:
            intake = Intake(
                paths,
                self.selection,
                storage.lookup,
                storage.thread,
                count_unchanged=count_unchanged,
                fill_sidecars=self._options.fill_sidecars,
                on_found=self._options.on_found,
            )
        try:
            self._pipeline = Pipeline(
                self._engine, intake, storage, self.tally, emit, rescan=self._options.rescan
            )
            if self.tally.interrupted:  # while the cache was opened
                self._pipeline.end()
            await self._pipeline.run()
        finally:
            intake.close()
