"""A bench as one JSON object."""

from typing import Any

import msgspec

from auralis_cli.bench.agreement import DimensionAgreement, Disagreement
from auralis_cli.bench.measured_process import Usage
from auralis_cli.bench.parity import DecoderDifference, Parity
from auralis_cli.bench.throughput import Throughput
from auralis_cli.render.safe_text import base64_unless_utf8, utf8_text


def parity_json(parity: Parity) -> bytes:
    """The object of `bench --python-vs-rust --json`."""
    speed = parity.speed
    return msgspec.json.encode(
        {
            "bench": "python_vs_rust",
            "machine": parity.machine,
            "jobs": parity.jobs,
            "agrees": parity.agrees,
            "speed": {
                "tracks": speed.tracks,
                "audio_seconds": speed.audio_s,
                "decode_only": _usage(speed.decode_only),
                "worker": _usage(speed.worker),
                "reference": _usage(speed.reference),
                "cpu_ratio": speed.cpu_ratio,
            },
            "agreement": [_agreement(agreement) for agreement in parity.agreements],
            "one_sided": [
                {
                    **_path(track.path),
                    "failed": track.failed,
                    "code": track.code,
                    "message": utf8_text(track.message),
                }
                for track in parity.one_sided
            ],
            "decoder_differences": [_decoders(difference) for difference in parity.decoder_differences],
            "unstable": [_path(path) for path in parity.unstable],
            "both_failed": parity.both_failed,
        }
    )


def throughput_json(throughput: Throughput) -> bytes:
    """The object of `bench --json`."""
    return msgspec.json.encode({"bench": "throughput", **msgspec.structs.asdict(throughput)})


def _usage(usage: Usage) -> dict[str, float]:
    return {
        "wall_seconds": usage.wall_s,
        "user_seconds": usage.user_s,
        "system_seconds": usage.system_s,
        "peak_bytes": usage.peak_bytes,
    }


def _agreement(agreement: DimensionAgreement) -> dict[str, Any]:
    return {
        "key": agreement.key,
        "unit": agreement.unit,
        "spread": agreement.spread,
        "compared": agreement.compared,
        "largest": agreement.largest,
        "median": agreement.median,
        "largest_pct": agreement.largest_pct,
        "median_pct": agreement.median_pct,
        "pass": not agreement.disagreements,
        "disagreements": [_value(value) for value in agreement.disagreements],
    }


def _decoders(difference: DecoderDifference) -> dict[str, Any]:
    return {
        **_path(difference.path),
        "reference_decoder": difference.reference_decoder,
        "worker_decoder": difference.worker_decoder,
        "reference_samples": difference.reference_samples,
        "worker_samples": difference.worker_samples,
        "same_length": difference.same_length,
        "values": [_value(value) for value in difference.values],
    }


def _value(value: Disagreement) -> dict[str, Any]:
    return {
        **_path(value.path),
        "key": value.key,
        "reference": value.reference,
        "worker": value.worker,
        "allowed": value.allowed,
        "reasons": value.reasons,
    }


def _path(path: str) -> dict[str, str | None]:
    return {"path": utf8_text(path), "path_b64": base64_unless_utf8(path)}
