"""`bench --python-vs-rust` in words: machine, speed, agreement, decoders, stability, verdict."""

from collections.abc import Iterator

from auralis_cli.bench.agreement import DimensionAgreement, Disagreement
from auralis_cli.bench.machine import Machine
from auralis_cli.bench.measured_process import Usage
from auralis_cli.bench.parity import Parity, Speed
from auralis_cli.bench.report.table import BenchTable
from auralis_cli.render.formats import first_of
from auralis_cli.render.safe_text import safe_text


def machine_lines(machine: Machine) -> list[str]:
    """The machine, and the versions that ran on it."""
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    load = "" if machine.load is None else f", load {machine.load:.1f} as it began"
    return [f"{machine.cpu}, {machine.cores} usable cores{load}, {machine.system}", versions]


def parity_tables(parity: Parity) -> Iterator[BenchTable]:
    """Speed, then agreement."""
    yield _speed_table(parity.speed, parity.jobs)
    rows = [_agreement_row(agreement) for agreement in parity.agreements]
    heads = ("dimension", "unit", "tracks", "largest", "median", "largest %", "median %", "verdict")
    title = "Agreement on the same samples (difference in the unit and in percent of the dimension's spread)"
    yield BenchTable(title, heads, rows, text_columns=(0, 1, 7))


def parity_findings(parity: Parity) -> list[str]:
    """Each problem and the verdict, one line each."""
    lines = [
        f"out of tolerance: {_value(value)}"
        for agreement in parity.agreements
        for value in agreement.disagreements
    ]
    lines = first_of(lines)
    lines += first_of(
        f"only the {track.failed} fails on {safe_text(track.path)}: {safe_text(track.message)} ({track.code})"
        for track in parity.one_sided
    )
    lines += first_of(
        f"decoders differ{', at equal length' * difference.same_length}: {safe_text(difference.path)}: "
        f"{difference.reference_decoder} {difference.reference_samples} samples, "
        f"{difference.worker_decoder} {difference.worker_samples}; "
        + ", ".join(value.key for value in difference.values)
        for difference in parity.decoder_differences
    )
    lines += first_of(f"not repeatable: {safe_text(path)}" for path in parity.unstable)
    if parity.both_failed:
        lines.append(f"{parity.both_failed} tracks that neither can analyse are left out")
    repeated = "does not repeat itself" if parity.unstable else "repeats itself bit for bit"
    lines.append(f"stability: the worker {repeated}: with 1 worker, with several, and in another order")
    lines.append(f"verdict: {'agreement' if parity.agrees else 'DISAGREEMENT'}")
    return lines


def _speed_table(speed: Speed, jobs: int) -> BenchTable:
    heads = ("", "wall s", "CPU s", "system s", "CPU s/track", "× real time", "tracks/s", "peak MB")
    named = [
        ("worker, decoding only", speed.decode_only),
        ("worker", speed.worker),
        ("reference", speed.reference),
    ]
    rows = [(name, *_usage_cells(usage, speed)) for name, usage in named]
    rows.append(
        (
            "reference / worker",
            _ratio(speed.reference.wall_s, speed.worker.wall_s),
            _ratio(speed.reference.cpu_s, speed.worker.cpu_s),
            *("" for _ in range(4)),
            _ratio(speed.reference.peak_bytes, speed.worker.peak_bytes),
        )
    )
    rows.append(
        (
            "worker / decoding only",
            _ratio(speed.worker.wall_s, speed.decode_only.wall_s),
            _ratio(speed.worker.cpu_s, speed.decode_only.cpu_s),
            *("" for _ in range(4)),
            _ratio(speed.worker.peak_bytes, speed.decode_only.peak_bytes),
        )
    )
    title = (
        f"Speed: {speed.tracks} tracks, {speed.audio_s / 60:.1f} min of audio, {jobs} at a time "
        "(other programs change the wall time, but hardly the CPU time)"
    )
    return BenchTable(title, heads, rows)


def _usage_cells(usage: Usage, speed: Speed) -> tuple[str, ...]:
    wall_s = max(usage.wall_s, 1e-9)
    return (
        f"{usage.wall_s:.2f}",
        f"{usage.cpu_s:.2f}",
        f"{usage.system_s:.2f}",
        f"{usage.cpu_s / speed.tracks:.3f}",
        f"{speed.audio_s / wall_s:,.0f}",
        f"{speed.tracks / wall_s:.2f}",
        f"{usage.peak_bytes / 1e6:,.0f}" if usage.peak_bytes else "-",
    )


def _ratio(a: float, b: float) -> str:
    return f"{a / b:.3g} ×" if a and b else "-"


def _agreement_row(agreement: DimensionAgreement) -> tuple[str, ...]:
    failures = len(agreement.disagreements)
    return (
        agreement.key,
        agreement.unit or "-",
        str(agreement.compared),
        f"{agreement.largest:.3g}",
        f"{agreement.median:.2g}",
        f"{agreement.largest_pct:.3f}",
        f"{agreement.median_pct:.4f}",
        f"FAIL ({failures})" if failures else "pass",
    )


def _value(value: Disagreement) -> str:
    if value.reference is not None and value.worker is not None:
        said = f"reference {value.reference:.6g}, worker {value.worker:.6g}, allowed ±{value.allowed:.3g}"
    else:
        sides = zip(("reference", "worker"), (value.reference, value.worker), value.reasons, strict=True)
        said = ", ".join(f"{side} {reason or f'{number:.6g}'}" for side, number, reason in sides)
    return f"{value.key} of {safe_text(value.path)}: {said}"
