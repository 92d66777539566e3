"""`auralis sidecars`: write the sidecars from the cache, check them, remove those without a track."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from auralis_cli.commands.options import AsJson, CacheFile, Paths, SidecarDir, Sidecars, absolute_path
from auralis_cli.files.urls import is_url, refuse_urls
from auralis_cli.lazy_group import new_app
from auralis_cli.model.errors import ExitCode

if TYPE_CHECKING:
    from auralis_cli.settings.values import Settings

EPILOG = """Without PATH the folders that were scanned before are meant.

\b
Examples:
  auralis sidecars verify
  auralis sidecars write ~/Music --sidecars mirror --sidecar-dir ~/sidecars
  auralis sidecars clean --dry-run
"""

sidecars_app = new_app(add_completion=False, no_args_is_help=True, epilog=EPILOG)

Folders = Annotated[
    list[str] | None, typer.Argument(metavar="[PATH]…", help="Folders of music; with a mirror, also gone.")
]


@sidecars_app.command("write")
def write(
    paths: Paths = None,
    *,
    as_json: AsJson = False,
    cache: CacheFile = None,
    sidecars: Sidecars = None,
    sidecar_dir: SidecarDir = None,
) -> None:
    """Write the sidecars of tracks from the cache.

    Nothing is decoded. A scan writes those that are missing; this also renews stale and unreadable ones.
    Equal ones are not written again, those of a newer auralis stay. The results of both analyzers are
    written.

    \b
    Examples:
      auralis sidecars write ~/Music
      auralis sidecars write --sidecar-dir ~/sidecars --json

    Exit codes: 0 done; 1 some could not be written, or a folder cannot be read; 2 usage, cache or an
    unknown path
    """
    from auralis_cli.render.count_progress import CountProgress
    from auralis_cli.render.output import write_json, write_report
    from auralis_cli.render.sidecar_reports import write_lines, write_object
    from auralis_cli.upkeep.sidecar_tracks import write_sidecars

    settings = _settings(cache, sidecars, sidecar_dir)
    with CountProgress("tracks") as progress:
        done = write_sidecars(_paths(paths, settings), settings, progress.show)
    if as_json:
        write_json(write_object(done))
    else:
        write_report(write_lines(done))
    _exit(done.unknown_path and bool(paths), bool(done.failed or done.refused))


@sidecars_app.command("verify")
def verify(
    paths: Paths = None,
    *,
    as_json: AsJson = False,
    cache: CacheFile = None,
    sidecars: Sidecars = None,
    sidecar_dir: SidecarDir = None,
) -> None:
    """Compare the sidecars of tracks with the cache.

    Tells those that are missing although the cache has a result, stale (about the file as it was, or with
    other values), unreadable, or of a newer auralis. Nothing is changed.

    \b
    Examples:
      auralis sidecars verify ~/Music
      auralis sidecars verify --json | jq -r '.faults[].path'

    Exit codes: 0 all sound; 1 something is wrong, or a folder cannot be read; 2 usage, cache or an unknown
    path
    """
    from auralis_cli.render.count_progress import CountProgress
    from auralis_cli.render.output import write_json, write_report
    from auralis_cli.render.sidecar_reports import verify_lines, verify_object
    from auralis_cli.upkeep.sidecar_tracks import verify_sidecars

    settings = _settings(cache, sidecars, sidecar_dir)
    with CountProgress("tracks") as progress:
        found = verify_sidecars(_paths(paths, settings), settings, progress.show)
    if as_json:
        write_json(verify_object(found))
    else:
        write_report(verify_lines(found))
    _exit(found.unknown_path and bool(paths), not found.ok)


@sidecars_app.command("clean")
def clean(
    paths: Folders = None,
    *,
    as_json: AsJson = False,
    cache: CacheFile = None,
    sidecars: Sidecars = None,
    sidecar_dir: SidecarDir = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also if a whole folder, or most of it, is missing.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, but change nothing.")
    ] = False,
) -> None:
    """Remove the sidecars of tracks that are gone.

    They are left behind when tracks are renamed, moved or deleted. As with 'cache prune', nothing is removed
    below a scanned folder that does not exist, is empty or has lost more than half of its tracks: its disk
    may not be mounted. A file that only has the name of a sidecar stays, and so does one of a newer auralis.
    Without PATH, a mirror is cleaned as a whole.

    \b
    Examples:
      auralis sidecars clean ~/Music --dry-run
      auralis sidecars clean --sidecar-dir ~/sidecars

    Exit codes: 0 done; 1 some were kept for safety, could not be removed, or a folder cannot be read; 2
    usage, cache or an unknown path
    """
    from auralis_cli.render.count_progress import CountProgress
    from auralis_cli.render.output import write_json, write_report
    from auralis_cli.render.sidecar_reports import clean_lines, clean_object
    from auralis_cli.upkeep.known_tracks import known_tracks
    from auralis_cli.upkeep.sidecar_clean import clean_sidecars

    refuse_urls(paths or (), "auralis sidecars")
    settings = _settings(cache, sidecars, sidecar_dir)
    with CountProgress("sidecars") as progress:
        done = clean_sidecars(
            [absolute_path(path) for path in paths or ()],
            settings,
            known_tracks(settings.cache),
            force=force,
            dry_run=dry_run,
            progress=progress.show,
        )
    if as_json:
        write_json(clean_object(done, dry_run=dry_run))
    else:
        write_report(clean_lines(done, dry_run=dry_run))
    _exit(False, bool(done.held_back or done.failed or done.unread))


def _settings(cache: object, sidecars: object, sidecar_dir: object) -> "Settings":
    from auralis_cli.settings.resolve import resolve_settings

    return resolve_settings({"cache": cache, "sidecars": sidecars, "sidecar_dir": sidecar_dir})


def _paths(paths: Sequence[str] | None, settings: "Settings") -> Sequence[str]:
    """The named paths, or else the folders that were scanned and are on disks."""
    from auralis_cli.model.errors import ConfigError
    from auralis_cli.upkeep.known_folders import known_folders

    refuse_urls(paths or (), "auralis sidecars")
    if found := paths or [folder for folder in known_folders(settings.cache) if not is_url(folder)]:
        return found
    raise ConfigError("no folder was scanned yet: name one, such as 'auralis sidecars verify ~/Music'")


def _exit(unknown_path: bool, trouble: bool) -> None:
    if unknown_path:
        raise typer.Exit(int(ExitCode.BROKEN))
    if trouble:
        raise typer.Exit(int(ExitCode.SOME_FAILED))
