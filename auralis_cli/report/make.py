"""A report from the cache: reads, computes, and gives the HTML."""

import datetime
from typing import Any, NamedTuple

import msgspec

from auralis_cli import __version__
from auralis_cli.check.targets import TARGETS
from auralis_cli.library.layout_names import Layout
from auralis_cli.library.selection import open_selection
from auralis_cli.library.statistics import COLUMNS, Statistics, gather
from auralis_cli.model.dimensions import dimensions
from auralis_cli.render.format_names import format_name
from auralis_cli.render.stats_report import hours, size_text
from auralis_cli.report.content import Content, make_content
from auralis_cli.report.findings import find_in, finding_columns
from auralis_cli.report.library import ReportLibrary
from auralis_cli.report.page import LIBRARY, write_page
from auralis_cli.report.sentences import sentences, share_text
from auralis_cli.report.tracks import ReportTracks

_MAX_FORMATS = 8


class Report(NamedTuple):
    """A finished page. `tracks` of `found` are in it; `layout` is that of the map."""

    html: str
    tracks: int
    found: int
    layout: Layout


def make_report(library: ReportLibrary, *, title: str, folder: str | None) -> Report:
    """Of the selected tracks, for a file in `folder`; None: without paths.

    Raises CacheError, QueryError; ConfigError where the query finds nothing.
    """
    tracks, cache, selection = library.tracks, library.cache, library.selection
    with open_selection(cache, msgspec.structs.replace(selection, every_status=True)) as everything:
        _, newest = everything.analysis_versions()
        counted = gather(everything.rows(COLUMNS), newest=newest)
    content = make_content(tracks, library.places, folder)
    findings = find_in(tracks, cache, selection.analyzer, paths=folder is not None)
    if findings:
        content.packed.update(finding_columns(findings, len(tracks)))
    html = write_page(
        LIBRARY, _context(title, tracks, counted, content, paths=folder is not None), content.packed
    )
    return Report(html, len(tracks), tracks.found, content.layout)


def _context(
    title: str, tracks: ReportTracks, counted: Statistics, content: Content, *, paths: bool
) -> dict[str, Any]:
    today = datetime.date.today()
    return {
        "title": title,
        "version": __version__,
        "date": f"{today.day} {today:%B %Y}",
        "sentences": sentences(tracks),
        "targets": [*TARGETS.values()],
        "tiles": _tiles(counted),
        "formats": _formats(counted),
        "groups": content.groups,
        "failures": counted.failures.most_common(),
        "warnings": counted.warnings.most_common(),
        "sampled": f"{len(tracks):,}" if len(tracks) < tracks.found else None,
        "found": f"{tracks.found:,}",
        "map_name": content.layout.label,
        "kept": None if content.kept is None else share_text(content.kept),
        "off_map": len(tracks) - content.on_map,
        "dimensions": [d for d in dimensions() if any(scale.key == d.key for scale in content.histograms)],
        "bins": len(content.histograms[0].edges) - 1 if content.histograms else 0,
        "has_findings": "findings" in content.packed,
        "columns": content.measured,
        "paths": paths,
    }


def _tiles(counted: Statistics) -> list[tuple[str, str]]:
    whole = counted.analysed
    tiles = [
        (f"{whole.tracks:,}", "track" if whole.tracks == 1 else "tracks"),
        (hours(whole.seconds), "of music"),
        (size_text(whole.size), "on disk"),
        (f"{len(counted.formats):,}", "format" if len(counted.formats) == 1 else "formats"),
    ]
    if failed := counted.failures.total():
        tiles.append((f"{failed:,}", "failed file" if failed == 1 else "failed files"))
    return tiles


def _formats(counted: Statistics) -> list[tuple[str, int, str, float]]:
    """Name, tracks, hours and share of the tracks of each format, the commonest first."""
    tracks: dict[str, int] = {}
    seconds: dict[str, float] = {}
    for (codec, container), portion in counted.formats.items():
        name = format_name(codec, container)
        tracks[name] = tracks.get(name, 0) + portion.tracks
        seconds[name] = seconds.get(name, 0.0) + portion.seconds
    ranked = sorted(tracks, key=lambda name: (-tracks[name], name))[:_MAX_FORMATS]
    return [
        (name, tracks[name], hours(seconds[name]), tracks[name] / counted.analysed.tracks) for name in ranked
    ]
