"""One track for the commands that are about one: from the cache or its sidecar, else analysed."""

import asyncio
import os
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from auralis_cli.files.urls import is_url
from auralis_cli.model.errors import AuralisError, TrackFailedError, WrongPathError
from auralis_cli.model.record import Record
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.scan.scan import Scan, ScanOptions
from auralis_cli.settings.values import Settings
from auralis_cli.store.cache_file import may_only_read
from auralis_cli.store.cache_slice import open_slice, stored_record
from auralis_cli.workers.local_pool import local_pool
from auralis_cli.workers.program import choose_analyzer

_OUT_OF_REACH: Final = frozenset({"absent", "not_found", "permission_denied", "read_error", "read_stalled"})
"""Codes of failures that say nothing about what the file holds."""


def analyse_one(
    path: str, settings: Settings, warn: Callable[[str], None] | None = None, *, store: bool = False
) -> TrackResult:
    """The result for one file, with its record unless it failed (then `error` says why).

    Nothing is written unless `store`, and not even then for a user who may only read the cache, who gets a
    warning. `warn` gets what went wrong without costing the result, such as a sidecar that cannot be written.
    Raises WrongPathError for a folder or a sidecar, and what a scan raises.
    """
    if _is_folder(path):
        raise WrongPathError(f"{path} is a folder; name an audio file, or use 'auralis scan'")
    if store and not may_only_read(settings.cache):
        return _analyse_one(path, settings, warn, store=True)
    with open_slice(settings.cache, path) as cache:
        result = _analyse_one(path, msgspec.structs.replace(settings, cache=cache), warn, store=False)
    if store and result.status is Status.ANALYSED and warn is not None:
        warn(f"not stored: you may only read the cache {settings.cache}")
    return result


def analyse_or_recall(path: str, settings: Settings, warn: Callable[[str], None] | None = None) -> Record:
    """The record of one file, which need not be there now: then it is that in the cache, and `warn` says so.

    Nothing is written. Raises TrackFailedError, WrongPathError, and what a scan raises.
    """
    result = analyse_one(path, settings, warn)
    if result.record is not None:
        return result.record
    if result.error is not None and result.error.code in _OUT_OF_REACH and settings.cache.exists():
        record = stored_record(settings.cache, path, settings.analyzer)
        if record is not None:
            if warn is not None:
                warn(f"{path} cannot be read now; its values in the cache are used")
            return record
    raise error_without_record(result)


def _analyse_one(
    path: str, settings: Settings, warn: Callable[[str], None] | None, *, store: bool
) -> TrackResult:
    settings = msgspec.structs.replace(settings, jobs=1, exclude=())
    command, analyzer = choose_analyzer(settings)
    options = ScanOptions(with_records=True, write_sidecars=store)
    results: list[TrackResult] = []
    warnings: list[str] = []

    async def collect(found: Sequence[TrackResult]) -> None:
        results.extend(found)

    async def run() -> None:
        scan = Scan(settings, analyzer, local_pool(command, settings), options)
        try:
            await scan.run([path], collect)
        finally:
            warnings.extend(scan.tally.warnings)

    asyncio.run(run())
    if warn is not None:
        for warning in warnings:
            warn(warning)
    if len(results) != 1 or results[0].reason is not None:
        raise WrongPathError(f"{path} is not a track; name an audio file")
    return results[0]


def _is_folder(path: str) -> bool:
    if not is_url(path):
        return os.path.isdir(path)
    from auralis_cli.files.remote.discover import is_folder

    return is_folder(path)


def error_without_record(result: TrackResult) -> AuralisError:
    """The error for a result without a record: TrackFailedError, or WrongPathError if nothing is there."""
    if result.error is None:
        return TrackFailedError(f"cannot analyse {result.path}: {result.reason or 'it has no fingerprint'}")
    if result.error.code == "not_found":
        return WrongPathError(result.error.message)
    again = "; met before, and neither the file nor the decoders have changed" if result.remembered else ""
    hint = ""
    if result.error.depends_on_ffmpeg and "ffmpeg" not in result.error.message:
        hint = "; another ffmpeg may help (see 'auralis doctor')"
    return TrackFailedError(
        f"cannot analyse {result.path}: {result.error.message} ({result.error.code}{again}){hint}"
    )
