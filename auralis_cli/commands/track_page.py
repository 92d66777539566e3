"""`--html`, `--svg` and `--png` of `show` and `compare`: checked before anything is analysed in vain."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from auralis_cli.model.errors import ConfigError, TrackFailedError
from auralis_cli.model.record import AnalyzerName, Record
from auralis_cli.settings.values import Settings

if TYPE_CHECKING:
    from auralis_cli.model.trace import Traced
    from auralis_cli.plots.picture_files import Wanted
    from auralis_cli.report.track_page.seen import SeenTrack


class WantedFigures(msgspec.Struct, frozen=True):
    """A page, pictures, or both, of the same tracks. `page`: its file as the user named it."""

    page: str | None
    pictures: "Wanted | None"
    shown: bool
    no_paths: bool
    matched: bool


def known_figures(tracks: int) -> list[str]:
    """The names of all figures that so many tracks can have."""
    from auralis_cli.report.track_page.figures import figure_names

    return figure_names(tracks)


def wanted_figures(
    page: str | None,
    pictures: "Wanted | None",
    *,
    shown: bool,
    no_paths: bool,
    tracks: int,
    matched: bool = False,
) -> WantedFigures | None:
    """What is wanted of the figures of so many tracks, None for nothing. ConfigError for what cannot be."""
    from auralis_cli.plots.palette import MAX_TRACKS

    if page is None and pictures is None and no_paths:
        raise ConfigError("--no-paths is about a page or pictures: add --html FILE, --svg DIR or --png DIR")
    if (page or pictures) and tracks > MAX_TRACKS:
        raise ConfigError(
            f"a figure shows at most {MAX_TRACKS} tracks, which can still be told apart; name fewer"
        )
    if page is None and shown:
        raise ConfigError("--open is about a page: name it by --html FILE")
    if page is not None:
        from auralis_cli.report.target import check_page_maker, check_target

        check_page_maker("leave out --html")
        check_target(os.path.abspath(page))
    return WantedFigures(page, pictures, shown, no_paths, matched) if page or pictures else None


def traces_of(found: Sequence[tuple[str, Record]], settings: Settings) -> "list[Traced]":
    """The trace of each track. Raises TrackFailedError where a file is not the audio of its record any more,
    and what `trace_files` raises.
    """
    from auralis_cli.scan.tracing import trace_files

    traces = trace_files([path for path, _ in found], settings)
    for (path, record), trace in zip(found, traces, strict=True):
        if record.analyzer == AnalyzerName.WORKER and trace.content_key != record.content_key:
            raise TrackFailedError(
                f"{path} has changed since it was analysed: run 'auralis scan', then again"
            )
    return traces


def write_figures(
    wanted: WantedFigures, found: Sequence[tuple[str, Record]], traces: "Sequence[Traced]"
) -> None:
    """Writes page and pictures of the tracks, of which `traces_of` gave the traces, and says so. Raises
    ConfigError.
    """
    from auralis_cli.report.track_page.seen import SeenTrack

    tracks = [
        SeenTrack.of(number, path, record, trace)
        for number, ((path, record), trace) in enumerate(zip(found, traces, strict=True))
    ]
    if wanted.page is not None:
        _write_page(wanted.page, wanted, tracks)
    if wanted.pictures is not None:
        from auralis_cli.commands.picture_options import write_wanted
        from auralis_cli.report.track_page.pictures import track_pictures

        pictures = track_pictures(tracks, matched=wanted.matched, paths=not wanted.no_paths)
        write_wanted(pictures, wanted.pictures)


def _write_page(page: str, wanted: WantedFigures, tracks: "Sequence[SeenTrack]") -> None:
    from auralis_cli.commands.options import open_page
    from auralis_cli.render.output import write_text
    from auralis_cli.render.safe_text import safe_text
    from auralis_cli.report.target import write_file
    from auralis_cli.report.track_page.make import make_track_page

    target = os.path.abspath(page)
    folder = None if wanted.no_paths else os.path.dirname(target)
    html = make_track_page(tracks, folder=folder, matched=wanted.matched)
    write_file(target, html)
    count = "1 track" if len(tracks) == 1 else f"{len(tracks)} tracks"
    write_text(f"{count} in {safe_text(page)} ({len(html.encode()) / 1e6:.1f} MB)", err=True)
    if wanted.shown:
        open_page(target)
