"""`--html` of `show` and `compare`: checks before anything is analysed in vain, then writes the page."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from auralis_cli.model.errors import ConfigError, TrackFailedError
from auralis_cli.model.record import AnalyzerName, Record
from auralis_cli.settings.values import Settings

if TYPE_CHECKING:
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


def wanted_page(
    file: str | None, *, shown: bool, no_paths: bool, tracks: int, matched: bool = False
) -> WantedPage | None:
    """The page that is wanted, None for none. Raises ConfigError where it cannot be made or written."""
    if file is None:
        if shown or no_paths:
            raise ConfigError(
                f"{'--open' if shown else '--no-paths'} is about a page: name it by --html FILE"
            )
        return None
    from auralis_cli.plots.palette import MAX_TRACKS
    from auralis_cli.report.target import check_page_maker, check_target

    if tracks > MAX_TRACKS:
        raise ConfigError(
            f"a page shows at most {MAX_TRACKS} tracks, which can still be told apart; name fewer"
        )
    check_page_maker("leave out --html")
    page = WantedPage(file, shown, no_paths, matched)
    check_target(page.path)
    return page


def seen_tracks(found: Sequence[tuple[str, Record]], settings: Settings) -> "list[SeenTrack]":
    """The tracks as their figures need them. Raises TrackFailedError where a file is not the audio of its
    record any more, and what `trace_files` raises.
    """
    from auralis_cli.report.track_page.seen import SeenTrack
    from auralis_cli.scan.tracing import trace_files

    traces = trace_files([path for path, _ in found], settings)
    for (path, record), trace in zip(found, traces, strict=True):
        if record.analyzer == AnalyzerName.WORKER and trace.content_key != record.content_key:
            raise TrackFailedError(
                f"{path} has changed since it was analysed: run 'auralis scan', then again"
            )
    return [
        SeenTrack.of(number, path, record, trace)
        for number, ((path, record), trace) in enumerate(zip(found, traces, strict=True))
    ]


def write_track_page(page: WantedPage, found: Sequence[tuple[str, Record]], settings: Settings) -> None:
    """Traces the tracks, writes their page, says so, and opens it. Raises AuralisError."""
    from auralis_cli.commands.options import open_page
    from auralis_cli.render.output import write_text
    from auralis_cli.render.safe_text import safe_text
    from auralis_cli.report.target import write_file
    from auralis_cli.report.track_page.make import make_track_page

    tracks = seen_tracks(found, settings)
    folder = None if page.no_paths else os.path.dirname(page.path)
    html = make_track_page(tracks, folder=folder, matched=page.matched)
    write_file(page.path, html)
    count = "1 track" if len(tracks) == 1 else f"{len(tracks)} tracks"
    write_text(f"{count} in {safe_text(page.file)} ({len(html.encode()) / 1e6:.1f} MB)", err=True)
    if page.shown:
        open_page(page.path)
