"""What a check found, as JSON."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from auralis_cli.check.finding import Finding, Level
from auralis_cli.check.rules.table import rules_by_code
from auralis_cli.check.verdict import Verdict
from auralis_cli.render.check_report import finding_text
from auralis_cli.render.json_types import Count, PathBase64, PathText, Printed, Seconds, indented_json
from auralis_cli.render.safe_text import base64_unless_utf8, utf8_text

LevelText = Annotated[str, Meta(extra_json_schema={"enum": [level.value for level in Level]})]


class FindingObject(Printed, frozen=True):
    """What one rule found in one file, or in an album as a whole."""

    path: Annotated[PathText, Meta(description="The file; of an album as a whole its folder.")]
    path_b64: PathBase64
    album: Annotated[str, Meta(description="Its folder, or with --album-by tag its artist and title.")]
    code: str
    name: Annotated[str, Meta(description="The name of the rule.")]
    level: LevelText
    message: Annotated[str, Meta(description="Figure, limit and places, for a person.")]
    value: Annotated[float | None, Meta(description="The figure; null where the rule is about none.")]
    limit: float | None
    unit: Annotated[str, Meta(description="Of value and limit; empty for a pure number.")]
    times_s: Annotated[tuple[Seconds, ...], Meta(description="Where in the track, from its start.")]
    known: Annotated[bool, Meta(description="Whether a baseline has it, so that it does not fail.")]
    fails: Annotated[bool, Meta(description="Whether it fails the check: exit code 1.")]
    key: Annotated[str, Meta(description="What a baseline knows it by: code and hash of the audio.")]


class CheckObject(Printed, frozen=True):
    """The output of `check --format json`. The counts are of new findings."""

    tracks: Annotated[Count, Meta(description="Tracks that were judged.")]
    albums: Count
    errors: Count
    warnings: Count
    infos: Count
    known: Annotated[Count, Meta(description="Findings that a baseline has.")]
    fails: bool
    findings: tuple[FindingObject, ...]


def check_json(verdict: Verdict) -> bytes:
    """The object, indented."""
    counts = verdict.counts()
    return indented_json(
        CheckObject(
            tracks=verdict.tracks,
            albums=len(verdict.albums),
            errors=counts[Level.ERROR],
            warnings=counts[Level.WARNING],
            infos=counts[Level.INFO],
            known=len(verdict.known),
            fails=verdict.fails,
            findings=tuple(finding_objects(verdict)),
        )
    )


def finding_objects(verdict: Verdict) -> Iterator[FindingObject]:
    """All findings, known ones too, album by album."""
    for each in verdict.albums:
        yield from (_object(finding, known=False) for finding in each.new)
        yield from (_object(finding, known=True) for finding in each.known)


def _object(finding: Finding, *, known: bool) -> FindingObject:
    found = finding.found
    return FindingObject(
        path=utf8_text(finding.path),
        path_b64=base64_unless_utf8(finding.path),
        album=utf8_text(finding.album),
        code=finding.code,
        name=rules_by_code()[finding.code].name,
        level=finding.level.value,
        message=finding_text(finding),
        value=found.value,
        limit=found.limit,
        unit=found.unit,
        times_s=tuple(found.times_s),
        known=known,
        fails=finding.fails and not known,
        key=utf8_text(finding.key),
    )
