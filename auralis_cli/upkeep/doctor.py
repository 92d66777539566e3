"""What `doctor` looks at: each check looks at one thing, changes nothing, and says what to do."""

import os
import platform
import shutil
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import msgspec

from auralis_cli import __version__
from auralis_cli.model.errors import CacheError, ConfigError, WorkerUnavailableError
from auralis_cli.model.record import AnalyzerName
from auralis_cli.settings.resolve import ResolvedSettings, default_cache, resolve_with_sources
from auralis_cli.settings.values import Settings, SidecarMode
from auralis_cli.system.cpus import usable_cpus
from auralis_cli.system.programs import find_program
from auralis_cli.system.surroundings import missing_resource
from auralis_cli.upkeep.cache_info import CacheInfo, find_damage, read_cache_info
from auralis_cli.workers.ffmpeg_version import ffmpeg_version
from auralis_cli.workers.program import WorkerCommand, identify_worker, worker_command
from auralis_cli.workers.protocol import Protection, Ready

LITTLE_SPACE = 200 << 20
NO_SPACE = 10 << 20
"""Bytes. A record takes about 2 KiB in the cache and 3 KiB as a sidecar: LITTLE_SPACE fits 40,000."""
ONLY_BY_FFMPEG = (
    "WavPack, Monkey's Audio, WMA, DSD, Musepack, TTA, TAK, Shorten, Speex, AMR, RealMedia, AC-3, E-AC-3, "
    "TrueHD, MLP, DTS, AU, VOC, AVI, FLV, HE-AAC, and AAC and Vorbis with more than two channels"
)


class State(StrEnum):
    """Of what was checked: `warn` works, but not fully; `fail` does not."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Check(msgspec.Struct, frozen=True):
    """One finding; `advice` is what to do, None when all is well."""

    name: str
    state: State
    finding: str
    advice: str | None = None


def run_checks(flags: Mapping[str, object]) -> list[Check]:
    """All checks; a wrong configuration is a finding, and the others then run with the defaults."""
    checks = [check_python()]
    try:
        resolved = resolve_with_sources(flags)
        settings = resolved.settings
        checks.append(check_config(resolved))
    except ConfigError as error:
        settings = Settings(cache=default_cache(), jobs=usable_cpus())
        what, _, advice = str(error).partition("; ")
        checks.append(Check("settings", State.FAIL, what, advice or "correct it"))
    checks += check_worker(settings)
    checks += [check_cache(settings.cache), check_space(settings.cache), check_sidecars(settings)]
    return checks


def check_python() -> Check:
    """Versions of package, Python and system."""
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    return Check("auralis", State.OK, f"{__version__} on Python {platform.python_version()}, {system}")


def check_config(resolved: ResolvedSettings) -> Check:
    """The configuration file, and how many settings are not at their defaults."""
    given = sum(source.layer > 0 for source in resolved.sources.values())
    state = "" if resolved.config_path.exists() else " (does not exist, which is fine)"
    return Check(
        "settings", State.OK, f"{resolved.config_path}{state}; {given} of {len(resolved.sources)} set"
    )


def check_worker(settings: Settings) -> list[Check]:
    """The worker, what it decodes itself, and the ffmpeg that decodes the rest."""
    try:
        command = worker_command(settings)
        ready = identify_worker(command)
    except WorkerUnavailableError as error:
        what, _, advice = str(error).partition("; ")
        return [
            Check("worker", State.FAIL, what, advice or "reinstall auralis"),
            check_ffmpeg(settings, None),
        ]
    about = (
        f"{command.program} {ready.worker_version}, analysis version {ready.analysis_version}, "
        f"{ready.build_profile} build"
    )
    slow = ready.build_profile != "release"
    advice = "it is many times slower than a release build; run 'pip install .' in the source tree"
    worker = Check("worker", State.WARN if slow else State.OK, about, advice if slow else None)
    jobs = Check(
        "jobs", State.OK, f"{settings.jobs} workers; this process may use {usable_cpus()} processors"
    )
    decoders = Check("decoders", State.OK, f"in the worker: {', '.join(ready.decoders)}")
    if not ready.decoders:
        decoders = Check("decoders", State.FAIL, "the worker has no decoders", "reinstall auralis")
    checks = [worker, check_self_test(command), jobs, decoders]
    return [*checks, check_sandbox(ready), check_ffmpeg(settings, ready)]


def check_self_test(command: WorkerCommand) -> Check:
    """Whether a worker's values for a sine are those that theory gives."""
    import asyncio

    from auralis_cli.workers.self_test import run_self_test

    try:
        wrong = asyncio.run(run_self_test(command))
    except (OSError, RuntimeError) as error:
        if (missing := missing_resource(error)) is not None:
            what, _, advice = missing.partition("; ")
            return Check("self-test", State.FAIL, f"not done, {what}", advice)
        if not isinstance(error, OSError):
            raise
        what = f"not done, the test file cannot be written: {error.strerror}"
        return Check("self-test", State.WARN, what, "free some space in the folder for temporary files")
    if wrong is None:
        return Check("self-test", State.OK, "a worker analysed one second of a sine, the values are right")
    return Check(
        "self-test", State.FAIL, f"{command.program}: {wrong}", "reinstall auralis, or set AURALIS_WORKER"
    )


def check_sandbox(ready: Ready) -> Check:
    """Which rights the worker has given up, since files may be hostile, and which it could not give up."""
    if ready.sandbox is None:
        return Check("sandbox", State.WARN, "the worker does not say what it may do", "reinstall auralis")
    parts: dict[str, Protection] = msgspec.structs.asdict(ready.sandbox)
    about = "; ".join(f"{name.replace('_', ' ')}: {part.detail}" for name, part in parts.items())
    missing = [name.replace("_", " ") for name, part in parts.items() if not part.active]
    # Other systems do not have these protections: there is nothing to advise.
    if not missing or platform.system() != "Linux":
        return Check("sandbox", State.OK, about)
    advice = (
        f"without {', '.join(missing)} a hostile file can do more harm; unset AURALIS_WORKER_SANDBOX, use "
        "Linux 5.13 or later with Landlock, or scan untrusted files in a container"
    )
    return Check("sandbox", State.WARN, about, advice)


def check_ffmpeg(settings: Settings, ready: Ready | None) -> Check:
    """The ffmpeg program: which, what version; or what cannot be read without it."""
    if settings.ffmpeg is not None and settings.ffmpeg.lower() == "none":
        return Check("ffmpeg", State.OK, f"switched off: {ONLY_BY_FFMPEG} are not read")
    version = ffmpeg_version(settings.ffmpeg)
    wanted = settings.ffmpeg or "ffmpeg"
    if version is None:
        found = find_program(wanted)
        what = f"{found} does not answer '-version'" if found else f"{wanted} was not found"
        advice = "install ffmpeg, or name the program: auralis config set ffmpeg FILE"
        return Check("ffmpeg", State.WARN, f"{what}: {ONLY_BY_FFMPEG} are not read", advice)
    if ready is not None and ready.ffmpeg is None:
        advice = "run it by hand to see why, or name another: auralis config set ffmpeg FILE"
        return Check(
            "ffmpeg", State.WARN, f"the worker does not accept {find_program(wanted)} {version}", advice
        )
    return Check("ffmpeg", State.OK, f"{(ready and ready.ffmpeg) or find_program(wanted)} {version}")


def check_cache(path: Path) -> Check:
    """The database of results: readable, writable, how much is in it, how it is journalled."""
    if not path.exists():
        folder = nearest_folder(path)
        if os.access(folder, os.W_OK | os.X_OK):
            return Check("cache", State.OK, f"{path} (will be made by the first scan)")
        return Check(
            "cache",
            State.FAIL,
            f"{path} cannot be made: no permission to write in {folder}",
            "name another file: auralis config set cache FILE",
        )
    try:
        info, damage = read_cache_info(path), find_damage(path)
        size = path.stat().st_size
    except (CacheError, OSError) as error:
        what, _, advice = str(error).partition("; ")
        return Check("cache", State.FAIL, what, advice or "name another file: auralis config set cache FILE")
    return _judge_cache(info, size, damage)


def _judge_cache(info: CacheInfo, size: int, damage: str | None) -> Check:
    tracks, failures = info.counts_of(AnalyzerName.WORKER)
    about = (
        f"{info.path}: {tracks:,} tracks and {failures:,} remembered failures, "
        f"{size / 1e6:,.1f} MB, journal {info.journal}"
    )
    if damage is not None:
        advice = "move it away: the next scan fills a new one from the sidecars"
        return Check("cache", State.FAIL, f"{about}, damaged: {damage}", advice)
    if not info.writable:
        return Check(
            "cache", State.FAIL, f"{about}, not writable", "correct its permissions, or name another"
        )
    if info.journal == "wal" and not info.on_local_disk:
        advice = "move it to a disk of this machine: auralis config set cache FILE"
        return Check("cache", State.WARN, f"{about}, on a network disk, where it can be damaged", advice)
    return Check("cache", State.OK, about)


def check_space(path: Path) -> Check:
    """Free space where the cache is."""
    folder = nearest_folder(path)
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Check(
            "disk", State.WARN, f"cannot tell the space in {folder}: {error.strerror}", "check the disk"
        )
    about = f"{free / 1e9:,.1f} GB free in {folder}"
    if free < LITTLE_SPACE:
        return Check("disk", State.FAIL if free < NO_SPACE else State.WARN, about, "free some space")
    return Check("disk", State.OK, about)


def check_sidecars(settings: Settings) -> Check:
    """Where sidecars go; the root of a mirror must be writable."""
    if settings.sidecars is not SidecarMode.MIRROR or settings.sidecar_dir is None:
        where = {SidecarMode.BESIDE: "beside the music", SidecarMode.NONE: "none are written"}
        return Check("sidecars", State.OK, where.get(settings.sidecars, str(settings.sidecars)))
    folder = nearest_folder(settings.sidecar_dir / "any")
    if os.access(folder, os.W_OK | os.X_OK):
        return Check("sidecars", State.OK, f"mirrored in {settings.sidecar_dir}")
    advice = "correct the permissions, or name another: auralis config set sidecar_dir DIR"
    return Check("sidecars", State.FAIL, f"{settings.sidecar_dir} cannot be written", advice)


def nearest_folder(path: Path) -> Path:
    """The folder of a path, or the closest one above it that exists."""
    return next((parent for parent in path.absolute().parents if parent.is_dir()), Path(path.anchor or "."))
