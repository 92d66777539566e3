"""The worker against the Python reference: speed, agreement, stability."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Literal, Protocol

import msgspec

from auralis_cli.bench.agreement import DimensionAgreement, Disagreement, agreements, disagreements
from auralis_cli.bench.analysis_run import Advance, AnalysisRun, WorkerAnswer, run_analysis
from auralis_cli.bench.decode_run import run_decoding
from auralis_cli.bench.machine import Machine, check_release_build, describe_machine
from auralis_cli.bench.measured_process import Usage
from auralis_cli.bench.same_samples import analyse_same_samples
from auralis_cli.model.record import Track
from auralis_cli.settings.values import Settings
from auralis_cli.workers.limits import TrackLimits, track_limits
from auralis_cli.workers.program import (
    WorkerCommand,
    ffmpeg_argument,
    find_worker,
    identify_worker,
    reference_command,
)
from auralis_cli.workers.protocol import Done

MIN_PARALLEL_WORKERS = 2


class Steps(Protocol):
    """Shows the user how far the bench is."""

    def step(self, name: str, total: int) -> AbstractContextManager[Advance]:
        """A step of `total` tracks. Call the function that its `with` gives after each of them."""
        ...


class Analyzers(msgspec.Struct, frozen=True):
    """The two analyzers that are compared, with the limits of each."""

    worker: WorkerCommand
    reference: WorkerCommand
    worker_limits: TrackLimits
    reference_limits: TrackLimits


class OneSided(msgspec.Struct, frozen=True):
    """A track that only one of the two could analyse, and the error of the other (`failed`)."""

    path: str
    failed: Literal["worker", "reference"]
    code: str
    message: str


class DecoderDifference(msgspec.Struct, frozen=True):
    """A track that the two decode to different audio: samples per channel, and values out of tolerance.

    With `same_length` one of them decodes wrongly; without it they disagree where the audio begins or ends.
    """

    path: str
    reference_decoder: str
    worker_decoder: str
    reference_samples: int
    worker_samples: int
    values: tuple[Disagreement, ...]

    @property
    def same_length(self) -> bool:
        """Whether both decoded the same number of samples."""
        return self.reference_samples == self.worker_samples


class Speed(msgspec.Struct, frozen=True):
    """The time and memory of each program for all tracks."""

    tracks: int
    audio_s: float
    decode_only: Usage
    worker: Usage
    reference: Usage

    @property
    def cpu_ratio(self) -> float:
        """The reference's CPU time over the worker's."""
        return self.reference.cpu_s / max(self.worker.cpu_s, 1e-9)


class Parity(msgspec.Struct, frozen=True):
    """All that `bench --python-vs-rust` found."""

    machine: Machine
    jobs: int
    speed: Speed
    agreements: tuple[DimensionAgreement, ...]
    one_sided: tuple[OneSided, ...]
    decoder_differences: tuple[DecoderDifference, ...]
    unstable: tuple[str, ...]
    both_failed: int

    @property
    def agrees(self) -> bool:
        """Whether all values are in tolerance, no track is one-sided, and the worker repeats itself."""
        wrong = any(agreement.disagreements for agreement in self.agreements)
        misdecoded = any(difference.same_length for difference in self.decoder_differences)
        return not (wrong or misdecoded or self.one_sided or self.unstable)


def find_analyzers(settings: Settings) -> Analyzers:
    """Both analyzers, whatever the setting `analyzer` says. Raises WorkerUnavailableError."""
    rust = WorkerCommand(find_worker(settings), ffmpeg_argument(settings), settings.nice)
    python = reference_command(settings)
    return Analyzers(
        rust, python, track_limits(settings, rust.analyzer), track_limits(settings, python.analyzer)
    )


def compare_python_and_rust(analyzers: Analyzers, tracks: Sequence[Track], jobs: int, steps: Steps) -> Parity:
    """Runs all tracks through the worker, then through the reference, each in processes of its own.

    Raises WorkerUnavailableError for a debug worker and for workers that do not start.
    """
    worker, limits = analyzers.worker, analyzers.worker_limits
    identities = identify_worker(worker), identify_worker(analyzers.reference)
    check_release_build(worker, identities[0])
    machine = describe_machine(*identities)
    total = len(tracks)
    with steps.step("worker, decoding only", total) as advance:
        decode_only = run_decoding(worker, tracks, jobs, limits, advance)
    with steps.step("worker", total) as advance:
        rust = run_analysis(worker, tracks, jobs, limits, advance)
    many = max(jobs, MIN_PARALLEL_WORKERS)
    with steps.step("worker, again", 2 * total) as advance:
        again = [
            run_analysis(worker, order, workers, limits, advance)
            for order, workers in ((tracks, 1), (tracks[::-1], many))
        ]
    with steps.step("reference", total) as advance:
        python = run_analysis(analyzers.reference, tracks, jobs, analyzers.reference_limits, advance)
    with steps.step("worker on the reference's samples", total) as advance:
        same = analyse_same_samples(worker, tracks, jobs, analyzers.reference_limits, advance)
    done = {path: answer for path, answer in python.answers.items() if isinstance(answer, Done)}
    on_same = _pairs(done, same)
    return Parity(
        machine=machine,
        jobs=jobs,
        speed=Speed(total, rust.audio_s, decode_only, rust.usage, python.usage),
        agreements=tuple(agreements(on_same)),
        one_sided=tuple(_one_sided(python.answers, rust.answers)) + tuple(_one_sided(done, same)),
        decoder_differences=tuple(_decoder_differences(_pairs(done, rust.answers), same)),
        unstable=tuple(path for path in rust.answers if _differs(path, rust, again)),
        both_failed=sum(
            not isinstance(rust.answers[path], Done) for path in rust.answers.keys() - done.keys()
        ),
    )


def _pairs(reference: Mapping[str, Done], worker: Mapping[str, WorkerAnswer]) -> dict[str, tuple[Done, Done]]:
    return {
        path: (ours, theirs) for path, ours in reference.items() if isinstance(theirs := worker[path], Done)
    }


def _one_sided(
    reference: Mapping[str, WorkerAnswer], worker: Mapping[str, WorkerAnswer]
) -> Iterator[OneSided]:
    for path, ours in reference.items():
        theirs = worker[path]
        if isinstance(ours, Done) and not isinstance(theirs, Done):
            yield OneSided(path, "worker", theirs.code, theirs.message)
        elif not isinstance(ours, Done) and isinstance(theirs, Done):
            yield OneSided(path, "reference", ours.code, ours.message)


def _decoder_differences(
    pairs: Mapping[str, tuple[Done, Done]], same: Mapping[str, WorkerAnswer]
) -> Iterator[DecoderDifference]:
    """Tracks with other values from the worker's own decoder than from the reference's samples."""
    for path, (reference, worker) in pairs.items():
        on_same = same[path]
        if not isinstance(on_same, Done) or not (values := tuple(disagreements(path, on_same, worker))):
            continue
        yield DecoderDifference(
            path=path,
            reference_decoder=str(reference.details["decoder"]),
            worker_decoder=str(worker.details["decoder"]),
            reference_samples=int(reference.details["samples"]),
            worker_samples=int(worker.details["samples"]),
            values=values,
        )


def _differs(path: str, first: AnalysisRun, again: Sequence[AnalysisRun]) -> bool:
    """Whether the worker's answers differ in any bit."""
    return any(run.answers[path] != first.answers[path] for run in again)
