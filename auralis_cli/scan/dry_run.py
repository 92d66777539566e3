"""A dry run: walks and looks up as a scan does, writes nothing and analyses nothing."""

from collections.abc import Sequence

from auralis_cli.files.selection import Selection
from auralis_cli.lookup.lookup import Lookup
from auralis_cli.model.record import AnalyzerVersion
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.scan.intake import Intake
from auralis_cli.scan.pending import PendingTrack
from auralis_cli.scan.pipeline import Emit
from auralis_cli.scan.scan import ScanOptions
from auralis_cli.scan.tally import ScanTally
from auralis_cli.settings.values import Settings
from auralis_cli.store.read_only import ReadOnlySidecars, open_read_only
from auralis_cli.system.background_threads import BackgroundThreads
from auralis_cli.workers.engine import Activity
from auralis_cli.workers.ffmpeg_version import ffmpeg_version


class DryRun:
    """What a scan would do; has the methods of `Scan`. Its `analysed` means "would be analysed"."""

    def __init__(self, settings: Settings, analyzer: AnalyzerVersion, options: ScanOptions) -> None:
        self.tally = ScanTally()
        self.selection = Selection(settings.exclude, hidden=settings.hidden)
        self._settings = settings
        self._analyzer = analyzer
        self._options = options
        self._intake: Intake | None = None

    async def run(self, paths: Sequence[str], emit: Emit) -> None:
        """Emits what a scan of `paths` would do with each file. Raises CacheError and what `emit` raises."""
        settings, analyzer = self._settings, self._analyzer
        thread = BackgroundThreads("auralis-storage")
        opened = open_read_only(settings.cache, analyzer.name)
        sidecars = ReadOnlySidecars(settings.sidecars, settings.sidecar_dir, analyzer.name)
        try:
            cache = await thread.run(opened.__enter__)
            try:
                lookup = Lookup(
                    cache,
                    analyzer,
                    sidecars=sidecars,
                    ffmpeg=lambda: ffmpeg_version(settings.ffmpeg),
                    rescan=self._options.rescan,
                    audio_only=self._options.audio_only,
                    renew=settings.renew,
                    with_records=self._options.with_records,
                )
                self._intake = Intake(
                    paths, self.selection, lookup, thread, count_unchanged=False, fill_sidecars=True
                )
                if not self.tally.interrupted:
                    await self._report(self._intake, emit)
            finally:
                await thread.run(opened.__exit__, None, None, None)
                self.tally.warnings = (*cache.warnings, *sidecars.warnings)
                self.tally.sidecars_lacking = tuple(sidecars.troubles.lacking_lines())
        except BaseException:
            self.tally.interrupted = True
            raise
        finally:
            if self._intake is not None:
                self._intake.close()
            thread.close()
            self.tally.end()

    def stop(self) -> None:
        """Ends the walk; `run` then returns."""
        self.tally.interrupted = True
        if self._intake is not None:
            self._intake.end_walk()

    def kill_now(self) -> None:
        """Does nothing: there is no work to end."""

    def activities(self) -> list[Activity | None]:
        """Nothing is analysed."""
        return []

    async def _report(self, intake: Intake, emit: Emit) -> None:
        while batch := await intake.next_batch():
            results = [_result(file) for file in batch.files]
            self.tally.may_be_retagged += sum(
                file.probe for file in batch.files if isinstance(file, PendingTrack)
            )
            for result in results:
                self.tally.add(result)
            self.tally.sidecars_from_cache += len(batch.without_sidecar)
            await emit(results)
        self.tally.discovering = False


def _result(file: PendingTrack | TrackResult) -> TrackResult:
    if isinstance(file, TrackResult):
        return file
    return TrackResult(file.track.path, Status.ANALYSED, file.track.size)
