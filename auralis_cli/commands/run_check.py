"""What a check is about: analysed by a usual scan where it is new, then read from the cache as albums."""

import os
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from auralis_cli.check.albums import AlbumBy, album_folder, albums_of
from auralis_cli.check.reading import ReadTracks, cache_roots, found_paths, read_tracks
from auralis_cli.check.track import Album, Track
from auralis_cli.commands.options import absolute_path, print_warning
from auralis_cli.commands.run_scan import run_scan
from auralis_cli.files.names import has_audio_extension
from auralis_cli.files.playlist import is_playlist
from auralis_cli.files.presence import is_within, outermost
from auralis_cli.files.urls import is_url, name_of
from auralis_cli.library.selection import selection_of
from auralis_cli.library.terms import is_place
from auralis_cli.model.errors import AuralisError, ConfigError, ExitCode, WrongPathError
from auralis_cli.model.record import Track as ScannedTrack
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.settings.values import Settings

NO_RECORD = (
    "no_record",
    "its row of the cache is none; run 'auralis cache verify --repair', then check again",
)
"""What is said of a file that is there, and of which the cache has nothing that can be judged."""


class InterruptedCheckError(AuralisError):
    """Ended by the user before all was analysed: nothing is judged."""

    exit_code = ExitCode.INTERRUPTED


class Question(NamedTuple):
    """What the arguments ask about."""

    paths: Sequence[str]
    terms: Sequence[str]


def asked_by(arguments: Sequence[str]) -> Question:
    """Tells paths from terms of a query: what is there, or can only be meant as a path, is one."""
    paths = [each for each in arguments if _is_path(each)]
    return Question(paths, [each for each in arguments if not _is_path(each)])


def _is_path(argument: str) -> bool:
    if argument.startswith(("^", '"')):
        return False
    typed_so = ":" not in argument and (has_audio_extension(argument) or is_playlist(argument))
    return typed_so or is_place(argument) or os.path.lexists(argument)


def _is_folder(path: str) -> bool:
    """Whether a path is that of a folder; of a URL, whether it looks so."""
    return not has_audio_extension(name_of(path)) if is_url(path) else os.path.isdir(path)


def _may_be_there(path: str) -> bool:
    return is_url(path) or os.path.exists(path)


class _Scanned:
    """What a scan found: a `ScanListener`."""

    def __init__(self, *, ignore_files: bool) -> None:
        self.ignore_files = ignore_files
        self.paths: set[str] = set()
        self.failures: dict[str, Track] = {}
        self.skipped: set[str] = set()

    def found(self, tracks: Sequence[ScannedTrack]) -> None:
        self.paths.update(track.path for track in tracks)

    def results(self, results: Sequence[TrackResult]) -> None:
        for result in results:
            if result.status is Status.SKIPPED:  # such as a film, which only a worker recognises
                self.skipped.add(result.path)
            if result.status is Status.FAILED and result.error is not None:
                error = (result.error.code, result.error.message)
                self.failures[result.path] = Track(result.path, error=error)


class CheckedLibrary:
    """The tracks that the arguments ask about and their albums, analysed and read.

    `isolated`: no file that comes with the music may leave out any of it. `to_show`: with titles and loudness
    blocks.
    """

    def __init__(
        self,
        question: Question,
        settings: Settings,
        *,
        quiet: bool,
        isolated: bool = False,
        to_show: bool = False,
    ) -> None:
        self._question = question
        self._settings = settings
        self._quiet = quiet
        self._isolated = isolated
        self._to_show = to_show
        self._scanned: _Scanned | None = None
        if question.paths or not question.terms:
            self._scanned = self._scan(question.paths)
        self._roots = cache_roots(settings.cache)
        named = [absolute_path(path) for path in question.paths]
        self.folders = outermost(
            [path for path in named if _is_folder(path)] or ([] if named else self._roots)
        )
        """The folders that were walked."""
        self.asked = self._asked()
        self._read = self._read_measured()
        if self._read.broken:
            rows = "1 row" if self._read.broken == 1 else f"{self._read.broken:,} rows"
            print_warning(f"{rows} of the cache are no records; 'auralis cache verify' tells more")

    @property
    def roots(self) -> list[str]:
        """The outermost folders that were scanned or named: an `auralis.toml` counts from there down."""
        return outermost([*self._roots, *self.folders])

    def albums(self, by: AlbumBy) -> list[Album]:
        """The albums of the tracks that are asked about."""
        whole = self.roots
        tracks = self._there(self._read.tracks)
        lost = self.asked - {track.path for track in tracks}
        return albums_of(
            [*tracks, *(Track(path, error=NO_RECORD) for path in sorted(lost))],
            by,
            asked=self.asked,
            # What lies in the place, not the place itself: the root of a web server ends with '/'.
            is_whole=lambda place: any(is_within(f"{place}/.", root) for root in whole),
        )

    def _scan(self, paths: Sequence[str], *, rescan: bool = False) -> _Scanned:
        scanned = _Scanned(ignore_files=not self._isolated)
        code = run_scan(list(paths), self._settings, rescan=rescan, quiet=self._quiet, listener=scanned)
        if code is ExitCode.INTERRUPTED:
            raise InterruptedCheckError("interrupted before all tracks were analysed: nothing was judged")
        if code is ExitCode.BROKEN:
            errors = [track.error for track in scanned.failures.values() if track.error is not None]
            raise WrongPathError(next(message for kind, message in errors if kind == "not_found"))
        return scanned

    def _asked(self) -> set[str]:
        scanned = self._scanned
        everything = set() if scanned is None else (scanned.paths | scanned.failures.keys()) - scanned.skipped
        if not self._question.terms:
            found: set[str] = everything
        else:
            selection = selection_of(self._settings.analyzer, self._question.terms)
            matching = found_paths(
                self._settings.cache, msgspec.structs.replace(selection, every_status=True)
            )
            found = matching if scanned is None else matching & everything
        if not found:
            raise ConfigError("there is no track to check: name a folder or a file, or another query")
        return found

    def _read_measured(self) -> ReadTracks:
        """All tracks, after those whose record lacks measurements were analysed anew."""
        read = self._read_again()
        stale = [path for path in read.unmeasured if path in self.asked and _may_be_there(path)]
        for batch in filter(None, (stale[:1], stale[1:])):  # one first: an older worker measures nothing
            self._merge(self._scan(batch, rescan=True))
            read = self._read_again()
            if batch[0] in read.unmeasured:
                count = "1 track has" if len(stale) == 1 else f"{len(stale):,} tracks have"
                print_warning(
                    f"{count} no measurements of peaks, channels and bandwidth, and this analyzer makes "
                    "none; most rules are silent about them"
                )
                break
        return read

    def _merge(self, again: _Scanned) -> None:
        if self._scanned is not None:
            self._scanned.failures |= again.failures

    def _read_again(self) -> ReadTracks:
        places = {path for path in self.folders if self._scanned is not None}
        places |= {
            album_folder(os.path.dirname(path))
            for path in self.asked
            if not any(is_within(path, folder) for folder in places)
        }
        return read_tracks(
            self._settings.cache, self._settings.analyzer, outermost(sorted(places)), to_show=self._to_show
        )

    def _there(self, tracks: Sequence[Track]) -> list[Track]:
        """Those whose files are there, as far as a scan has just looked; with its failures."""
        scanned = self._scanned
        if scanned is None:
            return list(tracks)
        there = [
            track
            for track in tracks
            if track.path not in scanned.failures
            and (
                (track.path in scanned.paths and track.error is None)
                or not any(is_within(track.path, folder) for folder in self.folders)
            )
        ]
        return [*there, *scanned.failures.values()]
