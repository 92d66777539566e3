"""What `bench` finds, and prints with --json: two scans as a whole, and each stage of a scan."""

from auralis_cli.bench.machine import Machine
from auralis_cli.render.json_types import Printed


class ScanFigures(Printed, frozen=True):
    """One whole scan: wall time, CPU time of this program and of its workers."""

    wall_s: float
    own_cpu_s: float
    workers_cpu_s: float
    analysed: int
    cached: int
    failed: int


class Stage(Printed, frozen=True):
    """One stage over all tracks: its CPU time, and its wall time if it was run alone."""

    name: str
    cpu_s: float
    wall_s: float | None
    meaning: str


class Throughput(Printed, frozen=True, tag_field="bench", tag="throughput"):
    """Output of `bench --json`."""

    machine: Machine
    jobs: int
    tracks: int
    audio_s: float
    cold: ScanFigures
    warm: ScanFigures
    stages: tuple[Stage, ...]
