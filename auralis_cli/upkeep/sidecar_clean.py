"""`sidecars clean`: removes sidecars whose tracks are gone, but none whose disk may only be absent.

A file is removed only if it is a sidecar by its content too. It is looked at and removed through its folder's
descriptor, so that nobody can put a link in between.
"""

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from auralis_cli.files.presence import folder_trouble, is_within
from auralis_cli.files.sidecar_paths import folder_in_mirror
from auralis_cli.files.stray_sidecars import SidecarFile, sidecars_beside, sidecars_in_mirror
from auralis_cli.model.errors import ConfigError, WrongPathError
from auralis_cli.settings.values import Settings, SidecarMode
from auralis_cli.store.sidecar_format import MAX_SIDECAR_BYTES, NewerSidecarError, decode_sidecar
from auralis_cli.system.safe_open import open_folder, read_limited
from auralis_cli.upkeep.absent_disks import HeldBack, by_folder, hold_back
from auralis_cli.upkeep.known_tracks import KnownTracks

_ELSEWHERE: Final = "it seems to be of a mirror, of tracks elsewhere"


class NotRemoved(msgspec.Struct, frozen=True):
    """A file that stays although no track of its name is there, and why."""

    path: str
    reason: str


class Cleaning(msgspec.Struct):
    """What was done; what would be, in a dry run."""

    sidecars: int = 0
    """Files with the name of a sidecar."""
    removed: list[str] = []
    """Paths."""
    held_back: tuple[HeldBack, ...] = ()
    """Sidecars of tracks whose disk may be absent."""
    left: list[NotRemoved] = []
    """No sidecars by their content, or of a newer auralis, or of a mirror."""
    failed: list[NotRemoved] = []
    """Could not be removed."""
    unread: list[str] = []
    """Folders that cannot be listed, with the reason."""


def clean_sidecars(
    paths: Sequence[str],
    settings: Settings,
    known: KnownTracks,
    *,
    force: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Cleaning:
    """Removes the stray sidecars below absolute paths of music; without paths those of the whole mirror, or
    of the folders that were scanned.

    Where a track seems to be on an absent disk (`hold_back`, and stricter: any noted folder that is empty or
    gone), its sidecar stays, unless `force`. Raises ConfigError, WrongPathError.
    """
    done = Cleaning()
    stray: list[SidecarFile] = []
    tracks = set(known.paths)
    for found in _all_sidecars(paths, settings, known, lambda error: done.unread.append(_words(error))):
        done.sidecars += 1
        tracks.add(found.track)
        if found.is_stray:
            stray.append(found)
        progress(done.sidecars)
    roots = {*known.roots, *map(os.path.realpath, known.roots)}
    ours = [found for found in stray if _is_ours(found, settings, roots, done)]
    kept = {} if force else _held_back({found.track for found in ours}, tracks, roots)
    done.held_back = tuple(by_folder(kept))
    for found in ours:
        if found.track not in kept:
            _remove(found, done, dry_run=dry_run)
    if not dry_run and settings.sidecars is SidecarMode.MIRROR and settings.sidecar_dir is not None:
        _remove_empty_folders({os.path.dirname(path) for path in done.removed}, str(settings.sidecar_dir))
    return done


def _all_sidecars(
    paths: Sequence[str], settings: Settings, known: KnownTracks, on_error: Callable[[OSError], None]
) -> Iterator[SidecarFile]:
    if settings.sidecars is SidecarMode.MIRROR and settings.sidecar_dir is not None:
        root = Path(os.path.abspath(settings.sidecar_dir))
        tops = [folder_in_mirror(path, root) for path in paths] or [str(root)]
        for top, path in zip(tops, paths or [""], strict=True):
            if not os.path.isdir(top) and not (path and os.path.isdir(path)):
                what = f"there is nothing at {path}" if path else f"there are no sidecars at {top}"
                raise WrongPathError(f"{what}; check the spelling and that its disk is mounted")
        for top in filter(os.path.isdir, tops):
            yield from sidecars_in_mirror(root, top, on_error)
        return
    if settings.sidecars is SidecarMode.NONE:
        raise ConfigError("there are no sidecars to clean; use --sidecars beside or mirror")
    for path in paths:
        if not os.path.isdir(path):
            raise WrongPathError(f"{path} is not a folder; name the folders whose sidecars shall be cleaned")
    tops = list(paths) or known.outermost
    if not tops:
        raise ConfigError("no folder was scanned yet; name one: 'auralis sidecars clean FOLDER'")
    mirror = None if settings.sidecar_dir is None else os.path.realpath(settings.sidecar_dir)
    for top in tops:
        yield from sidecars_beside(os.path.realpath(top), on_error, mirror)  # tells if it is not there


def _is_ours(found: SidecarFile, settings: Settings, roots: Iterable[str], done: Cleaning) -> bool:
    """Whether the file is a sidecar, and of these tracks; else it is noted why it stays."""
    reason = None
    if settings.sidecars is SidecarMode.BESIDE and _is_mirrored(found, roots):
        reason = _ELSEWHERE
    else:
        try:
            with _opened(os.path.dirname(found.path)) as folder:
                name = os.path.basename(found.path)
                decode_sidecar(read_limited(name, MAX_SIDECAR_BYTES, follow_link=False, folder=folder))
        except NewerSidecarError as error:
            reason = f"a newer auralis has written it: {error}"
        except (OSError, ValueError) as error:
            reason = f"it is not a sidecar: {_words(error)}"
    if reason is not None:
        done.left.append(NotRemoved(found.path, reason))
    return reason is None


def _is_mirrored(found: SidecarFile, roots: Iterable[str]) -> bool:
    """Whether the path ends in that of a track elsewhere, as in a mirror that lies in a folder of music."""
    parts = found.track.split(os.sep)
    others = [os.sep + os.sep.join(parts[start:]) for start in range(2, len(parts))]
    tops = [root for root in roots if root != os.sep]
    return any(os.path.lexists(other) or any(is_within(other, top) for top in tops) for other in others)


def _held_back(
    gone: Iterable[str], tracks: Collection[str], roots: Collection[str]
) -> dict[str, tuple[str, str]]:
    """Folder and reason, by the path of a track whose disk may be absent."""
    troubles = {root: reason for root in roots if (reason := folder_trouble(root)) is not None}
    kept = {}
    rest = []
    for path in gone:
        root = next((root for root in troubles if is_within(path, root)), None)
        if root is not None:
            kept[path] = (root, troubles[root])
        else:
            rest.append(path)
    kept |= hold_back(rest, tracks, roots)
    # Of folders that no scan has noted, nothing tells what else was there: each answers for itself.
    unknown = [path for path in rest if path not in kept and not any(is_within(path, root) for root in roots)]
    left = Counter(map(os.path.dirname, unknown))
    totals = Counter(folder for folder in map(os.path.dirname, tracks) if folder in left)
    for path in unknown:
        folder = os.path.dirname(path)
        reason = folder_trouble(folder)
        if reason is None and 2 * left[folder] > totals[folder]:
            reason = f"{left[folder]:,} of its {totals[folder]:,} tracks are gone, and no scan has noted it"
        if reason is not None:
            kept[path] = (folder, reason)
    return kept


def _remove(found: SidecarFile, done: Cleaning, *, dry_run: bool) -> None:
    folder, name = os.path.split(found.path)
    try:
        if not dry_run:
            with _opened(folder) as descriptor:
                # Once more: a scan may have written it anew, for a track that is back.
                decode_sidecar(read_limited(name, MAX_SIDECAR_BYTES, follow_link=False, folder=descriptor))
                if os.path.lexists(found.track):
                    return
                os.unlink(name, dir_fd=descriptor)
    except (OSError, ValueError) as error:
        done.failed.append(NotRemoved(found.path, _words(error)))
    else:
        done.removed.append(found.path)


def _remove_empty_folders(folders: Iterable[str], root: str) -> None:
    """Those of a mirror in which nothing is left."""
    for emptied in sorted(folders, key=len, reverse=True):
        folder = emptied
        while is_within(folder, root):
            try:
                os.rmdir(folder)
            except OSError:
                break  # something is in it
            folder = os.path.dirname(folder)


@contextlib.contextmanager
def _opened(folder: str) -> Iterator[int]:
    descriptor = open_folder(folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _words(error: Exception) -> str:
    if isinstance(error, OSError):
        where = f"{os.fsdecode(error.filename)}: " if error.filename else ""
        return f"{where}{error.strerror or error}"
    return str(error)
