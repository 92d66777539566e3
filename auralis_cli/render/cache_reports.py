"""What the commands of `cache` print for a person, as lines of text."""

from auralis_cli.render.safe_text import safe_text
from auralis_cli.upkeep.cache_info import CacheInfo
from auralis_cli.upkeep.prune import Pruning
from auralis_cli.upkeep.rebuild import Rebuild
from auralis_cli.upkeep.verify import Verification

MAX_SHOWN = 20
"""Lines of one kind; --json has all."""


def info_lines(facts: CacheInfo) -> list[str]:
    """The facts of `cache info`."""
    lines = [_row("file", safe_text(facts.path) + ("" if facts.exists else " (does not exist yet)"))]
    if facts.exists:
        where = "on a disk of this machine" if facts.on_local_disk else "on a network or unknown file system"
        lines += [
            _row("size", f"{facts.size / 1e6:,.1f} MB, schema version {facts.schema_version}"),
            _row("journal", f"{facts.journal}, {where}" + ("" if facts.writable else "; not writable")),
            _row("tracks", f"{facts.records:,} with a fingerprint, {facts.failures:,} failed"),
            _row("gone", f"{facts.tombstones:,} tombstones; 'auralis cache prune' looks for more"),
        ]
        for each in facts.generations:
            name = f"{safe_text(each.analyzer)}, analysis {each.analysis_version}"
            lines.append(_row("", f"{name}: {each.records:,} with a fingerprint, {each.failures:,} failed"))
    lines += [_row("scanned" if not at else "", safe_text(root)) for at, root in enumerate(facts.roots)]
    lines += [_row("damaged" if not at else "", safe_text(p)) for at, p in enumerate(facts.set_aside)]
    return lines


def verify_lines(found: Verification, removed: int | None) -> list[str]:
    """What is wrong, and what to do; one line when nothing is."""
    rows = f"{found.records:,} tracks with a fingerprint, {found.failures:,} failed"
    if found.ok:
        return [f"{safe_text(found.path)} is sound: {rows}"]
    lines = [f"{safe_text(found.path)} is not sound; good are {rows}"]
    lines += [_row("damage", safe_text(each)) for each in found.damage[:MAX_SHOWN]]
    lines += [
        _row("row", f"{safe_text(bad.path)}: {safe_text(bad.fault)}") for bad in found.bad_rows[:MAX_SHOWN]
    ]
    left = max(0, len(found.damage) - MAX_SHOWN) + max(0, len(found.bad_rows) - MAX_SHOWN)
    if left:
        lines.append(_row("", f"and {left:,} more; --json lists all"))
    if removed is not None:
        return [*lines, _row("removed", f"{removed:,} rows; the next scan fills them anew")]
    if found.damage:
        advice = "the next scan renames the file and takes over what is good; --repair does it now"
    else:
        advice = "--repair removes these rows; the next scan then fills them anew"
    return [*lines, _row("advice", advice)]


def prune_lines(done: Pruning, *, days: int, dry_run: bool) -> list[str]:
    """What went, what stays, and why."""
    would = "would be " if dry_run else ""
    lines = [f"{done.checked:,} files looked for" + (", nothing changed (dry run)" if dry_run else "")]
    if done.buried:
        when = f"a prune in {days} days or later removes them"
        lines.append(_row("gone", f"{done.buried:,} {would}marked as missing; {when}"))
    if done.waiting:
        lines.append(_row("waiting", f"{done.waiting:,} missing for less than {days} days"))
    if done.removed:
        lines.append(_row("removed", f"{done.removed:,} {would}removed"))
    if done.revived:
        lines.append(_row("back", f"{done.revived:,} found again"))
    if done.unknown:
        lines.append(_row("unknown", f"{done.unknown:,} cannot be examined; kept"))
    for held in done.held_back:
        why = f"{held.rows:,} missing below {safe_text(held.folder)}: {safe_text(held.reason)}"
        lines.append(_row("kept", f"{why}; mount it, or use --force"))
    return lines


def rebuild_lines(done: Rebuild) -> list[str]:
    """Counts in one line, then what is wrong."""
    counts = f"{done.filled:,} filled, {done.known:,} known, {done.without:,} without a sidecar about them"
    lines = [f"{done.tracks:,} tracks: {counts}"]
    if done.refused:
        lines.append(_row("refused", f"{done.refused:,} sidecars"))
    lines += [_row("failed", safe_text(each)) for each in done.missing_paths[:MAX_SHOWN]]
    return lines + [_row("warning", safe_text(each)) for each in done.warnings[:MAX_SHOWN]]


def _row(label: str, text: str) -> str:
    return f"  {label:<8} {text}"
