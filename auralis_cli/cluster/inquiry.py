"""What `auralis cluster check` asks each machine, and what the machine says of itself: JSON, both ways.

`look` runs on the machine, and changes nothing.
"""

import asyncio
import os
import platform
import socket
from collections.abc import Collection, Sequence
from typing import Annotated, Final, Literal

import msgspec

from auralis_cli import __version__
from auralis_cli.cluster.open_here import maps_for, opener, path_here
from auralis_cli.cluster.wire import MAX_MESSAGE, words
from auralis_cli.model.errors import AuralisError
from auralis_cli.model.record import Track
from auralis_cli.settings.resolve import resolve_settings
from auralis_cli.settings.values import PathMap
from auralis_cli.system.cpus import usable_cpus
from auralis_cli.workers.ffmpeg_version import ffmpeg_version
from auralis_cli.workers.program import WorkerCommand, worker_command
from auralis_cli.workers.protocol import Ready
from auralis_cli.workers.self_test import Tested, run_self_test, time_test_track
from auralis_cli.workers.track_file import UnopenedError, open_track

MAX_CORES: Final = 1 << 20
Name = Annotated[str, msgspec.Meta(max_length=255)]
Words = Annotated[str, msgspec.Meta(max_length=MAX_MESSAGE)]
Sight = Literal["same", "unseen", "unproven"]
"""same: the machine has the very file that was asked for. unproven: it has a folder of that name, and no file
is known to compare.
"""


class Root(msgspec.Struct, frozen=True):
    """A folder of the library, and one of the files in it as the scan's machine sees it.

    Paths are bytes, since names may be any. Without a file, `sample` is empty.
    """

    path: bytes
    sample: bytes = b""
    size: int = 0
    mtime_ns: int = 0
    file_key: str = ""


class Inquiry(msgspec.Struct, frozen=True):
    """The question."""

    roots: tuple[Root, ...] = ()
    path_map: tuple[PathMap, ...] = ()


class RootSeen(msgspec.Struct, frozen=True):
    """A folder on the machine: where it looked, what it found, and why not what it should."""

    path: bytes
    there: bytes
    sight: Sight
    why: Words = ""


class MachineReport(msgspec.Struct, frozen=True, tag="report"):
    """The answer. `trouble`: why no fp-worker works there. `test_s`: seconds for the test track.

    What comes after the trouble is not known.
    """

    host: Name
    system: Name
    python: Name
    auralis: Name
    cores: Annotated[int, msgspec.Meta(ge=1, le=MAX_CORES)]
    roots: tuple[RootSeen, ...]
    trouble: Words | None = None
    ready: Ready | None = None
    ffmpeg: Name | None = None
    test_s: Annotated[float, msgspec.Meta(gt=0, le=1e6)] | None = None


def look(inquiry: Inquiry, names: Collection[str] = ()) -> MachineReport:
    """What this machine is like. `names`: what path maps may call it."""
    maps = maps_for(inquiry.path_map, names)
    about = MachineReport(
        host=socket.gethostname(),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        auralis=__version__,
        cores=usable_cpus(),
        roots=tuple(_look_at(root, maps) for root in inquiry.roots),
    )
    try:
        settings = resolve_settings({})
        command = worker_command(settings)
        tested = asyncio.run(_test(command))
    except (AuralisError, OSError) as error:
        return msgspec.structs.replace(about, trouble=words(str(error)))
    if isinstance(tested, str):
        return msgspec.structs.replace(about, trouble=words(f"{command.program}: {tested}"))
    ffmpeg = ffmpeg_version(settings.ffmpeg)
    return msgspec.structs.replace(about, ready=tested.ready, ffmpeg=ffmpeg, test_s=tested.seconds)


async def _test(command: WorkerCommand) -> Tested | str:
    """A worker that gives right values, with the test track; else what is wrong with it."""
    return await run_self_test(command) or await time_test_track(command)


def _look_at(root: Root, maps: Sequence[PathMap]) -> RootSeen:
    folder = os.path.dirname(path_here(os.path.join(os.fsdecode(root.path), "file"), maps))
    there = os.fsencode(folder)
    if not os.path.isdir(folder):
        return RootSeen(root.path, there, "unseen", words(f"there is no folder {folder}"))
    if not root.sample:
        return RootSeen(root.path, there, "unproven")
    track = Track(os.fsdecode(root.sample), root.size, root.mtime_ns)
    try:
        os.close(opener(maps, {track.path: root.file_key}, {}, open_track)(track))
    except UnopenedError as error:
        return RootSeen(root.path, there, "unseen", words(str(error)))
    return RootSeen(root.path, there, "same")
