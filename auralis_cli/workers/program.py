"""The program that analyses: fp-worker, or the Python reference when the user asks for it; its version."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec

from auralis_cli import __version__
from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.model.record import AnalyzerName, AnalyzerVersion
from auralis_cli.settings.values import Settings
from auralis_cli.system.programs import find_program
from auralis_cli.system.surroundings import missing_resource
from auralis_cli.workers.ffmpeg_version import NO_FFMPEG, ffmpeg_program
from auralis_cli.workers.protocol import (
    PROTOCOL_VERSION,
    ProtocolViolationError,
    Ready,
    decode_response,
)

PROGRAM = "fp-worker.exe" if os.name == "nt" else "fp-worker"
MAX_IDENTITY_S = 20.0
"""How long a worker may take to say who it is: a cold start from a slow disk takes a second or two."""


class WorkerCommand(msgspec.Struct, frozen=True):
    """How workers are started: the program, its ffmpeg setting, whether at low priority, and who it is.

    `before_mode`: arguments that make the program a worker, as Python needs them to run the reference.
    `memory_limit`: address space in bytes, None for the worker's own limit. `audio_only`: films fail as
    `video`.
    """

    program: Path
    ffmpeg: str | None = None
    nice: bool = False
    analyzer: AnalyzerName = AnalyzerName.WORKER
    before_mode: tuple[str, ...] = ()
    memory_limit: int | None = None
    audio_only: bool = False

    @property
    def name(self) -> str:
        """What messages call it."""
        return "the reference" if self.analyzer is AnalyzerName.REFERENCE else "fp-worker"

    def arguments(self, mode: str) -> list[str]:
        """The command line for `serve` or `identity`.

        Low priority is nice 10 and, where `ionice` is installed, the idle I/O class; both programs replace
        themselves by the worker, so the process id stays the worker's.
        """
        prefix: list[str] = []
        if self.nice and (nice := find_program("nice")):
            prefix += [nice, "-n", "10"]
        if self.nice and (ionice := find_program("ionice")):
            prefix += [ionice, "-c", "3"]
        options = [] if self.ffmpeg is None else ["--ffmpeg", self.ffmpeg]
        if self.memory_limit is not None:
            options += ["--memory-limit", str(self.memory_limit)]
        if self.audio_only and self.analyzer is AnalyzerName.WORKER:
            options.append("--audio-only")
        return [*prefix, str(self.program), *self.before_mode, mode, *options]


def find_worker(settings: Settings) -> Path:
    """The fp-worker program: the one that was set, else the one installed with this package, else PATH.

    Raises WorkerUnavailableError, which says where it looked.
    """
    if settings.worker is not None:
        if _is_program(settings.worker):
            return settings.worker.absolute()
        what = "is not executable" if settings.worker.exists() else "does not exist"
        raise WorkerUnavailableError(
            f"cannot start fp-worker: {settings.worker} {what}; correct AURALIS_WORKER or the setting "
            "'worker', or remove it to use the installed one"
        )
    places = list(dict.fromkeys(_installed_places()))
    for place in places:
        if _is_program(place / PROGRAM):
            return place / PROGRAM
    if found := find_program(PROGRAM):
        return Path(found)
    raise WorkerUnavailableError(
        f"cannot start fp-worker: not found in {', '.join(map(str, places))}, nor on PATH; "
        "run 'pip install .' in the source tree or set AURALIS_WORKER to the program"
    )


def identify_worker(command: WorkerCommand) -> Ready:
    """Starts the worker once, only to ask who it is; refuses one of another version.

    Blocks for a few milliseconds. Raises WorkerUnavailableError.
    """
    try:
        answer = subprocess.run(
            command.arguments("identity"), capture_output=True, timeout=MAX_IDENTITY_S, check=False
        )
    except OSError as error:
        why = missing_resource(error) or f"{error.strerror}; reinstall auralis or set AURALIS_WORKER"
        raise WorkerUnavailableError(f"cannot start {command.program}: {why}") from error
    except subprocess.TimeoutExpired as error:
        raise WorkerUnavailableError(
            f"{command.program} did not say who it is within {MAX_IDENTITY_S:.0f} s; run it by hand with "
            "'identity' to see why, or set AURALIS_WORKER to another"
        ) from error
    line = answer.stdout.partition(b"\n")[0]
    try:
        ready = decode_response(line)
    except ProtocolViolationError as error:
        said = answer.stderr.decode(errors="replace").strip()[-400:] or f"exit status {answer.returncode}"
        raise WorkerUnavailableError(
            f"{command.program} does not answer like an fp-worker ({said}); "
            "reinstall auralis or correct AURALIS_WORKER"
        ) from error
    if not isinstance(ready, Ready):
        raise WorkerUnavailableError(
            f"{command.program} does not say who it is; reinstall auralis or correct AURALIS_WORKER"
        )
    check_version(command.program, ready)
    return ready


def check_version(program: Path, ready: Ready) -> None:
    """Refuses a worker of another protocol or version: its numbers would be stored as this version's."""
    if ready.protocol != PROTOCOL_VERSION:
        raise WorkerUnavailableError(
            f"{program} speaks protocol {ready.protocol}, auralis {__version__} speaks {PROTOCOL_VERSION}; "
            "reinstall auralis so that both come from one version"
        )
    if ready.worker_version.partition("+")[0] != __version__:  # a local part names what else it is made of
        raise WorkerUnavailableError(
            f"{program} is version {ready.worker_version}, auralis is {__version__}; "
            "reinstall auralis so that both come from one version"
        )


def _installed_places() -> Iterator[Path]:
    """Where an installation puts programs: scripts folder, beside the interpreter, beside this program."""
    yield Path(sysconfig.get_path("scripts"))
    yield Path(sys.executable).absolute().parent
    if sys.argv and Path(sys.argv[0]).name:
        yield Path(sys.argv[0]).absolute().parent


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


REFERENCE_MODULE: Final = "auralis_cli.reference"
_UNUSED_ADDRESSES: Final = 1 << 30
"""Libraries and the heaps of threads, mapped and hardly touched: ffmpeg has 280 MiB of them."""
_NEEDED: Final = ("numpy", "scipy", "librosa", "pyloudnorm", "soundfile")


def choose_analyzer(settings: Settings) -> tuple[WorkerCommand, AnalyzerVersion]:
    """How to start workers in this run, and whose records they make. Raises WorkerUnavailableError."""
    if settings.analyzer is AnalyzerName.REFERENCE:
        command = reference_command(settings)
    else:
        command = worker_command(settings)
    ready = identify_worker(command)
    made_by = (settings.analyzer, ready.analysis_version, ready.worker_version)
    return command, AnalyzerVersion(*made_by, reads_tags=ready.tags)


def worker_command(settings: Settings) -> WorkerCommand:
    """fp-worker; its address space is `max_memory` plus what programs reserve and never touch."""
    held = settings.max_memory
    limit = None if held is None else (held << 20) + _UNUSED_ADDRESSES
    return WorkerCommand(find_worker(settings), ffmpeg_argument(settings), settings.nice, memory_limit=limit)


def ffmpeg_argument(settings: Settings) -> str:
    """The ffmpeg that workers are told to use, so that none of them looks for it itself."""
    return ffmpeg_program(settings.ffmpeg) or NO_FFMPEG


def reference_command(settings: Settings) -> WorkerCommand:
    """The reference as a worker, run by this Python. WorkerUnavailableError where its extra is missing."""
    missing = [package for package in _NEEDED if find_spec(package) is None]
    if missing:
        raise WorkerUnavailableError(
            f"cannot start the reference: {', '.join(missing)} not installed in {sys.prefix}; "
            "run pip install '.[bench]' in the source tree, or leave out --analyzer reference"
        )
    return WorkerCommand(
        Path(sys.executable),
        ffmpeg_argument(settings),
        settings.nice,
        analyzer=AnalyzerName.REFERENCE,
        before_mode=("-m", REFERENCE_MODULE),
    )
