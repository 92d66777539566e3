"""What `sidecars write`, `verify` and `clean` print: JSON, or lines for a person."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from auralis_cli.render.cache_json import HeldBackObject, held_back_objects
from auralis_cli.render.cache_reports import held_back_rows
from auralis_cli.render.formats import first_of, report_row
from auralis_cli.render.json_types import Count, PathObject, Printed, indented_json, path_object
from auralis_cli.render.safe_text import base64_unless_utf8, safe_text, utf8_text
from auralis_cli.upkeep.sidecar_clean import Cleaning, NotRemoved
from auralis_cli.upkeep.sidecar_tracks import Fault, SidecarVerification, SidecarWriting

_LABELS = {fault: str(fault) for fault in Fault} | {Fault.UNREADABLE: "bad"}
_FAULT_WORDS = {
    Fault.MISSING: "missing",
    Fault.STALE: "stale",
    Fault.UNREADABLE: "unreadable",
    Fault.NEWER: "of a newer auralis",
}


class SidecarWriteObject(Printed, frozen=True):
    """Output of `sidecars write --json`."""

    tracks: Count
    written: Count
    same: Annotated[Count, Meta(description="Were as they should be: not written again.")]
    newer: Annotated[Count, Meta(description="A newer auralis has written them: they stay.")]
    failed: Annotated[Count, Meta(description="Could not be written.")]
    without_result: Annotated[Count, Meta(description="Tracks of which the cache knows no result.")]
    warnings: tuple[str, ...]
    refused: Annotated[tuple[str, ...], Meta(description="Paths that cannot be read, and why.")]


class FaultObject(PathObject, frozen=True):
    """A sidecar, and what is wrong with it."""

    fault: Fault
    reason: str


class SidecarVerifyObject(Printed, frozen=True):
    """Output of `sidecars verify --json`."""

    ok: bool
    tracks: Count
    sound: Annotated[Count, Meta(description="Sidecars with which nothing is wrong.")]
    faults: tuple[FaultObject, ...]
    warnings: tuple[str, ...]
    refused: Annotated[tuple[str, ...], Meta(description="Paths that cannot be read, and why.")]


class NotRemovedObject(PathObject, frozen=True):
    """A file that stays, and why."""

    reason: str


class SidecarCleanObject(Printed, frozen=True):
    """Output of `sidecars clean --json`."""

    dry_run: bool
    sidecars: Annotated[Count, Meta(description="Files with the name of a sidecar.")]
    removed: Annotated[tuple[PathObject, ...], Meta(description="Sidecars of tracks that are gone.")]
    held_back: Annotated[
        tuple[HeldBackObject, ...], Meta(description="Their tracks are gone, but their disk may be absent.")
    ]
    left: Annotated[
        tuple[NotRemovedObject, ...],
        Meta(description="Without a track, but no sidecar of this auralis and these tracks."),
    ]
    failed: Annotated[tuple[NotRemovedObject, ...], Meta(description="Could not be removed.")]
    refused: Annotated[tuple[str, ...], Meta(description="Folders that cannot be read, and why.")]


def write_object(done: SidecarWriting) -> bytes:
    """The counts, and what went wrong."""
    return indented_json(
        SidecarWriteObject(
            tracks=done.tracks,
            written=done.written,
            same=done.same,
            newer=done.newer,
            failed=done.failed,
            without_result=done.without_result,
            warnings=tuple(map(utf8_text, done.warnings)),
            refused=tuple(map(utf8_text, done.refused)),
        )
    )


def verify_object(found: SidecarVerification) -> bytes:
    """Every sidecar that is not sound."""
    return indented_json(
        SidecarVerifyObject(
            ok=found.ok,
            tracks=found.tracks,
            sound=found.sound,
            faults=tuple(
                FaultObject(
                    utf8_text(each.path), base64_unless_utf8(each.path), each.fault, utf8_text(each.reason)
                )
                for each in found.faults
            ),
            warnings=tuple(map(utf8_text, found.warnings)),
            refused=tuple(map(utf8_text, found.refused)),
        )
    )


def clean_object(done: Cleaning, *, dry_run: bool) -> bytes:
    """What was removed, and what stays and why."""
    return indented_json(
        SidecarCleanObject(
            dry_run=dry_run,
            sidecars=done.sidecars,
            removed=tuple(map(path_object, done.removed)),
            held_back=held_back_objects(done.held_back),
            left=_not_removed(done.left),
            failed=_not_removed(done.failed),
            refused=tuple(map(utf8_text, done.unread)),
        )
    )


def _not_removed(files: Iterable[NotRemoved]) -> tuple[NotRemovedObject, ...]:
    return tuple(
        NotRemovedObject(utf8_text(each.path), base64_unless_utf8(each.path), utf8_text(each.reason))
        for each in files
    )


def write_lines(done: SidecarWriting) -> list[str]:
    """Counts in one line, then the problems."""
    counts = [f"{_sidecars(done.written)} written", f"{done.same:,} were as they should be"]
    counts += [f"{done.newer:,} of a newer auralis kept"] * bool(done.newer)
    counts += [f"{done.failed:,} could not be written"] * bool(done.failed)
    lines = [f"{_tracks(done.tracks)}: {', '.join(counts)}"]
    if done.without_result:
        lines.append(report_row("without", f"{_tracks(done.without_result)} without a result: scan them"))
    return lines + _rows("failed", done.refused) + _rows("warning", done.warnings)


def verify_lines(found: SidecarVerification) -> list[str]:
    """What is wrong and what to do; one line if nothing is wrong."""
    counts = Counter(each.fault for each in found.faults)
    parts = [f"{_sidecars(found.sound)} sound"]
    parts += [f"{counts[fault]:,} {_FAULT_WORDS[fault]}" for fault in Fault if counts[fault]]
    lines = [f"{_tracks(found.tracks)}: {', '.join(parts)}"]
    for fault in Fault:
        lines += _rows(
            _LABELS[fault], (f"{each.path}: {each.reason}" for each in found.faults if each.fault is fault)
        )
    lines += _rows("failed", found.refused) + _rows("warning", found.warnings)
    if counts.total() > counts[Fault.NEWER]:
        lines.append(report_row("advice", "'auralis sidecars write' writes them from the cache"))
    return lines


def clean_lines(done: Cleaning, *, dry_run: bool) -> list[str]:
    """What was removed, what stays and why."""
    would = "would be " if dry_run else ""
    gone = f"{len(done.removed):,} without a track {would}removed"
    lines = [f"{_sidecars(done.sidecars)}: {gone}" + (", nothing changed (dry run)" if dry_run else "")]
    lines += _rows("remove" if dry_run else "removed", done.removed)
    lines += held_back_rows(done.held_back)
    lines += _rows("left", (f"{each.path}: {each.reason}" for each in done.left))
    lines += _rows("failed", (f"{each.path}: {each.reason}" for each in done.failed))
    return lines + _rows("failed", done.unread)


def _rows(label: str, texts: Iterable[str]) -> list[str]:
    return [report_row(label, text) for text in first_of(map(safe_text, texts))]


def _sidecars(count: int) -> str:
    return "1 sidecar" if count == 1 else f"{count:,} sidecars"


def _tracks(count: int) -> str:
    return "1 track" if count == 1 else f"{count:,} tracks"
