"""The report at the end of a scan, as lines of plain text."""

from collections.abc import Mapping

from auralis_cli.model.record import AnalyzerName, AnalyzerVersion
from auralis_cli.model.result import Status
from auralis_cli.render.formats import format_duration, report_row
from auralis_cli.render.safe_text import safe_text
from auralis_cli.render.scan_numbers import speed
from auralis_cli.scan.tally import ScanTally

MAX_KINDS = 5
"""Kinds of failures that are shown, each with an example."""


def report_lines(tally: ScanTally, analyzer: AnalyzerVersion, *, dry_run: bool = False) -> list[str]:
    """Counts, analyzer, share found in the cache, speed, skipped files, failures with examples, warnings."""
    lines = [_headline(tally, dry_run=dry_run), *_maker_rows(analyzer)]
    if (rate := tally.hit_rate) is not None:
        lines.append(report_row("cache", f"{100 * rate:.1f} % of the tracks were known"))
    if tally.audio_s:
        hours = f"{tally.audio_s / 3600:,.1f} h" if tally.audio_s >= 3600 else format_duration(tally.audio_s)
        lines.append(report_row("speed", ", ".join([*speed(tally, []), f"{hours} of audio analysed"])))
    if tally.skipped:
        lines.append(report_row("skipped", _counted(tally.skipped)))
    if tally.track_warnings:
        lines.append(
            report_row("flawed", f"{_counted(tally.track_warnings)}; analysed as far as they decode")
        )
    return lines + trouble_lines(tally, hint=True)


def trouble_lines(tally: ScanTally, *, hint: bool = False, only_new: bool = False) -> list[str]:
    """Failures and warnings; a quiet scan reports nothing else, and no failures known from before."""
    counts = {code: kind.new if only_new else kind.count for code, kind in tally.failures.items()}
    kinds = sorted(
        ((code, kind) for code, kind in tally.failures.items() if counts[code]),
        key=lambda each: -counts[each[0]],
    )
    lines = []
    for code, kind in kinds[:MAX_KINDS]:
        lines.append(report_row("failed", f"{counts[code]:,} {code}, such as {safe_text(kind.example)}"))
        lines.append(report_row("", safe_text(kind.message)))
    if len(kinds) > MAX_KINDS:
        rest = sum(counts[code] for code, _ in kinds[MAX_KINDS:])
        lines.append(
            report_row("failed", f"{rest:,} in {len(kinds) - MAX_KINDS} other ways; --json lists all")
        )
    if kinds and hint:
        lines.append(report_row("", "'auralis failures list' lists all that are remembered, with advice"))
    return lines + [report_row("warning", safe_text(warning)) for warning in tally.warnings]


def _headline(tally: ScanTally, *, dry_run: bool) -> str:
    counts = tally.counts
    analysed = "to be analysed" if dry_run else "analysed"
    parts = [f"{counts[Status.ANALYSED]:,} {analysed}", f"{counts[Status.CACHED]:,} cached"]
    if counts[Status.MOVED]:
        parts.append(f"{counts[Status.MOVED]:,} moved")
    if counts[Status.FAILED]:
        known = f" ({tally.known_failures:,} known from before)" if tally.known_failures else ""
        parts.append(f"{counts[Status.FAILED]:,} failed{known}")
    if counts[Status.SKIPPED]:
        parts.append(f"{counts[Status.SKIPPED]:,} skipped")
    how = "interrupted after" if tally.interrupted else "in"
    tracks = "1 track" if tally.tracks == 1 else f"{tally.tracks:,} tracks"
    return f"{tracks} {how} {format_duration(tally.seconds)}: {', '.join(parts)}"


def _maker_rows(analyzer: AnalyzerVersion) -> list[str]:
    """`worker 0.1.0, analysis version 1`; after a rollback also a reminder of it and the way back."""
    maker = (
        f"{analyzer.name} {safe_text(analyzer.worker_version)}, analysis version {analyzer.analysis_version}"
    )
    rows = [report_row("by", maker)]
    if analyzer.name == AnalyzerName.REFERENCE:
        back = "leave out --analyzer, or run 'auralis config unset analyzer', to return to the worker"
        rows.append(report_row("", f"a rollback, the worker's results stay untouched; {back}"))
    return rows


def _counted(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in ordered)
