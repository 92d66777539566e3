"""The settings of a run: defaults, configuration file, environment and flags in one frozen value."""

from enum import StrEnum
from pathlib import Path

import msgspec

from auralis_cli.model.record import AnalyzerName


class SidecarMode(StrEnum):
    """Where sidecars go."""

    BESIDE = "beside"
    MIRROR = "mirror"
    NONE = "none"


class EngineName(StrEnum):
    """Where tracks are analysed."""

    LOCAL = "local"
    """On this machine."""
    DASK = "dask"
    """On the machines of a Dask cluster."""


class PathMap(msgspec.Struct, frozen=True):
    """Files below `ours` are below `theirs` on a machine of the cluster; on all where `machine` is None."""

    ours: str
    theirs: str
    machine: str | None = None

    def __str__(self) -> str:
        prefix = "" if self.machine is None else f"{self.machine}@"
        return f"{prefix}{self.ours}={self.theirs}"


class Settings(msgspec.Struct, frozen=True):
    """Everything that a run depends on."""

    cache: Path
    jobs: int
    """Worker processes."""
    nice: bool = False
    """Run the workers at low priority."""
    timeout: int | None = None
    """Seconds that the analysis of one file may take; None: by its size, see `workers/limits.py`."""
    max_memory: int | None = None
    """MiB that one worker and its ffmpeg may use; None: see `workers/limits.py`."""
    sidecars: SidecarMode = SidecarMode.BESIDE
    sidecar_dir: Path | None = None
    """Root of the mirrored tree when `sidecars` is `mirror`."""
    exclude: tuple[str, ...] = ()
    """Glob patterns of paths to leave out."""
    hidden: bool = False
    """Take files and folders whose names start with a dot too."""
    video: bool = False
    """Analyse the sound of films that are found in folders."""
    renew: bool = True
    """Analyse tracks anew whose values are of an older analysis version; False: their old values count."""
    analyzer: AnalyzerName = AnalyzerName.WORKER
    """Who analyses, and whose results are looked up."""
    worker: Path | None = None
    """The fp-worker program; None: find it."""
    ffmpeg: str | None = None
    """The ffmpeg program; None: look on PATH; "none": do not use one."""
    engine: EngineName = EngineName.LOCAL
    """Where a scan has its tracks analysed."""
    scheduler: str | None = None
    """Address of the Dask scheduler, such as `tcp://host:8786`."""
    scheduler_file: Path | None = None
    """The file in which the Dask scheduler has written its address."""
    path_map: tuple[PathMap, ...] = ()
    """Where the machines of the cluster have the files; the first that fits counts."""
    ship: bool = False
    """Send the bytes of the tracks to the machines of the cluster."""
