"""The JSON of the commands of `cache`."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta

from auralis_cli.render.json_types import (
    Count,
    PathBase64,
    PathObject,
    PathText,
    Printed,
    indented_json,
    path_object,
)
from auralis_cli.render.safe_text import base64_unless_utf8, utf8_text
from auralis_cli.upkeep.absent_disks import HeldBack
from auralis_cli.upkeep.cache_info import CacheInfo
from auralis_cli.upkeep.forget import Forgotten
from auralis_cli.upkeep.prune import Pruning
from auralis_cli.upkeep.rebuild import Rebuild
from auralis_cli.upkeep.relocate import Relocation
from auralis_cli.upkeep.verify import Verification


class GenerationObject(Printed, frozen=True):
    """How many rows one analyzer and analysis version has made."""

    analyzer: str
    analysis_version: Count
    records: Count
    failures: Count


class InfoObject(PathObject, frozen=True):
    """Output of `cache info --json`."""

    exists: bool
    size: Annotated[Count, Meta(description="Bytes, with SQLite's log.")]
    schema_version: Count
    journal: str | None
    on_local_disk: bool
    writable: bool
    records: Count
    failures: Count
    missing: Annotated[Count, Meta(description="Rows whose files were missing at the last prune.")]
    generations: tuple[GenerationObject, ...]
    roots: Annotated[tuple[PathObject, ...], Meta(description="Folders that were scanned.")]
    set_aside: Annotated[tuple[PathObject, ...], Meta(description="Damaged caches in the same folder.")]


class BadRowObject(PathObject, frozen=True):
    """A row that breaks a rule, and the rule."""

    fault: str


class VerifyObject(Printed, frozen=True):
    """Output of `cache verify --json`."""

    ok: bool
    path: PathText
    path_b64: PathBase64
    records: Count
    failures: Count
    damage: Annotated[
        tuple[str, ...], Meta(description="What SQLite finds, and what auralis has not made in the schema.")
    ]
    bad_rows: tuple[BadRowObject, ...]
    removed: Annotated[Count | None, Meta(description="Rows; null without --repair.")]


class RebuildObject(Printed, frozen=True):
    """Output of `cache rebuild --json`."""

    tracks: Count
    filled: Count
    known: Annotated[Count, Meta(description="Tracks that already had a valid row.")]
    without: Annotated[Count, Meta(description="Tracks without a sidecar that matches the file.")]
    refused: Annotated[Count, Meta(description="Sidecars that break a rule.")]
    warnings: tuple[str, ...]
    missing_paths: tuple[str, ...]


class HeldBackObject(Printed, frozen=True):
    """Rows below one folder that were kept although their files are missing."""

    folder: str
    rows: Count
    reason: str


class PruneObject(Printed, frozen=True):
    """Output of `cache prune --json`."""

    dry_run: bool
    days: Count
    checked: Count
    newly_missing: Annotated[Count, Meta(description="Marked as missing now.")]
    waiting: Annotated[Count, Meta(description="Missing, but not long enough.")]
    removed: Count
    found_again: Annotated[Count, Meta(description="Found again.")]
    unknown: Annotated[Count, Meta(description="Files that cannot be examined.")]
    held_back: Annotated[
        tuple[HeldBackObject, ...], Meta(description="Missing, but kept: their disk may be absent.")
    ]


class RelocateObject(Printed, frozen=True):
    """Output of `cache relocate --json`."""

    dry_run: bool
    moved: Annotated[Count, Meta(description="Rows that have the new path now.")]
    absent: Annotated[Count, Meta(description="Rows that stay: no file of that size at the new place.")]
    taken: Annotated[Count, Meta(description="Rows that stay: the new place has one already.")]
    folders: Annotated[Count, Meta(description="Scanned folders that have the new path now.")]


class ForgetObject(Printed, frozen=True):
    """Output of `cache forget --json`."""

    dry_run: bool
    tracks: Count
    rows: Annotated[Count, Meta(description="One per track and analyzer.")]
    folders: Annotated[Count, Meta(description="Scanned folders that are not scanned any more.")]


def info_json(facts: CacheInfo) -> bytes:
    """The facts of `cache info`."""
    return indented_json(
        InfoObject(
            path=utf8_text(facts.path),
            path_b64=base64_unless_utf8(facts.path),
            exists=facts.exists,
            size=facts.size,
            schema_version=facts.schema_version,
            journal=facts.journal,
            on_local_disk=facts.on_local_disk,
            writable=facts.writable,
            records=facts.records,
            failures=facts.failures,
            missing=facts.missing,
            generations=tuple(
                GenerationObject(each.analyzer, each.analysis_version, each.records, each.failures)
                for each in facts.generations
            ),
            roots=tuple(map(path_object, facts.roots)),
            set_aside=tuple(map(path_object, facts.set_aside)),
        )
    )


def verify_json(found: Verification, removed: int | None) -> bytes:
    """The findings; `removed` is null without --repair."""
    return indented_json(
        VerifyObject(
            ok=found.ok,
            path=utf8_text(found.path),
            path_b64=base64_unless_utf8(found.path),
            records=found.records,
            failures=found.failures,
            damage=tuple(map(utf8_text, found.damage)),
            bad_rows=tuple(
                BadRowObject(utf8_text(bad.path), base64_unless_utf8(bad.path), utf8_text(bad.reason))
                for bad in found.bad_rows
            ),
            removed=removed,
        )
    )


def rebuild_json(done: Rebuild) -> bytes:
    """The counts and all warnings."""
    return indented_json(
        RebuildObject(
            tracks=done.tracks,
            filled=done.filled,
            known=done.kept,
            without=done.without,
            refused=done.refused,
            warnings=tuple(map(utf8_text, done.warnings)),
            missing_paths=tuple(map(utf8_text, done.missing_paths)),
        )
    )


def relocate_json(done: Relocation, *, dry_run: bool) -> bytes:
    """The counts."""
    return indented_json(RelocateObject(dry_run, done.moved, done.absent, done.taken, done.folders))


def forget_json(done: Forgotten, *, dry_run: bool) -> bytes:
    """The counts."""
    return indented_json(ForgetObject(dry_run, done.tracks, done.rows, done.folders))


def prune_json(done: Pruning, *, days: int, dry_run: bool) -> bytes:
    """The counts, and what was kept for safety."""
    return indented_json(
        PruneObject(
            dry_run=dry_run,
            days=days,
            checked=done.checked,
            newly_missing=done.newly_missing,
            waiting=done.waiting,
            removed=done.removed,
            found_again=done.found_again,
            unknown=done.unknown,
            held_back=held_back_objects(done.held_back),
        )
    )


def held_back_objects(held_back: Sequence[HeldBack]) -> tuple[HeldBackObject, ...]:
    """What was kept for safety."""
    return tuple(
        HeldBackObject(utf8_text(held.folder), held.rows, utf8_text(held.reason)) for held in held_back
    )
