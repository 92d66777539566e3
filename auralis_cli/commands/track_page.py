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


class WantedPage(msgspec.Struct, frozen=True):
    """What the user said of the page: the file as it was named, and how it is to be."""

    file: str
    shown: bool
    no_paths: bool
    matched: bool = False

    @property
    def path(self) -> str:
        """The absolute path of the file."""
        return os.path.abspath(self.file)


class WantedFigures(msgspec.Struct, frozen=True):
    """A page, pictures, or both, of the same tracks."""

    page: WantedPage | None
    pictures: "Wanted | None"
    no_paths: bool
    matched: bool


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
    made = _wanted_page(page, shown=shown, no_paths=no_paths, matched=matched)
    return WantedFigures(made, pictures, no_paths, matched) if made or pictures else None


def _wanted_page(file: str | None, *, shown: bool, no_paths: bool, matched: bool) -> WantedPage | None:
    if file is None:
        if shown:
            raise ConfigError("--open is about a page: name it by --html FILE")
        return None
    from auralis_cli.report.target import check_page_maker, check_target

    check_page_maker("leave out --html")
    page = WantedPage(file, shown, no_paths, matched)
    check_target(page.path)
    return page


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


def seen_tracks(found: Sequence[tuple[str, Record]], settings: Settings) -> "list[SeenTrack]":
    """The tracks as their figures need them. Raises what `traces_of` raises."""
    from auralis_cli.report.track_page.seen import SeenTrack

    traces = traces_of(found, settings)
    return [
        SeenTrack.of(number, path, record, trace)
        for number, ((path, record), trace) in enumerate(zip(found, traces, strict=True))
    ]


def write_figures(wanted: WantedFigures, found: Sequence[tuple[str, Record]], settings: Settings) -> None:
    """Traces the tracks, writes their page and pictures, and says so. Raises AuralisError."""
    tracks = seen_tracks(found, settings)
    if wanted.page is not None:
        _write_page(wanted.page, tracks)
    if wanted.pictures is not None:
        from auralis_cli.commands.picture_options import write_wanted
        from auralis_cli.report.track_page.pictures import track_pictures

        pictures = track_pictures(tracks, matched=wanted.matched, paths=not wanted.no_paths)
        write_wanted(pictures, wanted.pictures)


def _write_page(page: WantedPage, tracks: "Sequence[SeenTrack]") -> None:
    from auralis_cli.commands.options import open_page
    from auralis_cli.render.output import write_text
    from auralis_cli.render.safe_text import safe_text
    from auralis_cli.report.target import write_file
    from auralis_cli.report.track_page.make import make_track_page

    folder = None if page.no_paths else os.path.dirname(page.path)
    html = make_track_page(tracks, folder=folder, matched=page.matched)
    write_file(page.path, html)
    count = "1 track" if len(tracks) == 1 else f"{len(tracks)} tracks"
    write_text(f"{count} in {safe_text(page.file)} ({len(html.encode()) / 1e6:.1f} MB)", err=True)
    if page.shown:
        open_page(page.path)
