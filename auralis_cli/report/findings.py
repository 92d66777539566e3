"""What the linter finds in the tracks of a report, from the cache alone."""

import os
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from auralis_cli.check.albums import AlbumBy, album_folder, albums_of
from auralis_cli.check.finding import Finding, Level
from auralis_cli.check.policy import Policies
from auralis_cli.check.reading import cache_roots, read_tracks
from auralis_cli.check.rules.table import rules_by_code
from auralis_cli.check.verdict import verdict
from auralis_cli.model.record import AnalyzerName
from auralis_cli.render.check_report import finding_text
from auralis_cli.report.packing import packed_array, packed_json
from auralis_cli.report.tracks import ReportTracks

NOTHING: Final = 3
"""Instead of a level, of a track in which nothing was found."""


class TrackFinding(msgspec.Struct, frozen=True, array_like=True):
    """A finding about the track of this number; one about a whole album is told of its first track."""

    track: int
    code: str
    text: str


def find_in(tracks: ReportTracks, cache: Path, analyzer: AnalyzerName, *, paths: bool) -> list[TrackFinding]:
    """The findings that no baseline knows, by the rules of each `auralis.toml`, in the order of the tracks.

    Without `paths` they say what their rule finds, and nothing that could be the name of a file. Raises
    CacheError, ConfigError.
    """
    numbers = {path: number for number, path in enumerate(tracks.paths)}
    firsts: dict[str, int] = {}
    for path, number in numbers.items():
        firsts.setdefault(album_folder(os.path.dirname(path)), number)
    read = read_tracks(cache, analyzer)
    found = verdict(albums_of(read.tracks, AlbumBy.FOLDER), Policies(cache_roots(cache)))
    told = [
        TrackFinding(number, finding.code, _text(finding, album=finding.path in firsts, paths=paths))
        for finding in found.new
        if (number := numbers.get(finding.path, firsts.get(finding.path, -1))) >= 0
    ]
    return sorted(told, key=lambda one: one.track)


def finding_columns(findings: list[TrackFinding], tracks: int) -> dict[str, Any]:
    """Packed: the findings, the rules that they are of, and how grave the gravest of each track is."""
    rules = [rules_by_code()[code] for code in sorted({one.code for one in findings})]
    grades = {level: grade for grade, level in enumerate(Level)}
    gravest: NDArray[np.uint8] = np.full(tracks, NOTHING, dtype=np.uint8)
    for one in findings:
        gravest[one.track] = min(gravest[one.track], grades[rules_by_code()[one.code].level])
    described = {
        rule.code: {"level": rule.level.value, "name": rule.name, "what": rule.what} for rule in rules
    }
    return {
        "findings": packed_json(findings),
        "rules": packed_json(described),
        "gravest": packed_array(gravest),
    }


def _text(finding: Finding, *, album: bool, paths: bool) -> str:
    text = finding_text(finding) if paths else rules_by_code()[finding.code].what
    return f"album: {text}" if album else text
