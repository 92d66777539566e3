"""The hashing of `duplicates` as the user sees it: workers, progress, Ctrl-C, failures."""

import asyncio
import os
from collections.abc import Sequence

from auralis_cli.commands.options import print_warning
from auralis_cli.model.errors import ExitCode
from auralis_cli.model.record import Track, TrackError
from auralis_cli.render.count_progress import CountProgress
from auralis_cli.render.output import write_text
from auralis_cli.scan.hashing import Hashing, ToHash
from auralis_cli.settings.values import Settings
from auralis_cli.store.cache_file import cache_errors, open_existing_cache
from auralis_cli.system.signals import on_interruption
from auralis_cli.workers.local_pool import local_pool
from auralis_cli.workers.program import identify_worker, worker_command

MAX_TOLD = 5
AWAY = ("not_found", "read_stalled")


def make_hashes(wanted: Sequence[ToHash], settings: Settings) -> Hashing:
    """Makes and stores the hashes, shows progress, tells of failures. Raises AuralisError."""
    command = worker_command(settings)
    identify_worker(command)

    async def run() -> Hashing:
        with open_existing_cache(settings.cache) as connection:
            hashing = Hashing(local_pool(command, settings), connection)

            def abort() -> None:
                hashing.kill_now()
                os._exit(int(ExitCode.INTERRUPTED))

            with (
                on_interruption(hashing.stop, abort),
                CountProgress(f"of {len(wanted):,} tracks listened to", len(wanted)) as progress,
                cache_errors(settings.cache, "write to"),
            ):
                await hashing.run(wanted, progress.show)
            return hashing

    hashing = asyncio.run(run())
    _tell(hashing.failures)
    if hashing.interrupted:
        left = len(wanted) - hashing.done
        write_text(f"auralis: {hashing.done:,} hashes are kept, {left:,} are left: run it again", err=True)
    return hashing


def _tell(failures: Sequence[tuple[Track, TrackError]]) -> None:
    away = [track for track, error in failures if error.code in AWAY]
    if away:
        files = "1 file is" if len(away) == 1 else f"{len(away):,} files are"
        print_warning(
            f"{files} not there, such as {away[0].path}: is the disk connected? "
            "'auralis cache prune' forgets files that have gone for good"
        )
    others = [(track, error) for track, error in failures if error.code not in AWAY]
    for track, error in others[:MAX_TOLD]:
        print_warning(f"not listened to: {track.path}: {error.message}")
    if len(others) > MAX_TOLD:
        print_warning(f"and {len(others) - MAX_TOLD:,} more")
