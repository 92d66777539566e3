"""What the commands of `cache` print for a person, as lines of text."""

from collections.abc import Iterable, Sequence

from auralis_cli.files.urls import is_url
from auralis_cli.render.formats import first_of, report_row
from auralis_cli.render.safe_text import safe_text
from auralis_cli.upkeep.absent_disks import HeldBack
from auralis_cli.upkeep.cache_info import CacheInfo
from auralis_cli.upkeep.forget import Forgotten
from auralis_cli.upkeep.prune import Pruning
from auralis_cli.upkeep.rebuild import Rebuild
from auralis_cli.upkeep.relocate import Relocation
from auralis_cli.upkeep.verify import Verification


def info_lines(facts: CacheInfo) -> list[str]:
    """The facts of `cache info`."""
    lines = [report_row("file", safe_text(facts.path) + ("" if facts.exists else " (does not exist yet)"))]
    if facts.exists:
        where = "on a disk of this machine" if facts.on_local_disk else "on a network or unknown file system"
        lines += [
            report_row("size", f"{facts.size / 1e6:,.1f} MB, schema version {facts.schema_version}"),
            report_row("journal", f"{facts.journal}, {where}" + ("" if facts.writable else "; not writable")),
            report_row("tracks", f"{facts.records:,} with a fingerprint, {facts.failures:,} failed"),
        ]
        for each in facts.generations:
            name = f"{safe_text(each.analyzer)}, analysis {each.analysis_version}"
            lines.append(
                report_row("", f"{name}: {each.records:,} with a fingerprint, {each.failures:,} failed")
            )
        words = "track whose file is" if facts.missing == 1 else "tracks whose files are"
        when = "at the last 'auralis cache prune'"
        lines.append(report_row("missing", f"{facts.missing:,} {words} missing, {when}"))
    lines += [report_row("scanned" if not at else "", safe_text(root)) for at, root in enumerate(facts.roots)]
    lines += [report_row("damaged" if not at else "", safe_text(p)) for at, p in enumerate(facts.set_aside)]
    return lines


def verify_lines(found: Verification, removed: int | None) -> list[str]:
    """What is wrong and what to do; one line if nothing is wrong."""
    rows = f"{found.records:,} tracks with a fingerprint, {found.failures:,} failed"
    if found.ok:
        return [f"{safe_text(found.path)} is sound: {rows}"]
    lines = [f"{safe_text(found.path)} is not sound; sound rows: {rows}"]
    lines += _rows("damage", found.damage)
    lines += _rows("row", (f"{bad.path}: {bad.reason}" for bad in found.bad_rows))
    if removed is not None:
        return [*lines, report_row("removed", f"{removed:,} rows; the next scan fills them again")]
    if found.damage:
        advice = "the next scan renames the file and keeps its sound rows; --repair does so now"
    else:
        advice = "--repair removes these rows; the next scan fills them again"
    return [*lines, report_row("advice", advice)]


def prune_lines(done: Pruning, *, days: int, dry_run: bool) -> list[str]:
    """What was removed or marked, what stays, and why."""
    would = "would be " if dry_run else ""
    lines = [f"{done.checked:,} files checked" + (", nothing changed (dry run)" if dry_run else "")]
    if done.newly_missing:
        when = f"a prune in {days} days or later removes them"
        lines.append(report_row("missing", f"{done.newly_missing:,} {would}marked as missing; {when}"))
    if done.waiting:
        lines.append(report_row("waiting", f"{done.waiting:,} missing for less than {days} days"))
    if done.removed:
        lines.append(report_row("removed", f"{done.removed:,} {would}removed"))
    if done.found_again:
        lines.append(report_row("back", f"{done.found_again:,} found again"))
    if done.unknown:
        lines.append(report_row("unknown", f"{done.unknown:,} cannot be examined; kept"))
    return lines + held_back_rows(done.held_back)


def held_back_rows(held_back: Sequence[HeldBack]) -> list[str]:
    """What stays because a disk may be absent, and what to do."""
    rows = []
    for held in held_back:
        why = f"{held.rows:,} missing below {safe_text(held.folder)}: {safe_text(held.reason)}"
        to_do = "look whether it was emptied" if is_url(held.folder) else "mount it"
        rows.append(report_row("kept", f"{why}; {to_do}, or use --force"))
    return rows


def relocate_lines(done: Relocation, *, dry_run: bool) -> list[str]:
    """What has moved, and what stays where it was."""
    would = "would be " if dry_run else ""
    folders = "1 scanned folder" if done.folders == 1 else f"{done.folders:,} scanned folders"
    tracks = "1 track" if done.moved == 1 else f"{done.moved:,} tracks"
    lines = [f"{tracks} and {folders} {would}moved"]
    if done.absent:
        why = "no file of the same size is at the new place; a scan of it finds what has changed"
        lines.append(report_row("stay", f"{done.absent:,} tracks: {why}"))
    if done.taken:
        lines.append(report_row("stay", f"{done.taken:,} tracks: the new place is known already"))
    return lines


def forget_lines(done: Forgotten, *, dry_run: bool) -> list[str]:
    """How much was forgotten."""
    would = "would be " if dry_run else ""
    tracks = "1 track" if done.tracks == 1 else f"{done.tracks:,} tracks"
    rows = "" if done.rows == done.tracks else f" ({done.rows:,} results)"
    lines = [f"{tracks}{rows} {would}forgotten"]
    if done.folders:
        folders = "1 folder" if done.folders == 1 else f"{done.folders:,} folders"
        lines.append(report_row("folders", f"{folders} {would}scanned no more by a scan without a path"))
    return lines


def rebuild_lines(done: Rebuild) -> list[str]:
    """Counts in one line, then the problems."""
    counts = f"{done.filled:,} filled, {done.kept:,} there before, {done.without:,} without a sidecar"
    lines = [f"{done.tracks:,} tracks: {counts}"]
    if done.refused:
        lines.append(report_row("rejected", f"{done.refused:,} sidecars"))
    return lines + _rows("failed", done.missing_paths) + _rows("warning", done.warnings)


def _rows(label: str, texts: Iterable[str]) -> list[str]:
    return [report_row(label, text) for text in first_of(map(safe_text, texts))]
