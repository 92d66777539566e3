"""`bench` in words: a cold and a warm scan, and where the time goes."""

from collections.abc import Iterator

from auralis_cli.bench.figures import ScanFigures, Throughput
from auralis_cli.bench.report.table import BenchTable


def throughput_tables(throughput: Throughput) -> Iterator[BenchTable]:
    """The scans, then the stages."""
    heads = (
        "",
        "wall s",
        "tracks/s",
        "× real time",
        "own CPU s",
        "workers' CPU s",
        "analysed",
        "cached",
        "failed",
    )
    scans = (("cold scan", throughput.cold, throughput.audio_s), ("warm scan", throughput.warm, 0.0))
    title = (
        f"Scans: {throughput.tracks} tracks, {throughput.audio_s / 60:.1f} min of audio, "
        f"{throughput.jobs} workers, sidecars and cache in a temporary folder"
    )
    yield BenchTable(title, heads, [_scan_row(throughput, *scan) for scan in scans])
    cold_s = max(throughput.cold.own_cpu_s + throughput.cold.workers_cpu_s, 1e-9)
    rows = [
        (
            stage.name,
            f"{stage.cpu_s:.3f}",
            f"{1e3 * stage.cpu_s / throughput.tracks:.3f}",
            "" if stage.wall_s is None else f"{stage.wall_s:.3f}",
            "-" if stage.name.endswith("warm") else f"{100 * stage.cpu_s / cold_s:.1f}",
            stage.meaning,
        )
        for stage in throughput.stages
    ]
    yield BenchTable(
        "Stages, each by itself",
        ("stage", "CPU s", "ms/track", "wall s", "% of a cold scan's CPU", "what"),
        rows,
        text_columns=(0, 5),
    )


def _scan_row(throughput: Throughput, name: str, scan: ScanFigures, audio_s: float) -> tuple[str, ...]:
    wall_s = max(scan.wall_s, 1e-9)
    return (
        name,
        f"{scan.wall_s:.3f}",
        f"{throughput.tracks / wall_s:,.1f}",
        f"{audio_s / wall_s:,.0f}" if audio_s else "-",
        f"{scan.own_cpu_s:.3f}",
        f"{scan.workers_cpu_s:.3f}",
        *(str(count) for count in (scan.analysed, scan.cached, scan.failed)),
    )
