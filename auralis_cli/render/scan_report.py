"""The report at the end of a scan, as lines of plain text."""

from collections.abc import Mapping
from pathlib import Path

from auralis_cli.model.record import AnalyzerName, AnalyzerVersion
from auralis_cli.model.result import Status
from auralis_cli.render.failure_list import ADVICE
from auralis_cli.render.formats import format_duration, report_row
from auralis_cli.render.safe_text import safe_text
from auralis_cli.render.scan_numbers import speed
from auralis_cli.render.warning_list import warning_text
from auralis_cli.scan.tally import ScanTally
from auralis_cli.settings.values import Settings, SidecarMode

MAX_KINDS = 5
"""Kinds of failures that are shown, each with an example."""


def report_lines(
    tally: ScanTally,
    analyzer: AnalyzerVersion,
    settings: Settings,
    *,
    dry_run: bool = False,
    rescan: bool = False,
) -> list[str]:
    """Counts, analyzer, what was known, speed, skipped files, failures and warnings with examples; then where
    the results are, what is left to do, and the next command.
    """
    lines = [_headline(tally, dry_run=dry_run), *_maker_rows(analyzer)]
    if tally.known_tracks:
        known = f"{tally.known_tracks:,} of {tally.tracks:,} {'was' if tally.tracks == 1 else 'were'}"
        lines.append(report_row("known", f"{known} already analysed"))
    if tally.tags_read:
        tracks = "known track" if tally.tags_read == 1 else "known tracks"
        lines.append(report_row("tags", f"read for the first time of {tally.tags_read:,} {tracks}"))
    if tally.sidecars_from_cache:
        done = "to be written" if dry_run else "written"
        lines.append(report_row("sidecars", f"{tally.sidecars_from_cache:,} {done} from the cache"))
    if retagged := tally.counts[Status.RETAGGED]:
        what = "track has new tags and kept its" if retagged == 1 else "tracks have new tags and kept their"
        lines.append(report_row("retagged", f"{retagged:,} {what} values"))
    if tally.may_be_retagged:
        row = f"perhaps {tally.may_be_retagged:,} of those to be analysed; a scan knows them by their audio"
        lines.append(report_row("retagged", row))
    lines += [report_row("sidecars", safe_text(line)) for line in tally.sidecars_lacking]
    if tally.audio_s:
        hours = f"{tally.audio_s / 3600:,.1f} h" if tally.audio_s >= 3600 else format_duration(tally.audio_s)
        lines.append(report_row("speed", ", ".join([*speed(tally, []), f"{hours} of audio analysed"])))
    if tally.skipped:
        lines.append(report_row("skipped", _counted(tally.skipped)))
    for code, files in sorted(tally.warned.items(), key=lambda each: -each[1].count):
        lines.append(report_row("flawed", warning_text(code, files.count)))
        lines += [report_row("", safe_text(path)) for path in files.examples]
        if left := files.count - len(files.examples):
            lines.append(report_row("", f"and {left:,} more: 'auralis warnings list --code {code}'"))
    lines += trouble_lines(tally)
    return lines if dry_run else [*lines, *_end_rows(tally, settings, rescan=rescan)]


def _end_rows(tally: ScanTally, settings: Settings, *, rescan: bool) -> list[str]:
    """Where results are, what is left, and the next command."""
    lines = []
    if tally.counts[Status.ANALYSED] or tally.known_tracks:
        lines.append(
            report_row("stored", f"in {safe_text(str(settings.cache))}{_sidecar_words(tally, settings)}")
        )
    if tally.interrupted:
        open_tracks = f"{tally.open_tracks:,} tracks" if tally.open_tracks != 1 else "1 track"
        more = ", and what was not found yet" if tally.discovering else ""
        left = f"{open_tracks}{more}" if tally.open_tracks else "what was not found yet" * tally.discovering
        lines += [report_row("left", left)] * bool(left)
        if not rescan:  # which would begin anew
            lines.append(report_row("next", "the same command goes on where this one ended"))
        return lines
    if failed := tally.counts[Status.FAILED]:
        lines.append(report_row("left", "1 file failed" if failed == 1 else f"{failed:,} files failed"))
        remembered = any(code in ADVICE for code in tally.failures)
        lists = "'auralis failures list' says why, and what to do"
        tries = "the next scan tries again: first put right what is named above"
        lines.append(report_row("next", lists if remembered else tries))
    elif tally.warned:
        lines.append(report_row("next", "'auralis warnings list' says more, and what to do"))
    elif tally.counts[Status.ANALYSED]:
        lines.append(
            report_row(
                "next", "'auralis stats' shows the library, 'auralis similar FILE' what is like a track"
            )
        )
    return lines


def _sidecar_words(tally: ScanTally, settings: Settings) -> str:
    """`, and in 41 sidecars beside the music`; without their number where none was written."""
    if settings.sidecars is SidecarMode.NONE:
        return ""
    count = tally.sidecars_written
    sidecars = "sidecars" if not count else "1 new sidecar" if count == 1 else f"{count:,} new sidecars"
    beside = settings.sidecars is SidecarMode.BESIDE
    where = "beside the music" if beside else f"below {safe_text(str(settings.sidecar_dir))}"
    return f", and in {sidecars} {where}"


def stored_so_far(tally: ScanTally, cache: Path) -> str:
    """What a scan that is ended at once leaves behind."""
    analysed = tally.counts[Status.ANALYSED]
    tracks = "1 track was" if analysed == 1 else f"{analysed:,} tracks were"
    where = safe_text(str(cache))
    return f"ended at once; {tracks} analysed; all but those of the last second are stored in {where}"


def trouble_lines(tally: ScanTally, *, only_new: bool = False) -> list[str]:
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
    return lines + [report_row("warning", safe_text(warning)) for warning in tally.warnings]


def brief_lines(tally: ScanTally, *, quiet: bool) -> list[str]:
    """For a command that reports the tracks itself: how many were analysed, and warnings."""
    analysed = tally.counts[Status.ANALYSED]
    tracks = "1 track" if analysed == 1 else f"{analysed:,} tracks"
    lines = [f"{tracks} analysed in {format_duration(tally.seconds)}"] * bool(analysed and not quiet)
    if tally.interrupted:
        lines.append("interrupted; what was finished is stored, and the same command goes on from there")
    return lines + [report_row("warning", safe_text(warning)) for warning in tally.warnings]


def _headline(tally: ScanTally, *, dry_run: bool) -> str:
    counts = tally.counts
    analysed = "to be analysed" if dry_run else "analysed"
    parts = [f"{counts[Status.ANALYSED]:,} {analysed}", f"{counts[Status.CACHED]:,} cached"]
    parts += [f"{counts[s]:,} {s}" for s in (Status.MOVED, Status.RETAGGED) if counts[s]]
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
