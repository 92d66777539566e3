"""The JSON of both benches, each one object."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from auralis_cli.bench.agreement import DimensionAgreement, Disagreement
from auralis_cli.bench.figures import Throughput
from auralis_cli.bench.machine import Machine
from auralis_cli.bench.measured_process import Usage
from auralis_cli.bench.parity import DecoderDifference, Parity, Speed
from auralis_cli.render.json_types import Count, PathObject, Printed, Seconds, path_object
from auralis_cli.render.safe_text import base64_unless_utf8, utf8_text


class UsageObject(Printed, frozen=True):
    """The time and memory of several programs together."""

    wall_seconds: Seconds
    user_seconds: Seconds
    system_seconds: Seconds
    peak_bytes: Annotated[Count, Meta(description="Of the largest of them; 0 where it is not known.")]


class SpeedObject(Printed, frozen=True):
    """The time and memory of decoding, of the worker and of the reference for all tracks."""

    tracks: Count
    audio_seconds: Seconds
    decode_only: UsageObject
    worker: UsageObject
    reference: UsageObject
    cpu_ratio: Annotated[float, Meta(ge=0, description="The reference's CPU time over the worker's.")]


class DisagreementObject(PathObject, frozen=True):
    """One value out of tolerance. Where a side has null, `reasons` says why, for both sides."""

    key: str
    reference: float | None
    worker: float | None
    allowed: Annotated[float, Meta(ge=0)]
    reasons: Annotated[tuple[str, str], Meta(description="Of the reference and the worker.")]


class AgreementObject(Printed, frozen=True):
    """One dimension over all tracks that both have analysed. Differences are in its unit."""

    key: str
    unit: str
    spread: float
    compared: Count
    largest: float
    median: float
    largest_pct: Annotated[float, Meta(description="Of the spread.")]
    median_pct: Annotated[float, Meta(description="Of the spread.")]
    passes: bool = msgspec.field(name="pass")
    disagreements: tuple[DisagreementObject, ...]


class OneSidedObject(PathObject, frozen=True):
    """A track that only one of the two could analyse, and the error of the other."""

    failed: Literal["worker", "reference"]
    code: str
    message: str


class DecoderDifferenceObject(PathObject, frozen=True):
    """A track that the two decode to different audio."""

    reference_decoder: str
    worker_decoder: str
    reference_samples: Count
    worker_samples: Count
    same_length: bool
    values: Annotated[tuple[DisagreementObject, ...], Meta(description="Those out of tolerance.")]


class ParityObject(Printed, frozen=True, tag_field="bench", tag="python_vs_rust"):
    """Output of `bench --python-vs-rust --json`."""

    machine: Machine
    jobs: Count
    agrees: bool
    speed: SpeedObject
    agreement: tuple[AgreementObject, ...]
    one_sided: tuple[OneSidedObject, ...]
    decoder_differences: tuple[DecoderDifferenceObject, ...]
    unstable: Annotated[tuple[PathObject, ...], Meta(description="The worker did not repeat itself.")]
    both_failed: Count


OUTPUTS: Mapping[str, type[msgspec.Struct]] = {
    "bench": Throughput,
    "bench --python-vs-rust": ParityObject,
}
"""The type of each kind of output, for the JSON Schema."""


def parity_json(parity: Parity) -> bytes:
    """The object of `bench --python-vs-rust --json`."""
    return msgspec.json.encode(
        ParityObject(
            machine=parity.machine,
            jobs=parity.jobs,
            agrees=parity.agrees,
            speed=_speed(parity.speed),
            agreement=tuple(map(_agreement, parity.agreements)),
            one_sided=tuple(
                OneSidedObject(
                    utf8_text(track.path),
                    base64_unless_utf8(track.path),
                    track.failed,
                    track.code,
                    utf8_text(track.message),
                )
                for track in parity.one_sided
            ),
            decoder_differences=tuple(map(_decoders, parity.decoder_differences)),
            unstable=tuple(map(path_object, parity.unstable)),
            both_failed=parity.both_failed,
        )
    )


def throughput_json(throughput: Throughput) -> bytes:
    """The object of `bench --json`."""
    return msgspec.json.encode(throughput)


def _speed(speed: Speed) -> SpeedObject:
    return SpeedObject(
        tracks=speed.tracks,
        audio_seconds=speed.audio_s,
        decode_only=_usage(speed.decode_only),
        worker=_usage(speed.worker),
        reference=_usage(speed.reference),
        cpu_ratio=speed.cpu_ratio,
    )


def _usage(usage: Usage) -> UsageObject:
    return UsageObject(usage.wall_s, usage.user_s, usage.system_s, usage.peak_bytes)


def _agreement(agreement: DimensionAgreement) -> AgreementObject:
    return AgreementObject(
        key=agreement.key,
        unit=agreement.unit,
        spread=agreement.spread,
        compared=agreement.compared,
        largest=agreement.largest,
        median=agreement.median,
        largest_pct=agreement.largest_pct,
        median_pct=agreement.median_pct,
        passes=not agreement.disagreements,
        disagreements=tuple(map(_value, agreement.disagreements)),
    )


def _decoders(difference: DecoderDifference) -> DecoderDifferenceObject:
    return DecoderDifferenceObject(
        path=utf8_text(difference.path),
        path_b64=base64_unless_utf8(difference.path),
        reference_decoder=difference.reference_decoder,
        worker_decoder=difference.worker_decoder,
        reference_samples=difference.reference_samples,
        worker_samples=difference.worker_samples,
        same_length=difference.same_length,
        values=tuple(map(_value, difference.values)),
    )


def _value(value: Disagreement) -> DisagreementObject:
    return DisagreementObject(
        path=utf8_text(value.path),
        path_b64=base64_unless_utf8(value.path),
        key=value.key,
        reference=value.reference,
        worker=value.worker,
        allowed=value.allowed,
        reasons=value.reasons,
    )
